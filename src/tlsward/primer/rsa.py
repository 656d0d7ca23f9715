"""RSA (Rivest, Shamir, Adleman 1978) as a textbook has it: on numbers, without padding.

With padding it is what RFC 8017 describes and `cryptography` does. Nothing here hides how
long it takes: these keys protect nothing.
"""

import math

import msgspec

from tlsward.errors import UsageError
from tlsward.primer.euclid import EuclidRow, euclid_table, greatest_common_divisor, inverse
from tlsward.primer.numbers import MOST_BITS, check_prime, check_size, shortened


class RsaKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key with all that it was made of; `table` is how d was found.

    `certain` is false where p or q merely passed a test.
    """

    p: int
    q: int
    n: int
    phi: int
    e: int
    d: int
    table: tuple[EuclidRow, ...]
    certain: bool = True

    @property
    def repeats_after(self) -> int:
        """After how many steps all powers modulo n repeat: no more than φ(n), often fewer."""
        return math.lcm(self.p - 1, self.q - 1)

    @property
    def changes_nothing(self) -> bool:
        """Whether every message is its own ciphertext."""
        return self.e % self.repeats_after == 1

    @property
    def undoes_itself(self) -> bool:
        """Whether the public half decrypts what it encrypted."""
        return self.e**2 % self.repeats_after == 1


class Factoring(msgspec.Struct, frozen=True, kw_only=True):
    """Two factors found by trying one divisor after another; None where it was given up."""

    tries: int
    factors: tuple[int, int] | None


def make_key(p: int, q: int, e: int) -> RsaKey:
    """Return the key of two primes and a public exponent; UsageError, with the reason."""
    certain = True
    for name, prime in (("p", p), ("q", q)):
        check_size(prime, name, most_bits=MOST_BITS // 2)
        why = "with (p - 1)(q - 1) for φ(n), d would not undo what e does"
        certain = check_prime(prime, name, why) and certain
    if p == q:
        raise UsageError(
            f"p and q are both {shortened(p)}: n would be a square, whose root anybody can take, "
            "and (p - 1)(q - 1) would not be how many numbers have an inverse"
        )
    n, phi = p * q, (p - 1) * (q - 1)
    if not 1 < e < phi:
        raise UsageError(
            f"e: {shortened(e)} is out of range: it has to be above 1 and below "
            f"φ(n) = {shortened(phi)}"
        )
    table = euclid_table(phi, e)
    common = greatest_common_divisor(table)
    if common != 1:
        raise UsageError(
            f"e: {shortened(e)} and φ(n) = {shortened(phi)} have the common divisor "
            f"{shortened(common)}, so no d undoes it: messages would share a ciphertext"
        )
    return RsaKey(p=p, q=q, n=n, phi=phi, e=e, d=inverse(table, phi), table=table, certain=certain)


def check_message(key: RsaKey, message: int) -> None:
    """Raise UsageError for a message that the key cannot take."""
    if message < 0:
        raise UsageError(f"message: {shortened(message)} is negative")
    if message >= key.n:
        raise UsageError(
            f"message: {shortened(message)} is not below n = {shortened(key.n)}: what comes back "
            f"is a remainder modulo n, here {shortened(message % key.n)}; take a longer key"
        )


def encrypt(key: RsaKey, message: int) -> int:
    """Return the message to the power of e (RFC 8017 section 5.1.1); UsageError if too large."""
    check_message(key, message)
    return pow(message, key.e, key.n)


def decrypt(key: RsaKey, ciphertext: int) -> int:
    """Return the ciphertext to the power of d (RFC 8017 section 5.1.2)."""
    return pow(ciphertext, key.d, key.n)


def sign(key: RsaKey, message: int) -> int:
    """Return the message to the power of d (RFC 8017 section 5.2.1); UsageError if too large."""
    check_message(key, message)
    return pow(message, key.d, key.n)


def opened(key: RsaKey, signature: int) -> int:
    """Return what a signature was made of: to the power of e (RFC 8017 section 5.2.2)."""
    return pow(signature, key.e, key.n)


def factor(n: int, *, most_tries: int = 1 << 20) -> Factoring:
    """Try 2 and one odd divisor after another, as one would who knows n alone."""
    if n % 2 == 0:
        return Factoring(tries=1, factors=(2, n // 2))
    divisor = 3
    for tries in range(2, most_tries + 1):
        if divisor * divisor > n:
            break
        if n % divisor == 0:
            return Factoring(tries=tries, factors=(divisor, n // divisor))
        divisor += 2
    return Factoring(tries=most_tries, factors=None)
