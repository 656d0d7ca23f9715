import pytest

from tlsward.wire import extensions
from tlsward.wire.codepoints import ExtensionType, ProtocolVersion
from tlsward.wire.handshake import HandshakeReader
from tlsward.wire.hello import HELLO_RETRY_REQUEST_RANDOM, ClientHello, Extension, ServerHello
from tlsward.wire.reader import DecodeError

SERVER_HELLO_13 = b"".join(
    (
        b"\x03\x03",  # legacy_version
        bytes(range(32)),  # random
        b"\x02\xaa\xbb",  # legacy_session_id_echo
        b"\x13\x01",  # cipher_suite
        b"\x00",  # legacy_compression_method
        b"\x00\x10",  # extensions
        b"\x00\x2b\x00\x02\x03\x04",  # supported_versions: TLS 1.3
        b"\x00\x33\x00\x06",  # key_share
        b"\x00\x1d\x00\x02\x01\x02",  # x25519, two octets
    )
)


def body(message):
    (decoded,) = HandshakeReader().feed(message)
    return decoded.body


def test_client_hello_octet_by_octet():
    hello = ClientHello(
        random=b"\x11" * 32,
        session_id=b"\x22",
        cipher_suites=(0x1301, 0xC02B),
        extensions=(extensions.server_name("a.example"),),
    )
    assert hello.encode() == b"".join(
        (
            b"\x01\x00\x00\x40",  # client_hello, length
            b"\x03\x03",  # legacy_version
            b"\x11" * 32,  # random
            b"\x01\x22",  # legacy_session_id
            b"\x00\x04\x13\x01\xc0\x2b",  # cipher_suites
            b"\x01\x00",  # legacy_compression_methods
            b"\x00\x12",  # extensions
            b"\x00\x00\x00\x0e",  # server_name
            b"\x00\x0c\x00\x00\x09a.example",  # host_name
        )
    )
    assert ClientHello.decode(body(hello.encode())) == hello


def test_no_extension_block_is_not_an_empty_one():
    bare = ClientHello(random=bytes(32), cipher_suites=(5,), extensions=None)
    empty = ClientHello(random=bytes(32), cipher_suites=(5,), extensions=())
    assert len(empty.encode()) == len(bare.encode()) + 2
    assert ClientHello.decode(body(bare.encode())).extensions is None
    assert ClientHello.decode(body(empty.encode())).extensions == ()


def test_server_hello_of_tls13():
    hello = ServerHello.decode(SERVER_HELLO_13)
    assert hello.legacy_version == ProtocolVersion.TLS12
    assert hello.selected_version == ProtocolVersion.TLS13
    assert hello.session_id == b"\xaa\xbb"
    assert hello.cipher_suite == 0x1301
    assert hello.key_share == (0x1D, b"\x01\x02")
    assert not hello.is_hello_retry_request
    assert hello.downgrade_sentinel is None
    assert body(hello.encode()) == SERVER_HELLO_13


def test_hello_retry_request_names_a_group():
    retry = ServerHello(
        random=HELLO_RETRY_REQUEST_RANDOM,
        cipher_suite=0x1301,
        extensions=(
            Extension(type=ExtensionType.SUPPORTED_VERSIONS, data=b"\x03\x04"),
            Extension(type=ExtensionType.KEY_SHARE, data=b"\x00\x18"),
        ),
    )
    decoded = ServerHello.decode(body(retry.encode()))
    assert decoded.is_hello_retry_request
    assert decoded.key_share == (0x18, b"")


def test_server_hello_without_extension_block():
    old = SERVER_HELLO_13[: 2 + 32 + 3 + 3]
    hello = ServerHello.decode(old)
    assert hello.extensions == ()
    assert not hello.has_extension_block
    assert hello.selected_version == ProtocolVersion.TLS12
    assert hello.key_share is None
    assert body(hello.encode()) == old


@pytest.mark.parametrize(
    ("end", "version"),
    [(b"DOWNGRD\x01", 0x0303), (b"DOWNGRD\x00", 0x0302), (b"DOWNGRD\x02", None)],
)
def test_downgrade_sentinel(end, version):
    assert ServerHello(random=bytes(24) + end).downgrade_sentinel == version


@pytest.mark.parametrize(
    ("change", "field", "offset"),
    [
        (lambda b: b[:20], "random", 2),
        (lambda b: b[:34] + b"\x21" + bytes(40), "session_id", 34),
        (lambda b: b + b"\x00", "ServerHello", 58),
        (lambda b: b.replace(b"\x00\x2b\x00\x02", b"\x00\x2b\x00\x03"), "extension_data", 51),
        (lambda b: b.replace(b"\x00\x1d\x00\x02", b"\x00\x1d\x00\x03"), "key_exchange", 54),
        (lambda b: b[:34], "session_id", 34),
    ],
)
def test_errors_name_field_and_offset(change, field, offset):
    with pytest.raises(DecodeError) as caught:
        ServerHello.decode(change(SERVER_HELLO_13))
    assert (caught.value.field, caught.value.offset) == (field, offset)
