"""The lesson on a cipher and its key: encrypt, decrypt, and break it by counting."""

from collections import Counter

from tlsward.errors import UsageError
from tlsward.facts.lessons import letter_frequencies
from tlsward.model.lesson import Alphabet, Bars, Grid, Lesson, Value
from tlsward.primer.frequency import Guess, guesses, shares
from tlsward.primer.substitution import (
    LETTERS,
    SIZE,
    decrypt,
    encrypt,
    letters_of,
    shifted_alphabet,
)
from tlsward.primer.telling import Teller

TEXT = "attack the southern gate at dawn"
KEY = 7
#: Longer texts, in characters, are no example.
LONGEST_TEXT = 10_000
_GUESSES_SHOWN = 6


def caesar(text: str = TEXT, key: int = KEY) -> Lesson:
    """Tell how a text is encrypted, decrypted and broken; UsageError for one too long."""
    _check_length(text)
    ciphertext = encrypt(text, key)
    tell = Teller("caesar")
    _alphabet(tell, key)
    tell.step(
        "encrypt",
        values=[
            Value(name="message", value=text),
            Value(name="ciphertext", value=ciphertext, tone="good"),
        ],
    )
    tell.step(
        "decrypt",
        values=[
            Value(name="ciphertext", value=ciphertext),
            Value(name="message", value=decrypt(ciphertext, key), tone="good"),
        ],
    )
    results: dict[str, object] = {
        "key": key % SIZE,
        "alphabet": shifted_alphabet(key),
        "message": text,
        "ciphertext": ciphertext,
        "decrypted": decrypt(ciphertext, key),
    }
    if not letters_of(text):
        tell.step("uncounted")
        return tell.lesson(results, "encrypt")
    best = _break(tell, ciphertext)
    total = len(letters_of(text))
    tell.step(
        "found" if best.key == key % SIZE else "not-found",
        best=best.key,
        key=key % SIZE,
        total=total,
        values=[_guessed(best, best.key == key % SIZE)],
    )
    return tell.lesson(results | {"broken_key": best.key, "broken": best.text}, "encrypt")


def caesar_decrypted(ciphertext: str, key: int) -> Lesson:
    """Tell how a ciphertext is decrypted with its key."""
    _check_length(ciphertext)
    tell = Teller("caesar")
    _alphabet(tell, key)
    text = decrypt(ciphertext, key)
    tell.step(
        "decrypt",
        values=[
            Value(name="ciphertext", value=ciphertext),
            Value(name="message", value=text, tone="good"),
        ],
    )
    results = {"key": key % SIZE, "alphabet": shifted_alphabet(key), "ciphertext": ciphertext}
    return tell.lesson(results | {"decrypted": text}, "decrypt")


def caesar_broken(ciphertext: str) -> Lesson:
    """Tell how a ciphertext is broken without its key; UsageError where there is no letter."""
    _check_length(ciphertext)
    if not letters_of(ciphertext):
        raise UsageError("the text has no letter from a to z, so there is nothing to count")
    tell = Teller("caesar")
    best = _break(tell, ciphertext)
    tell.step("guessed", best=best.key, values=[_guessed(best, True)])
    results = {"ciphertext": ciphertext, "broken_key": best.key, "broken": best.text}
    return tell.lesson(results, "break")


def _alphabet(tell: Teller, key: int) -> None:
    cipher = shifted_alphabet(key)
    if not 0 <= key < SIZE:
        tell.step("turned", given=key, key=key % SIZE)
    tell.step(
        "alphabet",
        key=key % SIZE,
        a_becomes=cipher[0],
        figure=Alphabet(plain=LETTERS, cipher=cipher),
    )


def _break(tell: Teller, ciphertext: str) -> Guess:
    language = letter_frequencies()
    counted = Counter(letters_of(ciphertext))
    common, count = counted.most_common(1)[0]
    found = shares(ciphertext)
    tell.step(
        "count",
        common=common,
        count=count,
        total=counted.total(),
        figure=Bars(
            labels=tuple(LETTERS),
            first_name=tell.word("english"),
            first=tuple(language[letter] for letter in LETTERS),
            second_name=tell.word("text"),
            second=tuple(found[letter] for letter in LETTERS),
        ),
    )
    ranked = guesses(ciphertext, language)
    tell.step(
        "scores",
        grid=Grid(
            heads=("key", "bits a letter", "text"),
            rows=tuple(
                (str(guess.key), f"{guess.score:.2f}", guess.text[:60])
                for guess in ranked[:_GUESSES_SHOWN]
            ),
        ),
    )
    return ranked[0]


def _guessed(best: Guess, right: bool) -> Value:
    return Value(name="message", value=best.text, tone="good" if right else "bad")


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise UsageError(f"the text has {len(text)} characters; take up to {LONGEST_TEXT}")
