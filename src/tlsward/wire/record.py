"""The record layer as it stands outside of any protection (RFC 9846 section 5.1)."""

import msgspec

from tlsward.wire.codepoints import ContentType
from tlsward.wire.reader import DecodeError

HEADER_LENGTH = 5
PLAINTEXT_LIMIT = 1 << 14
#: RFC 5246 section 6.2.3 lets protection add 2048 octets; TLS 1.3 stays below.
PAYLOAD_LIMIT = PLAINTEXT_LIMIT + 2048
#: Enough for any handshake: a server that sends more in all talks without end.
STREAM_LIMIT_BYTES = 1 << 20

_CONTENT_TYPES = frozenset(range(ContentType.CHANGE_CIPHER_SPEC, ContentType.ACK + 1))
#: The major number of every TLS is 3. Alerts of version 0x0200 have been seen from servers
#: that answer an SSL 2.0 hello or give up early.
_MAJOR_VERSIONS = frozenset({0x02, 0x03})


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One record; `payload` is ciphertext where the record is protected."""

    content_type: int
    version: int
    payload: bytes

    def encode(self) -> bytes:
        """Return the record with its header. RFC 9846 section 5.1: TLSPlaintext."""
        return (
            self.content_type.to_bytes(1)
            + self.version.to_bytes(2)
            + len(self.payload).to_bytes(2)
            + self.payload
        )


class RecordReader:
    """Cuts a stream of bytes into records.

    At most `limit_bytes` are accepted in all; what waits for the rest of its record is
    less than one record.
    """

    def __init__(self, limit_bytes: int = STREAM_LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._buffer = bytearray()
        self._consumed = 0
        self.error: DecodeError | None = None

    @property
    def buffered(self) -> int:
        """Number of octets that wait for the rest of their record."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Record]:
        """Take bytes, return the records they complete.

        Raises DecodeError when the bytes are not TLS records: with the first octet of
        anything else, so that an HTTP answer needs not be waited for. Where records came
        before the nonsense in the same call they are returned, and `error` holds what is
        wrong: servers have been seen to send words in plain text right after an alert.
        """
        if self.error is not None:
            raise self.error
        buffer = self._buffer
        buffer += data
        if self._consumed + len(buffer) > self._limit:
            self.error = DecodeError("record", self._consumed, f"more than {self._limit} octets")
            raise self.error
        records: list[Record] = []
        position, end = 0, len(buffer)
        while position < end:
            payload = position + HEADER_LENGTH
            length = int.from_bytes(buffer[position + 3 : payload]) if payload <= end else 0
            if (
                buffer[position] not in _CONTENT_TYPES
                or (position + 1 < end and buffer[position + 1] not in _MAJOR_VERSIONS)
                or length > PAYLOAD_LIMIT
            ):
                self.error = self._wrong_header(buffer[position:payload], position)
                if not records:
                    raise self.error
                break
            following = payload + length
            if following > end:
                break
            records.append(
                Record(
                    content_type=buffer[position],
                    version=int.from_bytes(buffer[position + 1 : position + 3]),
                    payload=bytes(buffer[payload:following]),
                )
            )
            position = following
        del buffer[:position]
        self._consumed += position
        return records

    def _wrong_header(self, header: bytearray, position: int) -> DecodeError:
        offset = self._consumed + position
        if header[0] not in _CONTENT_TYPES:
            return DecodeError("content_type", offset, f"0x{header[0]:02X} begins no TLS record")
        if header[1] not in _MAJOR_VERSIONS:
            return DecodeError("version", offset + 1, f"0x{header[1]:02X} begins no version")
        length = int.from_bytes(header[3:])
        return DecodeError("length", offset + 3, f"a record of {length} octets")


def encode_records(
    content_type: int, version: int, payload: bytes, fragment: int = PLAINTEXT_LIMIT
) -> bytes:
    """Return `payload` as records of at most `fragment` octets each; an empty one as one record."""
    if len(payload) <= fragment:
        header = content_type.to_bytes(1) + version.to_bytes(2) + len(payload).to_bytes(2)
        return header + payload
    return b"".join(
        encode_records(content_type, version, payload[start : start + fragment], fragment)
        for start in range(0, len(payload), fragment)
    )
