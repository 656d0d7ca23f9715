"""Handshake messages in and out of the payloads of records (RFC 9846 section 4)."""

import msgspec

from tlsward.wire.reader import DecodeError

HEADER_LENGTH = 4
#: A chain of 1000 names and ten certificates stays below a tenth of this.
MESSAGE_LIMIT_BYTES = 262144


class HandshakeMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message; `raw` is header and body, as the transcript wants it."""

    type: int
    body: bytes
    raw: bytes


class HandshakeReader:
    """Cuts payloads of handshake records into messages, which may span records.

    A message whose header announces more than `limit_bytes` is refused before it is stored.
    """

    def __init__(self, limit_bytes: int = MESSAGE_LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._buffer = bytearray()
        self._consumed = 0
        self._error: DecodeError | None = None

    @property
    def buffered(self) -> int:
        """Number of octets that wait for the rest of their message."""
        return len(self._buffer)

    def feed(self, payload: bytes) -> list[HandshakeMessage]:
        """Take the payload of a record, return the messages it completes.

        After an error there is no next message: it is raised again.
        """
        if self._error is not None:
            raise self._error
        buffer = self._buffer
        buffer += payload
        messages: list[HandshakeMessage] = []
        position, end = 0, len(buffer)
        while position + HEADER_LENGTH <= end:
            body = position + HEADER_LENGTH
            length = int.from_bytes(buffer[position + 1 : body])
            if length > self._limit:
                self._error = DecodeError(
                    "length",
                    self._consumed + position + 1,
                    f"a message of {length} octets, more than {self._limit}",
                )
                raise self._error
            following = body + length
            if following > end:
                break
            raw = bytes(buffer[position:following])
            messages.append(HandshakeMessage(type=raw[0], body=raw[HEADER_LENGTH:], raw=raw))
            position = following
        del buffer[:position]
        self._consumed += position
        return messages


def encode_handshake(type: int, body: bytes) -> bytes:  # noqa: A002  (the RFC's name)
    """Return a message with its header."""
    return type.to_bytes(1) + len(body).to_bytes(3) + body
