"""Files of certificates and keys in every form, and what is said of those that are none."""

import base64
import gzip
import ssl
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pki.issuing import (
    NOW,
    dns,
    integer,
    issue,
    leaf,
    root,
    sequence,
    subject_alternative_name,
    tlv,
)
from pki.key_files import (
    PASSWORD,
    another,
    chain,
    der_of,
    files,
    openssl,
    private_pem,
    slow_files,
)
from tlsward.errors import UsageError
from tlsward.pki import bundle as module
from tlsward.pki.bundle import Bundle, read_bundle

LEAF, INTERMEDIATE, ROOT = range(3)


def read(octets: bytes, password: bytes | None = None) -> Bundle:
    return read_bundle(octets, name="F", password=None if password is None else lambda: password)


def refusal(octets: bytes, password: bytes | None = None) -> str:
    with pytest.raises(UsageError) as told:
        read(octets, password)
    said = str(told.value)
    assert said.startswith("F: ")
    assert "\n" not in said
    assert said.isprintable()
    return said


def is_the_leafs(key) -> bool:
    return key == chain().leaf.key.private.public_key()


@pytest.mark.parametrize("name", ["leaf.pem", "leaf.der", "text.pem", "trusted.pem"])
def test_one_certificate(name):
    found = read(files()[name])
    assert found.certificates == (chain().leaf.der,)
    assert found.order == ("certificate",)
    assert found.words == "a certificate"
    assert (found.keys, found.requests, found.public_keys, found.others) == ((), (), (), ())


@pytest.mark.parametrize("name", ["chain.pem", "chain.p7b", "chain.p7b.pem"])
def test_a_chain(name):
    assert read(files()[name]).certificates == chain().octets


@pytest.mark.parametrize(
    "name", ["key.pkcs8.pem", "key.pkcs1.pem", "key.pkcs8.der", "key.pkcs1.der"]
)
def test_private_keys_in_the_clear(name):
    found = read(files()[name])
    assert found.order == ("private key",)
    assert is_the_leafs(found.keys[0].public_key())
    octets = files()[name]
    assert found.encoded_keys == (octets if name.endswith("der") else der_of(octets),)


def test_a_sec1_key_with_its_parameters_before_it(tmp_path):
    both = openssl("ecparam", "-name", "prime256v1", "-genkey")
    assert b"EC PARAMETERS" in both
    found = read(both)
    assert found.words == "a private key"
    assert found.others == ("EC PARAMETERS",)
    assert read(files()["key.sec1.pem"]).keys[0].public_key() == another().key.private.public_key()


@pytest.mark.parametrize("name", ["request.pem", "request.der"])
def test_requests(name):
    found = read(files()[name])
    assert found.words == "a certificate request"
    assert is_the_leafs(found.requests[0].public_key())
    assert found.encoded_requests == (read(files()["request.der"]).encoded_requests)


@pytest.mark.parametrize("name", ["public.pem", "public.der", "public.pkcs1.pem"])
def test_public_keys(name):
    found = read(files()[name])
    assert found.words == "a public key"
    assert is_the_leafs(found.public_keys[0])


SECRET = [
    *("secret.pkcs8.pem", "secret.pkcs8.der", "secret.scrypt.pem", "secret.pkcs1.pem"),
    *("secret.p12", "secret.nomac.p12"),
]


@pytest.mark.parametrize("name", SECRET)
def test_with_its_password(name):
    found = read(files()[name], PASSWORD)
    assert is_the_leafs(found.keys[0].public_key())
    assert found.encoded_keys == (None,)
    assert found.certificates == (chain().octets if name.endswith("p12") else ())


@pytest.mark.parametrize("name", SECRET)
def test_without_with_an_empty_and_with_a_wrong_password(name):
    octets = files()[name]
    assert "it is encrypted: give the password with --password-file" in refusal(octets)
    assert "the password given is empty" in refusal(octets, b"")
    assert "the password is wrong" in refusal(octets, b"wrong")


@pytest.mark.parametrize("name", ["empty.p12", "open.p12"])
@pytest.mark.parametrize("password", [None, b"", b"any"])
def test_pkcs12_with_an_empty_password_or_none_needs_none(name, password):
    found = read(files()[name], password)
    assert found.certificates == chain().octets
    assert is_the_leafs(found.keys[0].public_key())


@pytest.mark.parametrize(
    "line", [b"AES-128-CBC,00FF", b"AES-128-CBC", b"AES-192-CBC," + b"0" * 32, b""]
)
def test_an_old_encrypted_key_whose_vector_is_too_short(line):
    old = files()["secret.pkcs1.pem"]
    start = old.index(b"AES-128-CBC")
    damaged = old[:start] + line + old[old.index(b"\n", start) :]
    assert "DEK-Info names no cipher that is known" in refusal(damaged, PASSWORD)


@pytest.mark.parametrize("cipher", ["-aes128", "-aes256", "-des3"])
def test_the_ciphers_of_old_encrypted_keys(cipher):
    key = private_pem(chain().leaf.key)
    old = openssl("rsa", "-traditional", cipher, "-passout", "pass:secret", data=key)
    assert is_the_leafs(read(old, PASSWORD).keys[0].public_key())


def test_the_password_is_asked_for_once_and_only_when_it_is_needed():
    asked = []

    def password():
        asked.append(1)
        return PASSWORD

    read_bundle(files()["chain.pem"], name="F", password=password)
    assert asked == []
    several = files()["secret.pkcs8.pem"] + files()["leaf.pem"] + files()["secret.pkcs1.pem"]
    found = read_bundle(several, name="F", password=password)
    assert found.order == ("private key", "certificate", "private key")
    assert asked == [1]


def test_pkcs12_in_ber_is_not_opened_in_this_process():
    """It does not show how long it takes; tests/cli/test_pkcs12_process.py opens it elsewhere."""
    of_nss = b"\x30\x80\x02\x01\x03\x30\x80" + bytes(100)
    assert "write it anew in DER" in refusal(of_nss, PASSWORD)


def test_a_java_key_store_of_two_keys_is_not_read_for_one(tmp_path):
    (tmp_path / "store.p12").write_bytes(files()["secret.p12"])
    keytool = ["keytool", "-genkeypair", "-keyalg", "EC", "-alias", "other", "-dname", "CN=other"]
    store = ["-keystore", "store.p12", "-storetype", "pkcs12", "-storepass", "secret"]
    subprocess.run([*keytool, *store], cwd=tmp_path, check=True, capture_output=True)
    said = refusal((tmp_path / "store.p12").read_bytes(), PASSWORD)
    assert "it has 2 private keys: export the one that is wanted" in said


def test_every_kind_together_in_the_order_of_the_file():
    names = ["public.pem", "key.pkcs8.pem", "text.pem", "request.pem", "chain.p7b.pem"]
    parameters = openssl("dhparam", "-dsaparam", "512")
    crl = _revocation_list()
    octets = b"# all of it\n" + b"\n".join(files()[name] for name in names) + parameters + crl
    for form in (octets, octets.replace(b"\n", b"\r\n")):
        found = read(form)
        assert found.order == (
            *("public key", "private key", "certificate", "certificate request"),
            *("certificate",) * 3,
        )
        assert found.words == (
            "a public key, a private key, 4 certificates and a certificate request"
        )
        assert found.others == ("X9.42 DH PARAMETERS", "a certificate revocation list (CRL)")


@pytest.mark.parametrize("mark_and_encoding", [b"\xff\xfe utf-16-le", b"\xef\xbb\xbf utf-8"])
def test_what_windows_writes(mark_and_encoding):
    mark, encoding = mark_and_encoding.split(b" ")
    text = files()["chain.pem"].decode().replace("\n", "\r\n")
    assert read(mark + text.encode(encoding.decode())).certificates == chain().octets


@pytest.mark.parametrize(
    "name", ["leaf.der", "chain.p7b", "key.pkcs8.der", "request.der", "empty.p12"]
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_base64_without_armour(name, mark):
    bare = (mark + base64.encodebytes(files()[name]).decode()).encode()
    assert read(bare).order == read(files()[name]).order


def test_certificates_one_after_another_in_der():
    assert read(b"".join(chain().octets)).certificates == chain().octets


def test_what_follows_a_certificate_is_not_dropped():
    assert "octets follow" in refusal(chain().leaf.der + b"\0")
    assert "octets follow" in refusal(chain().leaf.der + chain().root.der[:-9])


def _revocation_list() -> bytes:
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    made = x509.CertificateRevocationListBuilder().issuer_name(x509.Name([]))
    made = made.last_update(NOW).next_update(NOW + timedelta(days=1))
    return made.sign(another().key.private, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (b"\xef\xbb\xbf", "no certificate, request or key"),
        (b"hello", "expected PEM, DER, PKCS #7 or PKCS #12"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"<HTML><head>", "a web page"),
        (b'<?xml version="1.0"?>', "XML"),
        (b'{"certificate": 1}', "JSON"),
        (b"ssh-ed25519 AAAAC3Nza me@host", "SSH"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----", "SSH"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "SSH"),
        (b"-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----", "PGP"),
        (b"PuTTY-User-Key-File-3: ssh-rsa", "PuTTY"),
        (b"\xfe\xed\xfe\xed\0\0\0\2", "keytool -importkeystore"),
        (b"PK\x03\x04", "packed"),
        (gzip.compress(b"leaf", mtime=0), "packed"),
        (b"%PDF-1.7", "a document"),
        (b"\0" * 40, "no certificate, request or key"),
        (b"\x30\x03\x02\x01\x05", "no certificate, request or key"),
        (b"----BEGIN CERTIFICATE----\nAAAA\n", "are not whole"),
        (b"-----BEGIN X-----\nMAA=\n-----END X-----", "block 1 (X, line 1)"),
        (b"-----BEGIN \x1b[2JX-----\nMAA=\n-----END \x1b[2JX-----", "block 1 (\\x1B[2JX, line 1)"),
    ],
)
def test_what_is_none(octets, words):
    assert words in refusal(octets)


def test_a_revocation_list_alone():
    for octets in (_revocation_list(), der_of(_revocation_list())):
        assert "there is only a certificate revocation list (CRL) in it" in refusal(octets)


@pytest.mark.parametrize(
    "name", ["leaf.der", "request.der", "key.pkcs8.der", "chain.p7b", "secret.p12", "public.der"]
)
def test_cut_off(name):
    for size in (10, 100, -1):
        said = refusal(files()[name][:size], PASSWORD)
        assert "cut off" in said, said


def test_a_block_that_is_cut_off_or_damaged_is_named_though_others_are_good():
    good, bad = files()["leaf.pem"], chain().intermediate.der
    for octets, words in (
        (bad[:-30], "cut off: 30 octets or more are missing"),
        (bad[:-1], "cut off: 1 octet or more is missing"),
        (bad[:200] + b"\xff" * 40 + bad[240:], "cannot be read as a certificate"),
    ):
        armoured = base64.encodebytes(octets)
        block = b"-----BEGIN CERTIFICATE-----\n" + armoured + b"-----END CERTIFICATE-----\n"
        said = refusal(good + block + good)
        line = good.count(b"\n") + 1
        assert f"block 2 (CERTIFICATE, line {line})" in said
        assert words in said


def test_pkcs7_without_certificates_and_of_other_kinds(tmp_path):
    (tmp_path / "leaf.pem").write_bytes(files()["leaf.pem"])
    encrypted = openssl(
        "smime", "-encrypt", "-aes128", "-outform", "der", tmp_path / "leaf.pem", data=b"x"
    )
    assert "only signed data hold certificates" in refusal(encrypted)
    (tmp_path / "crl.pem").write_bytes(_revocation_list())
    no_certificates = openssl("crl2pkcs7", "-in", tmp_path / "crl.pem", "-outform", "der")
    assert "PKCS #7" in refusal(no_certificates)


@pytest.mark.parametrize("name", ["rounds.der", "scrypt.der"])
def test_passwords_that_would_take_minutes_or_gigabytes(name):
    assert "write it anew with" in refusal(slow_files()[name], PASSWORD)


def test_more_than_is_read(monkeypatch):
    assert "larger than 16 MiB" in refusal(bytes(module.MOST_OCTETS + 1))
    monkeypatch.setattr(module, "MOST_CERTIFICATES", 2)
    for name in ("chain.pem", "chain.p7b"):
        assert "more than 2 certificates" in refusal(files()[name])
    monkeypatch.setattr(module, "MOST_BLOCKS", 1)
    assert "more than 1 blocks" in refusal(files()["leaf.pem"] * 2)
    monkeypatch.setattr(module, "MOST_ENCRYPTED", 1)
    monkeypatch.setattr(module, "MOST_BLOCKS", 9)
    assert "take one at a time" in refusal(files()["secret.pkcs8.pem"] * 2, PASSWORD)


def test_ten_thousand_names_and_deep_nesting():
    names = subject_alternative_name(*(dns(f"host-{n}.example") for n in range(10_000)))
    many = leaf(None, extensions=(names,))
    assert read(many.pem).certificates == (many.der,)
    nested = b""
    for _ in range(20_000):
        nested = sequence(nested) if len(nested) < 0xFFFF else nested
    assert "no certificate" in refusal(nested)
    assert refusal(tlv(0x30, *[b"\5\0"] * (1 << 20)))


def test_odd_certificates_are_files_all_the_same():
    for made in (
        issue("negative", serial=-5),
        issue("old", version=1, extensions=None),
        issue("", serial=0),
    ):
        assert read(made.pem).certificates == (made.der,)
    dsa = tlv(0x30, integer(0))
    assert refusal(dsa)


def test_what_is_armoured_otherwise_than_it_says_is_what_it_is():
    armoured = files()["leaf.pem"].replace(b"CERTIFICATE", b"PRIVATE KEY")
    assert read(armoured).certificates == (chain().leaf.der,)


def test_a_key_is_the_same_in_every_form():
    spki = chain().leaf.key.spki
    for name in ("public.pem", "public.der", "public.pkcs1.pem"):
        (key,) = read(files()[name]).public_keys
        assert key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki
    assert private_pem(chain().leaf.key) == files()["key.pkcs8.pem"]


def test_why_a_certificate_cannot_be_read_is_said_in_words():
    encoded = leaf(root()).der
    at = encoded.index(b"\x17\x0d") + 4  # the month of notBefore
    broken = encoded[:at] + b"99" + encoded[at + 2 :]
    for octets in (broken, ssl.DER_cert_to_PEM_cert(broken).encode()):
        words = "a value that is none of its type, in tbs_cert > validity > not_before > UtcTime"
        assert refusal(octets).endswith(f"it cannot be read as a certificate: {words}")
