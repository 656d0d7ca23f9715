"""One TLSA record against one certificate (RFC 6698 section 2.1)."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.dns import TlsaRecord
from tlsward.pki import object_identifiers as oid
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.public_key import SubjectPublicKey
from tlsward.pki.x509 import X509Certificate, certificate_of

#: Certificate usages by number, with the acronyms of RFC 7218.
USAGES = {0: "PKIX-TA", 1: "PKIX-EE", 2: "DANE-TA", 3: "DANE-EE"}
SELECTORS = {0: "Cert", 1: "SPKI"}
#: Matching types: the name and the octets of a digest, None for the whole.
MATCHING_TYPES: dict[int, tuple[str, int | None]] = {
    0: ("Full", None),
    1: ("SHA2-256", 32),
    2: ("SHA2-512", 64),
}
_HASHES = {1: hashlib.sha256, 2: hashlib.sha512}


def unusable(record: TlsaRecord, *, starttls: str | None = None) -> str | None:
    """Return why clients pass a record over (RFC 7671 section 4), None where they do not."""
    if record.usage not in USAGES:
        return f"unknown certificate usage {record.usage}"
    if record.selector not in SELECTORS:
        return f"unknown selector {record.selector}"
    if record.matching_type not in MATCHING_TYPES:
        return f"unknown matching type {record.matching_type}"
    name, length = MATCHING_TYPES[record.matching_type]
    octets = len(record.data) // 2
    if length is not None and octets != length:
        return f"{octets} octets are no {name} digest"
    if length is None and _whole(record) is None:
        return f"its data are no {'certificate' if record.selector == 0 else 'public key'}"
    if starttls == "smtp" and record.usage in {0, 1}:
        # RFC 7672 section 3.1.3: mail servers have no public authorities in common.
        return f"{USAGES[record.usage]} does not count between mail servers"
    return None


def matches(record: TlsaRecord, certificate: X509Certificate) -> Answer:
    """Return whether a usable record is of this certificate or its key.

    Unknown where the library does not give the key's octets as they stand in it.
    """
    selected = certificate.der
    if record.selector == 1:
        key = certificate.encoded_key
        if key is None:
            return UNKNOWN
        selected = key
    digest = _HASHES.get(record.matching_type)
    found = selected if digest is None else digest(selected).digest()
    return YES if found.hex() == record.data else NO


def whole_certificate(record: TlsaRecord) -> X509Certificate | None:
    """Return the certificate that a record holds in full, None where it holds none."""
    found = _whole(record)
    return found if isinstance(found, X509Certificate) else None


def whole_key(record: TlsaRecord) -> SubjectPublicKey | None:
    """Return the public key that a record holds in full, None where it holds none."""
    found = _whole(record)
    return found if isinstance(found, SubjectPublicKey) else None


def _whole(record: TlsaRecord) -> X509Certificate | SubjectPublicKey | None:
    if record.matching_type != 0:
        return None
    octets = bytes.fromhex(record.data)
    try:
        with reading():
            if record.selector == 0:
                return certificate_of(x509.load_der_x509_certificate(octets), octets)
            key = load_der_public_key(octets)
            return SubjectPublicKey(_algorithm(key), key)
    except UnreadableError:
        return None


def _algorithm(key: PublicKeyTypes) -> str:
    match key:
        case rsa.RSAPublicKey():
            return oid.RSA_ENCRYPTION
        case ec.EllipticCurvePublicKey():
            return "1.2.840.10045.2.1"
        case ed25519.Ed25519PublicKey():
            return oid.ED25519
        case ed448.Ed448PublicKey():
            return oid.ED448
        case dsa.DSAPublicKey():
            return "1.2.840.10040.4.1"
    return ""
