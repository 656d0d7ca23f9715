"""Whole handshakes of TLS 1.3 with OpenSSL: its flight opened, its Finished verified."""

import pytest

from tlsward.wire.certificate import decode_certificate_tls13, decode_certificate_verify
from tlsward.wire.codepoints import HandshakeType
from tlsward.wire.extensions import decode_encrypted_extensions
from tlsward.wire.key_share import X448, X25519
from tlsward.wire.secrets import OPENABLE_SUITES
from wire.client import handshake13
from wire.openssl_server import serving_everything

pytestmark = pytest.mark.real_server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = serving_everything(tmp_path_factory.mktemp("openssl"))
    yield server
    server.stop()


@pytest.mark.parametrize("suite", sorted(OPENABLE_SUITES), ids=hex)
def test_every_suite(server, suite):
    session = handshake13(server.port, suite, X25519)
    messages = session.messages
    assert not session.retried
    assert set(messages) == {
        HandshakeType.ENCRYPTED_EXTENSIONS,
        HandshakeType.CERTIFICATE,
        HandshakeType.CERTIFICATE_VERIFY,
        HandshakeType.FINISHED,
    }
    decode_encrypted_extensions(messages[HandshakeType.ENCRYPTED_EXTENSIONS].body)
    certificate = decode_certificate_tls13(messages[HandshakeType.CERTIFICATE].body)
    assert len(certificate.entries) == 1
    assert certificate.entries[0].der[0] == 0x30
    scheme, _ = decode_certificate_verify(messages[HandshakeType.CERTIFICATE_VERIFY].body)
    assert scheme == 0x0403


# OpenSSL 3.0 knows neither ML-KEM nor, without being told, FFDHE of other sizes.
@pytest.mark.parametrize("group", [0x17, 0x18, 0x19, X25519, X448, 0x100, 0x101, 0x102], ids=hex)
@pytest.mark.parametrize("empty_share", [False, True])
def test_every_group_with_and_without_retry(server, group, empty_share):
    session = handshake13(server.port, 0x1301, group, empty_share=empty_share)
    assert session.retried == empty_share


@pytest.mark.parametrize("suite", [0x1301, 0x1302], ids=hex)
def test_a_ticket_resumes(server, suite):
    first = handshake13(server.port, suite, X25519, want_ticket=True)
    assert first.ticket.lifetime == 7200
    assert not first.resumed
    second = handshake13(server.port, suite, X25519, offer=(first.ticket, first.psk))
    assert second.resumed
    assert HandshakeType.CERTIFICATE not in second.messages
