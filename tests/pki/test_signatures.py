"""Signatures: good, bad, weak and beyond what can be computed."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import (
    Key,
    bits,
    integer,
    leaf,
    object_identifier,
    p256,
    root,
    rsa_key,
    sequence,
    tlv,
)
from tlsward.pki import der, signatures
from tlsward.pki.public_key import subject_public_key_info
from tlsward.pki.root_programs import certificates_in_pem, root_programs
from tlsward.pki.x509 import read_certificate

SHA256_RSA = "1.2.840.113549.1.1.11"


def self_made(tmp_path, *arguments):
    """Return a self-signed certificate that OpenSSL made."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-subj", "/CN=x", "-days", "3"),
            *("-keyout", tmp_path / "key.pem", "-out", tmp_path / "x.pem"),
            *arguments,
        ],
        check=True,
        capture_output=True,
    )
    (encoded,) = certificates_in_pem((tmp_path / "x.pem").read_bytes())
    return read_certificate(encoded)


def check(certificate, signed=None, signature=None):
    return signatures.verified(
        certificate.key,
        certificate.signature_algorithm,
        signature or certificate.signature,
        signed or certificate.signed,
    )


@pytest.mark.parametrize(
    ("arguments", "weak"),
    [
        (["-newkey", "rsa:512", "-sha1"], "sha1"),
        (["-newkey", "rsa:512", "-md5"], "md5"),
        (["-newkey", "rsa:768", "-sha256"], None),
        (["-newkey", "rsa:2048", "-sha512"], None),
        (["-newkey", "rsa:2048", "-sha256", "-sigopt", "rsa_padding_mode:pss"], None),
        (["-newkey", "rsa:2048", "-sha1", "-sigopt", "rsa_padding_mode:pss"], "sha1"),
        (
            [
                *("-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-sha384"),
                *("-sigopt", "rsa_pss_saltlen:20"),
            ],
            None,
        ),
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1", "-sha256"], None),
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-sha256"], None),
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha224"], None),
        (["-newkey", "ed448"], None),
    ],
)
def test_what_openssl_signed(tmp_path, arguments, weak):
    made = self_made(tmp_path, *arguments)
    assert check(made) is True
    assert check(made, signed=made.signed + b"\0") is False
    assert signatures.weak_hash(made.signature_algorithm) == weak


def test_every_public_root_signed_itself():
    for roots in root_programs().by_subject.values():
        for each in roots:
            assert check(read_certificate(each.der)) is True


def test_a_signature_of_another_length():
    made = read_certificate(leaf(None, key=rsa_key(2048)).der)
    assert check(made, signature=made.signature[1:]) is False
    assert check(made, signature=b"\0") is False


def test_a_key_of_one_kind_never_signed_with_another():
    rsa_made = read_certificate(leaf(None, key=rsa_key(2048)).der)
    ec_made = read_certificate(leaf(None).der)
    assert (
        signatures.verified(
            ec_made.key, rsa_made.signature_algorithm, rsa_made.signature, rsa_made.signed
        )
        is False
    )


def test_an_unknown_algorithm_cannot_be_told():
    made = read_certificate(leaf(None).der)
    assert signatures.verified(made.key, ("1.2.3", b""), made.signature, made.signed) is None


def rsa_info(modulus, exponent):
    key = sequence(integer(modulus), integer(exponent))
    algorithm = sequence(object_identifier("1.2.840.113549.1.1.1"), b"\x05\0")
    return subject_public_key_info(der.read(sequence(algorithm, bits(key))))


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [
        ((1 << 20_000) + 1, 65537),
        ((1 << 2047) + 1, 1 << 70),
        ((1 << 2047) + 1, 1),
        ((1 << 2047) + 1, -3),
        (-5, 65537),
        (0, 0),
        (1 << 2047, 65537),
        ((1 << 2047) + 1, 2),
    ],
    ids=range(8),
)
def test_keys_that_nobody_should_compute_with(modulus, exponent):
    info = rsa_info(modulus, exponent)
    answer = signatures.verified(info, (SHA256_RSA, b"\x05\0"), bytes(256), b"signed")
    assert answer in (None, False)


@pytest.mark.parametrize(
    "key",
    [b"", b"\4" + bytes(64), b"\2" + bytes(10), bytes(65)],
)
def test_points_that_are_none(key):
    algorithm = sequence(
        object_identifier("1.2.840.10045.2.1"), object_identifier("1.2.840.10045.3.1.7")
    )
    info = subject_public_key_info(der.read(sequence(algorithm, bits(key))))
    assert signatures.verified(info, ("1.2.840.10045.4.3.2", b""), b"", b"") is None


def test_pss_parameters_that_are_nonsense():
    made = read_certificate(leaf(root(), key=rsa_key(2048)).der)
    for parameters in (b"\x30\x02\xa0\x00", sequence(tlv(0xA2, integer(-1))), b"\x05\0"):
        algorithm = ("1.2.840.113549.1.1.10", parameters)
        assert signatures.verified(made.key, algorithm, bytes(256), b"") in (None, False)


@given(st.data())
def test_no_public_key_raises(data):
    base = data.draw(st.sampled_from([_EC, _RSA]))
    encoded = bytearray(base)
    for _ in range(data.draw(st.integers(1, 3))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        info = subject_public_key_info(der.read(bytes(encoded)))
    except der.DerError:
        return
    for algorithm in ("1.2.840.10045.4.3.2", SHA256_RSA, "1.2.840.113549.1.1.10", "1.3.101.112"):
        assert signatures.verified(info, (algorithm, b""), bytes(64), b"") in (None, False)


_EC = p256().spki
_RSA = Key(rsa_key(1024).private).spki
