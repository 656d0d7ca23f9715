"""Breaking a substitution cipher by counting: a language gives itself away by its letters."""

import math
from collections import Counter
from collections.abc import Mapping

import msgspec

from tlsward.primer.substitution import LETTERS, SIZE, decrypt, letters_of


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A key, the text it would give, and how far that is from the language: less is closer.

    `score` is in bits for each letter: how surprising the text's letters are to one who
    expects them as often as the language has them.
    """

    key: int
    text: str
    score: float


def shares(text: str) -> dict[str, float]:
    """Return the share of each letter a to z among a text's letters; zeros where it has none."""
    counted = Counter(letters_of(text))
    total = counted.total()
    return {letter: counted[letter] / total if total else 0.0 for letter in LETTERS}


def surprise(text: str, language: Mapping[str, float]) -> float:
    """Return the bits for each letter of a text, 0 for one without letters.

    It is the cross entropy between the text's letters and the language's, the least of
    which is had by the likeliest key, however short the text.
    """
    return -sum(
        share * math.log2(language[letter]) for letter, share in shares(text).items() if share
    )


def guesses(ciphertext: str, language: Mapping[str, float]) -> tuple[Guess, ...]:
    """Return all 26 keys with what they give, the likeliest first."""
    tried = []
    for key in range(SIZE):
        text = decrypt(ciphertext, key)
        tried.append(Guess(key=key, text=text, score=surprise(text, language)))
    return tuple(sorted(tried, key=lambda guess: (guess.score, guess.key)))
