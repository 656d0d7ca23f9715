"""NewSessionTicket: RFC 5077 section 3.3 up to TLS 1.2, RFC 9846 section 4.6.1 in TLS 1.3."""

import msgspec

from tlsward.wire.codepoints import ExtensionType
from tlsward.wire.extension_block import Extension, encode_extensions, read_extensions
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.writer import u32, vector8, vector16


def decode_new_session_ticket_tls12(body: bytes) -> tuple[int, bytes]:
    """Return the lifetime hint in seconds and the ticket, which may be empty."""
    reader = Reader(body, "NewSessionTicket")
    lifetime_hint = reader.u32("ticket_lifetime_hint")
    ticket = reader.vector16("ticket")
    reader.finish()
    return lifetime_hint, ticket


def encode_new_session_ticket_tls12(lifetime_hint: int, ticket: bytes) -> bytes:
    """Return the body of a NewSessionTicket of TLS 1.2 and older."""
    return u32(lifetime_hint) + vector16(ticket)


class NewSessionTicket13(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket of TLS 1.3: `lifetime` in seconds, `age_add` in milliseconds."""

    lifetime: int
    age_add: int
    nonce: bytes
    ticket: bytes
    extensions: tuple[Extension, ...] = ()

    @property
    def max_early_data(self) -> int | None:
        """How much early data the server takes, in octets; None where it takes none."""
        for extension in self.extensions:
            if extension.type == ExtensionType.EARLY_DATA and len(extension.data) == 4:
                return int.from_bytes(extension.data)
        return None

    def encode(self) -> bytes:
        """Return the body of a NewSessionTicket."""
        return (
            u32(self.lifetime)
            + u32(self.age_add)
            + vector8(self.nonce)
            + vector16(self.ticket)
            + encode_extensions(self.extensions)
        )


def decode_new_session_ticket_tls13(body: bytes) -> NewSessionTicket13:
    """Read the body of a NewSessionTicket of TLS 1.3."""
    reader = Reader(body, "NewSessionTicket")
    ticket = NewSessionTicket13(
        lifetime=reader.u32("ticket_lifetime"),
        age_add=reader.u32("ticket_age_add"),
        nonce=reader.vector8("ticket_nonce"),
        ticket=reader.vector16("ticket", minimum=1),
        extensions=read_extensions(reader),
    )
    reader.finish()
    for extension in ticket.extensions:
        if extension.type == ExtensionType.EARLY_DATA and len(extension.data) != 4:
            raise DecodeError("max_early_data_size", len(body), "not four octets")
    return ticket
