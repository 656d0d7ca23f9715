"""Certificates with everything in them, the same in each run: fixed keys, dates, serials."""

import hashlib
from datetime import timedelta
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ed25519

from pki.issuing import (
    A_YEAR,
    CA_USAGE,
    LEAF_USAGE,
    NOW,
    Issued,
    Key,
    address,
    basic_constraints,
    dns,
    extended_key_usage,
    extension,
    integer,
    issue,
    key_usage,
    name,
    name_constraints,
    object_identifier,
    octets,
    sequence,
    subject_alternative_name,
    timestamp,
    timestamp_list,
    tlv,
)

#: What a hostile subject writes everywhere: colours, a title, a turned direction, markup.
HOSTILE = (
    "\x1b[31mred\x07\x9b2J \u202egpj.exe\u2066 <script>alert(1)</script>"
    "&quot;\"'><svg onload=x>\r\nSet: 1\u2028\ufeff"
)
NULL = b"\x05\x00"


@cache
def fixed_key(number: int) -> Key:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % number).digest())
    return Key(private)


def utf8(text: str) -> bytes:
    return tlv(0x0C, text.encode())


def ia5(text: str) -> bytes:
    return tlv(0x16, text.encode())


def printable(text: str) -> bytes:
    return tlv(0x13, text.encode())


def uri(text: str) -> bytes:
    return tlv(0x86, text.encode())


def email(text: str) -> bytes:
    return tlv(0x81, text.encode())


def directory(encoded: bytes) -> bytes:
    return tlv(0xA4, encoded)


def registered(dotted: str) -> bytes:
    return tlv(0x88, object_identifier(dotted)[2:])


def other_name(dotted: str, value: bytes) -> bytes:
    return tlv(0xA0, object_identifier(dotted), tlv(0xA0, value))


def point(*names: bytes, reasons: bytes | None = None, issuer: bytes | None = None) -> bytes:
    return sequence(
        tlv(0xA0, tlv(0xA0, *names)),
        b"" if reasons is None else tlv(0x81, reasons),
        b"" if issuer is None else tlv(0xA2, directory(issuer)),
    )


def access(method: str, location: bytes) -> bytes:
    return sequence(object_identifier(method), location)


def policy(dotted: str, *qualifiers: bytes) -> bytes:
    return sequence(object_identifier(dotted), sequence(*qualifiers) if qualifiers else b"")


def practice(address: str) -> bytes:
    return sequence(object_identifier("1.3.6.1.5.5.7.2.1"), ia5(address))


def notice(text: str) -> bytes:
    return sequence(object_identifier("1.3.6.1.5.5.7.2.2"), sequence(utf8(text)))


def statement(dotted: str, *information: bytes) -> bytes:
    return sequence(object_identifier(dotted), *information)


ROOT_NAME = name(
    ("2.5.4.6", printable("DE")), ("2.5.4.10", "Example Trust"), ("2.5.4.3", "Example Root")
)
LEAF_NAME = name(
    ("1.3.6.1.4.1.311.60.2.1.3", printable("DE")),
    ("2.5.4.15", "Private Organization"),
    ("2.5.4.5", printable("HRB 12345")),
    ("2.5.4.6", printable("DE")),
    ("2.5.4.8", "Bayern"),
    ("2.5.4.7", "München"),
    ("2.5.4.10", "Example GmbH"),
    ("2.5.4.97", "VATDE-123456789"),
    ("2.5.4.3", "www.example.com"),
    ("1.2.3.4.5", "of our own"),
)

#: One of every kind of general name.
ALL_NAMES = (
    dns("www.example.com"),
    dns("*.example.com"),
    dns("xn--mnchen-3ya.example"),
    address(bytes([192, 0, 2, 1])),
    address(bytes.fromhex("20010db8000000000000000000000001")),
    email("post@example.com"),
    uri("spiffe://example.com/service"),
    directory(name(("2.5.4.3", "a directory"))),
    registered("1.2.3.4"),
    other_name("1.3.6.1.4.1.311.20.2.3", utf8("user@example.com")),
    other_name("1.2.3.4.5.6", octets(b"\1\2\3")),
)

QUALIFIED = extension(
    "1.3.6.1.5.5.7.1.3",
    sequence(
        statement("0.4.0.1862.1.1"),
        statement("0.4.0.1862.1.2", sequence(printable("EUR"), integer(5), integer(3))),
        statement("0.4.0.1862.1.3", integer(10)),
        statement("0.4.0.1862.1.4"),
        statement(
            "0.4.0.1862.1.5",
            sequence(sequence(ia5("https://example.com/pds.pdf"), printable("en"))),
        ),
        statement("0.4.0.1862.1.6", sequence(object_identifier("0.4.0.1862.1.6.3"))),
        statement("0.4.0.1862.1.7", sequence(printable("DE"))),
        statement("0.4.0.19495.2", sequence(utf8("psp"))),
        statement("1.2.3.4.5"),
    ),
)
ORGANIZATION = extension(
    "2.23.140.3.1",
    sequence(printable("VAT"), printable("DE"), tlv(0x80, b"BY"), utf8("123456789")),
)

#: Extensions that a server's certificate may have, one of each.
LEAF_EXTENSIONS = (
    extension("2.5.29.14", octets(bytes(range(20)))),
    extension(
        "2.5.29.35",
        sequence(
            tlv(0x80, bytes(range(20, 40))),
            tlv(0xA1, directory(ROOT_NAME)),
            tlv(0x82, b"\x10\x01"),
        ),
    ),
    key_usage(0xA0),
    extended_key_usage("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.2.3.4.5.6"),
    basic_constraints(False),
    subject_alternative_name(*ALL_NAMES),
    extension("2.5.29.18", sequence(uri("https://trust.example/"))),
    extension(
        "2.5.29.31",
        sequence(
            point(uri("http://crl.example/1.crl"), uri("ldap://crl.example/cn=1")),
            point(uri("http://crl.example/2.crl"), reasons=b"\x01\x40", issuer=ROOT_NAME),
        ),
    ),
    extension("2.5.29.46", sequence(point(uri("http://crl.example/delta.crl")))),
    extension(
        "1.3.6.1.5.5.7.1.1",
        sequence(
            access("1.3.6.1.5.5.7.48.1", uri("http://ocsp.example/")),
            access("1.3.6.1.5.5.7.48.2", uri("http://ca.example/root.cer")),
            access("1.2.3.4", uri("http://what.example/")),
        ),
    ),
    extension(
        "2.5.29.32",
        sequence(
            policy("2.23.140.1.2.2"),
            policy("2.23.140.1.1", practice("https://trust.example/cps"), notice("read it")),
            policy("1.2.3.4.5"),
        ),
    ),
    extension("1.3.6.1.5.5.7.1.24", sequence(integer(5), integer(17))),
    extension(
        "1.3.6.1.4.1.11129.2.4.2",
        octets(
            timestamp_list(timestamp(bytes(32)), timestamp(bytes(range(32)), 1_600_000_000_000))
        ),
    ),
    QUALIFIED,
    ORGANIZATION,
    extension("1.3.6.1.4.1.311.20.2", tlv(0x1E, "WebServer".encode("utf-16-be"))),
    extension(
        "1.3.6.1.4.1.311.21.7",
        sequence(object_identifier("1.3.6.1.4.1.311.21.8.1.2"), integer(100), integer(7)),
    ),
    extension("1.3.6.1.4.1.311.21.10", sequence(sequence(object_identifier("1.3.6.1.5.5.7.3.1")))),
    extension("1.3.6.1.4.1.44363.44", NULL),
    extension("2.16.840.1.113730.1.1", tlv(0x03, b"\x06\x40")),
    extension("2.16.840.1.113730.1.13", ia5("made by hand")),
    extension("1.2.3.4.5.6.7", octets(bytes(300))),
)

#: Extensions that authorities and the like have.
AUTHORITY_EXTENSIONS = (
    basic_constraints(True, 0),
    key_usage(CA_USAGE),
    extension("2.5.29.14", octets(bytes(range(20)))),
    name_constraints(
        permitted=(dns("example.com"), address(bytes([10, 0, 0, 0, 255, 0, 0, 0]))),
        excluded=(dns("secret.example.com"), email(".example.org")),
    ),
    extension("2.5.29.32", sequence(policy("2.5.29.32.0"))),
    extension(
        "2.5.29.33",
        sequence(sequence(object_identifier("1.2.3.1"), object_identifier("1.2.3.2"))),
        critical=True,
    ),
    extension("2.5.29.36", sequence(tlv(0x80, b"\x00"), tlv(0x81, b"\x01")), critical=True),
    extension("2.5.29.54", integer(2), critical=True),
    extension(
        "1.3.6.1.5.5.7.1.11",
        sequence(access("1.3.6.1.5.5.7.48.5", uri("http://ca.example/all.p7c"))),
    ),
    extension("1.3.6.1.4.1.311.21.1", integer(0x0002_0003)),
    extension("1.3.6.1.4.1.311.21.2", octets(bytes(20))),
    extension("2.5.29.16", sequence(tlv(0x80, b"20250101000000Z"), tlv(0x81, b"20260101000000Z"))),
)


@cache
def example_root() -> Issued:
    return issue(
        ROOT_NAME,
        key=fixed_key(1),
        serial=0x1001,
        extensions=(basic_constraints(True), key_usage(CA_USAGE)),
        not_before=NOW - 10 * A_YEAR,
        not_after=NOW + 10 * A_YEAR,
    )


def _leaf(*extensions: bytes, **how) -> Issued:
    how.setdefault("subject", LEAF_NAME)
    how.setdefault("serial", 0x1234567890ABCDEF1234567890)
    return issue(
        how.pop("subject"),
        example_root(),
        key=fixed_key(3),
        extensions=extensions,
        not_before=NOW - timedelta(days=30),
        not_after=NOW + timedelta(days=60),
        **how,
    )


@cache
def everything() -> Issued:
    return _leaf(*LEAF_EXTENSIONS)


@cache
def authority() -> Issued:
    return issue(
        name(("2.5.4.10", "Example Trust"), ("2.5.4.3", "Example Issuing CA")),
        example_root(),
        key=fixed_key(2),
        serial=0x2002,
        extensions=AUTHORITY_EXTENSIONS,
        not_before=NOW - A_YEAR,
        not_after=NOW + A_YEAR,
    )


@cache
def precertificate() -> Issued:
    return _leaf(
        subject_alternative_name(dns("www.example.com")),
        extension("1.3.6.1.4.1.11129.2.4.3", NULL, critical=True),
    )


@cache
def responder() -> Issued:
    """An OCSP responder's certificate, with an ACME challenge in it that it would not have."""
    return _leaf(
        key_usage(LEAF_USAGE),
        extended_key_usage("1.3.6.1.5.5.7.3.9"),
        extension("1.3.6.1.5.5.7.48.1.5", NULL),
        extension("1.3.6.1.5.5.7.1.31", octets(bytes(range(32))), critical=True),
    )


@cache
def hostile() -> Issued:
    """Whatever a subject can write is written to do harm where it is shown."""
    text = HOSTILE
    return _leaf(
        subject_alternative_name(
            dns(text),
            email(text),
            uri("javascript:" + text),
            directory(name(("2.5.4.3", text))),
            other_name("1.3.6.1.4.1.311.20.2.3", utf8(text)),
        ),
        extension("2.5.29.31", sequence(point(uri(text)))),
        extension("1.3.6.1.5.5.7.1.1", sequence(access("1.3.6.1.5.5.7.48.1", uri(text)))),
        extension(
            "2.5.29.32", sequence(policy("1.2.3.4.5", practice("https://" + text), notice(text)))
        ),
        extension("2.23.140.3.1", sequence(printable("VAT"), printable("DE"), utf8(text))),
        extension(
            "1.3.6.1.5.5.7.1.3",
            sequence(statement("0.4.0.1862.1.5", sequence(sequence(ia5(text), printable("en"))))),
        ),
        extension("1.3.6.1.4.1.311.20.2", tlv(0x1E, text.encode("utf-16-be"))),
        extension("2.16.840.1.113730.1.13", utf8(text)),
        subject=name(("2.5.4.10", text), ("2.5.4.3", text), ("1.2.3.4.5", text)),
    )


@cache
def malformed() -> Issued:
    """One extension is no DER at all, one is there twice; the others are as they should be."""
    return _leaf(
        key_usage(LEAF_USAGE),
        extension("2.5.29.37", b"\x30\x05\x06\x03\x55"),
        subject_alternative_name(dns("www.example.com")),
        basic_constraints(False),
        basic_constraints(True),
        extension("2.23.140.3.1", b"\x04\x01\x00"),
    )


def with_names(count: int) -> Issued:
    return _leaf(
        subject_alternative_name(*(dns(f"host-{number}.example.com") for number in range(count)))
    )
