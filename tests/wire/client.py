"""A TLS client of the test's own, over a blocking socket: only what handshakes need."""

import os
import secrets
import socket

from tlsward.wire import extensions
from tlsward.wire.alert import Alert
from tlsward.wire.certificate import decode_certificate_tls12
from tlsward.wire.codepoints import ContentType, ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.handshake import HandshakeMessage, HandshakeReader, encode_handshake
from tlsward.wire.hello import ClientHello, ServerHello
from tlsward.wire.key_exchange import ServerKeyExchange, decode_server_key_exchange
from tlsward.wire.key_share import KeyShare
from tlsward.wire.record import Record, RecordReader, encode_records
from tlsward.wire.secrets import Tls13KeySchedule, hash_name, hello_retry_transcript
from tlsward.wire.secrets12 import Tls12KeySchedule, session_hash
from tlsward.wire.ticket import decode_new_session_ticket_tls12, decode_new_session_ticket_tls13
from tlsward.wire.writer import vector8, vector16

SCHEMES = (0x0403, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0402, 0x0202)
GROUPS_TLS12 = (0x0017, 0x001D)
CHANGE_CIPHER_SPEC = b"\x01"


class AlertError(AssertionError):
    """The server sent an alert."""


class Connection:
    """Records in and out; `protection` opens what comes in where it is set."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.records = RecordReader()
        self.messages = HandshakeReader()
        self.received = b""
        self.protection = None
        self._waiting: list[Record] = []
        self._decoded: list[HandshakeMessage] = []

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def record(self) -> Record:
        while not self._waiting:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.received += data
            self._waiting.extend(self.records.feed(data))
        return self._waiting.pop(0)

    def message(self) -> HandshakeMessage:
        """Return the next handshake message, opening records where there are keys."""
        while not self._decoded:
            record = self.record()
            kind, payload = record.content_type, record.payload
            if kind == ContentType.CHANGE_CIPHER_SPEC:
                self.change_cipher_spec()
                continue
            if self.protection is not None:
                kind, payload = self.opened(record)
            if kind == ContentType.ALERT:
                raise AlertError(Alert.decode(payload).name)
            assert kind == ContentType.HANDSHAKE
            self._decoded.extend(self.messages.feed(payload))
        return self._decoded.pop(0)

    def change_cipher_spec(self) -> None:
        """In TLS 1.3 it means nothing."""

    def opened(self, record: Record) -> tuple[int, bytes]:
        return self.protection.open(record)


class Connection12(Connection):
    """Reads with the server's keys from its ChangeCipherSpec on."""

    schedule: Tls12KeySchedule

    def change_cipher_spec(self) -> None:
        self.protection = self.schedule.server

    def opened(self, record: Record) -> tuple[int, bytes]:
        return record.content_type, self.protection.open(record)


class Session13:
    """What a finished handshake of TLS 1.3 leaves behind."""

    def __init__(self) -> None:
        self.retried = False
        self.messages: dict[int, HandshakeMessage] = {}
        self.received = b""
        self.ticket = None
        self.ticket_message = b""
        self.psk = b""
        self.resumed = False


def handshake13(port: int, *arguments, **options) -> "Session13":
    """Do a whole handshake of TLS 1.3, the server's Finished verified."""
    with Connection(port) as connection:
        return _handshake13(connection, *arguments, **options)


def _handshake13(
    connection: Connection,
    suite: int,
    group: int,
    *,
    empty_share: bool = False,
    offer: tuple | None = None,
    extra: tuple = (),
    want_ticket: bool = False,
) -> Session13:
    """`offer` is (ticket, psk) of a session before."""
    session = Session13()
    share = KeyShare.generate(group)
    random, session_id = os.urandom(32), os.urandom(32)

    def hello(shares: list, more: tuple = ()) -> ClientHello:
        return ClientHello(
            random=random,
            session_id=session_id,
            cipher_suites=(suite,),
            extensions=(
                extensions.server_name("rsa.example"),
                extensions.supported_groups((group,)),
                extensions.signature_algorithms(SCHEMES),
                extensions.supported_versions((ProtocolVersion.TLS13,)),
                extensions.psk_key_exchange_modes(),
                extensions.key_share(shares),
                *extra,
                *more,
            ),
        )

    first = hello([] if empty_share else [(group, share.public)]).encode()
    if offer is not None:
        first = _with_ticket(hello, [(group, share.public)], suite, *offer)
    connection.send(encode_records(ContentType.HANDSHAKE, ProtocolVersion.TLS10, first))
    transcript = first
    message = connection.message()
    answer = ServerHello.decode(message.body)
    if answer.is_hello_retry_request:
        session.retried = True
        assert answer.key_share == (group, b"")
        transcript = hello_retry_transcript(hash_name(answer.cipher_suite), first, message.raw)
        second = hello([(group, share.public)]).encode()
        connection.send(encode_records(ContentType.HANDSHAKE, ProtocolVersion.TLS12, second))
        transcript += second
        message = connection.message()
        answer = ServerHello.decode(message.body)
    transcript += message.raw
    assert answer.selected_version == ProtocolVersion.TLS13
    assert answer.cipher_suite == suite
    chosen, public = answer.key_share
    assert chosen == group
    session.resumed = answer.extension(ExtensionType.PRE_SHARED_KEY) == b"\x00\x00"
    schedule = Tls13KeySchedule(
        suite,
        share.exchange(public),
        transcript,
        offer[1] if session.resumed else None,
    )
    connection.protection = schedule.server_handshake
    while True:
        message = connection.message()
        session.messages[message.type] = message
        if message.type == HandshakeType.FINISHED:
            break
        transcript += message.raw
    assert message.body == schedule.server_finished(transcript)
    transcript += message.raw
    server_application, client_application = schedule.application(transcript)
    finished = encode_handshake(HandshakeType.FINISHED, schedule.client_finished(transcript))
    connection.send(schedule.client_handshake.seal(ContentType.HANDSHAKE, finished, padding=7))
    transcript += finished
    connection.protection = server_application
    if want_ticket:
        message = connection.message()
        assert message.type == HandshakeType.NEW_SESSION_TICKET
        session.ticket_message = message.raw
        session.ticket = decode_new_session_ticket_tls13(message.body)
        session.psk = schedule.resumption_psk(transcript, session.ticket.nonce)
    connection.send(client_application.seal(ContentType.ALERT, b"\x01\x00"))
    session.received = connection.received
    return session


def _with_ticket(hello, shares, suite, ticket, psk):
    from tlsward.wire.secrets import psk_binder

    name = hash_name(suite)
    length = 48 if name == "sha384" else 32
    age = (ticket.age_add + 50) & 0xFFFFFFFF

    def offered(binder):
        block = extensions.pre_shared_key([(ticket.ticket, age)], [binder])
        return hello(shares, (block,)).encode()

    truncated = offered(bytes(length))[: -(length + 3)]
    return offered(psk_binder(name, psk, truncated))


class Session12:
    """What a finished handshake of TLS 1.2 or older leaves behind."""

    def __init__(self) -> None:
        self.master_secret = b""
        self.session_id = b""
        self.ticket = b""
        self.ticket_message = b""
        self.key_exchange: ServerKeyExchange | None = None
        self.certificates: tuple[bytes, ...] = ()
        self.resumed = False
        self.answered: set[int] = set()
        self.received = b""


def handshake12(port: int, *arguments, **options) -> "Session12":
    """Do a whole handshake of SSL 3.0 to TLS 1.2, the server's Finished verified."""
    with Connection12(port) as connection:
        return _handshake12(connection, *arguments, **options)


def _handshake12(
    connection: Connection12,
    suite: int,
    key_exchange: str,
    *,
    version: int = ProtocolVersion.TLS12,
    extended_master_secret: bool = False,
    encrypt_then_mac: bool = False,
    before: Session12 | None = None,
    bare: bool = False,
    extra: tuple = (),
) -> Session12:
    """`before` is a session to be resumed, by its ticket or its session id."""
    session = Session12()
    random = os.urandom(32)
    blocks = [
        extensions.server_name("rsa.example"),
        extensions.supported_groups(GROUPS_TLS12),
        extensions.ec_point_formats(),
        extensions.session_ticket(before.ticket if before else b""),
        extensions.renegotiation_info(),
        *extra,
    ]
    if version == ProtocolVersion.TLS12:
        blocks.append(extensions.signature_algorithms(SCHEMES))
    if extended_master_secret:
        blocks.append(extensions.extended_master_secret())
    if encrypt_then_mac:
        blocks.append(extensions.encrypt_then_mac())
    session_id = b""
    if before is not None:
        session_id = before.session_id or os.urandom(32)
    hello = ClientHello(
        legacy_version=version,
        random=random,
        session_id=session_id,
        cipher_suites=(suite,),
        extensions=None if bare else tuple(blocks),
    ).encode()
    record_version = min(version, ProtocolVersion.TLS10)
    connection.send(encode_records(ContentType.HANDSHAKE, record_version, hello))
    transcript = hello
    message = connection.message()
    answer = ServerHello.decode(message.body)
    assert (answer.legacy_version, answer.cipher_suite) == (version, suite)
    transcript += message.raw
    session.answered = {extension.type for extension in answer.extensions}
    session.session_id = answer.session_id
    extended = ExtensionType.EXTENDED_MASTER_SECRET in session.answered
    options = {
        "version": version,
        "encrypt_then_mac": ExtensionType.ENCRYPT_THEN_MAC in session.answered,
    }
    session.resumed = before is not None and answer.session_id == session_id
    if session.resumed:
        schedule = connection.schedule = Tls12KeySchedule.from_master_secret(
            suite, before.master_secret, random, answer.random, **options
        )
    else:
        while message.type != HandshakeType.SERVER_HELLO_DONE:
            message = connection.message()
            transcript += message.raw
            if message.type == HandshakeType.CERTIFICATE:
                session.certificates = decode_certificate_tls12(message.body)
            elif message.type == HandshakeType.SERVER_KEY_EXCHANGE:
                session.key_exchange = decode_server_key_exchange(
                    message.body, key_exchange, version == ProtocolVersion.TLS12
                )
        premaster, exchange = _premaster(session, version, key_exchange)
        sent = encode_handshake(HandshakeType.CLIENT_KEY_EXCHANGE, exchange)
        transcript += sent
        schedule = connection.schedule = Tls12KeySchedule(
            suite,
            premaster,
            random,
            answer.random,
            session_hash(suite, version, transcript) if extended else None,
            **options,
        )
        connection.send(encode_records(ContentType.HANDSHAKE, version, sent))
        transcript += _send_finished(connection, schedule, version, transcript)
    while True:
        message = connection.message()
        if message.type == HandshakeType.FINISHED:
            break
        assert message.type == HandshakeType.NEW_SESSION_TICKET
        session.ticket_message = message.raw
        session.ticket = decode_new_session_ticket_tls12(message.body)[1]
        transcript += message.raw
    assert connection.protection is schedule.server
    assert message.body == schedule.server_finished(transcript)
    transcript += message.raw
    if session.resumed:
        _send_finished(connection, schedule, version, transcript)
    connection.send(schedule.client.seal(ContentType.ALERT, b"\x01\x00"))
    session.master_secret = schedule.master_secret
    session.received = connection.received
    return session


def _send_finished(connection, schedule, version, transcript):
    finished = encode_handshake(HandshakeType.FINISHED, schedule.client_finished(transcript))
    connection.send(
        encode_records(ContentType.CHANGE_CIPHER_SPEC, version, CHANGE_CIPHER_SPEC)
        + schedule.client.seal(ContentType.HANDSHAKE, finished)
    )
    return finished


def _premaster(session, version, key_exchange):
    """Return the premaster secret and the body of the ClientKeyExchange."""
    exchange = session.key_exchange
    if exchange is None:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        key = x509.load_der_x509_certificate(session.certificates[0]).public_key()
        premaster = version.to_bytes(2) + os.urandom(46)
        encrypted = key.encrypt(premaster, PKCS1v15())
        # RFC 6101 section 5.6.7.1: SSL 3.0 has no length here.
        return premaster, encrypted if version == 0x0300 else vector16(encrypted)
    if exchange.group is not None:
        share = KeyShare.generate(exchange.group)
        return share.exchange(exchange.public), vector8(share.public)
    prime = int.from_bytes(exchange.dh_prime)
    private = secrets.randbits(256)
    public = pow(int.from_bytes(exchange.dh_generator), private, prime)
    shared = pow(int.from_bytes(exchange.public), private, prime)
    octets = (prime.bit_length() + 7) // 8
    return shared.to_bytes(octets).lstrip(b"\x00"), vector16(public.to_bytes(octets))
