"""Primes, Euclid's algorithm, and numbers as readers give them."""

import contextlib
import math

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.primer.euclid import euclid_table, greatest_common_divisor, inverse
from tlsward.primer.numbers import check_prime, read_number, shortened
from tlsward.primer.primes import is_prime, primality, prime_factors, small_factor

SIEVED = 20_000
#: Composite numbers that pass for primes with one base or many: Carmichael's, and the least
#: strong pseudoprimes to the first bases (Jaeschke; Sorenson and Webster).
LIARS = [
    *(561, 1105, 1729, 2465, 41041, 825265, 321197185),
    *(2047, 1373653, 25326001, 3215031751, 2152302898747, 3474749660383, 341550071728321),
    *(3825123056546413051, 318665857834031151167461, 3317044064679887385961981),
]


def sieve(limit):
    marks = bytearray([1]) * limit
    marks[:2] = b"\0\0"
    for number in range(2, math.isqrt(limit) + 1):
        if marks[number]:
            marks[number * number :: number] = bytes(len(range(number * number, limit, number)))
    return {number for number in range(limit) if marks[number]}


def test_small_primes_are_those_of_the_sieve():
    assert {number for number in range(-5, SIEVED) if is_prime(number)} == sieve(SIEVED)


@pytest.mark.parametrize("number", LIARS)
def test_liars_are_found_out(number):
    found = primality(number)
    assert not found.prime
    assert found.factor is not None or found.witness is not None
    assert found.factor is None or number % found.factor == 0


@pytest.mark.parametrize("number", [2**31 - 1, 2**61 - 1, 2**64 - 59, 18446744073709551521])
def test_primes_below_the_limit_are_certain(number):
    assert primality(number).prime
    assert primality(number).certain


@pytest.mark.parametrize("exponent", [89, 107, 127, 521, 1279])
def test_primes_of_mersenne_are_not_certain_here(exponent):
    found = primality(2**exponent - 1)
    assert (found.prime, found.certain) == (True, False)


def test_primes_of_the_library_are_primes():
    numbers = rsa.generate_private_key(65537, 1024).private_numbers()
    assert is_prime(numbers.p)
    assert is_prime(numbers.q)
    assert not is_prime(numbers.p * numbers.q)


@given(st.integers(2, 2**64 - 1))
def test_factors_multiply_back(number):
    factors, left = prime_factors(number)
    assert left == 1
    assert math.prod(factor**power for factor, power in factors.items()) == number
    assert all(is_prime(factor) for factor in factors)


@given(st.integers(2, 2**32), st.integers(2, 2**32))
def test_a_product_is_not_prime(one, other):
    found = primality(one * other)
    assert not found.prime
    if found.factor is not None:
        assert 1 < found.factor < one * other
        assert one * other % found.factor == 0


@pytest.mark.parametrize("prime", [4294967291, 4099, 65537])
def test_squares_are_taken_apart(prime):
    assert prime_factors(prime**2) == ({prime: 2}, 1)


@given(st.integers(2, 10**6))
def test_the_least_divisor(number):
    found = small_factor(number)
    expected = next((d for d in range(2, math.isqrt(number) + 1) if number % d == 0), number)
    assert found == expected


@given(st.integers(2, 2**200), st.integers(1, 2**200))
def test_euclid_is_that_of_python(modulus, number):
    rows = euclid_table(modulus, number)
    assert greatest_common_divisor(rows) == math.gcd(modulus, number)
    for row in rows:
        assert row.dividend == row.quotient * row.divisor + row.remainder
        assert (row.coefficient * number - row.remainder) % modulus == 0
    if math.gcd(modulus, number) == 1:
        assert inverse(rows, modulus) == pow(number, -1, modulus)
    else:
        with pytest.raises(ValueError, match="common divisor"):
            inverse(rows, modulus)


@pytest.mark.parametrize(
    ("text", "number"),
    [("23", 23), (" 0x17 ", 23), ("-5", -5), ("+7", 7), ("1_000", 1000), ("0XfF:00", 65280)],
)
def test_numbers_are_read(text, number):
    assert read_number(text, "p") == number


@pytest.mark.parametrize("text", ["", "x", "1.5", "1e3", "0x", "²", "٣", "--1", "1 000 x", "_1"])
def test_what_is_no_number(text):
    with pytest.raises(UsageError, match="is not a whole number"):
        read_number(text, "p")


@pytest.mark.parametrize("text", ["9" * 1301, "9" * 100_000, str(2**4096), "0x1" + "0" * 1024])
def test_numbers_too_large(text):
    with pytest.raises(UsageError, match="not computed with"):
        read_number(text, "p")


@given(st.text())
def test_reading_never_fails_otherwise(text):
    with contextlib.suppress(UsageError):
        assert isinstance(read_number(text, "p"), int)


def test_the_reason_names_factors_or_a_witness():
    with pytest.raises(UsageError, match="p: 21 is not a prime: it is 3 times 7; why"):
        check_prime(21, "p", "why")
    with pytest.raises(UsageError, match="primes begin at 2"):
        check_prime(-7, "p", "why")
    with pytest.raises(UsageError, match="with the base"):
        check_prime((2**89 - 1) * (2**107 - 1), "p", "why")


def test_long_numbers_are_shortened():
    assert shortened(221) == "221"
    assert shortened(2**2048).endswith("(2049 bits)")
    assert shortened(None) == "none"
