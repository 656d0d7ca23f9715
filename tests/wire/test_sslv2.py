import pytest

from tlsward.wire.reader import DecodeError
from tlsward.wire.sslv2 import (
    ClientHelloSSL2,
    ErrorSSL2,
    ServerHelloSSL2,
    SSL2RecordReader,
    encode_padded_record,
)

SERVER_HELLO = b"".join(
    (
        b"\x04",  # SERVER-HELLO
        b"\x00",  # session_id_hit
        b"\x01",  # certificate_type: X.509
        b"\x00\x02",  # version
        b"\x00\x03",  # certificate_length
        b"\x00\x06",  # cipher_specs_length
        b"\x00\x02",  # connection_id_length
        b"\x30\x01\x00",  # certificate
        b"\x01\x00\x80\x07\x00\xc0",  # RC4_128_WITH_MD5, DES_192_EDE3_CBC_WITH_MD5
        b"\xca\xfe",  # connection_id
    )
)


def test_client_hello_octet_by_octet():
    hello = ClientHelloSSL2(cipher_kinds=(0x010080, 0x0700C0), challenge=b"\x55" * 16)
    assert hello.encode() == b"".join(
        (
            b"\x80\x1f",  # a record of 31 octets
            b"\x01",  # CLIENT-HELLO
            b"\x00\x02",  # version
            b"\x00\x06",  # cipher_specs_length
            b"\x00\x00",  # session_id_length
            b"\x00\x10",  # challenge_length
            b"\x01\x00\x80\x07\x00\xc0",
            b"\x55" * 16,
        )
    )
    (message,) = SSL2RecordReader().feed(hello.encode())
    assert ClientHelloSSL2.decode(message) == hello


def test_server_hello():
    hello = ServerHelloSSL2.decode(SERVER_HELLO)
    assert hello.certificate == b"\x30\x01\x00"
    assert hello.cipher_kinds == (0x010080, 0x0700C0)
    assert hello.connection_id == b"\xca\xfe"
    assert hello.encode() == bytes((0x80, len(SERVER_HELLO))) + SERVER_HELLO


def test_both_headers_in_octets_one_by_one():
    stream = encode_padded_record(SERVER_HELLO, 5) + ErrorSSL2(code=1).encode()
    assert stream[:3] == bytes((0, len(SERVER_HELLO) + 5, 5))
    reader = SSL2RecordReader()
    messages = [m for octet in stream for m in reader.feed(bytes((octet,)))]
    assert messages == [SERVER_HELLO, b"\x00\x00\x01"]
    assert reader.buffered == 0
    assert ErrorSSL2.decode(messages[1]).name == "no_cipher"
    assert ErrorSSL2(code=0x77).name == "0x0077"


@pytest.mark.parametrize(
    ("message", "field", "offset"),
    [
        (b"\x05" + SERVER_HELLO[1:], "msg_type", 0),
        (SERVER_HELLO[:5] + b"\xff\xff" + SERVER_HELLO[7:], "certificate", 11),
        (SERVER_HELLO[:7] + b"\x00\x05" + SERVER_HELLO[9:], "cipher_specs", 14),
        (SERVER_HELLO + b"\x00", "SERVER-HELLO", 22),
        (b"", "msg_type", 0),
    ],
)
def test_errors_name_field_and_offset(message, field, offset):
    with pytest.raises(DecodeError) as caught:
        ServerHelloSSL2.decode(message)
    assert (caught.value.field, caught.value.offset) == (field, offset)


@pytest.mark.parametrize("stream", [b"\x80\x00", b"\x00\x05\x05", b"\x00\x00\x00"])
def test_an_empty_record_is_no_record(stream):
    with pytest.raises(DecodeError):
        SSL2RecordReader().feed(stream)


def test_the_stream_has_a_limit():
    reader = SSL2RecordReader(limit_bytes=100)
    reader.feed(b"\x80\x3c" + bytes(60))
    with pytest.raises(DecodeError, match="more than 100"):
        reader.feed(b"\x80\x3c" + bytes(60))
