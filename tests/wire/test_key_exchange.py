import pytest

from tlsward.wire.key_exchange import (
    ExplicitCurve,
    ServerKeyExchange,
    decode_server_key_exchange,
    encode_server_key_exchange,
)
from tlsward.wire.reader import DecodeError

SIGNATURE = b"\x00\x02\xee\xff"
DH = b"\x00\x02\x7f\xff" + b"\x00\x01\x02" + b"\x00\x02\x11\x22"


def test_dhe_octet_by_octet():
    body = b"".join(
        (
            b"\x00\x02\x7f\xff",  # dh_p
            b"\x00\x01\x02",  # dh_g
            b"\x00\x02\x11\x22",  # dh_Ys
            b"\x04\x01",  # rsa_pkcs1_sha256
            SIGNATURE,
        )
    )
    message = decode_server_key_exchange(body, "dhe", has_signature_scheme=True)
    assert message.dh_bits == 15
    assert message.dh_prime == b"\x7f\xff"
    assert message.dh_generator == b"\x02"
    assert message.public == b"\x11\x22"
    assert message.signature_scheme == 0x0401
    assert message.signature == b"\xee\xff"
    assert message.parameters == DH
    assert message.group is None
    assert message.rsa_modulus_bits is None


def test_ecdhe_before_tls12_has_no_scheme():
    body = b"\x03\x00\x17" + b"\x02\x04\x05" + SIGNATURE
    message = decode_server_key_exchange(body, "ecdhe", has_signature_scheme=False)
    assert message == ServerKeyExchange(
        group=0x17,
        public=b"\x04\x05",
        signature=b"\xee\xff",
        parameters=b"\x03\x00\x17\x02\x04\x05",
    )


def test_export_rsa_octet_by_octet():
    body = b"\x00\x02\x80\x01" + b"\x00\x01\x03" + SIGNATURE
    message = decode_server_key_exchange(body, "rsa_export", has_signature_scheme=False)
    assert message.rsa_modulus_bits == 16
    assert message.rsa_exponent == b"\x03"


def test_srp_with_and_without_signature():
    parameters = b"\x00\x01\x17" + b"\x00\x01\x02" + b"\x01\x55" + b"\x00\x01\x44"
    bare = decode_server_key_exchange(parameters, "srp", has_signature_scheme=True)
    assert bare.srp_salt == b"\x55"
    assert bare.signature_scheme is None
    signed = parameters + b"\x04\x01" + SIGNATURE
    message = decode_server_key_exchange(signed, "srp", has_signature_scheme=True)
    assert message.signature == b"\xee\xff"
    assert message.parameters == parameters
    assert encode_server_key_exchange(message, "srp") == signed


def test_hints_stand_first():
    message = decode_server_key_exchange(b"\x00\x01h" + DH, "dhe_psk", has_signature_scheme=True)
    assert (message.psk_identity_hint, message.dh_bits) == (b"h", 15)
    message = decode_server_key_exchange(b"\x00\x00", "psk", has_signature_scheme=True)
    assert message.psk_identity_hint == b""


def test_explicit_prime_curve():
    body = b"".join(
        (
            b"\x01",  # explicit_prime
            b"\x02\x01\xff",  # prime_p
            b"\x01\x0a\x01\x0b",  # a, b
            b"\x03\x04\x08\x09",  # base
            b"\x01\x0d",  # order
            b"\x01\x01",  # cofactor
            b"\x01\x66",  # public
        )
    )
    message = decode_server_key_exchange(body, "ecdh_anon", has_signature_scheme=True)
    assert message.group is None
    assert message.explicit_curve == ExplicitCurve(
        prime=b"\x01\xff",
        a=b"\x0a",
        b=b"\x0b",
        base=b"\x04\x08\x09",
        order=b"\x0d",
        cofactor=b"\x01",
    )
    assert message.explicit_curve.bits == 9
    assert message.public == b"\x66"


@pytest.mark.parametrize(
    ("basis", "exponents"), [(b"\x01\x01\x07", 1), (b"\x02\x01\x07\x01\x06\x01\x03", 3)]
)
def test_explicit_curve_of_characteristic_2(basis, exponents):
    body = b"\x02" + b"\x00\xa3" + basis + b"\x01a\x01b\x01G\x01n\x01h" + b"\x01P"
    message = decode_server_key_exchange(body, "ecdh_anon", has_signature_scheme=True)
    assert message.explicit_curve.bits == 163
    assert len(message.explicit_curve.exponents) == exponents
    assert encode_server_key_exchange(message, "ecdh_anon") == body


@pytest.mark.parametrize(
    ("body", "layout", "field", "offset"),
    [
        (b"\x09\x00", "ecdhe", "curve_type", 0),
        (b"\x02\x00\xa3\x05", "ecdhe", "basis", 3),
        (b"\x03\x00\x17\x00", "ecdhe", "point", 3),
        (b"\x00\x00", "dhe", "dh_p", 0),
        (DH, "dhe", "SignatureAndHashAlgorithm", len(DH)),
        (DH + b"\x00", "dh_anon", "ServerKeyExchange", len(DH)),
        (b"", "", "ServerKeyExchange", 0),
        (b"", "gost", "ServerKeyExchange", 0),
    ],
)
def test_errors_name_field_and_offset(body, layout, field, offset):
    with pytest.raises(DecodeError) as caught:
        decode_server_key_exchange(body, layout, has_signature_scheme=True)
    assert (caught.value.field, caught.value.offset) == (field, offset)
