"""Certificates as Let's Encrypt issues them, with any part changed or left out."""

from datetime import UTC, datetime, timedelta

from pki import issuing
from pki.issuing import (
    Issued,
    Key,
    dns,
    extended_key_usage,
    extension,
    issue,
    object_identifier,
    octets,
    p256,
    sequence,
    subject_alternative_name,
    timestamp,
    timestamp_list,
    tlv,
)
from tlsward.pki.lint import lint
from tlsward.pki.x509 import X509Certificate, read_certificate

SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
ANY_USAGE = "2.5.29.37.0"
DV, OV, EV = "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.1"
ISSUED = datetime(2026, 6, 1, tzinfo=UTC)
NOW = ISSUED + timedelta(days=1)
#: 17 octets, as a generator would give them.
SERIAL = 0x04A1C3E5F7091827364554637281_9ABCDEF0
ONE_SECOND = timedelta(seconds=1)
RESPONDER = "http://ocsp.example.net"


def days(number: float) -> timedelta:
    """A lifetime of so many days, both ends included."""
    return timedelta(days=number) - ONE_SECOND


def key_usage(bit_octet: int) -> bytes:
    """keyUsage as DER has it, without the zero bits at its end."""
    unused = (bit_octet & -bit_octet).bit_length() - 1
    return extension("2.5.29.15", tlv(0x03, bytes([unused, bit_octet])), critical=True)


def printable(text: str) -> bytes:
    return tlv(0x13, text.encode())


def basic_constraints(ca=False, critical=True) -> bytes:
    flag = b"\x01\x01\xff" if ca else b""
    return extension("2.5.29.19", sequence(flag), critical=critical)


def policies(*dotted: str, qualifier: bytes = b"") -> bytes:
    return extension(
        "2.5.29.32",
        sequence(*(sequence(object_identifier(each), qualifier) for each in dotted)),
    )


USER_NOTICE = sequence(
    sequence(object_identifier("1.3.6.1.5.5.7.2.2"), sequence(tlv(0x0C, b"read this")))
)


def access(issuers: str | None = "http://ye1.i.lencr.org/", ocsp: str | None = None) -> bytes:
    found = [
        sequence(object_identifier(method), tlv(0x86, url.encode()))
        for method, url in (("1.3.6.1.5.5.7.48.2", issuers), ("1.3.6.1.5.5.7.48.1", ocsp))
        if url is not None
    ]
    return extension("1.3.6.1.5.5.7.1.1", sequence(*found))


def crl(url: str = "http://ye1.c.lencr.org/17.crl") -> bytes:
    full_name = tlv(0xA0, tlv(0xA0, tlv(0x86, url.encode())))
    return extension("2.5.29.31", sequence(sequence(full_name)))


def authority_key(identifier: bytes, *more: bytes) -> bytes:
    return extension("2.5.29.35", sequence(tlv(0x80, identifier), *more))


def subject_key(identifier: bytes = b"k" * 20) -> bytes:
    return extension("2.5.29.14", octets(identifier))


def sans(*names: str | bytes) -> bytes:
    return subject_alternative_name(
        *(name if isinstance(name, bytes) else dns(name) for name in names)
    )


KEY_IDENTIFIER = b"i" * 20
A_LIFE = days(45)

ISSUER_NAME = issuing.name(
    ("2.5.4.6", printable("US")), ("2.5.4.10", "Let's Encrypt"), ("2.5.4.3", "YE1")
)

#: What each of Let's Encrypt's leaves has (profile tlsserver of 2026).
EXTENSIONS = {
    "key_usage": key_usage(0x80),
    "extended_key_usage": extended_key_usage(SERVER_AUTH),
    "basic_constraints": basic_constraints(),
    "authority_key": authority_key(KEY_IDENTIFIER),
    "access": access(),
    "names": sans("www.example.net", "example.net"),
    "policies": policies(DV),
    "crl": crl(),
    "timestamps": extension("1.3.6.1.4.1.11129.2.4.2", octets(timestamp_list(timestamp()))),
}

_INTERMEDIATE_EXTENSIONS = {
    "key_usage": key_usage(0x86),
    "extended_key_usage": extended_key_usage(SERVER_AUTH),
    "basic_constraints": basic_constraints(ca=True),
    "subject_key": subject_key(KEY_IDENTIFIER),
    "authority_key": authority_key(b"r" * 20),
    "access": access("http://x2.i.lencr.org/"),
    "policies": policies(DV),
    "crl": crl("http://x2.c.lencr.org/"),
}

_KEYS: dict[str, Key] = {}


def key(name: str = "leaf") -> Key:
    """The same key for the same name, since making one takes its time."""
    return _KEYS.setdefault(name, p256())


def leaf(
    *,
    lives: timedelta = A_LIFE,
    issued: datetime = ISSUED,
    subject: bytes | str = b"\x30\0",
    more: tuple[bytes, ...] = (),
    version: int = 3,
    **changed,
) -> Issued:
    """A leaf of the tlsserver profile; an extension changed to None is left out."""
    parts = EXTENSIONS | {name: value for name, value in changed.items() if name in EXTENSIONS}
    how = {name: value for name, value in changed.items() if name not in EXTENSIONS}
    if subject == b"\x30\0" and "names" not in changed:
        parts["names"] = critical(parts["names"])
    how.setdefault("key", key())
    how.setdefault("signer", key("issuer"))
    how.setdefault("serial", SERIAL)
    how.setdefault("issuer_name", ISSUER_NAME)
    how.setdefault("not_after", issued + lives)
    extensions = tuple(each for each in (*parts.values(), *more) if each is not None)
    return issue(
        subject,
        not_before=how.pop("not_before", issued),
        extensions=extensions if version == 3 else None,
        version=version,
        **how,
    )


def classic(*, issued: datetime = ISSUED, **changed) -> Issued:
    """The classic profile: 90 days, a common name, the identifier of its key."""
    changed.setdefault("names", sans("www.example.net", "example.net"))
    return leaf(
        issued=issued,
        lives=changed.pop("lives", days(90)),
        subject=changed.pop("subject", issuing.common_name("example.net")),
        more=(subject_key(), *changed.pop("more", ())),
        **changed,
    )


def short_lived(*, issued: datetime = ISSUED, **changed) -> Issued:
    """The shortlived profile: 160 hours, an address may be in it."""
    changed.setdefault("lives", timedelta(hours=160) - ONE_SECOND)
    return leaf(issued=issued, **changed)


def intermediate(*, issued: datetime = ISSUED, **changed) -> Issued:
    parts = _INTERMEDIATE_EXTENSIONS | {
        name: value for name, value in changed.items() if name in _INTERMEDIATE_EXTENSIONS
    }
    how = {name: v for name, v in changed.items() if name not in _INTERMEDIATE_EXTENSIONS}
    how.setdefault("key", key("issuer"))
    how.setdefault("signer", key("root"))
    how.setdefault("serial", SERIAL + 1)
    how.setdefault(
        "issuer_name",
        issuing.name(
            ("2.5.4.6", printable("US")), ("2.5.4.10", "Internet Security Research Group")
        ),
    )
    how.setdefault("not_after", issued + days(1000))
    return issue(
        how.pop("subject", ISSUER_NAME),
        not_before=issued,
        extensions=tuple(each for each in parts.values() if each is not None),
        **how,
    )


def critical(made: bytes) -> bytes:
    """The same extension, critical."""
    start = 2 if made[1] < 0x80 else 2 + (made[1] & 0x7F)
    identifier_length = made[start + 1]
    end = start + 2 + identifier_length
    return sequence(made[start:end], b"\x01\x01\xff", made[end:])


def read(issued: Issued | bytes) -> X509Certificate:
    return read_certificate(issued if isinstance(issued, bytes) else issued.der)


def ids(issued, *, public=True, issuer=None, now=NOW, is_leaf=False) -> set[str]:
    """The ids of what is found, without lint. before them."""
    certificate = read(issued) if not isinstance(issued, X509Certificate) else issued
    found = lint(certificate, issuer=issuer, public=public, now=now, leaf=is_leaf)
    assert len({each.id for each in found}) == len(found)
    return {each.id.removeprefix("lint.") for each in found}


def errors(issued, *, public=True, issuer=None, now=NOW) -> set[str]:
    certificate = read(issued)
    found = lint(certificate, issuer=issuer, public=public, now=now)
    return {each.id for each in found if each.severity == "error"}
