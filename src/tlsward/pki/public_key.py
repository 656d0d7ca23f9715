"""Subject public keys (RFC 5280 section 4.1.2.7): what they are and how large."""

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from tlsward.model.certificate import PublicKey
from tlsward.pki.declared import key_in_certificate
from tlsward.pki.library import REFUSALS
from tlsward.pki.object_identifiers import ED448, ED25519, KEY_ALGORITHMS

#: Curves that the guideline calls by OpenSSL's name; for the others it is the library's.
_CURVE_NAMES = {"secp192r1": "prime192v1", "secp256r1": "prime256v1"}
_SIZES = {ED25519: 256, ED448: 456}


class SubjectPublicKey(msgspec.Struct, frozen=True):
    """The OID of a key's algorithm, and the key where `cryptography` can load it."""

    algorithm: str
    loaded: PublicKeyTypes | None = None


def subject_public_key(certificate: x509.Certificate) -> SubjectPublicKey:
    """Return the key of a certificate; one of an unknown kind is not an error.

    To be called quietly.
    """
    algorithm = certificate.public_key_algorithm_oid.dotted_string
    try:
        return SubjectPublicKey(algorithm, certificate.public_key())
    except REFUSALS:
        return SubjectPublicKey(algorithm)


def public_key(key: SubjectPublicKey) -> PublicKey:
    """Return what is reported of a key; `size` in bits is None where it cannot be told."""
    curve = None
    if isinstance(key.loaded, ec.EllipticCurvePublicKey):
        curve = _CURVE_NAMES.get(key.loaded.curve.name, key.loaded.curve.name)
    return PublicKey(algorithm=key_algorithm(key), size=key_size(key), curve=curve)


def key_algorithm(key: SubjectPublicKey) -> str:
    """Return what reports call the algorithm: rsa, ecdsa and the like, or its OID."""
    return KEY_ALGORITHMS.get(key.algorithm, key.algorithm)


def key_size(key: SubjectPublicKey) -> int | None:
    """Return the size of a key in bits, None where it cannot be told."""
    if isinstance(key.loaded, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | dsa.DSAPublicKey):
        return key.loaded.key_size
    return _SIZES.get(key.algorithm)


def encoded_key(certificate: x509.Certificate) -> bytes | None:
    """Return the SubjectPublicKeyInfo's DER as the certificate has it; None where unreadable.

    The library encodes a key anew, and what comes out is not what stands in the certificate
    for compressed points, curves written out, and RSA keys for PSS alone; and others it
    cannot load. So the octets are cut out of the certificate.
    """
    return key_in_certificate(certificate)
