"""What can be wrong with an RSA key in itself: exponent, factors, primes close together."""

from functools import cache
from math import gcd, isqrt, prod

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from tlsward.model.lint import KeyWeakness
from tlsward.pki.signatures import LARGEST_MODULUS
from tlsward.pki.weak_keys.roca import has_roca_fingerprint
from tlsward.pki.weak_keys.weakness import weakness

#: Primes below this are tried; the Baseline Requirements ask for those below 752.
_LARGEST_FACTOR = 1 << 16
#: Steps of Fermat's method. Keys of the library behind CVE-2022-26320 fall at the first;
#: a hundred reach primes that differ in their lower half alone.
_FERMAT_STEPS = 100
_SMALL_EXPONENT = 1 << 16
#: What squares are modulo 16, so that most roots need not be taken.
_SQUARES = frozenset({0, 1, 4, 9})


def rsa_weaknesses(key: PublicKeyTypes) -> tuple[KeyWeakness, ...]:
    """Return what is weak about a key by its numbers; nothing of one that is not RSA."""
    if not isinstance(key, rsa.RSAPublicKey):
        return ()
    numbers = key.public_numbers()
    found = []
    if numbers.e % 2 == 0 or numbers.e == 1:
        found.append(weakness("even-exponent", f"{numbers.e:#x}"[:40]))
    elif numbers.e < _SMALL_EXPONENT:
        found.append(weakness("exponent", str(numbers.e)))
    if key.key_size > LARGEST_MODULUS:
        return (*found, weakness("unchecked", f"a modulus of {key.key_size} bits"))
    factor = small_factor(numbers.n)
    if factor is not None:
        found.append(weakness("small-factor", f"divisible by {factor}"))
    elif (steps := fermat_steps(numbers.n)) is not None:
        found.append(weakness("close-primes", f"found by Fermat's method, step {steps}"))
    if has_roca_fingerprint(numbers.n):
        found.append(weakness("roca", f"{key.key_size} bits"))
    return tuple(found)


def small_factor(modulus: int) -> int | None:
    """Return the smallest prime below 2^16 that divides the modulus, None without one."""
    common = gcd(modulus, _primorial() % modulus)
    if common == 1:
        return None
    return next(prime for prime in _primes() if common % prime == 0)


def fermat_steps(modulus: int) -> int | None:
    """Return after how many steps Fermat's method factors an odd modulus, None if too many.

    It looks for a square a^2, from the root of the modulus upwards, that exceeds the
    modulus by a square b^2: then (a - b) and (a + b) are the factors.
    """
    middle = isqrt(modulus)
    rest = middle * middle - modulus
    if rest == 0:
        return 1
    for step in range(1, _FERMAT_STEPS + 1):
        rest += 2 * middle + 1
        middle += 1
        if rest & 15 in _SQUARES and isqrt(rest) ** 2 == rest:
            return step
    return None


@cache
def _primes() -> tuple[int, ...]:
    sieve = bytearray([1]) * _LARGEST_FACTOR
    sieve[:2] = b"\0\0"
    for number in range(2, isqrt(_LARGEST_FACTOR) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(sieve[number * number :: number]))
    return tuple(number for number, prime in enumerate(sieve) if prime)


@cache
def _primorial() -> int:
    return prod(_primes())
