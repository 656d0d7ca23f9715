"""Diffie-Hellman with what TLS uses: ffdhe2048 (RFC 7919 appendix A.1) and X25519 (RFC 7748)."""

import secrets
from functools import cache

import msgspec

from tlsward.facts.well_known_dh import well_known_primes
from tlsward.primer.diffie_hellman import Exchange, Group, exchange
from tlsward.primer.primes import Draw

_FFDHE2048 = "ffdhe2048"


class CurveExchange(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange on a curve: what both sent, and the secret that both have, all octets."""

    public_a: bytes
    public_b: bytes
    shared: bytes


@cache
def ffdhe2048_group() -> Group:
    """Return the group; its prime is 2q + 1 with q prime, and 2 generates the q squares."""
    prime = next(each.prime for each in well_known_primes() if each.name == _FFDHE2048)
    number = int.from_bytes(prime)
    order = (number - 1) // 2
    return Group(prime=number, generator=2, order=order, known_factors=(2, order))


def ffdhe2048(draw: Draw = secrets.randbelow) -> Exchange:
    """Return an exchange with secrets that are drawn now."""
    known = ffdhe2048_group()
    a, b = (2 + draw(known.prime - 3) for _ in "ab")
    return exchange(known, a, b)


def x25519() -> CurveExchange:
    """Return an exchange on the curve with secrets that are drawn now."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    a, b = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    shared = a.exchange(b.public_key())
    if shared != b.exchange(a.public_key()):
        raise AssertionError("both sides of X25519 differ")
    return CurveExchange(
        public_a=a.public_key().public_bytes_raw(),
        public_b=b.public_key().public_bytes_raw(),
        shared=shared,
    )
