"""The authorities that the cases share, and keys of every kind.

All certificates have the identifiers of their keys and their issuers', since the profile of
the web demands them and one judge insists.
"""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from pki import issuing
from pki.issuing import (
    CA_USAGE,
    LEAF_USAGE,
    Issued,
    Key,
    basic_constraints,
    bits,
    dns,
    integer,
    key_usage,
    object_identifier,
    sequence,
    subject_alternative_name,
    tlv,
)

SERVER = "1.3.6.1.5.5.7.3.1"
CLIENT = "1.3.6.1.5.5.7.3.2"
ANY_USAGE = "2.5.29.37.0"
AUTHORITY = (basic_constraints(True), key_usage(CA_USAGE))
LEAF = (key_usage(LEAF_USAGE), subject_alternative_name(dns("host.example")))


def root(subject="a root", **how) -> Issued:
    how.setdefault("identified", True)
    return issuing.root(subject, **how)


def intermediate(issuer: Issued, subject="an intermediate", *more, **how) -> Issued:
    how.setdefault("identified", True)
    return issuing.intermediate(issuer, subject, *more, **how)


def leaf(issuer: Issued | None, *more, **how) -> Issued:
    how.setdefault("identified", True)
    return issuing.leaf(issuer, *more, **how)


def issue(subject, issuer: Issued | None, **how) -> Issued:
    how.setdefault("identified", True)
    return issuing.issue(subject, issuer, **how)


@cache
def anchor() -> Issued:
    return root()


@cache
def middle() -> Issued:
    return intermediate(anchor())


@cache
def stored_key(name: str) -> Key:
    """Return a key from the files: the large ones take long to make, the small nobody makes.

    They were made for this and are good for nothing else.
    """
    octets = Path(__file__).with_name("keys").joinpath(f"{name}.pem").read_bytes()
    return Key(load_pem_private_key(octets, None, unsafe_skip_rsa_key_validation=True))


def curve_key(curve: type[ec.EllipticCurve]) -> Key:
    return Key(ec.generate_private_key(curve()))


def edwards_key(kind: type[ed25519.Ed25519PrivateKey] | type[ed448.Ed448PrivateKey]) -> Key:
    return Key(kind.generate())


class ProbabilisticKey(Key):
    """An RSA key that signs by RSASSA-PSS with SHA-256 (RFC 4055 section 3.1)."""

    @property
    def algorithm(self) -> bytes:
        sha256 = sequence(object_identifier("2.16.840.1.101.3.4.2.1"), b"\5\0")
        mask = sequence(object_identifier("1.2.840.113549.1.1.8"), sha256)
        salt = integer(32)
        parameters = sequence(tlv(0xA0, sha256), tlv(0xA1, mask), tlv(0xA2, salt))
        return sequence(object_identifier("1.2.840.113549.1.1.10"), parameters)

    def sign(self, octets: bytes) -> bytes:
        return self.private.sign(octets, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())


class ProbabilisticOnlyKey(ProbabilisticKey):
    """The same, with a public key that says it is for RSASSA-PSS alone (RFC 4055 section 1.2)."""

    def __init__(self, private):
        super().__init__(private)
        encoded = private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        kind = sequence(object_identifier("1.2.840.113549.1.1.10"))
        self.spki = sequence(kind, bits(encoded))
