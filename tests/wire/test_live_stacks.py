"""Whole handshakes with other stacks: post-quantum groups, SSL 3.0, RC4, 3DES and SEED."""

import pytest

from tlsward.wire.codepoints import ExtensionType, HandshakeType, ProtocolVersion
from tlsward.wire.key_share import (
    SECP256R1MLKEM768,
    SECP384R1MLKEM1024,
    X25519,
    X25519MLKEM768,
)
from tlsward.wire.sslv2 import ClientHelloSSL2, ServerHelloSSL2, SSL2RecordReader
from wire.client import Connection, handshake12, handshake13

SSL3, TLS10, TLS11, TLS12 = (
    ProtocolVersion.SSL3,
    ProtocolVersion.TLS10,
    ProtocolVersion.TLS11,
    ProtocolVersion.TLS12,
)


@pytest.mark.parametrize("group", [X25519MLKEM768, SECP256R1MLKEM768, X25519], ids=hex)
@pytest.mark.parametrize("empty_share", [False, True])
def test_post_quantum_groups_of_openssl(laboratory, group, empty_share):
    port = laboratory.start("pyopenssl").port
    session = handshake13(port, 0x1302, group, empty_share=empty_share)
    assert session.retried == empty_share
    assert HandshakeType.FINISHED in session.messages


@pytest.mark.parametrize("group", [X25519MLKEM768, SECP256R1MLKEM768, SECP384R1MLKEM1024], ids=hex)
def test_post_quantum_groups_of_go(laboratory, group):
    session = handshake13(laboratory.start("go").port, 0x1301, group, want_ticket=True)
    assert session.psk


@pytest.mark.parametrize("group", [0x0100, 0x0101, 0x0102, 0x0018], ids=hex)
@pytest.mark.parametrize("suite", [0x1304, 0x1305], ids=hex)
def test_tls13_of_tlslite(laboratory, group, suite):
    session = handshake13(laboratory.start("tlslite-weak").port, suite, group)
    assert HandshakeType.FINISHED in session.messages


TLSLITE = [(0x0016, "dhe"), (0x0033, "dhe"), (0xC012, "ecdhe"), (0xC011, "ecdhe")]
TLSLITE += [(code, "rsa") for code in (0x0001, 0x0002, 0x0004, 0x0005, 0x000A, 0x002F)]


@pytest.mark.parametrize("version", [SSL3, TLS10, TLS11, TLS12], ids=hex)
@pytest.mark.parametrize(("suite", "kind"), TLSLITE)
def test_old_ciphers_of_tlslite(laboratory, version, suite, kind):
    session = handshake12(laboratory.start("tlslite-weak").port, suite, kind, version=version)
    assert len(session.master_secret) == 48


@pytest.mark.parametrize("version", [SSL3, TLS10, TLS12], ids=hex)
@pytest.mark.parametrize("suite", [0x0096, 0x0041, 0x0005, 0x000A], ids=hex)
def test_old_ciphers_of_openssl_1_0_1(laboratory, version, suite):
    port = laboratory.start("node-0.10").port
    bare = version == SSL3
    assert handshake12(port, suite, "rsa", version=version, bare=bare).certificates


@pytest.mark.parametrize("suite", [0xC02F, 0xC013], ids=hex)
def test_extended_master_secret_of_others(laboratory, suite):
    for name in ("go", "jdk-weak", "pyopenssl"):
        port = laboratory.start(name).port
        session = handshake12(port, suite, "ecdhe", extended_master_secret=True)
        assert ExtensionType.EXTENDED_MASTER_SECRET in session.answered


def test_ssl2_of_openssl_1_0_1(laboratory):
    with Connection(laboratory.start("node-0.10").port) as connection:
        kinds = (0x010080, 0x020080, 0x0700C0)
        connection.send(ClientHelloSSL2(cipher_kinds=kinds, challenge=bytes(16)).encode())
        reader = SSL2RecordReader()
        messages = []
        while not messages:
            messages = reader.feed(connection.socket.recv(65536))
        hello = ServerHelloSSL2.decode(messages[0])
        assert hello.version == ProtocolVersion.SSL2
        assert set(hello.cipher_kinds) <= set(kinds)
        assert hello.cipher_kinds
        assert hello.certificate[0] == 0x30
        assert len(hello.connection_id) == 16
