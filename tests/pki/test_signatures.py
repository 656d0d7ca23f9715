"""Signatures: good, bad, weak and beyond what can be computed."""

import subprocess

import msgspec
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
from tlsward.pki import signatures
from tlsward.pki.library import UnreadableError
from tlsward.pki.public_key import SubjectPublicKey
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


def check(certificate, key=None, **changed):
    signature = msgspec.structs.replace(certificate.signature, **changed)
    return signatures.verified(key or certificate.key, signature)


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
    assert check(made, signed=made.signature.signed + b"\0") is False
    assert signatures.weak_hash(made.signature) == weak


def test_every_public_root_signed_itself():
    for roots in root_programs().by_subject.values():
        for each in roots:
            assert check(read_certificate(each.der)) is True


def test_a_signature_of_another_length():
    made = read_certificate(leaf(None, key=rsa_key(2048)).der)
    assert check(made, octets=made.signature.octets[1:]) is False
    assert check(made, octets=b"\0") is False


def test_a_key_of_one_kind_never_signed_with_another():
    rsa_made = read_certificate(leaf(None, key=rsa_key(2048)).der)
    ec_made = read_certificate(leaf(None).der)
    assert check(rsa_made, key=ec_made.key) is False
    assert check(ec_made, key=rsa_made.key) is False


def test_an_unknown_algorithm_cannot_be_told():
    made = read_certificate(leaf(None).der)
    assert check(made, algorithm="1.2.3") is None
    assert check(made, hash=None) is None


def relabelled(identifier, parameters):
    """Return an RSA key whose signatures say that they are of another algorithm."""

    class Relabelled(Key):
        algorithm = sequence(object_identifier(identifier), parameters)

    return Relabelled(rsa_key(2048).private)


@pytest.mark.parametrize(
    ("algorithm", "weak"), [("1.2.840.113549.1.1.2", "md2"), ("1.2.840.113549.1.1.3", "md4")]
)
def test_hashes_that_the_library_does_not_know_are_weak(algorithm, weak):
    made = read_certificate(leaf(None, key=relabelled(algorithm, b"\x05\0")).der)
    assert check(made) is None
    assert signatures.weak_hash(made.signature) == weak


def key_of(spki):
    """Return the key as it is read out of a certificate."""
    made = Key(_SIGNER.private)
    made.spki = spki
    return read_certificate(leaf(_ANCHOR, key=made).der).key


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [
        ((1 << 20_000) + 1, 65537),
        ((1 << 2047) + 1, (1 << 70) + 1),
        ((1 << 2047) + 1, 1),
        ((1 << 2047) + 1, -3),
        (-5, 65537),
        (0, 0),
        ((1 << 2047) + 1, 2),
    ],
    ids=range(7),
)
def test_keys_that_nobody_should_compute_with(modulus, exponent):
    algorithm = sequence(object_identifier("1.2.840.113549.1.1.1"), b"\x05\0")
    key = key_of(sequence(algorithm, bits(sequence(integer(modulus), integer(exponent)))))
    assert check(_BY_RSA, key=key) is None


def test_an_even_modulus_is_computed_with_in_vain():
    algorithm = sequence(object_identifier("1.2.840.113549.1.1.1"), b"\x05\0")
    key = key_of(sequence(algorithm, bits(sequence(integer(1 << 2047), integer(65537)))))
    assert check(_BY_RSA, key=key) in (None, False)


@pytest.mark.parametrize(
    "key",
    [b"", b"\4" + bytes(64), b"\2" + bytes(10), bytes(65)],
)
def test_points_that_are_none(key):
    algorithm = sequence(
        object_identifier("1.2.840.10045.2.1"), object_identifier("1.2.840.10045.3.1.7")
    )
    assert check(_BY_EC, key=key_of(sequence(algorithm, bits(key)))) is None


@pytest.mark.parametrize(
    "parameters", [b"", b"\x05\0", b"\x30\x02\xa0\x00", sequence(tlv(0xA2, integer(-1)))]
)
def test_pss_parameters_that_are_nonsense(parameters):
    key = relabelled("1.2.840.113549.1.1.10", parameters)
    try:
        made = read_certificate(leaf(None, key=key).der)
    except UnreadableError:
        return
    assert check(made) in (None, False)


def test_a_key_for_pss_alone_made_no_other_signature():
    pss_only = SubjectPublicKey("1.2.840.113549.1.1.10", _BY_RSA.key.loaded)
    assert check(_BY_RSA) is True
    assert check(_BY_RSA, key=pss_only) is False


@given(st.data())
def test_no_public_key_raises(data):
    base = data.draw(st.sampled_from([_EC, _RSA]))
    encoded = bytearray(base)
    for _ in range(data.draw(st.integers(1, 3))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        key = key_of(bytes(encoded))
    except UnreadableError:
        return
    for made in (_BY_EC, _BY_RSA):
        for algorithm in ("1.2.840.113549.1.1.10", "1.3.101.112", made.signature.algorithm):
            assert check(made, key=key, algorithm=algorithm) in (None, False)


_ANCHOR = root()
_SIGNER = p256()
_BY_EC = read_certificate(leaf(None, key=_SIGNER).der)
_BY_RSA = read_certificate(leaf(None, key=rsa_key(2048)).der)
_EC = p256().spki
_RSA = Key(rsa_key(1024).private).spki
