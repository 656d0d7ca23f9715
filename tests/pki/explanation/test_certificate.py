"""Certificates as a whole: every root that browsers have, what OpenSSL says, what is mutated."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from pki.explanation import samples
from pki.issuing import A_YEAR, NOW, Key, issue, rsa_key, tlv
from tlsward.pki.certificate import parse_certificate
from tlsward.pki.display import MOST_ENTRIES
from tlsward.pki.explanation.certificate import explain
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.x509 import read_certificate

SAMPLES = {
    made.__name__: made()
    for made in (
        samples.everything,
        samples.authority,
        samples.precertificate,
        samples.responder,
        samples.example_root,
    )
}


def roots() -> list[bytes]:
    with reading():
        loaded = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
        return [each.public_bytes(Encoding.DER) for each in loaded]


ROOTS = roots()


def explained(der: bytes, now: datetime = NOW):
    return explain(read_certificate(der), now)


def walked(fields):
    for field in fields:
        yield field
        yield from walked(field.children)


def test_every_root_of_browsers_is_explained():
    assert len(ROOTS) > 100
    for der in ROOTS:
        found = explained(der)
        assert found.extensions_error is None
        for extension in found.extensions:
            assert extension.name is not None, extension.identifier
            assert extension.error is None
            assert extension.value is not None
        assert found.role in {"root", "end entity"}  # of version 1 there is no telling
        assert all(field.meaning for field in found.fields)


def said_by_openssl(der: bytes) -> str:
    return subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-text", "-fingerprint", "-sha256"],
        input=der,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8", "replace")


def moment(text: str) -> datetime:
    return datetime.strptime(text.replace("  ", " "), "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)


COMPARED = {
    **{name: issued.der for name, issued in SAMPLES.items()},
    **{f"root {number}": ROOTS[number] for number in range(0, len(ROOTS), 12)},
    "rsa": issue("an RSA leaf", key=rsa_key(2048)).der,
    "p384": issue("a P-384 leaf", key=Key(ec.generate_private_key(ec.SECP384R1()), "sha384")).der,
}


@pytest.mark.parametrize("der", COMPARED.values(), ids=COMPARED)
def test_the_facts_are_those_that_openssl_tells(der):
    text = said_by_openssl(der)
    found = explained(der)
    certificate = found.certificate
    assert f"Version: {found.version} " in text
    serial = re.search(r"Serial Number:\s*(?:(\d+) \(|([0-9a-f:]+)\n)", text)
    if serial[1]:
        assert found.serial_decimal == serial[1]
    else:
        assert int(certificate.serial, 16) == int(serial[2].replace(":", ""), 16)
    assert f"Signature Algorithm: {certificate.signature_algorithm}" in text
    assert certificate.not_before == moment(re.search(r"Not Before: (.*)", text)[1])
    assert certificate.not_after == moment(re.search(r"Not After : (.*)", text)[1])
    size = re.search(r"Public-Key: \((\d+) bit\)", text)
    if size:
        assert found.key["size"] == int(size[1])
    exponent = re.search(r"Exponent: (\d+)", text)
    assert found.key["exponent"] == (exponent[1] if exponent else None)
    fingerprint = re.search(r"sha256 Fingerprint=(.*)", text)[1]
    assert certificate.sha256 == fingerprint.replace(":", "").lower()
    # Names of extensions stand 12 columns in, what they say 16.
    names = re.findall(r"^ {12}(\S.*?): ?(critical)?$", text, re.MULTILINE)
    names = [(name, critical) for name, critical in names if not name.startswith("Not ")]
    told = [bool(critical) for _, critical in names]
    assert [each.critical for each in found.extensions] == told
    for key, pattern in (("2.5.29.14", r"Subject Key Identifier:.*\n\s+([0-9A-F:]+)"),):
        value = re.search(pattern, text)
        if value:
            plain = {each.identifier: each.value for each in found.extensions}
            assert plain[key]["hex"] == value[1].replace(":", "").lower()
    alternative = re.search(r"Subject Alternative Name:.*\n\s+(.*)", text)
    if alternative:
        assert certificate.dns_names == tuple(re.findall(r"DNS:([^,\s]+)", alternative[1]))


def test_signature_of_pss():
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pss")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + A_YEAR)
        .sign(key, SHA256(), rsa_padding=padding.PSS(padding.MGF1(SHA256()), 32))
        .public_bytes(Encoding.DER)
    )
    assert explained(made).signature == {
        "algorithm": "RSASSA-PSS",
        "algorithm_oid": "1.2.840.113549.1.1.10",
        "hash": "sha256",
        "pss_mask": "MGF1 with sha256",
        "pss_salt": "32 octets",
    }


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("everything", "end entity"),
        ("authority", "authority"),
        ("precertificate", "precertificate"),
        ("example_root", "root"),
    ],
)
def test_role(name, role):
    assert explained(SAMPLES[name].der).role == role


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, "60 days left"),
        (NOW + timedelta(days=59, hours=1), "23 hours left"),
        (NOW + timedelta(days=61, seconds=1), "expired 1 day ago"),
        (NOW - timedelta(days=32), "not valid yet, begins in 2 days"),
    ],
)
def test_time_left(now, words):
    found = explained(samples.everything().der, now)
    [validity] = [field for field in found.fields if field.name == "Validity"]
    assert validity.value.endswith(words)
    assert validity.wrong == ("left" not in words)
    assert found.lifetime_days == 91  # both ends are in it
    left = round((NOW + timedelta(days=60) - now).total_seconds())
    assert found.left_seconds == left


@pytest.mark.parametrize(
    ("serial", "words"),
    [(0, "0 (not positive"), (-5, "-5 (not positive"), (255, "ff (8 bits)"), (1 << 20000, "more")],
    ids=["zero", "negative", "small", "huge"],
)
def test_serial_numbers(serial, words):
    found = explained(issue("a leaf", serial=serial).der)
    assert words in found.fields[1].value
    assert len(found.fields[1].value) < 250


def test_unique_identifiers_of_version_2():
    made = samples.everything()
    at = made.der.index(made.key.spki) + len(made.key.spki)
    identifiers = tlv(0x81, b"\0\xaa\xbb") + tlv(0x82, b"\0\xcc")
    # The signature is wrong then, which is nothing to who explains.
    signed_length = int.from_bytes(made.der[6:8], "big") + len(identifiers)
    whole_length = int.from_bytes(made.der[2:4], "big") + len(identifiers)
    der = (
        made.der[:2]
        + whole_length.to_bytes(2, "big")
        + made.der[4:6]
        + signed_length.to_bytes(2, "big")
        + made.der[8:at]
        + identifiers
        + made.der[at:]
    )
    found = {field.name: field.value for field in explained(der).fields}
    assert found["Issuer unique identifier"] == "aabb"
    assert found["Subject unique identifier"] == "cc"


def test_ten_thousand_names_are_bounded():
    made = samples.with_names(10_000)
    found = explained(made.der)
    [extension] = found.extensions
    assert extension.value["count"] == 10_000
    assert len(extension.value["names"]) == MOST_ENTRIES
    assert len(extension.explained.children) == MOST_ENTRIES
    assert extension.explained.more == 10_000 - MOST_ENTRIES
    assert extension.explained.value.endswith("and 9997 more")
    assert extension.octets["size"] > 100_000
    assert len(extension.octets["hex"]) == 2 * 4096


def test_nothing_that_is_shown_can_harm():
    for field in walked(explained(samples.hostile().der).fields):
        assert field.name.isprintable()
        assert field.value.isprintable()


@st.composite
def mutated(draw):
    der = bytearray(draw(st.sampled_from([*SAMPLES.values(), samples.hostile()])).der)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(der) - 1))
        match draw(st.integers(0, 2)):
            case 0:
                der[place] = draw(st.integers(0, 255))
            case 1:
                del der[place]
            case _:
                der.insert(place, draw(st.integers(0, 255)))
    return bytes(der)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_mutated_certificates_never_raise(der):
    try:
        certificate = read_certificate(der)
    except UnreadableError:
        assert parse_certificate(der).error
        return
    found = explain(certificate, NOW)
    for field in walked(found.fields):
        assert field.value.isprintable()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(samples.LEAF_EXTENSIONS + samples.AUTHORITY_EXTENSIONS),
    st.binary(max_size=40),
    st.floats(0, 1),
)
def test_an_extension_with_any_octets_in_it_never_raises(made, octets, place):
    """Mutations that keep the certificate readable and the extension known."""
    cut = 12 + round(place * max(0, len(made) - 12))
    der = samples._leaf(remade(made, made[cut:] + octets)).der
    for field in walked(explained(der).fields):
        assert field.value.isprintable()


def remade(made: bytes, value: bytes) -> bytes:
    """Return an extension with the same identifier and another value."""
    from pki.issuing import octets as string
    from pki.issuing import sequence

    start = 2 if made[1] < 0x80 else 2 + (made[1] & 0x7F)
    identifier = made[start : start + 2 + made[start + 1]]
    return sequence(identifier, string(value))
