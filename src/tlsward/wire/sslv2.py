"""SSL 2.0: its records, its hello and its server-hello.

After K. Hickman, "The SSL Protocol", Netscape, 1995, which RFC 6101 appendix E quotes in
part. Only what shows whether a server speaks it: nothing is ever encrypted.
"""

from typing import Final

import msgspec

from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.writer import u8, u16

ERROR: Final = 0x00
CLIENT_HELLO: Final = 0x01
SERVER_HELLO: Final = 0x04

#: A record of the two-octet header; with the three-octet one it is half of that.
RECORD_LIMIT: Final = 0x7FFF
STREAM_LIMIT_BYTES: Final = 1 << 17

_ERROR_NAMES: Final = {
    0x0001: "no_cipher",
    0x0002: "no_certificate",
    0x0004: "bad_certificate",
    0x0006: "unsupported_certificate_type",
}


class SSL2RecordReader:
    """Cuts a stream of bytes into the messages that SSL 2.0 records carry, one each.

    Both headers are read: two octets with the top bit set, or three octets that end in the
    length of the padding, which is cut off. At most `limit_bytes` are accepted in all.
    """

    def __init__(self, limit_bytes: int = STREAM_LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._buffer = bytearray()
        self._consumed = 0

    @property
    def buffered(self) -> int:
        """Number of octets that wait for the rest of their record."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes, return the messages they complete, each with its type first."""
        buffer = self._buffer
        buffer += data
        if self._consumed + len(buffer) > self._limit:
            raise DecodeError("record", self._consumed, f"more than {self._limit} octets")
        messages: list[bytes] = []
        position, end = 0, len(buffer)
        while end - position >= 2:
            at = self._consumed + position
            header = int.from_bytes(buffer[position : position + 2])
            padding = 0
            if header & 0x8000:
                start, length = position + 2, header & 0x7FFF
            else:
                # The bit below marks an escape, of which no message was ever defined.
                if end - position < 3:
                    break
                start, length = position + 3, header & 0x3FFF
                padding = buffer[position + 2]
            if length <= padding:
                raise DecodeError("record_length", at, f"{length} octets, {padding} of padding")
            if start + length > end:
                break
            messages.append(bytes(buffer[start : start + length - padding]))
            position = start + length
        del buffer[:position]
        self._consumed += position
        return messages


def encode_record(message: bytes) -> bytes:
    """Return a record with the header of two octets."""
    if not 0 < len(message) <= RECORD_LIMIT:
        raise OverflowError(f"{len(message)} octets do not fit a record")
    return u16(0x8000 | len(message)) + message


def encode_padded_record(message: bytes, padding: int) -> bytes:
    """Return a record with the header of three octets, `padding` of them at its end."""
    length = len(message) + padding
    if not padding < length <= RECORD_LIMIT >> 1:
        raise OverflowError(f"{length} octets do not fit a record")
    return u16(length) + u8(padding) + message + bytes(padding)


class ClientHelloSSL2(msgspec.Struct, frozen=True, kw_only=True):
    """CLIENT-HELLO. `version` may be a newer one, for servers that still take this form."""

    cipher_kinds: tuple[int, ...]
    challenge: bytes
    session_id: bytes = b""
    version: int = ProtocolVersion.SSL2

    def encode(self) -> bytes:
        """Return the message in its record. A cipher kind has three octets."""
        kinds = b"".join(kind.to_bytes(3) for kind in self.cipher_kinds)
        return encode_record(
            u8(CLIENT_HELLO)
            + u16(self.version)
            + u16(len(kinds))
            + u16(len(self.session_id))
            + u16(len(self.challenge))
            + kinds
            + self.session_id
            + self.challenge
        )

    @classmethod
    def decode(cls, message: bytes) -> "ClientHelloSSL2":
        """Read the message, as `SSL2RecordReader` gives it."""
        reader = Reader(message, "CLIENT-HELLO")
        _read_type(reader, CLIENT_HELLO)
        version = reader.u16("version")
        kinds_length = reader.u16("cipher_specs_length")
        session_id_length = reader.u16("session_id_length")
        challenge_length = reader.u16("challenge_length")
        kinds = _read_kinds(reader, kinds_length)
        session_id = reader.take(session_id_length, "session_id")
        challenge = reader.take(challenge_length, "challenge")
        reader.finish()
        return cls(cipher_kinds=kinds, challenge=challenge, session_id=session_id, version=version)


class ServerHelloSSL2(msgspec.Struct, frozen=True, kw_only=True):
    """SERVER-HELLO. `certificate` is DER, `certificate_type` 1 for X.509.

    With a hit on the session there is neither certificate nor cipher kind.
    """

    session_id_hit: int = 0
    certificate_type: int = 1
    version: int = ProtocolVersion.SSL2
    certificate: bytes = b""
    cipher_kinds: tuple[int, ...] = ()
    connection_id: bytes = b""

    def encode(self) -> bytes:
        """Return the message in its record."""
        kinds = b"".join(kind.to_bytes(3) for kind in self.cipher_kinds)
        return encode_record(
            bytes((SERVER_HELLO, self.session_id_hit, self.certificate_type))
            + u16(self.version)
            + u16(len(self.certificate))
            + u16(len(kinds))
            + u16(len(self.connection_id))
            + self.certificate
            + kinds
            + self.connection_id
        )

    @classmethod
    def decode(cls, message: bytes) -> "ServerHelloSSL2":
        """Read the message, as `SSL2RecordReader` gives it."""
        reader = Reader(message, "SERVER-HELLO")
        _read_type(reader, SERVER_HELLO)
        session_id_hit = reader.u8("session_id_hit")
        certificate_type = reader.u8("certificate_type")
        version = reader.u16("version")
        certificate_length = reader.u16("certificate_length")
        kinds_length = reader.u16("cipher_specs_length")
        connection_id_length = reader.u16("connection_id_length")
        certificate = reader.take(certificate_length, "certificate")
        kinds = _read_kinds(reader, kinds_length)
        connection_id = reader.take(connection_id_length, "connection_id")
        reader.finish()
        return cls(
            session_id_hit=session_id_hit,
            certificate_type=certificate_type,
            version=version,
            certificate=certificate,
            cipher_kinds=kinds,
            connection_id=connection_id,
        )


class ErrorSSL2(msgspec.Struct, frozen=True, kw_only=True):
    """ERROR: what SSL 2.0 has in the place of alerts."""

    code: int

    @property
    def name(self) -> str:
        """The error's name, `0x00FF` for an unknown one."""
        return _ERROR_NAMES.get(self.code) or f"0x{self.code:04X}"

    def encode(self) -> bytes:
        """Return the message in its record."""
        return encode_record(u8(ERROR) + u16(self.code))

    @classmethod
    def decode(cls, message: bytes) -> "ErrorSSL2":
        """Read the message, as `SSL2RecordReader` gives it."""
        reader = Reader(message, "ERROR")
        _read_type(reader, ERROR)
        code = reader.u16("error_code")
        reader.finish()
        return cls(code=code)


def _read_type(reader: Reader, expected: int) -> None:
    found = reader.u8("msg_type")
    if found != expected:
        raise DecodeError("msg_type", 0, f"{found} where {expected} was expected")


def _read_kinds(reader: Reader, length: int) -> tuple[int, ...]:
    if length % 3:
        raise reader.fail(f"{length} octets are not whole kinds of three", "cipher_specs")
    kinds = reader.take(length, "cipher_specs")
    return tuple(int.from_bytes(kinds[start : start + 3]) for start in range(0, length, 3))
