"""ClientHello and ServerHello, which is also what a HelloRetryRequest looks like."""

from typing import Final

import msgspec

from tlsward.wire.codepoints import ExtensionType, HandshakeType, ProtocolVersion, name_of
from tlsward.wire.extension_block import Extension, encode_extensions, read_extensions
from tlsward.wire.handshake import HandshakeMessage, encode_handshake
from tlsward.wire.reader import Reader
from tlsward.wire.writer import u8, u16, u16_list, vector8

__all__ = [
    "HELLO_RETRY_REQUEST_RANDOM",
    "ClientHello",
    "Extension",
    "ServerHello",
    "message_name",
]

RANDOM_LENGTH = 32
#: RFC 9846 section 4.1.3: SHA-256 of "HelloRetryRequest".
HELLO_RETRY_REQUEST_RANDOM: Final = bytes.fromhex(
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
)
#: RFC 9846 section 4.1.3: the end of the random of a server that could have spoken more.
_DOWNGRADE_TO_TLS12: Final = b"DOWNGRD\x01"
_DOWNGRADE_TO_TLS11: Final = b"DOWNGRD\x00"


def message_name(message: HandshakeMessage) -> str:
    """Return what a message is called; a HelloRetryRequest has the type of a ServerHello."""
    if message.type == HandshakeType.SERVER_HELLO:
        # It is told by its random, which follows the version (RFC 9846 section 4.1.3).
        is_retry = message.body[2 : 2 + RANDOM_LENGTH] == HELLO_RETRY_REQUEST_RANDOM
        return "HelloRetryRequest" if is_retry else "ServerHello"
    return name_of(HandshakeType, message.type)


class ClientHello(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9846 section 4.1.2; RFC 5246 section 7.4.1.2 is the same but for the words.

    `extensions` is None where the block is left out, as very old servers want it.
    """

    legacy_version: int = ProtocolVersion.TLS12
    random: bytes = b""
    session_id: bytes = b""
    cipher_suites: tuple[int, ...] = ()
    compression_methods: tuple[int, ...] = (0,)
    extensions: tuple[Extension, ...] | None = ()

    def encode(self) -> bytes:
        """Return the handshake message, header included; an empty `random` becomes zeros."""
        body = (
            u16(self.legacy_version)
            + (self.random or bytes(RANDOM_LENGTH))
            + vector8(self.session_id)
            + u16_list(self.cipher_suites)
            + vector8(bytes(self.compression_methods))
        )
        if self.extensions is not None:
            body += encode_extensions(self.extensions)
        return encode_handshake(HandshakeType.CLIENT_HELLO, body)

    @classmethod
    def decode(cls, body: bytes) -> "ClientHello":
        """Read the body of the message."""
        reader = Reader(body, "ClientHello")
        legacy_version = reader.u16("legacy_version")
        random = reader.take(RANDOM_LENGTH, "random")
        session_id = reader.vector8("session_id", maximum=32)
        cipher_suites = reader.u16_list("cipher_suites")
        compression_methods = reader.u8_list("compression_methods")
        extensions = read_extensions(reader) if reader.remaining() else None
        reader.finish()
        return cls(
            legacy_version=legacy_version,
            random=random,
            session_id=session_id,
            cipher_suites=cipher_suites,
            compression_methods=compression_methods,
            extensions=extensions,
        )

    def extension(self, number: int) -> bytes | None:
        """Return the data of the first extension of a type, None where there is none."""
        return _find(self.extensions or (), number)


class ServerHello(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9846 section 4.1.3 and RFC 5246 section 7.4.1.3.

    `has_extension_block` tells an empty block from none.
    """

    legacy_version: int = ProtocolVersion.TLS12
    random: bytes = b""
    session_id: bytes = b""
    cipher_suite: int = 0
    compression_method: int = 0
    extensions: tuple[Extension, ...] = ()
    has_extension_block: bool = True

    def encode(self) -> bytes:
        """Return the handshake message, header included; an empty `random` becomes zeros."""
        body = (
            u16(self.legacy_version)
            + (self.random or bytes(RANDOM_LENGTH))
            + vector8(self.session_id)
            + u16(self.cipher_suite)
            + u8(self.compression_method)
        )
        if self.extensions or self.has_extension_block:
            body += encode_extensions(self.extensions)
        return encode_handshake(HandshakeType.SERVER_HELLO, body)

    @classmethod
    def decode(cls, body: bytes) -> "ServerHello":
        """Read the body of the message.

        supported_versions and key_share are read here as well, so that the properties
        below cannot fail.
        """
        reader = Reader(body, "ServerHello")
        legacy_version = reader.u16("legacy_version")
        random = reader.take(RANDOM_LENGTH, "random")
        session_id = reader.vector8("session_id", maximum=32)
        cipher_suite = reader.u16("cipher_suite")
        compression_method = reader.u8("compression_method")
        has_extension_block = reader.remaining() > 0
        extensions_at = reader.offset()
        extensions = read_extensions(reader) if has_extension_block else ()
        reader.finish()
        hello = cls(
            legacy_version=legacy_version,
            random=random,
            session_id=session_id,
            cipher_suite=cipher_suite,
            compression_method=compression_method,
            extensions=extensions,
            has_extension_block=has_extension_block,
        )
        hello._check_extensions(extensions_at + 2)
        return hello

    def _check_extensions(self, position: int) -> None:
        for extension in self.extensions:
            position += 4
            if extension.type == ExtensionType.SUPPORTED_VERSIONS:
                reader = Reader(extension.data, "supported_versions", position)
                reader.u16("selected_version")
                reader.finish()
            elif extension.type == ExtensionType.KEY_SHARE:
                reader = Reader(extension.data, "key_share", position)
                reader.u16("group")
                if not self.is_hello_retry_request:
                    reader.vector16("key_exchange", minimum=1)
                reader.finish()
            position += len(extension.data)

    def extension(self, number: int) -> bytes | None:
        """Return the data of the first extension of a type, None where there is none."""
        return _find(self.extensions, number)

    @property
    def is_hello_retry_request(self) -> bool:
        """Whether this is a HelloRetryRequest (RFC 9846 section 4.1.3)."""
        return self.random == HELLO_RETRY_REQUEST_RANDOM

    @property
    def selected_version(self) -> int:
        """What supported_versions says, else `legacy_version` (RFC 9846 section 4.2.1)."""
        data = self.extension(ExtensionType.SUPPORTED_VERSIONS)
        return self.legacy_version if data is None else int.from_bytes(data)

    @property
    def key_share(self) -> tuple[int, bytes] | None:
        """Group and public key; of a HelloRetryRequest the group it wants and no key.

        RFC 9846 section 4.2.8: KeyShareServerHello, KeyShareHelloRetryRequest.
        """
        data = self.extension(ExtensionType.KEY_SHARE)
        return None if data is None else (int.from_bytes(data[:2]), data[4:])

    @property
    def downgrade_sentinel(self) -> int | None:
        """The highest version the server says it was kept from going beyond.

        0x0303 from a server of TLS 1.3 that negotiated TLS 1.2, 0x0302 where it was TLS 1.1
        or older; None without the signal (RFC 9846 section 4.1.3).
        """
        end = self.random[-8:]
        if end == _DOWNGRADE_TO_TLS12:
            return ProtocolVersion.TLS12
        return ProtocolVersion.TLS11 if end == _DOWNGRADE_TO_TLS11 else None


def _find(extensions: tuple[Extension, ...], number: int) -> bytes | None:
    for extension in extensions:
        if extension.type == number:
            return extension.data
    return None
