"""The substitution cipher and breaking it; seals."""

import hmac
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts.lessons import letter_frequencies
from tlsward.primer import seal
from tlsward.primer.frequency import guesses, shares, surprise
from tlsward.primer.substitution import decrypt, encrypt, letters_of, shifted_alphabet

ENGLISH = (
    "Before a word is said in secret both sides agree on how it is to be done and on the keys "
    "that nobody else shall have"
)


def test_the_listing():
    assert encrypt("attack the southern gate at dawn", 7) == "haahjr aol zvbaolyu nhal ha khdu"
    assert decrypt("haahjr aol zvbaolyu nhal ha khdu", 7) == "attack the southern gate at dawn"


def test_the_alphabet_turns():
    assert shifted_alphabet(7) == "hijklmnopqrstuvwxyzabcdefg"
    assert shifted_alphabet(0) == shifted_alphabet(26) == shifted_alphabet(-26)


def test_case_stays_and_so_does_all_else():
    assert encrypt("Zebra, 42 ä ß\n", 1) == "Afcsb, 42 ä ß\n"


@given(st.text(), st.integers())
def test_what_is_encrypted_comes_back(text, key):
    assert decrypt(encrypt(text, key), key) == text


@given(st.text(alphabet=ascii_letters), st.integers(0, 25), st.integers(0, 25))
def test_two_keys_are_one(text, one, other):
    assert encrypt(encrypt(text, one), other) == encrypt(text, one + other)


@pytest.mark.parametrize("key", range(26))
@pytest.mark.parametrize("text", [ENGLISH, "attack the southern gate at dawn"])
def test_the_language_gives_the_key_away(text, key):
    best = guesses(encrypt(text, key), letter_frequencies())[0]
    assert (best.key, best.text) == (key, text)


@given(st.text())
def test_guesses_are_all_keys_in_order(text):
    found = guesses(text, letter_frequencies())
    assert {guess.key for guess in found} == set(range(26))
    assert [guess.score for guess in found] == sorted(guess.score for guess in found)


@given(st.text())
def test_shares_add_up(text):
    assert sum(shares(text).values()) == pytest.approx(1.0 if letters_of(text) else 0.0)
    assert surprise(text, letter_frequencies()) >= 0


def test_frequencies_add_up():
    assert sum(letter_frequencies().values()) == pytest.approx(1.0)
    assert max(letter_frequencies(), key=letter_frequencies().__getitem__) == "e"


@given(st.binary(max_size=300), st.binary(max_size=200))
def test_the_seal_is_hmac(message, key):
    made = seal.seal(message, key)
    assert made.seal == hmac.digest(key, message, "sha256")
    assert seal.holds(message, key, made.seal)
    assert not seal.holds(message + b"!", key, made.seal)


def test_the_seal_of_rfc_4231():
    made = seal.seal(b"what do ya want for nothing?", b"Jefe")
    assert made.seal.hex().startswith("5bdcc146bf60754e6a042426089575c7")


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_bits_are_counted(one, other):
    assert seal.bits_changed(one, other) == sum(
        (a ^ b).bit_count() for a, b in zip(one, other, strict=True)
    )
