"""Checking signatures with `cryptography`'s primitives.

A scanner must tell a bad signature from a weak one, so MD5, SHA-1 and 512-bit keys are
checked as well (`x509.Certificate.verify_directly_issued_by` refuses them); whether they
count is judged elsewhere. None stands for "cannot tell": an algorithm or a key that
nothing here can compute with.
"""

from collections.abc import Callable

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.x509 import ocsp

from tlsward.pki import object_identifiers as oid
from tlsward.pki.library import REFUSALS, UnreadableError, reading
from tlsward.pki.public_key import SubjectPublicKey

#: A modulus beyond this is not computed with: OpenSSL's own limit, in bits.
LARGEST_MODULUS = 16384
#: OpenSSL's limit for the exponent of keys above 3072 bits, here for all.
LARGEST_EXPONENT = 1 << 64
#: Hashes for which collisions were made, by the library's names.
_BROKEN_HASHES = frozenset({"md5", "sha1"})
#: Algorithms on hashes so old that the library does not know them.
_BROKEN_ALGORITHMS = {oid.MD2_WITH_RSA: "md2", oid.MD4_WITH_RSA: "md4"}


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature, the OID of its algorithm and the octets it is over.

    `hash` is None where the algorithm has its own or the library knows none, `scheme` is
    what RSASSA-PSS needs to know.
    """

    algorithm: str
    hash: HashAlgorithm | None
    scheme: padding.PSS | None = None
    octets: bytes
    signed: bytes


def signature_of_certificate(
    certificate: x509.Certificate, signed: bytes | None = None
) -> Signature:
    """Return the signature on a certificate. To be called quietly.

    `signed` is its TBSCertificate where that is known: the library writes it anew each time.
    """
    scheme = None
    algorithm = certificate.signature_algorithm_oid.dotted_string
    message_hash: HashAlgorithm | None = None
    try:
        message_hash = certificate.signature_hash_algorithm
        if algorithm == oid.RSASSA_PSS:
            parameters = certificate.signature_algorithm_parameters
            scheme = parameters if isinstance(parameters, padding.PSS) else None
    except REFUSALS:
        message_hash = None
    return Signature(
        algorithm=algorithm,
        hash=message_hash,
        scheme=scheme,
        octets=certificate.signature,
        signed=certificate.tbs_certificate_bytes if signed is None else signed,
    )


def signature_of_response(response: ocsp.OCSPResponse) -> Signature:
    """Return the signature on a successful OCSP response; the library has no PSS for it."""
    try:
        with reading():
            message_hash = response.signature_hash_algorithm
    except UnreadableError:
        message_hash = None
    return Signature(
        algorithm=response.signature_algorithm_oid.dotted_string,
        hash=message_hash,
        octets=response.signature,
        signed=response.tbs_response_bytes,
    )


def signature_of_crl(crl: x509.CertificateRevocationList) -> Signature:
    """Return the signature on a CRL, with a copy of the octets it is over."""
    scheme = None
    try:
        with reading():
            message_hash = crl.signature_hash_algorithm
            if crl.signature_algorithm_oid.dotted_string == oid.RSASSA_PSS:
                parameters = crl.signature_algorithm_parameters
                scheme = parameters if isinstance(parameters, padding.PSS) else None
    except UnreadableError:
        message_hash = None
    return Signature(
        algorithm=crl.signature_algorithm_oid.dotted_string,
        hash=message_hash,
        scheme=scheme,
        octets=crl.signature,
        signed=crl.tbs_certlist_bytes,
    )


def verified(key: SubjectPublicKey, signature: Signature) -> bool | None:
    """Return whether `key` made `signature`; None where it cannot be told. Never raises."""
    made_by = oid.KEY_ALGORITHMS.get(key.algorithm)
    _, wanted = oid.SIGNATURE_ALGORITHMS.get(signature.algorithm, ("", None))
    if made_by and wanted and made_by != wanted:
        # A key of one kind never made a signature of another kind.
        return False
    if key.algorithm == oid.RSASSA_PSS != signature.algorithm:
        # Nor one for PSS alone another one (RFC 4055 section 1.2).
        return False
    verify = _verification(key.loaded, signature) if made_by == wanted else None
    if verify is None:
        return None
    try:
        verify()
    except InvalidSignature:
        return False
    except REFUSALS:
        return None
    return True


def weak_hash(signature: Signature) -> str | None:
    """Return md2, md4, md5 or sha1 where the signature rests on it."""
    if signature.hash is None:
        return _BROKEN_ALGORITHMS.get(signature.algorithm)
    return signature.hash.name if signature.hash.name in _BROKEN_HASHES else None


def _verification(key: PublicKeyTypes | None, signature: Signature) -> Callable[[], None] | None:
    octets, signed, message_hash = signature.octets, signature.signed, signature.hash
    if message_hash is None:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            return lambda: key.verify(octets, signed)
        return None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return lambda: key.verify(octets, signed, ec.ECDSA(message_hash))
    if isinstance(key, dsa.DSAPublicKey) and key.key_size <= LARGEST_MODULUS:
        return lambda: key.verify(octets, signed, message_hash)
    if isinstance(key, rsa.RSAPublicKey) and _computable(key):
        if signature.algorithm != oid.RSASSA_PSS:
            return lambda: key.verify(octets, signed, padding.PKCS1v15(), message_hash)
        scheme = signature.scheme
        if scheme is not None:
            return lambda: key.verify(octets, signed, scheme, message_hash)
    return None


def _computable(key: rsa.RSAPublicKey) -> bool:
    return key.key_size <= LARGEST_MODULUS and key.public_numbers().e < LARGEST_EXPONENT
