"""Elliptic curves written out in a ServerKeyExchange (RFC 4492 section 5.4).

RFC 8422 forbids them; servers of old toolkits still send them when asked for
arbitrary_explicit_prime_curves.
"""

from typing import Final

import msgspec

from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.writer import u8, u16, vector8

EXPLICIT_PRIME: Final = 1
EXPLICIT_CHAR2: Final = 2
#: Basis of a field of characteristic 2 -> how many exponents define its polynomial.
_EXPONENTS: Final = {1: 1, 2: 3}


class ExplicitCurve(msgspec.Struct, frozen=True, kw_only=True):
    """A curve by its parameters, all big-endian octets.

    Over a prime field `prime` is set; over one of characteristic 2 `degree` (m), and
    `exponents`: one of a trinomial, three of a pentanomial.
    """

    prime: bytes | None = None
    degree: int | None = None
    exponents: tuple[bytes, ...] = ()
    a: bytes
    b: bytes
    base: bytes
    order: bytes
    cofactor: bytes

    @property
    def bits(self) -> int:
        """Size of the field in bits."""
        if self.prime is not None:
            return int.from_bytes(self.prime).bit_length()
        return self.degree or 0


def read_explicit_curve(reader: Reader, curve_type: int, at: int) -> ExplicitCurve:
    """Read ECParameters after their `curve_type`, which stood at offset `at`."""
    prime = degree = None
    exponents: tuple[bytes, ...] = ()
    if curve_type == EXPLICIT_PRIME:
        prime = reader.vector8("prime_p", minimum=1)
    elif curve_type == EXPLICIT_CHAR2:
        degree = reader.u16("m")
        basis_at = reader.offset()
        count = _EXPONENTS.get(reader.u8("basis"))
        if count is None:
            raise DecodeError("basis", basis_at, "neither trinomial nor pentanomial")
        exponents = tuple(reader.vector8("k", minimum=1) for _ in range(count))
    else:
        raise DecodeError("curve_type", at, f"no curve type {curve_type} is known")
    return ExplicitCurve(
        prime=prime,
        degree=degree,
        exponents=exponents,
        a=reader.vector8("a", minimum=1),
        b=reader.vector8("b", minimum=1),
        base=reader.vector8("base", minimum=1),
        order=reader.vector8("order", minimum=1),
        cofactor=reader.vector8("cofactor", minimum=1),
    )


def encode_explicit_curve(curve: ExplicitCurve) -> bytes:
    """Return ECParameters of an explicit curve, `curve_type` included."""
    if curve.prime is not None:
        head = u8(EXPLICIT_PRIME) + vector8(curve.prime)
    else:
        basis = 1 if len(curve.exponents) == 1 else 2
        head = u8(EXPLICIT_CHAR2) + u16(curve.degree or 0) + u8(basis)
        head += b"".join(vector8(exponent) for exponent in curve.exponents)
    rest = (curve.a, curve.b, curve.base, curve.order, curve.cofactor)
    return head + b"".join(vector8(number) for number in rest)
