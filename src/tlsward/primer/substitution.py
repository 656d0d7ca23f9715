"""The substitution cipher of Caesar: each letter becomes the one so many places further on."""

from string import ascii_lowercase

#: Letters of the alphabet, and so the number of keys, of which one changes nothing.
LETTERS = ascii_lowercase
SIZE = len(LETTERS)


def shifted_alphabet(key: int) -> str:
    """Return what stands for a, b, c and so on under a key; any whole number is one."""
    places = key % SIZE
    return LETTERS[places:] + LETTERS[:places]


def encrypt(text: str, key: int) -> str:
    """Return the text with the letters a to z moved by `key` places, their case kept.

    All else stays as it is: the cipher has no place for it.
    """
    cipher = shifted_alphabet(key)
    return text.translate(str.maketrans(LETTERS + LETTERS.upper(), cipher + cipher.upper()))


def decrypt(text: str, key: int) -> str:
    """Return the text that `encrypt` made this of."""
    return encrypt(text, -key)


def letters_of(text: str) -> str:
    """Return the letters a to z of a text in lower case, and nothing else."""
    return "".join(letter for letter in text.lower() if letter in LETTERS)
