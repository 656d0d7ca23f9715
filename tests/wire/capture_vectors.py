"""Capture the vectors anew: `PYTHONPATH=src:tests python -m wire.capture_vectors`.

Starts servers of the laboratory and OpenSSL's own, talks to each once, and writes what they
sent. Keys and certificates are made for the occasion and thrown away, so every capture
differs; PROVENANCE.md says what each one shows, and test_vectors.py holds that.
"""

import tempfile
from pathlib import Path

from servers.laboratory import Laboratory
from tlsward.wire import extensions
from tlsward.wire.codepoints import HandshakeType, ProtocolVersion
from tlsward.wire.handshake import HandshakeReader
from tlsward.wire.hello import ClientHello
from tlsward.wire.key_share import X25519
from tlsward.wire.record import RecordReader, encode_records
from tlsward.wire.sslv2 import ClientHelloSSL2
from wire.client import GROUPS_TLS12, SCHEMES, Connection, handshake12, handshake13
from wire.openssl_server import ALL_CIPHERS, OpensslServer, make_certificate

VECTORS = Path(__file__).with_name("vectors")
TLS10, TLS12, TLS13 = ProtocolVersion.TLS10, ProtocolVersion.TLS12, ProtocolVersion.TLS13
ENCRYPTED_FLIGHT = (
    HandshakeType.ENCRYPTED_EXTENSIONS,
    HandshakeType.CERTIFICATE_REQUEST,
    HandshakeType.CERTIFICATE,
    HandshakeType.CERTIFICATE_VERIFY,
    HandshakeType.FINISHED,
)


def write(name: str, content: bytes) -> None:
    (VECTORS / f"{name}.bin").write_bytes(content)
    print(f"{name}.bin: {len(content)} octets")


def received(port: int, sent: bytes) -> bytes:
    """Return what comes after `sent`, until ServerHelloDone, a retry, an alert or the end."""
    with Connection(port) as connection:
        connection.send(sent)
        records, messages = RecordReader(), HandshakeReader()
        stream = b""
        while data := connection.socket.recv(65536):
            stream += data
            for record in records.feed(data):
                if record.content_type == 21:
                    return stream
                if record.content_type == 22:
                    kinds = [message.type for message in messages.feed(record.payload)]
                    if HandshakeType.SERVER_HELLO_DONE in kinds:
                        return stream
        return stream


def flight(port: int, suite: int, *more, version: int = TLS12, name: str = "localhost") -> bytes:
    """Return the first flight of a server of TLS 1.2 or older, or its alert."""
    blocks = [
        extensions.server_name(name),
        extensions.supported_groups(GROUPS_TLS12),
        extensions.ec_point_formats(),
        extensions.renegotiation_info(),
        extensions.session_ticket(),
        extensions.extended_master_secret(),
        *more,
    ]
    if version == TLS12:
        blocks.append(extensions.signature_algorithms(SCHEMES))
    hello = ClientHello(
        legacy_version=version, cipher_suites=(suite,), extensions=tuple(blocks)
    ).encode()
    return received(port, encode_records(22, TLS10, hello))


def retry(port: int) -> bytes:
    """Return the HelloRetryRequest that a hello without key shares brings."""
    hello = ClientHello(
        session_id=bytes(32),
        cipher_suites=(0x1301,),
        extensions=(
            extensions.server_name("localhost"),
            extensions.supported_groups((X25519,)),
            extensions.signature_algorithms(SCHEMES),
            extensions.supported_versions((TLS13,)),
            extensions.key_share([]),
        ),
    ).encode()
    with Connection(port) as connection:
        connection.send(encode_records(22, TLS10, hello))
        while not connection.messages.feed(connection.record().payload):
            pass
        return connection.received


def opened(port: int, suite: int, *more) -> bytes:
    """Return the encrypted flight of a server of TLS 1.3, opened."""
    session = handshake13(port, suite, X25519, extra=more)
    return b"".join(
        session.messages[kind].raw for kind in ENCRYPTED_FLIGHT if kind in session.messages
    )


def capture_openssl(directory: Path, staple: Path) -> None:
    rsa = make_certificate(directory, "rsa", "rsa:2048")
    with_certificate = ("-cert", rsa[0], "-key", rsa[1], "-cipher", ALL_CIPHERS)
    server = OpensslServer(*with_certificate, "-status_file", str(staple))
    status = extensions.status_request()
    write("openssl-tls12-ecdhe-staple", flight(server.port, 0xC02F, status))
    write("openssl-tls12-dhe", flight(server.port, 0x009E))
    write("openssl-tls10-dhe", flight(server.port, 0x0039, version=TLS10))
    write("openssl-tls12-dh-anon", flight(server.port, 0x00A6))
    write("openssl-tls12-ecdh-anon", flight(server.port, 0xC018))
    write("openssl-tls12-alert", flight(server.port, 0x0005))
    write("openssl-tls13-flight", opened(server.port, 0x1301, status))
    write("openssl-tls13-retry", retry(server.port))
    session = handshake12(server.port, 0xC02F, "ecdhe")
    write("openssl-tls12-ticket", session.ticket_message)
    session = handshake13(server.port, 0x1301, X25519, want_ticket=True)
    write("openssl-tls13-ticket", session.ticket_message)
    server.stop()
    server = OpensslServer(*with_certificate, "-verify", "1", "-CAfile", rsa[0])
    write("openssl-tls12-certificate-request", flight(server.port, 0x009C))
    write("openssl-tls10-certificate-request", flight(server.port, 0x002F, version=TLS10))
    write("openssl-tls13-certificate-request", opened(server.port, 0x1301))
    server.stop()
    server = OpensslServer(*with_certificate, "-psk", "c0ffee", "-psk_hint", "a hint")
    for name, suite in (("psk", 0x008C), ("dhe-psk", 0x0090), ("ecdhe-psk", 0xC035)):
        write(f"openssl-tls12-{name}", flight(server.port, suite))
    write("openssl-tls12-rsa-psk", flight(server.port, 0x0094))
    server.stop()


def capture_laboratory(laboratory: Laboratory) -> None:
    port = laboratory.start("nginx-default").port
    write("nginx-tls12-ecdhe", flight(port, 0xC02F))
    port = laboratory.start("nginx-reject-handshake").port
    write("nginx-alert", flight(port, 0xC02F, name="wrong.example"))
    port = laboratory.start("gnutls-default").port
    write("gnutls-tls12-ecdhe", flight(port, 0xC02F))
    write("gnutls-tls13-ccm-flight", opened(port, 0x1304))
    write("gnutls-tls13-retry", retry(port))
    port = laboratory.start("jdk-weak").port
    write("jdk-tls10-rsa-export", flight(port, 0x0003, version=TLS10))
    write("jdk-ssl3-rsa-export", flight(port, 0x0003, version=ProtocolVersion.SSL3))
    port = laboratory.start("go").port
    alpn = extensions.application_layer_protocol_negotiation(("h2", "http/1.1"))
    write("go-tls12-ecdhe", flight(port, 0xC02F, alpn))
    write("go-tls13-flight", opened(port, 0x1301, alpn))
    port = laboratory.start("node-0.10").port
    hello = ClientHelloSSL2(cipher_kinds=(0x010080, 0x020080, 0x0700C0), challenge=bytes(16))
    with Connection(port) as connection:
        connection.send(hello.encode())
        write("node-ssl2-server-hello", connection.socket.recv(65536))
    with Connection(port) as connection:
        connection.send(ClientHelloSSL2(cipher_kinds=(0x123456,), challenge=bytes(16)).encode())
        write("node-ssl2-no-common-kind", connection.socket.recv(65536))


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        laboratory = Laboratory(Path(directory) / "laboratory")
        try:
            staple = laboratory.credentials.ocsp_response
            capture_openssl(Path(directory), staple)
            capture_laboratory(laboratory)
        finally:
            laboratory.stop()


if __name__ == "__main__":
    main()
