"""The block of extensions that most messages end with (RFC 9846 section 4.2)."""

from collections.abc import Iterable

import msgspec

from tlsward.wire.reader import Reader
from tlsward.wire.writer import vector16


class Extension(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One extension, its data uninterpreted: `extensions` reads and builds them."""

    type: int
    data: bytes = b""


def read_extensions(reader: Reader) -> tuple[Extension, ...]:
    """Read `Extension extensions<0..2^16-1>`.

    Repeated types are kept: RFC 9846 section 4.2 forbids them, and who wants to blame a
    peer for it has to see them.
    """
    block = reader.within16("extensions")
    found: list[Extension] = []
    while block.remaining():
        number = block.u16("extension_type")
        found.append(Extension(type=number, data=block.vector16("extension_data")))
    return tuple(found)


def decode_extensions(data: bytes) -> tuple[Extension, ...]:
    """Decode a block of extensions with its length."""
    reader = Reader(data, "extensions")
    found = read_extensions(reader)
    reader.finish()
    return found


def encode_extensions(extensions: Iterable[Extension]) -> bytes:
    """Return a block of extensions with its length."""
    return vector16(
        b"".join(
            extension.type.to_bytes(2) + len(extension.data).to_bytes(2) + extension.data
            for extension in extensions
        )
    )
