"""Certificates as reported: right against OpenSSL, safe against anything."""

import base64
import hashlib
import subprocess
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import (
    A_YEAR,
    NOW,
    Key,
    address,
    bits,
    dns,
    extension,
    integer,
    issue,
    leaf,
    name,
    object_identifier,
    octets,
    p256,
    root,
    rsa_key,
    sequence,
    subject_alternative_name,
    tlv,
)
from tlsward.pki.certificate import parse_certificate
from tlsward.pki.display import LONGEST_TEXT, MOST_ENTRIES
from tlsward.pki.root_programs import root_programs
from tlsward.pki.x509 import read_certificate

ROOTS = [each.der for roots in root_programs().by_subject.values() for each in roots]


def test_every_public_root_is_read_as_openssl_reads_it(tmp_path):
    for number, der in enumerate(ROOTS):
        (tmp_path / f"{number}.der").write_bytes(der)
    command = (
        "for number in $(seq 0 %d); do openssl x509 -inform der -in $number.der -noout -serial"
        " -fingerprint -sha256 -startdate -enddate -dateopt iso_8601; done"
    )
    run = subprocess.run(
        command % (len(ROOTS) - 1),
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.partition("=")[2] for line in run.stdout.splitlines()]
    for der, serial, fingerprint, start, end in zip(
        ROOTS, lines[::4], lines[1::4], lines[2::4], lines[3::4], strict=True
    ):
        found = parse_certificate(der)
        assert found.error is None
        assert int(found.serial, 16) == int(serial, 16)
        assert found.sha256 == fingerprint.replace(":", "").lower()
        assert (found.not_before, found.not_after) == tuple(
            datetime.fromisoformat(at.strip()) for at in (start, end)
        )
        assert found.self_signed == (found.subject == found.issuer)
        assert found.is_ca or read_certificate(der).version == 1
        assert found.key.algorithm in ("rsa", "ecdsa")
        assert found.key.size >= 256
        assert found.spki_sha256


def test_what_a_leaf_says():
    made = leaf(
        root(),
        extension(
            "1.3.6.1.5.5.7.1.1",
            sequence(
                sequence(object_identifier("1.3.6.1.5.5.7.48.1"), tlv(0x86, b"http://ocsp.example/")),
                sequence(object_identifier("1.3.6.1.5.5.7.48.2"), tlv(0x86, b"http://ca.example/")),
            ),
        ),
        extension(
            "2.5.29.31", sequence(sequence(tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://crl.example/")))))
        ),
        extension("1.3.6.1.5.5.7.1.24", sequence(integer(5))),
        serial=0xBEEF,
    )  # fmt: skip
    found = parse_certificate(made.der)
    assert found.subject == "CN=a leaf"
    assert found.issuer == "CN=a root"
    assert found.serial == "beef"
    assert found.dns_names == ("host.example",)
    assert found.signature_algorithm == "ecdsa-with-SHA256"
    assert found.ocsp_urls == ("http://ocsp.example/",)
    assert found.issuer_urls == ("http://ca.example/",)
    assert found.crl_urls == ("http://crl.example/",)
    assert found.must_staple
    assert not found.is_ca
    assert not found.self_signed
    assert found.error is None


@pytest.mark.parametrize(
    ("key", "algorithm", "size", "curve", "signature"),
    [
        (rsa_key(2048), "rsa", 2048, None, "sha256WithRSAEncryption"),
        (rsa_key(1024), "rsa", 1024, None, "sha256WithRSAEncryption"),
        (p256(), "ecdsa", 256, "prime256v1", "ecdsa-with-SHA256"),
        (
            Key(ec.generate_private_key(ec.SECP384R1()), "sha384"),
            "ecdsa",
            384,
            "secp384r1",
            "ecdsa-with-SHA384",
        ),
        (
            Key(ec.generate_private_key(ec.SECP521R1()), "sha512"),
            "ecdsa",
            521,
            "secp521r1",
            "ecdsa-with-SHA512",
        ),
        (Key(ed25519.Ed25519PrivateKey.generate()), "ed25519", 256, None, "ED25519"),
        (Key(ed448.Ed448PrivateKey.generate()), "ed448", 456, None, "ED448"),
    ],
)
def test_keys_and_signatures(key, algorithm, size, curve, signature):
    found = parse_certificate(leaf(None, key=key).der)
    assert (found.key.algorithm, found.key.size, found.key.curve) == (algorithm, size, curve)
    assert found.signature_algorithm == signature


def test_a_dsa_key():
    key = Key(dsa.generate_private_key(1024))
    found = parse_certificate(leaf(root(), key=key).der).key
    assert (found.algorithm, found.size) == ("dsa", 1024)


def pin_of(octets):
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def test_a_key_that_cannot_be_loaded_has_its_algorithm_and_its_pin():
    class OfAnotherCurve(Key):
        def __init__(self):
            super().__init__(ec.generate_private_key(ec.SECP256R1()))
            secp160r1 = object_identifier("1.3.132.0.8")
            algorithm = sequence(object_identifier("1.2.840.10045.2.1"), secp160r1)
            self.spki = sequence(algorithm, bits(b"\4" + bytes(40)))

    key = OfAnotherCurve()
    found = parse_certificate(leaf(root(), key=key).der)
    assert (found.key.algorithm, found.key.curve, found.key.size) == ("ecdsa", None, None)
    assert found.spki_sha256 == pin_of(key.spki)
    assert found.dns_names == ("host.example",)


def test_a_pin_is_of_the_octets_in_the_certificate():
    class Compressed(Key):
        def __init__(self):
            super().__init__(ec.generate_private_key(ec.SECP256R1()))
            algorithm = sequence(
                object_identifier("1.2.840.10045.2.1"), object_identifier("1.2.840.10045.3.1.7")
            )
            point = self.private.public_key().public_bytes(
                Encoding.X962, PublicFormat.CompressedPoint
            )
            self.spki = sequence(algorithm, bits(point))

    key = Compressed()
    found = parse_certificate(leaf(root(), key=key).der)
    assert found.key.curve == "prime256v1"
    assert found.spki_sha256 == pin_of(key.spki)


@pytest.mark.parametrize("version", [1, 3])
def test_a_pin_is_known_in_certificates_of_version_1_too(version):
    key = p256()
    made = issue("old", key=key, version=version, extensions=None)
    assert parse_certificate(made.der).spki_sha256 == pin_of(key.spki)


def test_the_pin_is_the_one_openssl_computes(tmp_path):
    made = leaf(None)
    (tmp_path / "leaf.pem").write_bytes(made.pem)
    pipeline = (
        f"openssl x509 -in {tmp_path}/leaf.pem -pubkey -noout | openssl pkey -pubin -outform der"
        " | openssl dgst -sha256 -binary | openssl base64"
    )
    pin = subprocess.run(pipeline, shell=True, capture_output=True, text=True, check=True)
    assert parse_certificate(made.der).spki_sha256 == pin.stdout.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a, b+c", "a\\, b\\+c"),
        (" padded ", "\\ padded\\ "),
        ("#hash", "\\#hash"),
        ('quote " < > ; \\', 'quote \\" \\< \\> \\; \\\\'),
        ("red \x1b[31m", "red \\1B[31m"),
        ("line\r\nbreak", "line\\0D\\0Abreak"),
        ("nul\0", "nul\\00"),
        ("c1 \x9b31m", "c1 \\C2\\9B31m"),
        ("turned \u202e txt", "turned \\E2\\80\\AE txt"),
        ("isolated \u2066 txt", "isolated \\E2\\81\\A6 txt"),
        ("zero\u200bwidth", "zero\\E2\\80\\8Bwidth"),
        ("line\u2028separator", "line\\E2\\80\\A8separator"),
        ("Főtanúsítvány", "Főtanúsítvány"),
        ("", ""),
    ],
)
def test_subjects_are_safe_to_show(text, shown):
    found = parse_certificate(issue(name(("2.5.4.3", text))).der)
    assert found.subject == found.issuer == f"CN={shown}"
    assert found.subject.isprintable()


def test_subjects_read_from_the_last_relative_name_to_the_first():
    subject = name(("2.5.4.6", "DE"), ("2.5.4.10", "Example"), ("1.2.3.4", "x"), ("2.5.4.3", "a"))
    found = parse_certificate(issue(subject).der)
    assert found.subject == "CN=a,1.2.3.4=x,O=Example,C=DE"


@pytest.mark.parametrize(
    ("tag", "value", "shown"),
    [
        (0x1E, "BMP ő".encode("utf-16-be"), "BMP ő"),
        (0x1C, "four".encode("utf-32-be"), "four"),
        (0x12, b"123", "123"),
        (0x1A, b"visible", "visible"),
    ],
)
def test_other_kinds_of_strings(tag, value, shown):
    found = parse_certificate(issue(name(("2.5.4.3", tlv(tag, value)))).der)
    assert found.subject == f"CN={shown}"


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0x14, b"T\xe9l\xe9"),  # a TeletexString as everybody wrote them: beyond ASCII
        (0x0C, b"bad \xff"),
        (0x02, b"\1"),
    ],
)
def test_a_name_that_cannot_be_read_leaves_the_rest(tag, value):
    made = issue(
        name(("2.5.4.3", tlv(tag, value))), extensions=(subject_alternative_name(dns("a.example")),)
    )
    found = parse_certificate(made.der)
    assert found.error.startswith("cannot be read: issuer (")
    assert ", subject (" in found.error
    assert found.subject == found.issuer == ""
    assert found.dns_names == ("a.example",)
    assert found.not_after == NOW + A_YEAR
    assert found.key.curve == "prime256v1"


@pytest.mark.parametrize("asked", ["named", "unread", "subject", "shown_subject", "self_signed"])
def test_whatever_is_asked_first_an_unreadable_subject_is_the_same(asked):
    made = issue(name(("2.5.4.3", tlv(0x0C, b"bad \xff"))), root())
    found = read_certificate(made.der)
    getattr(found, asked)
    assert not found.named
    assert list(found.unread) == ["subject"]
    assert found.unread["subject"].isprintable()
    assert found.extensions_read
    assert not found.self_signed
    assert list(found.subject) == []
    assert found.shown_subject == ""


@pytest.mark.parametrize(
    "subject",
    [
        sequence(octets(b"x")),
        name(("2.5.4.3", tlv(0x1E, b"\0a\0"))),
        name(("2.5.4.3", tlv(0x13, b"seven \xff"))),
    ],
)
def test_names_for_which_the_library_refuses_all(subject):
    found = parse_certificate(issue(subject).der)
    assert found.error.startswith("not a certificate: ")
    assert found.sha256


@pytest.mark.parametrize("version", [2, 4])
def test_another_version_is_no_certificate(version):
    found = parse_certificate(issue("x", version=version).der)
    assert found.error == f"not a certificate: {version - 1} is not a valid X509 version"


def test_names_and_urls_are_safe_to_show():
    made = leaf(
        None,
        extensions=(
            subject_alternative_name(dns(b"\x1b[2J.example"), dns(b"\xe2\x80\xae.example")),
        ),
    )
    assert parse_certificate(made.der).dns_names == (
        "\\x1B[2J.example",
        "\\xE2\\x80\\xAE.example",
    )


def test_long_fields_are_cut_with_a_mark():
    found = parse_certificate(issue(name(("2.5.4.3", "a" * 100_000))).der)
    assert len(found.subject) < LONGEST_TEXT + 100
    assert "more characters" in found.subject


def test_ten_thousand_names_are_counted_and_the_first_shown():
    names = [dns(f"host-{number}.example") for number in range(10_000)]
    made = leaf(None, extensions=(subject_alternative_name(*names),))
    found = parse_certificate(made.der)
    assert len(found.dns_names) == MOST_ENTRIES + 1
    assert found.dns_names[-1] == "… (9000 more)"
    assert len(read_certificate(made.der).subject_alternative_names) == 10_000


@pytest.mark.parametrize(("serial", "shown"), [(-5, "-5"), (0, "0"), (1 << 160, f"{1 << 160:x}")])
def test_serials_that_should_not_be(serial, shown):
    assert parse_certificate(leaf(None, serial=serial).der).serial == shown


def test_a_serial_of_a_thousand_octets_is_cut():
    assert parse_certificate(leaf(None, serial=1 << 8000).der).serial.endswith("more digits)")


def test_years_of_both_kinds_of_time():
    made = leaf(None, not_before=NOW.replace(year=1950), not_after=NOW.replace(year=9999))
    found = parse_certificate(made.der)
    assert found.not_before == datetime(1950, 6, 1, 12, tzinfo=UTC)
    assert found.not_after == datetime(9999, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "at",
    [
        tlv(0x17, b"261301000000Z"),
        tlv(0x17, b"2601010000Z"),
        tlv(0x17, b"260101000000+0100"),
        tlv(0x18, b"20260101000000.5Z"),
        tlv(0x18, b"00000101000000Z"),
        tlv(0x17, "\uff12\uff160101000000Z".encode()),
        tlv(0x04, b"260101000000Z"),
    ],
)
def test_invalid_times_are_an_error_in_words(at):
    found = parse_certificate(leaf(None, not_after=at).der)
    assert found.error.startswith("not a certificate: ")
    assert found.sha256


def test_one_malformed_extension_hides_all_extensions_and_leaves_the_rest():
    found = parse_certificate(leaf(None, extension("2.5.29.31", b"\x30\x01")).der)
    assert found.error.startswith("cannot be read: extensions (")
    assert found.dns_names == ()
    assert found.subject == "CN=a leaf"
    assert found.key.curve == "prime256v1"
    assert found.spki_sha256
    assert found.self_signed


@pytest.mark.parametrize("der", [b"", b"\0", b"0", b"0\x80", b"\x30\x84\xff\xff\xff\xff", b"-----"])
def test_what_is_no_certificate(der):
    found = parse_certificate(der)
    assert found.error.startswith("not a certificate: ")
    assert found.der == der


GOOD = leaf(root(identified=True), identified=True, not_after=NOW + A_YEAR).der


def test_every_truncated_certificate_is_an_error():
    assert all(parse_certificate(GOOD[:length]).error for length in range(len(GOOD)))


@given(st.binary(max_size=400))
def test_any_octets_give_a_certificate_or_an_error_in_words(der):
    assert parse_certificate(der).sha256


@given(st.data())
def test_a_mutated_certificate_never_raises_and_is_always_printable(data):
    der = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(der) - 1))
        der[position] = data.draw(st.integers(0, 255))
    found = parse_certificate(bytes(der))
    shown = [found.subject, found.issuer, found.serial, *found.dns_names, found.error or ""]
    assert all(text.isprintable() for text in shown)


@given(st.text(max_size=60))
def test_any_text_in_a_subject_is_printable_when_shown(text):
    der = issue(name(("2.5.4.3", text.encode("utf-8", "replace").decode())), key=_KEY).der
    assert parse_certificate(der).subject.isprintable()


@given(st.binary(max_size=60))
def test_any_octets_in_a_name_are_printable_when_shown(value):
    made = leaf(None, extensions=(subject_alternative_name(dns(value)),), key=_KEY)
    assert all(text.isprintable() for text in parse_certificate(made.der).dns_names)


@pytest.mark.parametrize(
    "refused",
    [
        extension("1.3.6.1.5.5.7.1.24", sequence(integer(99))),
        extension("2.5.29.19", sequence(integer(-1))),
        extension("2.5.29.19", b"\x30\x03\x01\x01\x00"),
        extension("2.5.29.37", sequence()),
        extension("2.5.29.30", sequence(tlv(0xA0, sequence(dns("*.example"))))),
        extension("2.5.29.18", sequence(tlv(0xA3, b""))),
        extension("2.5.29.18", sequence(address(b"\x0a"))),
    ],
    ids=range(7),
)
def test_whatever_way_the_library_refuses_in_it_is_an_error_in_words(refused):
    found = parse_certificate(leaf(None, refused).der)
    assert found.error.startswith("cannot be read: extensions (")
    assert found.error.isprintable()


_KEY = p256()
