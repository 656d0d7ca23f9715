"""What a recorded session shows to one who has no key: all of its handshake in the clear."""

import msgspec

from tlsward.facts.suites import suite
from tlsward.model.recording import Recording, Sender
from tlsward.primer.recordings import SentRecord, records_of
from tlsward.wire.certificate import decode_certificate_tls12
from tlsward.wire.codepoints import ContentType, HandshakeType, ProtocolVersion, name_of
from tlsward.wire.handshake import HandshakeMessage, HandshakeReader
from tlsward.wire.hello import ClientHello, ServerHello, message_name
from tlsward.wire.key_exchange import ServerKeyExchange, decode_server_key_exchange
from tlsward.wire.reader import DecodeError


class SeenMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the handshake as one who listens saw it; `sealed` where it was protected."""

    sender: Sender
    at: float
    name: str
    size: int
    sealed: bool = False


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a recording without any key.

    Parts that did not come are None; `error` says what is wrong with it where something is.
    `client_key_exchange` is the body of that message, `transcript` what RFC 7627 section 3
    hashes: all messages through that one. `order` has all messages in the clear and all
    protected records as they came.
    """

    messages: tuple[SeenMessage, ...] = ()
    version: int | None = None
    cipher_suite: int | None = None
    client_hello: ClientHello | None = None
    server_hello: ServerHello | None = None
    certificates: tuple[bytes, ...] = ()
    server_key_exchange: ServerKeyExchange | None = None
    client_key_exchange: bytes | None = None
    transcript: bytes = b""
    order: tuple[bytes | SentRecord, ...] = ()
    error: str | None = None

    @property
    def key_exchange(self) -> str:
        """The suite's key exchange as `facts.suites` names it."""
        if self.version == ProtocolVersion.TLS13:
            return "any"
        return "unknown" if self.cipher_suite is None else suite(self.cipher_suite).key_exchange

    @property
    def has_ticket(self) -> bool:
        """Whether a NewSessionTicket is there to be seen; in TLS 1.3 none ever is."""
        return any(each.name == "NewSessionTicket" and not each.sealed for each in self.messages)

    @property
    def sealed_octets(self) -> dict[Sender, int]:
        """How many octets of protected records each sent."""
        octets: dict[Sender, int] = {"client": 0, "server": 0}
        for each in self.order:
            if isinstance(each, SentRecord):
                octets[each.sender] += len(each.record.payload)
        return octets


def seen_in(recording: Recording) -> Seen:
    """Return what a recording shows to one who has no key. Never raises for what is in it."""
    watching = _Watching()
    try:
        for sent in records_of(recording):
            watching.take(sent)
    except DecodeError as error:
        watching.error = str(error)
    return watching.seen()


class _Watching:
    """Follows a recording from outside: what is in the clear is read, the rest is kept."""

    def __init__(self) -> None:
        self.error: str | None = None
        self._messages: list[SeenMessage] = []
        self._readers: dict[Sender, HandshakeReader] = {
            "client": HandshakeReader(),
            "server": HandshakeReader(),
        }
        self._sealed: set[Sender] = set()
        self._order: list[bytes | SentRecord] = []
        # Grows with each message of anybody's file: octets added to bytes would copy them all.
        self._transcript = bytearray()
        self._finished: set[Sender] = set()
        self._client_hello: ClientHello | None = None
        self._server_hello: ServerHello | None = None
        self._certificates: tuple[bytes, ...] = ()
        self._server_key_exchange: ServerKeyExchange | None = None
        self._client_key_exchange: bytes | None = None
        self._through_key_exchange = b""

    def take(self, sent: SentRecord) -> None:
        kind, payload = sent.record.content_type, sent.record.payload
        if kind == ContentType.CHANGE_CIPHER_SPEC:
            self._note(sent, "ChangeCipherSpec", len(payload))
            # In TLS 1.3 it means nothing, and nothing but alerts is in the clear after hello.
            if not self._is_tls13():
                self._sealed.add(sent.sender)
            return
        if sent.sender in self._sealed or kind == ContentType.APPLICATION_DATA:
            self._order.append(sent)
            self._note(sent, self._sealed_name(sent.sender, kind), len(payload), sealed=True)
            return
        if kind == ContentType.HANDSHAKE:
            for message in self._readers[sent.sender].feed(payload):
                self._handshake(sent, message)
            return
        self._note(sent, name_of(ContentType, kind), len(payload))

    def seen(self) -> Seen:
        hello = self._server_hello
        return Seen(
            messages=tuple(self._messages),
            version=None if hello is None else hello.selected_version,
            cipher_suite=None if hello is None else hello.cipher_suite,
            client_hello=self._client_hello,
            server_hello=hello,
            certificates=self._certificates,
            server_key_exchange=self._server_key_exchange,
            client_key_exchange=self._client_key_exchange,
            transcript=self._through_key_exchange,
            order=tuple(self._order),
            error=self.error,
        )

    def _sealed_name(self, sender: Sender, kind: int) -> str:
        """Return what a protected record is taken for: its type is seen, its content is not."""
        if kind == ContentType.ALERT:
            return "Alert"
        if kind != ContentType.HANDSHAKE:
            return "application data"
        if sender in self._finished:
            return "handshake"
        # RFC 5246 section 7.4.9: the first message after a ChangeCipherSpec.
        self._finished.add(sender)
        return "Finished"

    def _is_tls13(self) -> bool:
        hello = self._server_hello
        return hello is not None and hello.selected_version == ProtocolVersion.TLS13

    def _handshake(self, sent: SentRecord, message: HandshakeMessage) -> None:
        self._note(sent, message_name(message), len(message.raw))
        if message.type == HandshakeType.HELLO_REQUEST:
            return  # RFC 5246 section 7.4.1.1: in no transcript
        self._transcript += message.raw
        self._order.append(message.raw)
        if message.type == HandshakeType.CLIENT_HELLO:
            self._client_hello = ClientHello.decode(message.body)
        elif message.type == HandshakeType.SERVER_HELLO:
            self._server_hello = ServerHello.decode(message.body)
        elif message.type == HandshakeType.CERTIFICATE and sent.sender == "server":
            self._certificates = decode_certificate_tls12(message.body)
        elif message.type == HandshakeType.SERVER_KEY_EXCHANGE and self._server_hello is not None:
            self._server_key_exchange = _key_exchange(message.body, self._server_hello)
        elif message.type == HandshakeType.CLIENT_KEY_EXCHANGE and not self._through_key_exchange:
            self._client_key_exchange = message.body
            self._through_key_exchange = bytes(self._transcript)

    def _note(self, sent: SentRecord, name: str, size: int, *, sealed: bool = False) -> None:
        self._messages.append(
            SeenMessage(sender=sent.sender, at=sent.at, name=name, size=size, sealed=sealed)
        )


def _key_exchange(body: bytes, hello: ServerHello) -> ServerKeyExchange | None:
    layout = suite(hello.cipher_suite).server_key_exchange
    if layout is None:
        return None
    has_scheme = hello.selected_version >= ProtocolVersion.TLS12
    return decode_server_key_exchange(body, layout, has_signature_scheme=has_scheme)
