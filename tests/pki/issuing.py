"""Certificates made octet by octet, so that wrong ones can be made as easily as right ones."""

import base64
import hashlib
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
A_YEAR = timedelta(days=365)

_SERIALS = itertools.count(0x1000)


def tlv(tag: int, *content: bytes) -> bytes:
    octets = b"".join(content)
    length = len(octets)
    if length < 0x80:
        return bytes([tag, length]) + octets
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + octets


def sequence(*content: bytes) -> bytes:
    return tlv(0x30, *content)


def integer(number: int) -> bytes:
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def object_identifier(dotted: str) -> bytes:
    first, second, *arcs = map(int, dotted.split("."))
    octets = bytearray()
    for arc in (40 * first + second, *arcs):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        octets += bytes(reversed(groups))
    return tlv(0x06, bytes(octets))


def bits(octets: bytes) -> bytes:
    return tlv(0x03, b"\0", octets)


def octets(content: bytes) -> bytes:
    return tlv(0x04, content)


def name(*attributes: tuple[str, str | bytes]) -> bytes:
    """Return a Name; a str becomes a UTF8String, bytes are the DER of the value."""
    return sequence(
        *(
            tlv(
                0x31,
                sequence(
                    object_identifier(kind),
                    tlv(0x0C, value.encode()) if isinstance(value, str) else value,
                ),
            )
            for kind, value in attributes
        )
    )


def common_name(text: str) -> bytes:
    return name(("2.5.4.3", text))


def time(at: datetime) -> bytes:
    if at.year < 2050:
        return tlv(0x17, f"{at:%y%m%d%H%M%SZ}".encode())
    return tlv(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())


class Key:
    """A private key with the OID and parameters of the signatures it makes."""

    def __init__(self, private, hash_name="sha256"):
        self.private = private
        self.hash = getattr(hashes, hash_name.upper())()
        self.hash_name = hash_name
        self.spki = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def hashing(self, hash_name):
        return Key(self.private, hash_name)

    @property
    def algorithm(self) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return sequence(object_identifier("1.3.101.112"))
        if isinstance(self.private, ed448.Ed448PrivateKey):
            return sequence(object_identifier("1.3.101.113"))
        if isinstance(self.private, rsa.RSAPrivateKey):
            dotted = {
                "md5": "1.2.840.113549.1.1.4",
                "sha1": "1.2.840.113549.1.1.5",
                "sha256": "1.2.840.113549.1.1.11",
                "sha384": "1.2.840.113549.1.1.12",
                "sha512": "1.2.840.113549.1.1.13",
            }[self.hash_name]
            return sequence(object_identifier(dotted), b"\x05\0")
        if isinstance(self.private, dsa.DSAPrivateKey):
            return sequence(object_identifier("2.16.840.1.101.3.4.3.2"))
        dotted = {
            "sha1": "1.2.840.10045.4.1",
            "sha256": "1.2.840.10045.4.3.2",
            "sha384": "1.2.840.10045.4.3.3",
            "sha512": "1.2.840.10045.4.3.4",
        }[self.hash_name]
        return sequence(object_identifier(dotted))

    def sign(self, octets: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(octets, padding.PKCS1v15(), self.hash)
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(octets, ec.ECDSA(self.hash))
        if isinstance(self.private, dsa.DSAPrivateKey):
            return self.private.sign(octets, self.hash)
        return self.private.sign(octets)


def p256() -> Key:
    return Key(ec.generate_private_key(ec.SECP256R1()))


@cache
def rsa_key(size: int, number: int = 0) -> Key:
    return Key(rsa.generate_private_key(65537, size))


@dataclass(frozen=True)
class Issued:
    der: bytes
    key: Key
    subject: bytes

    @property
    def pem(self) -> bytes:
        import ssl

        return ssl.DER_cert_to_PEM_cert(self.der).encode()


def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = b"\x01\x01\xff" if critical else b""
    return sequence(object_identifier(dotted), flag, octets(value))


def basic_constraints(ca: bool, path_length: int | None = None) -> bytes:
    flag = b"\x01\x01\xff" if ca else b""
    length = b"" if path_length is None else integer(path_length)
    return extension("2.5.29.19", sequence(flag, length), critical=True)


def key_usage(bit_octet: int) -> bytes:
    return extension("2.5.29.15", tlv(0x03, b"\0", bytes([bit_octet])), critical=True)


def extended_key_usage(*dotted: str) -> bytes:
    return extension("2.5.29.37", sequence(*map(object_identifier, dotted)))


def subject_alternative_name(*names: bytes) -> bytes:
    return extension("2.5.29.17", sequence(*names))


def dns(text: str | bytes) -> bytes:
    return tlv(0x82, text.encode() if isinstance(text, str) else text)


def address(octets: bytes) -> bytes:
    return tlv(0x87, octets)


def mailbox(text: str) -> bytes:
    return tlv(0x81, text.encode())


def directory(name: bytes) -> bytes:
    return tlv(0xA4, name)


def name_constraints(permitted=(), excluded=()) -> bytes:
    lists = [
        tlv(tag, *(sequence(base) for base in bases))
        for tag, bases in ((0xA0, permitted), (0xA1, excluded))
        if bases
    ]
    return extension("2.5.29.30", sequence(*lists), critical=True)


CA_USAGE = 0x06  # keyCertSign, cRLSign
LEAF_USAGE = 0x80  # digitalSignature


def issue(
    subject: str | bytes,
    issuer: Issued | None = None,
    *,
    key: Key | None = None,
    signer: Key | None = None,
    issuer_name: bytes | None = None,
    not_before: datetime | bytes = NOW - A_YEAR,
    not_after: datetime | bytes = NOW + A_YEAR,
    extensions: tuple[bytes, ...] | None = (),
    serial: int | None = None,
    version: int = 3,
    identified: bool = False,
    inner_algorithm: bytes | None = None,
) -> Issued:
    """Return a certificate; without an issuer, self-signed. Extensions None: none at all.

    `identified` adds the identifiers of its key and of its issuer's; `inner_algorithm` is
    what the signed part calls the signature's algorithm, where that is not what it is.
    """
    key = key or p256()
    if identified:
        extensions = (*(extensions or ()), *_key_identifiers(key, issuer.key if issuer else key))
    subject = common_name(subject) if isinstance(subject, str) else subject
    signer = signer or (issuer.key if issuer else key)
    signed = sequence(
        tlv(0xA0, integer(version - 1)) if version > 1 else b"",
        integer(next(_SERIALS) if serial is None else serial),
        inner_algorithm or signer.algorithm,
        issuer_name or (issuer.subject if issuer else subject),
        sequence(*(at if isinstance(at, bytes) else time(at) for at in (not_before, not_after))),
        subject,
        key.spki,
        tlv(0xA3, sequence(*extensions)) if extensions else b"",
    )
    der = sequence(signed, signer.algorithm, bits(signer.sign(signed)))
    return Issued(der, key, subject)


def _key_identifiers(own: Key, issuers: Key) -> tuple[bytes, bytes]:
    return (
        extension("2.5.29.14", octets(hashlib.sha1(own.spki).digest())),
        extension("2.5.29.35", sequence(tlv(0x80, hashlib.sha1(issuers.spki).digest()))),
    )


def root(subject: str | bytes = "a root", **how) -> Issued:
    how.setdefault("extensions", (basic_constraints(True), key_usage(CA_USAGE)))
    how.setdefault("not_before", NOW - 10 * A_YEAR)
    how.setdefault("not_after", NOW + 10 * A_YEAR)
    return issue(subject, **how)


def intermediate(issuer: Issued, subject: str | bytes = "an intermediate", *more, **how) -> Issued:
    how.setdefault("extensions", (basic_constraints(True), key_usage(CA_USAGE), *more))
    return issue(subject, issuer, **how)


def leaf(issuer: Issued | None, *more, names=("host.example",), **how) -> Issued:
    how.setdefault(
        "extensions",
        (key_usage(LEAF_USAGE), subject_alternative_name(*map(dns, names)), *more),
    )
    return issue("a leaf", issuer, **how)


#: "Cloudflare 'Nimbus2017' Log" in the list of logs.
NIMBUS = base64.b64decode("H7w24ALt6X9AGZ6Gs1c7ikIX2AGHdGrQ2gOgYFTSDfQ=")


def timestamp(log_id=NIMBUS, milliseconds=1_500_000_000_000, version=0):
    octets = b"".join(
        [
            bytes([version]),
            log_id,
            milliseconds.to_bytes(8, "big"),
            b"\0\0",  # no extensions
            b"\4\3\0\4abcd",  # ecdsa_secp256r1_sha256 and a signature
        ]
    )
    return len(octets).to_bytes(2, "big") + octets


def timestamp_list(*entries):
    octets = b"".join(entries)
    return len(octets).to_bytes(2, "big") + octets
