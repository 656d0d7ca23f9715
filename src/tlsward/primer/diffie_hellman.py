"""The key exchange of Diffie and Hellman (1976) in the numbers modulo a prime.

What is computed here is what TLS computes with ffdhe2048 (RFC 7919), on numbers of any
size; nothing hides how long it takes, for these secrets protect nothing.
"""

from collections.abc import Sequence

import msgspec

from tlsward.errors import UsageError
from tlsward.facts.well_known_dh import well_known_dh
from tlsward.primer.numbers import MOST_BITS, check_prime, check_size, shortened
from tlsward.primer.primes import prime_factors

#: An eavesdropper tries up to so many exponents here.
MOST_TRIES = 1 << 20
#: As many powers are never few: DSA's smallest groups have them (FIPS 186-4 section 4.2).
_MANY = 1 << 159


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The public numbers: a prime and a generator.

    `order` is how many different powers the generator has, None where p - 1 could not be
    taken apart; `known_factors` are the prime divisors of p - 1 that were found. `certain`
    is false where the prime merely passed a test.
    """

    prime: int
    generator: int
    order: int | None
    known_factors: tuple[int, ...]
    certain: bool = True

    @property
    def hardness(self) -> int | None:
        """The largest prime in the order: what the search for an exponent is as hard as.

        Pohlig and Hellman (1978) take the search apart into one for each prime. None where
        the order is not known.
        """
        if self.order is None:
            return None
        return max(each for each in self.known_factors if self.order % each == 0)


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange: both secrets, what was sent, and what both have in the end."""

    group: Group
    a: int
    b: int
    public_a: int
    public_b: int
    shared: int


class Eavesdropping(msgspec.Struct, frozen=True, kw_only=True):
    """What one gets who tries all exponents: the powers met on the way and the tries.

    `exponent` is None where it was not found within MOST_TRIES.
    """

    powers: tuple[int, ...]
    tries: int
    exponent: int | None
    shared: int | None


def group(prime: int, generator: int) -> Group:
    """Return the group of a prime and a generator; UsageError, with the reason, for bad ones."""
    check_size(prime, "p")
    why = (
        "modulo anything else the powers of g fall into smaller groups, which are easier to search"
    )
    known = well_known_dh(prime.to_bytes(MOST_BITS // 8)) if prime > 0 else None
    certain = known is not None or check_prime(prime, "p", why)
    if prime < 5:
        raise UsageError(f"p: {prime} is too small: there is no secret between 2 and p - 2")
    _check_generator(prime, generator)
    factors, left = prime_factors(prime - 1)
    order = _order(prime, generator, factors, left)
    if order is not None and order * order < prime and order < _MANY:
        raise UsageError(
            f"g: {shortened(generator)} has only {shortened(order)} different powers modulo "
            f"{shortened(prime)}, so the shared secret would be one of so few; take another g"
        )
    return Group(
        prime=prime,
        generator=generator,
        order=order if left == 1 else None,
        known_factors=tuple(sorted(factors)),
        certain=certain,
    )


def exchange(group: Group, a: int, b: int) -> Exchange:
    """Return an exchange with two secrets; UsageError for secrets that are none."""
    prime = group.prime
    for name, secret in (("a", a), ("b", b)):
        if not 2 <= secret <= prime - 2:
            raise UsageError(f"{name}: {shortened(secret)} {_not_secret(secret, prime)}")
    public_a = pow(group.generator, a, prime)
    public_b = pow(group.generator, b, prime)
    for name, secret, public in (("a", a, public_a), ("b", b, public_b)):
        if public in {1, prime - 1}:
            raise UsageError(f"{name}: {shortened(secret)} {_gives_away(name.upper(), public)}")
    return Exchange(
        group=group,
        a=a,
        b=b,
        public_a=public_a,
        public_b=public_b,
        shared=pow(public_b, a, prime),
    )


def eavesdrop(done: Exchange, *, most_tries: int = MOST_TRIES, keep: int = 24) -> Eavesdropping:
    """Try one exponent after another until a power of g is what was sent.

    It knows no more than who listens: p, g, A and B. The first `keep` powers are kept.
    """
    prime, power = done.group.prime, 1
    powers: list[int] = []
    for exponent in range(1, most_tries + 1):
        power = power * done.group.generator % prime
        if len(powers) < keep:
            powers.append(power)
        if power == done.public_a:
            shared = pow(done.public_b, exponent, prime)
            return Eavesdropping(
                powers=tuple(powers), tries=exponent, exponent=exponent, shared=shared
            )
    return Eavesdropping(powers=tuple(powers), tries=most_tries, exponent=None, shared=None)


def power_steps(base: int, exponent: int, modulus: int) -> tuple[tuple[str, int], ...]:
    """Return how a power is computed: for each bit of the exponent what is done and the value.

    From the highest bit on: square, and where the bit is 1, multiply by the base.
    """
    value = 1
    steps: list[tuple[str, int]] = []
    for bit in f"{exponent:b}":
        value = value * value % modulus
        doing = "square"
        if bit == "1":
            value = value * base % modulus
            doing = "square, times base"
        steps.append((doing, value))
    return tuple(steps)


def _check_generator(prime: int, generator: int) -> None:
    if not 1 <= generator < prime:
        raise UsageError(
            f"g: {shortened(generator)} is out of range: it has to be between 2 and p - 2, "
            f"here {shortened(prime - 2)}"
        )
    if generator == 1:
        raise UsageError("g: every power of 1 is 1, so the shared secret would be 1 for all")
    if generator == prime - 1:
        raise UsageError(
            f"g: {shortened(generator)} is p - 1, whose powers are p - 1 and 1 alone, so the "
            "shared secret would be one of two"
        )


def _order(prime: int, generator: int, factors: dict[int, int], left: int) -> int | None:
    """Return the least exponent that makes the generator 1, None where it is not known.

    Where p - 1 has a part that was not taken apart, an order is known only if the found
    factors alone make it.
    """
    order = 1
    for factor, power in factors.items():
        order *= factor**power
    if pow(generator, order, prime) != 1:
        if left == 1:
            raise AssertionError("Fermat's little theorem does not hold")
        return None
    return _least(prime, generator, order, list(factors))


def _least(prime: int, generator: int, order: int, factors: Sequence[int]) -> int:
    for factor in factors:
        while order % factor == 0 and pow(generator, order // factor, prime) == 1:
            order //= factor
    return order


def _gives_away(name: str, public: int) -> str:
    """Say why TLS refuses a public value (RFC 9846 section 4.2.8.1, RFC 7919 section 5.1)."""
    if public == 1:
        return f"makes {name} = 1, and then the shared secret is 1; TLS refuses such a value"
    return (
        f"makes {name} = p - 1, and then the shared secret is 1 or p - 1; TLS refuses such a value"
    )


def _not_secret(secret: int, prime: int) -> str:
    if secret == 1:
        return "gives the secret away: g to the power of 1 is g"
    if secret == prime - 1:
        return "gives the secret away: g to the power of p - 1 is 1, for every g"
    return f"is out of range: a secret is between 2 and p - 2, here {shortened(prime - 2)}"
