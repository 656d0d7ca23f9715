"""Telling primes from composite numbers, and saying why a number is none.

Below 2**64 the answer is certain: Miller and Rabin's test with the first twelve primes as
bases errs for no number below 318665857834031151167461 (Sorenson and Webster, 2015). Above,
bases are drawn by chance, and a composite number passes for a prime with a chance of at
most 4**-ROUNDS.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

#: Bases that are enough below `CERTAIN_BELOW`.
BASES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
CERTAIN_BELOW: Final = 1 << 64
#: Random bases above it: the chance to err is at most 2**-40, whoever chose the number.
ROUNDS: Final = 20
#: Divisors up to here are looked for before all else.
_TRIAL_LIMIT: Final = 1 << 12

#: Draws a number from 0 up to, not including, its argument.
Draw = Callable[[int], int]


class Primality(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a number is prime; `factor` is a divisor of one that is not, where it was found.

    `witness` is a base that shows it to be composite without a divisor. `certain` is false
    for what merely passed all rounds.
    """

    prime: bool
    factor: int | None = None
    witness: int | None = None
    certain: bool = True


def primality(number: int, draw: Draw = secrets.randbelow) -> Primality:
    """Return whether a number is prime, and the reason where it is not."""
    if number < 2:
        return Primality(prime=False)
    factor = small_factor(number)
    if factor is not None:
        prime = factor == number
        return Primality(prime=prime, factor=None if prime else factor)
    if number < _TRIAL_LIMIT**2:
        return Primality(prime=True)
    certain = number < CERTAIN_BELOW
    witness = _witness(number, BASES if certain else _drawn(number, draw))
    if witness is None:
        return Primality(prime=True, certain=certain)
    return Primality(prime=False, factor=_rho(number) if certain else None, witness=witness)


def is_prime(number: int, draw: Draw = secrets.randbelow) -> bool:
    """Return whether a number is prime, up to the error that `primality` speaks of."""
    return primality(number, draw).prime


def small_factor(number: int) -> int | None:
    """Return the least prime divisor of a number from 2 on, where that is a small one."""
    if number % 2 == 0:
        return 2
    divisor = 3
    while divisor < _TRIAL_LIMIT and divisor * divisor <= number:
        if number % divisor == 0:
            return divisor
        divisor += 2
    return number if divisor * divisor > number else None


def prime_factors(number: int) -> tuple[dict[int, int], int]:
    """Return prime divisors with their powers, and what is left that was not taken apart.

    What is left is 1 for every number below 2**64. Above, it is 1 or composite, without a
    small divisor.
    """
    found: dict[int, int] = {}
    left = 1
    waiting = [number] if number > 1 else []
    while waiting:
        part = waiting.pop()
        factor = small_factor(part)
        if factor is None and is_prime(part):
            factor = part
        if factor is None and part < CERTAIN_BELOW:
            factor = _rho(part)
            waiting += [factor, part // factor]
        elif factor is None:
            left *= part
        else:
            found[factor] = found.get(factor, 0) + 1
            if part > factor:
                waiting.append(part // factor)
    return found, left


def _drawn(number: int, draw: Draw) -> Iterable[int]:
    # Zero, 1 and their negatives are witnesses of nothing.
    return (2 + draw(number - 3) for _ in range(ROUNDS))


def _witness(number: int, bases: Iterable[int]) -> int | None:
    """Return a base that shows an odd number to be composite (Rabin 1980), or None."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        power = pow(base, odd, number)
        if power in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return base
    return None


def _rho(number: int) -> int:
    """Return a divisor of an odd composite number (Pollard 1975); quick below 2**64."""
    from math import gcd

    step = 0
    while True:
        step += 1
        slow = fast = 2
        divisor = 1
        while divisor == 1:
            # Differences are multiplied up, since a division costs more than all else.
            product, at = 1, (slow, fast)
            for _ in range(128):
                slow = (slow * slow + step) % number
                fast = (fast * fast + step) % number
                fast = (fast * fast + step) % number
                product = product * abs(slow - fast) % number
            divisor = gcd(product, number)
            if divisor == number:
                slow, fast = at
                divisor = 1
                while divisor == 1:
                    slow = (slow * slow + step) % number
                    fast = (fast * fast + step) % number
                    fast = (fast * fast + step) % number
                    divisor = gcd(abs(slow - fast), number)
        if divisor != number:
            return divisor
