"""What a server's first flight shows, gathered message by message."""

from typing import TYPE_CHECKING, Any

from tlsward.facts.suites import suite
from tlsward.model.observation import Resumption
from tlsward.probe.probe import Probe
from tlsward.wire.certificate import (
    decode_certificate_status,
    decode_certificate_tls12,
    decode_certificate_tls13,
    decode_certificate_verify,
    decode_compressed_certificate,
)
from tlsward.wire.codepoints import ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.extensions import decode_encrypted_extensions
from tlsward.wire.handshake import HandshakeMessage
from tlsward.wire.hello import ServerHello
from tlsward.wire.key_exchange import ServerKeyExchange, decode_server_key_exchange
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.ticket import decode_new_session_ticket_tls12, decode_new_session_ticket_tls13

if TYPE_CHECKING:
    from tlsward.probe.tls13 import Tls13Flight

#: A server may send many tickets after a TLS 1.3 handshake; this many are kept.
TICKET_LIMIT = 4
#: No longer ticket is offered again: with the rest of a hello it would not fit its vector.
TICKET_LENGTH_LIMIT = 1 << 15


class ServerFlight:
    """The evidence of one connection, growing as messages arrive.

    Parts that cannot be read do not spoil the rest: they are noted in `problem`.
    """

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.hello: ServerHello | None = None
        self.retry_seen = False
        self.proved = False
        self.resumed = False
        self.client_certificate_requested = False
        self.certificates: tuple[bytes, ...] = ()
        self.key_exchange: ServerKeyExchange | None = None
        self.resumption: Resumption | None = None
        self.alert: int | None = None
        self.problem = ""
        self._extensions: dict[int, bytes] = {}
        self._group: int | None = None
        self._signature_scheme: int | None = None
        self._certificate_compression: int | None = None
        self._ocsp_response: bytes | None = None
        self._sct_list: bytes | None = None
        self._tickets: list[bytes] = []
        self._ticket_lifetime: int | None = None

    def take_hello(self, hello: ServerHello) -> None:
        """Note the ServerHello."""
        self.hello = hello
        self._extensions = {extension.type: extension.data for extension in hello.extensions}
        if hello.selected_version == ProtocolVersion.TLS13 and hello.key_share is not None:
            self._group = hello.key_share[0]
        self._sct_list = hello.extension(ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP)

    @property
    def needs_shared_secret(self) -> bool:
        """Whether the suite is one that nobody without the server's secret can finish."""
        return self.hello is not None and suite(self.hello.cipher_suite).authentication == "PSK"

    def take_retry(self, hello: ServerHello) -> None:
        """Note a HelloRetryRequest and the group it names."""
        self.retry_seen = True
        self._extensions = {extension.type: extension.data for extension in hello.extensions}
        if hello.key_share is not None:
            self._group = hello.key_share[0]

    @staticmethod
    def cookie(hello: ServerHello) -> bytes | None:
        """Return the cookie of a HelloRetryRequest (RFC 9846 section 4.2.2)."""
        data = hello.extension(ExtensionType.COOKIE)
        return None if data is None else Reader(data, "cookie").vector16("cookie")

    def take_tls12(self, message: HandshakeMessage) -> None:
        """Note a message of the flight of TLS 1.2 or older."""
        body = message.body
        match message.type:
            case HandshakeType.CERTIFICATE:
                self.certificates = decode_certificate_tls12(body)
            case HandshakeType.SERVER_KEY_EXCHANGE:
                self._take_key_exchange(body)
            case HandshakeType.CERTIFICATE_STATUS:
                self._ocsp_response = decode_certificate_status(body)
            case HandshakeType.CERTIFICATE_REQUEST:
                self.client_certificate_requested = True
            case HandshakeType.NEW_SESSION_TICKET:
                lifetime, ticket = decode_new_session_ticket_tls12(body)
                self._ticket_lifetime = lifetime
                if 0 < len(ticket) <= TICKET_LENGTH_LIMIT:
                    self._tickets.append(ticket)
            case _:
                pass

    def _take_key_exchange(self, body: bytes) -> None:
        assert self.hello is not None  # noqa: S101  (messages before it are refused)
        kind = suite(self.hello.cipher_suite).server_key_exchange or ""
        has_scheme = self.hello.selected_version == ProtocolVersion.TLS12
        try:
            parsed = decode_server_key_exchange(body, kind, has_scheme)
        except DecodeError as error:
            # Its presence and what follows it still prove support.
            self.problem = f"ServerKeyExchange not understood: {error}"
            return
        self.key_exchange = parsed
        self._group = parsed.group
        self._signature_scheme = parsed.signature_scheme

    def take_tls13(self, message: HandshakeMessage) -> None:
        """Note a message of the encrypted flight of TLS 1.3."""
        body = message.body
        match message.type:
            case HandshakeType.ENCRYPTED_EXTENSIONS:
                for extension in decode_encrypted_extensions(body):
                    self._extensions.setdefault(extension.type, extension.data)
            case HandshakeType.CERTIFICATE_REQUEST:
                self.client_certificate_requested = True
            case HandshakeType.CERTIFICATE:
                self._take_tls13_certificate(body)
            case HandshakeType.COMPRESSED_CERTIFICATE:
                self._certificate_compression = Reader(body, "algorithm").u16("algorithm")
                try:
                    self._take_tls13_certificate(decode_compressed_certificate(body))
                except DecodeError as error:
                    self.problem = f"CompressedCertificate not understood: {error}"
            case HandshakeType.CERTIFICATE_VERIFY:
                self._signature_scheme = decode_certificate_verify(body)[0]
            case _:
                pass

    def _take_tls13_certificate(self, body: bytes) -> None:
        entries = decode_certificate_tls13(body).entries
        self.certificates = tuple(entry.der for entry in entries)
        if entries:
            for extension in entries[0].extensions:
                if extension.type == ExtensionType.STATUS_REQUEST:
                    self._ocsp_response = decode_certificate_status(extension.data)
                elif extension.type == ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP:
                    self._sct_list = extension.data

    def take_tls13_ticket(self, body: bytes, tls13: "Tls13Flight") -> None:
        """Note a NewSessionTicket after the handshake, with the PSK it stands for."""
        ticket = decode_new_session_ticket_tls13(body)
        if len(self._tickets) >= TICKET_LIMIT or len(ticket.ticket) > TICKET_LENGTH_LIMIT:
            return
        self._tickets.append(ticket.ticket)
        self._ticket_lifetime = ticket.lifetime
        self.resumption = tls13.resumption(ticket)

    def fields(self) -> dict[str, Any]:
        """Return the fields of the Observation."""
        hello = self.hello
        exchange = self.key_exchange
        return {
            "version": hello.selected_version if hello else None,
            "cipher_suite": hello.cipher_suite if hello else None,
            "compression_method": hello.compression_method if hello else 0,
            "session_id": hello.session_id if hello else b"",
            "extensions": self._extensions,
            "group": self._group,
            "dh_bits": exchange.dh_bits if exchange else None,
            "dh_prime": exchange.dh_prime if exchange else None,
            "key_exchange_public": exchange.public if exchange else None,
            "signature_scheme": self._signature_scheme,
            "certificates": self.certificates,
            "certificate_compression": self._certificate_compression,
            "ocsp_response": self._ocsp_response,
            "sct_list": self._sct_list,
            "client_certificate_requested": self.client_certificate_requested,
            "tickets": tuple(self._tickets),
            "ticket_lifetime_seconds": self._ticket_lifetime,
            "resumed": self.resumed,
            "resumption": self.resumption,
            "alert": self.alert,
            "proved": self.proved,
        }

    def ticket(self) -> bytes:
        """Return the last ticket of TLS 1.2, empty where there was none."""
        return self._tickets[-1] if self._tickets else b""
