"""Key pairs for key exchange, by the number of their group (RFC 9846 section 4.2.8).

`SUPPORTED_GROUPS` looks at what the installed `cryptography` can do when it is first used.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache, partial
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mlkem import (
        MLKEM768PrivateKey,
        MLKEM1024PrivateKey,
    )

SECP256R1: Final = 0x0017
SECP384R1: Final = 0x0018
SECP521R1: Final = 0x0019
X25519: Final = 0x001D
X448: Final = 0x001E
FFDHE2048: Final = 0x0100
FFDHE3072: Final = 0x0101
FFDHE4096: Final = 0x0102
MLKEM768: Final = 0x0201
MLKEM1024: Final = 0x0202
SECP256R1MLKEM768: Final = 0x11EB
X25519MLKEM768: Final = 0x11EC
SECP384R1MLKEM1024: Final = 0x11ED


class UnsupportedGroup(ValueError):  # noqa: N818  (says what the group is, not what we did)
    """There is no code for key exchange in a group. `group` is its number."""

    def __init__(self, group: int) -> None:
        super().__init__(f"no code for key exchange in group 0x{group:04X}")
        self.group = group


class KeyShare(ABC):
    """A key pair of one group. May be used for several connections: it protects nothing."""

    group: int
    #: What goes into the key_share entry, or into a ClientKeyExchange.
    public: bytes

    @staticmethod
    def generate(group: int) -> "KeyShare":
        """Make a key pair; raises UnsupportedGroup."""
        maker = _makers().get(group)
        if maker is None:
            raise UnsupportedGroup(group)
        return maker()

    @abstractmethod
    def exchange(self, peer: bytes) -> bytes:
        """Return the secret shared with the owner of `peer`, a public key or ciphertext.

        Raises ValueError for what is no key of the group, or one of small order.
        """


class _Montgomery(KeyShare):
    """X25519 and X448 (RFC 7748, RFC 9846 section 4.2.8.2)."""

    def __init__(self, group: int) -> None:
        from cryptography.hazmat.primitives.asymmetric import x448, x25519

        self.group = group
        self._private: x25519.X25519PrivateKey | x448.X448PrivateKey
        if group == X25519:
            self._private = x25519.X25519PrivateKey.generate()
        else:
            self._private = x448.X448PrivateKey.generate()
        self.public = self._private.public_key().public_bytes_raw()

    def exchange(self, peer: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import x448, x25519

        # `cryptography` refuses a secret of zeros, as RFC 9846 section 7.4.2 wants.
        if isinstance(self._private, x25519.X25519PrivateKey):
            return self._private.exchange(x25519.X25519PublicKey.from_public_bytes(peer))
        return self._private.exchange(x448.X448PublicKey.from_public_bytes(peer))


class _Weierstrass(KeyShare):
    """The curves of NIST; keys are uncompressed points (RFC 8422 section 5.4.1)."""

    def __init__(self, group: int) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        curves: dict[int, ec.EllipticCurve] = {
            SECP256R1: ec.SECP256R1(),
            SECP384R1: ec.SECP384R1(),
            SECP521R1: ec.SECP521R1(),
        }
        self.group = group
        self._private: ec.EllipticCurvePrivateKey = ec.generate_private_key(curves[group])
        self.public = self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def exchange(self, peer: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import ec

        if len(peer) != len(self.public):
            # RFC 9846 section 4.2.8.2 knows no compressed points.
            raise ValueError(f"a point of {len(peer)} octets")
        point = ec.EllipticCurvePublicKey.from_encoded_point(self._private.curve, peer)
        # RFC 9846 section 7.4.2: the x coordinate, leading zeros kept.
        return self._private.exchange(ec.ECDH(), point)


class _FiniteField(KeyShare):
    """The groups of RFC 7919; keys are padded to the prime (RFC 9846 section 4.2.8.1)."""

    #: The X of each prime in RFC 7919 appendix A, with its size in bits.
    _PRIMES: ClassVar[dict[int, tuple[int, int]]] = {
        FFDHE2048: (2048, 560316),
        FFDHE3072: (3072, 2625351),
        FFDHE4096: (4096, 5736041),
    }
    #: Twice the strength of the strongest of them.
    _EXPONENT_OCTETS = 48

    def __init__(self, group: int) -> None:
        self.group = group
        bits, increment = self._PRIMES[group]
        self._octets = bits // 8
        self._prime = _ffdhe_prime(bits, increment)
        self._private = int.from_bytes(os.urandom(self._EXPONENT_OCTETS))
        self.public = pow(2, self._private, self._prime).to_bytes(self._octets)

    def exchange(self, peer: bytes) -> bytes:
        other = int.from_bytes(peer)
        if len(peer) != self._octets or not 1 < other < self._prime - 1:
            raise ValueError("no public key of this group")
        # RFC 9846 section 7.4.1: leading zeros are kept.
        return pow(other, self._private, self._prime).to_bytes(self._octets)


@cache
def _ffdhe_prime(bits: int, increment: int) -> int:
    """RFC 7919 appendix A: 2^b - 2^(b-64) + {[2^(b-130) e] + X} * 2^64 - 1."""
    scale = bits - 130
    # e by its series with 64 bits to spare, then cut off.
    total = term = 1 << (scale + 64)
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    floor_of_e = total >> 64
    return (1 << bits) - (1 << (bits - 64)) + ((floor_of_e + increment) << 64) - 1


class _Encapsulation(KeyShare):
    """ML-KEM (FIPS 203): the share is the encapsulation key, the answer a ciphertext."""

    def __init__(self, group: int) -> None:
        from cryptography.hazmat.primitives.asymmetric import mlkem

        self.group = group
        self._private: MLKEM768PrivateKey | MLKEM1024PrivateKey
        if group == MLKEM768:
            self._private = mlkem.MLKEM768PrivateKey.generate()
        else:
            self._private = mlkem.MLKEM1024PrivateKey.generate()
        self.public = self._private.public_key().public_bytes_raw()

    def exchange(self, peer: bytes) -> bytes:
        return self._private.decapsulate(peer)


class _Hybrid(KeyShare):
    """A curve and ML-KEM side by side (draft-ietf-tls-ecdhe-mlkem).

    Shares, answers and secrets are concatenated, in the order of the group's name, except
    that X25519MLKEM768 has ML-KEM first.
    """

    _CIPHERTEXT_OCTETS: ClassVar[dict[int, int]] = {MLKEM768: 1088, MLKEM1024: 1568}

    def __init__(self, group: int, first: int, second: int) -> None:
        self.group = group
        self._first = KeyShare.generate(first)
        self._second = KeyShare.generate(second)
        self.public = self._first.public + self._second.public
        # A curve's answer is as long as its share, a ciphertext is not.
        self._split = self._CIPHERTEXT_OCTETS.get(first, len(self._first.public))

    def exchange(self, peer: bytes) -> bytes:
        return self._first.exchange(peer[: self._split]) + self._second.exchange(
            peer[self._split :]
        )


@cache
def _makers() -> dict[int, Callable[[], KeyShare]]:
    makers: dict[int, Callable[[], KeyShare]] = {
        **{group: partial(_Montgomery, group) for group in (X25519, X448)},
        **{group: partial(_Weierstrass, group) for group in (SECP256R1, SECP384R1, SECP521R1)},
        **{group: partial(_FiniteField, group) for group in (FFDHE2048, FFDHE3072, FFDHE4096)},
    }
    if _has_mlkem():
        makers |= {
            **{group: partial(_Encapsulation, group) for group in (MLKEM768, MLKEM1024)},
            SECP256R1MLKEM768: partial(_Hybrid, SECP256R1MLKEM768, SECP256R1, MLKEM768),
            X25519MLKEM768: partial(_Hybrid, X25519MLKEM768, MLKEM768, X25519),
            SECP384R1MLKEM1024: partial(_Hybrid, SECP384R1MLKEM1024, SECP384R1, MLKEM1024),
        }
    return makers


def _has_mlkem() -> bool:
    """Say whether the installed `cryptography`, and the library under it, have ML-KEM."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import mlkem
    except ImportError:
        return False
    try:
        mlkem.MLKEM768PrivateKey.generate()
    except UnsupportedAlgorithm:
        return False
    return True


class _SupportedGroups(AbstractSet[int]):
    """The groups that `KeyShare.generate` knows, found out at first use."""

    def __contains__(self, group: object) -> bool:
        return group in _makers()

    def __iter__(self) -> Iterator[int]:
        return iter(_makers())

    def __len__(self) -> int:
        return len(_makers())


SUPPORTED_GROUPS: Final = _SupportedGroups()
