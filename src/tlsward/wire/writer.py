"""Numbers and vectors of the presentation language as bytes (RFC 9846 section 3).

A number or a vector that does not fit its width is a mistake of the caller and raises
OverflowError.
"""

import struct
from collections.abc import Sequence


def u8(number: int) -> bytes:
    """Return an uint8."""
    return number.to_bytes(1)


def u16(number: int) -> bytes:
    """Return an uint16."""
    return number.to_bytes(2)


def u24(number: int) -> bytes:
    """Return an uint24."""
    return number.to_bytes(3)


def u32(number: int) -> bytes:
    """Return an uint32."""
    return number.to_bytes(4)


def vector8(content: bytes) -> bytes:
    """Return `content` after its length in one octet."""
    return len(content).to_bytes(1) + content


def vector16(content: bytes) -> bytes:
    """Return `content` after its length in two octets."""
    return len(content).to_bytes(2) + content


def vector24(content: bytes) -> bytes:
    """Return `content` after its length in three octets."""
    return len(content).to_bytes(3) + content


def u16_list(numbers: Sequence[int]) -> bytes:
    """Return uint16 numbers in a vector with a length of two octets."""
    return vector16(_packed(numbers))


def u16_short_list(numbers: Sequence[int]) -> bytes:
    """Return uint16 numbers in a vector with a length of one octet."""
    return vector8(_packed(numbers))


def _packed(numbers: Sequence[int]) -> bytes:
    try:
        return struct.pack(f">{len(numbers)}H", *numbers)
    except struct.error as error:
        raise OverflowError(str(error)) from None
