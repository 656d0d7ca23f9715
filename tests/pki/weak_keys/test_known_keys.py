"""Lists of known keys, in the forms in which they go round."""

import hashlib
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from pki.issuing import rsa_key
from tlsward.errors import UsageError
from tlsward.facts.key_weaknesses import key_weakness_facts, published_keys
from tlsward.pki.public_key import SubjectPublicKey
from tlsward.pki.weak_keys import KnownKeys, key_weaknesses
from tlsward.pki.weak_keys.known_keys import debian_fingerprint

#: RFC 9500, section 2.3: testECCP256, published for tests.
RFC_9500_P256 = """-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIObLW92AqkWunJXowVR2Z5/+yVPBaFHnEedDk5WJxk/BoAoGCCqGSM49
AwEHoUQDQgAEQiVI+I+3gv+17KN0RFLHKh5Vj71vc75eSOkyMsxFxbFsTNEMTLjV
uKFxOelIgsiZJXKZNCX0FBmrfpCkKklCcg==
-----END EC PRIVATE KEY-----
"""


def key_of(private):
    return SubjectPublicKey("", private.public_key())


def spki(private):
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_published_key_is_known_without_a_list():
    (found,) = key_weaknesses(key_of(load_pem_private_key(RFC_9500_P256.encode(), None)))
    assert (found.id, found.broken) == ("published", True)
    assert (found.evidence, found.reference) == ("RFC 9500 testECCP256", "RFC 9500, section 2")


def test_published_keys_are_in_hex_and_named_once():
    for fingerprint, known in published_keys().items():
        assert len(bytes.fromhex(fingerprint)) == 32
        assert known.name
        assert known.reference
    assert all(each.text and each.reference for each in key_weakness_facts().values())


def test_debians_fingerprint_is_what_openssl_and_sha1sum_make_of_the_key(tmp_path):
    private = rsa_key(1024).private
    file = tmp_path / "key.pem"
    file.write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    printed = subprocess.run(
        f"openssl rsa -noout -modulus -in {file} | sha1sum | cut -c 21-40",
        shell=True,
        capture_output=True,
        check=True,
        text=True,
    )
    own = debian_fingerprint(private.public_key().public_numbers().n)
    assert own.hex() == printed.stdout.strip()


def test_a_list_of_debians_form_finds_its_key():
    private = rsa_key(1024).private
    own = debian_fingerprint(private.public_key().public_numbers().n).hex()
    listed = f"# openssl-blacklist, RSA 1024\n{'00' * 10}\n\n{own}\n".encode()
    known = KnownKeys.read(listed, name="blacklist.RSA-1024")
    (found,) = key_weaknesses(key_of(private), known=known)
    assert (found.id, found.broken, found.evidence) == ("debian", True, own)
    assert key_weaknesses(key_of(rsa_key(1024, 1).private), known=known) == ()


def test_a_list_of_hashes_finds_its_key_and_may_name_it():
    private = ec.generate_private_key(ec.SECP384R1())
    own = hashlib.sha256(spki(private)).hexdigest()
    known = KnownKeys.read(f"{own.upper()}  stolen in spring # twice\r\n".encode(), name="list")
    (found,) = key_weaknesses(key_of(private), known=known)
    assert (found.id, found.broken, found.evidence) == ("compromised", True, own)


def test_lists_are_joined():
    first = KnownKeys.read(b"00" * 10, name="a")
    second = KnownKeys.read(b"11" * 32, name="b")
    joined = first.joined(second)
    assert (len(joined.debian), len(joined.spki_sha256)) == (1, 1)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"00" * 10 + b"\nnot hex\n", "list: line 2: a list of weak keys has 20 hexadecimal"),
        (b"00" * 20, "list: line 1"),
        (b"\xff\xfe\0\0", "list: line 1"),
        (b"", "list: there is no key"),
        (b"# nothing\n", "list: there is no key"),
    ],
)
def test_a_line_of_another_form_is_an_error(octets, words):
    with pytest.raises(UsageError, match=words):
        KnownKeys.read(octets, name="list")
