import tracemalloc
import zlib

import pytest

from tlsward.wire.certificate import (
    Certificate13,
    CertificateEntry,
    decode_certificate_request_tls12,
    decode_certificate_status,
    decode_certificate_tls12,
    decode_certificate_tls13,
    decode_compressed_certificate,
    encode_compressed_certificate,
)
from tlsward.wire.extension_block import Extension
from tlsward.wire.reader import DecodeError
from tlsward.wire.writer import u16, u24, vector24


def test_certificate_tls12_octet_by_octet():
    body = b"".join(
        (
            b"\x00\x00\x09",  # certificate_list
            b"\x00\x00\x02\x30\x01",  # leaf
            b"\x00\x00\x01\x30",  # issuer
        )
    )
    assert decode_certificate_tls12(body) == (b"\x30\x01", b"\x30")
    assert decode_certificate_tls12(b"\x00\x00\x00") == ()


def test_certificate_tls13_octet_by_octet():
    body = b"".join(
        (
            b"\x01\x07",  # certificate_request_context
            b"\x00\x00\x13",  # certificate_list
            b"\x00\x00\x01\x30",  # cert_data
            b"\x00\x06\x00\x12\x00\x02\xaa\xbb",  # extensions: timestamps
            b"\x00\x00\x02\x30\x31",  # cert_data
            b"\x00\x00",  # no extensions
        )
    )
    timestamps = Extension(type=18, data=b"\xaa\xbb")
    expected = Certificate13(
        context=b"\x07",
        entries=(
            CertificateEntry(der=b"\x30", extensions=(timestamps,)),
            CertificateEntry(der=b"\x30\x31"),
        ),
    )
    assert decode_certificate_tls13(body) == expected
    assert expected.encode() == body


@pytest.mark.parametrize(
    ("body", "field", "offset"),
    [
        (b"\x00\x00\x04\x00\x00\x02\x30", "ASN.1Cert", 3),
        (b"\x00\x00\x09\x00", "certificate_list", 0),
        (b"\x00\x00\x00\x00", "Certificate", 3),
    ],
)
def test_errors_in_certificate_tls12(body, field, offset):
    with pytest.raises(DecodeError) as caught:
        decode_certificate_tls12(body)
    assert (caught.value.field, caught.value.offset) == (field, offset)


def test_an_error_deep_in_certificate_tls13_has_its_offset():
    body = b"\x00\x00\x00\x0a\x00\x00\x01\x30\x00\x04\x00\x05\x00\x09"
    with pytest.raises(DecodeError) as caught:
        decode_certificate_tls13(body)
    assert (caught.value.field, caught.value.offset) == ("extension_data", 12)


def compressed(algorithm, length, content):
    return u16(algorithm) + u24(length) + vector24(content)


def test_compressed_certificate():
    certificate = b"\x00" + b"\x00\x00\x00"
    assert decode_compressed_certificate(encode_compressed_certificate(certificate)) == certificate


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (compressed(2, 4, b"x"), "no code to undo brotli"),
        (compressed(3, 4, b"x"), "no code to undo zstd"),
        (compressed(0x4242, 4, b"x"), "no code to undo 0x4242"),
        (compressed(1, 4, b"xxxx"), "Error -3 while decompressing"),
        (compressed(1, 4, zlib.compress(b"12345")), "says 4, which is not what came"),
        (compressed(1, 6, zlib.compress(b"12345")), "says 6, which is not what came"),
        (compressed(1, 5, zlib.compress(b"12345") + b"!"), "says 5, which is not what came"),
        (compressed(1, 5, zlib.compress(b"12345")[:-2]), "says 5, which is not what came"),
        (compressed(1, 262145, zlib.compress(b"12345")), "262145 octets, more than 262144"),
    ],
)
def test_compressed_certificates_that_are_refused(body, reason):
    with pytest.raises(DecodeError, match=reason):
        decode_compressed_certificate(body)


def test_a_bomb_stays_small():
    bomb = compressed(1, 1000, zlib.compress(bytes(50_000_000)))
    tracemalloc.start()
    with pytest.raises(DecodeError):
        decode_compressed_certificate(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_certificate_status():
    assert decode_certificate_status(b"\x01\x00\x00\x01\x30") == b"\x30"
    # RFC 6961: the leaf's comes first; of an empty list there is none.
    many = b"\x02\x00\x00\x08\x00\x00\x01\x30\x00\x00\x01\x31"
    assert decode_certificate_status(many) == b"\x30"
    assert decode_certificate_status(b"\x02\x00\x00\x00") == b""
    with pytest.raises(DecodeError, match="no status of type 7"):
        decode_certificate_status(b"\x07\x00\x00\x01\x30")


def test_certificate_request_with_and_without_schemes():
    with_schemes = decode_certificate_request_tls12(
        b"\x02\x01\x40" + b"\x00\x02\x04\x03" + b"\x00\x04\x00\x02\x30\x00"
    )
    assert with_schemes.certificate_types == (1, 64)
    assert with_schemes.signature_schemes == (0x0403,)
    assert with_schemes.authorities == (b"\x30\x00",)
    older = decode_certificate_request_tls12(b"\x01\x01\x00\x00", has_signature_schemes=False)
    assert older.signature_schemes is None
    assert older.authorities == ()
