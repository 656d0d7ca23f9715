"""What real servers sent: every message is read, and written again as it was."""

from pathlib import Path

import pytest

from tlsward.wire.alert import Alert
from tlsward.wire.certificate import (
    decode_certificate_request_tls12,
    decode_certificate_request_tls13,
    decode_certificate_status,
    decode_certificate_tls12,
    decode_certificate_tls13,
    decode_certificate_verify,
    encode_certificate_status,
    encode_certificate_tls12,
    encode_certificate_verify,
)
from tlsward.wire.codepoints import ContentType, ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.extensions import (
    decode_answer,
    decode_encrypted_extensions,
    encode_encrypted_extensions,
)
from tlsward.wire.handshake import HandshakeReader, encode_handshake
from tlsward.wire.hello import ServerHello
from tlsward.wire.key_exchange import decode_server_key_exchange, encode_server_key_exchange
from tlsward.wire.record import RecordReader
from tlsward.wire.sslv2 import ServerHelloSSL2, SSL2RecordReader
from tlsward.wire.ticket import (
    decode_new_session_ticket_tls12,
    decode_new_session_ticket_tls13,
    encode_new_session_ticket_tls12,
)

VECTORS = Path(__file__).with_name("vectors")
SSL3, TLS10, TLS12 = ProtocolVersion.SSL3, ProtocolVersion.TLS10, ProtocolVersion.TLS12

#: First flights of TLS 1.2 and older: version, suite, layout of the ServerKeyExchange.
FLIGHTS = {
    "openssl-tls12-ecdhe-staple": (TLS12, 0xC02F, "ecdhe"),
    "openssl-tls12-dhe": (TLS12, 0x009E, "dhe"),
    "openssl-tls10-dhe": (TLS10, 0x0039, "dhe"),
    "openssl-tls12-dh-anon": (TLS12, 0x00A6, "dh_anon"),
    "openssl-tls12-ecdh-anon": (TLS12, 0xC018, "ecdh_anon"),
    "openssl-tls12-certificate-request": (TLS12, 0x009C, None),
    "openssl-tls10-certificate-request": (TLS10, 0x002F, None),
    "openssl-tls12-psk": (TLS12, 0x008C, "psk"),
    "openssl-tls12-rsa-psk": (TLS12, 0x0094, "rsa_psk"),
    "openssl-tls12-dhe-psk": (TLS12, 0x0090, "dhe_psk"),
    "openssl-tls12-ecdhe-psk": (TLS12, 0xC035, "ecdhe_psk"),
    "nginx-tls12-ecdhe": (TLS12, 0xC02F, "ecdhe"),
    "gnutls-tls12-ecdhe": (TLS12, 0xC02F, "ecdhe"),
    "go-tls12-ecdhe": (TLS12, 0xC02F, "ecdhe"),
    "jdk-tls10-rsa-export": (TLS10, 0x0003, "rsa_export"),
    "jdk-ssl3-rsa-export": (SSL3, 0x0003, "rsa_export"),
}
OPENED = (
    "openssl-tls13-flight",
    "openssl-tls13-certificate-request",
    "gnutls-tls13-ccm-flight",
    "go-tls13-flight",
)


def vector(name):
    return (VECTORS / f"{name}.bin").read_bytes()


def first_flight(name):
    messages = HandshakeReader()
    found = {}
    for record in RecordReader().feed(vector(name)):
        assert record.content_type == ContentType.HANDSHAKE
        found |= {message.type: message for message in messages.feed(record.payload)}
    assert messages.buffered == 0
    return found


def opened(name):
    return {message.type: message for message in HandshakeReader().feed(vector(name))}


def key_exchange(name):
    version, _, layout = FLIGHTS[name]
    body = first_flight(name)[HandshakeType.SERVER_KEY_EXCHANGE].body
    return decode_server_key_exchange(body, layout, version == TLS12)


def test_every_vector_is_used_and_has_a_provenance():
    provenance = (VECTORS / "PROVENANCE.md").read_text()
    names = {path.stem for path in VECTORS.glob("*.bin")}
    own = {name for name in names if not name.startswith("rfc8448-")}
    used = {*FLIGHTS, *OPENED, "openssl-tls12-alert", "nginx-alert", "openssl-tls12-ticket"}
    used |= {"openssl-tls13-ticket", "openssl-tls13-retry", "gnutls-tls13-retry"}
    used |= {"node-ssl2-server-hello", "node-ssl2-no-common-kind"}
    assert own == used
    assert {f"`{name.partition('-')[0]}`" for name in own} <= set(provenance.split())


@pytest.mark.parametrize("name", FLIGHTS)
def test_first_flights(name):
    version, suite, layout = FLIGHTS[name]
    messages = first_flight(name)
    assert next(iter(messages)) == HandshakeType.SERVER_HELLO
    assert list(messages)[-1] == HandshakeType.SERVER_HELLO_DONE
    hello = ServerHello.decode(messages[HandshakeType.SERVER_HELLO].body)
    assert (hello.selected_version, hello.cipher_suite) == (version, suite)
    assert hello.encode() == messages[HandshakeType.SERVER_HELLO].raw
    for extension in hello.extensions:
        decode_answer(extension)
    assert (HandshakeType.SERVER_KEY_EXCHANGE in messages) == (layout is not None)
    if layout is not None:
        message = messages[HandshakeType.SERVER_KEY_EXCHANGE]
        encoded = encode_server_key_exchange(key_exchange(name), layout)
        assert encode_handshake(message.type, encoded) == message.raw
    if HandshakeType.CERTIFICATE in messages:
        body = messages[HandshakeType.CERTIFICATE].body
        certificates = decode_certificate_tls12(body)
        assert all(der[0] == 0x30 for der in certificates)
        assert encode_certificate_tls12(certificates) == body


def test_a_staple():
    message = first_flight("openssl-tls12-ecdhe-staple")[HandshakeType.CERTIFICATE_STATUS]
    response = decode_certificate_status(message.body)
    assert response[0] == 0x30
    assert encode_certificate_status(response) == message.body


def test_key_exchanges():
    assert key_exchange("openssl-tls12-dhe").dh_bits == 2048
    assert key_exchange("openssl-tls10-dhe").signature_scheme is None
    assert key_exchange("openssl-tls12-dh-anon").signature == b""
    assert key_exchange("openssl-tls12-ecdh-anon").group == 0x0017
    assert key_exchange("nginx-tls12-ecdhe").signature_scheme == 0x0804
    assert key_exchange("openssl-tls12-psk").psk_identity_hint == b"a hint"
    assert key_exchange("openssl-tls12-dhe-psk").dh_bits == 1024
    assert key_exchange("openssl-tls12-ecdhe-psk").group == 0x0017
    exported = key_exchange("jdk-tls10-rsa-export")
    assert exported.rsa_modulus_bits == 512
    assert int.from_bytes(exported.rsa_exponent) == 65537
    assert len(exported.signature) == 256


@pytest.mark.parametrize(
    ("name", "with_schemes"),
    [
        ("openssl-tls12-certificate-request", True),
        ("openssl-tls10-certificate-request", False),
        ("gnutls-tls12-ecdhe", True),
    ],
)
def test_certificate_requests_of_tls12(name, with_schemes):
    body = first_flight(name)[HandshakeType.CERTIFICATE_REQUEST].body
    request = decode_certificate_request_tls12(body, has_signature_schemes=with_schemes)
    assert 1 in request.certificate_types  # rsa_sign
    assert (request.signature_schemes is not None) == with_schemes
    assert request.encode() == body
    if name.startswith("openssl"):
        (authority,) = request.authorities
        assert b"rsa.example" in authority


@pytest.mark.parametrize("name", OPENED)
def test_flights_of_tls13(name):
    messages = opened(name)
    assert next(iter(messages)) == HandshakeType.ENCRYPTED_EXTENSIONS
    assert list(messages)[-1] == HandshakeType.FINISHED
    body = messages[HandshakeType.ENCRYPTED_EXTENSIONS].body
    extensions = decode_encrypted_extensions(body)
    assert encode_encrypted_extensions(extensions) == body
    found = {extension.type: decode_answer(extension) for extension in extensions}
    body = messages[HandshakeType.CERTIFICATE].body
    certificate = decode_certificate_tls13(body)
    assert certificate.encode() == body
    assert certificate.entries[0].der[0] == 0x30
    body = messages[HandshakeType.CERTIFICATE_VERIFY].body
    scheme, signature = decode_certificate_verify(body)
    assert scheme == 0x0804
    assert encode_certificate_verify(scheme, signature) == body
    if name.startswith("go"):
        alpn = found[ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION]
        assert alpn in {("h2",), ("http/1.1",)}
    if name == "openssl-tls13-flight":
        (staple,) = certificate.entries[0].extensions
        assert staple.type == ExtensionType.STATUS_REQUEST
        assert decode_certificate_status(staple.data)[0] == 0x30
    if HandshakeType.CERTIFICATE_REQUEST in messages:
        body = messages[HandshakeType.CERTIFICATE_REQUEST].body
        request = decode_certificate_request_tls13(body)
        assert request.encode() == body
        assert ExtensionType.SIGNATURE_ALGORITHMS in {e.type for e in request.extensions}


def test_which_servers_ask_for_a_certificate():
    asking = {n for n in OPENED if HandshakeType.CERTIFICATE_REQUEST in opened(n)}
    assert asking == {"openssl-tls13-certificate-request", "gnutls-tls13-ccm-flight"}


@pytest.mark.parametrize("name", ["openssl-tls13-retry", "gnutls-tls13-retry"])
def test_retries(name):
    record = RecordReader().feed(vector(name))[0]
    (message,) = HandshakeReader().feed(record.payload)
    hello = ServerHello.decode(message.body)
    assert hello.is_hello_retry_request
    assert hello.selected_version == ProtocolVersion.TLS13
    assert hello.key_share == (0x001D, b"")
    assert hello.encode() == message.raw


def test_tickets():
    (message,) = HandshakeReader().feed(vector("openssl-tls12-ticket"))
    lifetime, ticket = decode_new_session_ticket_tls12(message.body)
    assert lifetime == 7200
    assert encode_new_session_ticket_tls12(lifetime, ticket) == message.body
    (message,) = HandshakeReader().feed(vector("openssl-tls13-ticket"))
    ticket = decode_new_session_ticket_tls13(message.body)
    assert ticket.lifetime == 7200
    assert ticket.max_early_data is None
    assert ticket.encode() == message.body


@pytest.mark.parametrize(
    ("name", "alert"),
    [("openssl-tls12-alert", "handshake_failure"), ("nginx-alert", "unrecognized_name")],
)
def test_alerts(name, alert):
    (record,) = RecordReader().feed(vector(name))
    assert record.content_type == ContentType.ALERT
    decoded = Alert.decode(record.payload)
    assert (decoded.level, decoded.name) == (2, alert)
    assert decoded.encode() == record.payload


@pytest.mark.parametrize("name", ["node-ssl2-server-hello", "node-ssl2-no-common-kind"])
def test_ssl2(name):
    (message,) = SSL2RecordReader().feed(vector(name))
    hello = ServerHelloSSL2.decode(message)
    assert hello.version == ProtocolVersion.SSL2
    assert hello.certificate[0] == 0x30
    assert bool(hello.cipher_kinds) == (name == "node-ssl2-server-hello")
    assert hello.encode() == vector(name)
