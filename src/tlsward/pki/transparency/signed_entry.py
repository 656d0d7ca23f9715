"""What a log signed, composed anew, and whether it signed it (RFC 6962 section 3.2)."""

import functools
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.certificate_transparency import (
    SignatureAlgorithm,
    SignedCertificateTimestamp,
)

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.signatures import LARGEST_EXPONENT, LARGEST_MODULUS
from tlsward.pki.transparency.log_list import Log
from tlsward.pki.x509 import X509Certificate
from tlsward.wire.writer import u8, u16, vector16, vector24

#: Of RFC 6962 section 3.2: the version, SignatureType and LogEntryType.
_V1, _CERTIFICATE_TIMESTAMP = 0, 0
_X509_ENTRY, _PRECERT_ENTRY = 0, 1
_EPOCH = datetime(1970, 1, 1)

NO_ISSUER = "the issuer's certificate is not known, and the signature is over its key too"


class SignatureCheck(NamedTuple):
    """Whether the log signed; why it did not, or why that cannot be told."""

    valid: Answer
    reason: str = ""


class Entries(NamedTuple):
    """Each `signed_entry`, with its type, that a genuine timestamp may be over.

    Where `doubt` is not None, the right one may not be among them, and it says why.
    """

    octets: tuple[bytes, ...]
    doubt: str | None = None


def certificate_entry(leaf: X509Certificate) -> Entries:
    """Return what timestamps beside the certificate are over: the certificate as it is."""
    return Entries((u16(_X509_ENTRY) + vector24(leaf.der),))


def precertificate_entries(leaf: X509Certificate, issuers: Sequence[X509Certificate]) -> Entries:
    """Return what embedded timestamps may be over. Never raises.

    That is the certificate without its timestamps, and the key of who issued it; also where
    a precertificate was signed by a certificate made for that alone. `issuers` are
    certificates that may be the issuer's.
    """
    try:
        with reading():
            certificate = vector24(leaf.loaded.tbs_precertificate_bytes)
            keys = {issuer.encoded_key for issuer in issuers}
    except UnreadableError as error:
        return Entries((), f"what was logged cannot be restored: {error}")
    known = [hashlib.sha256(key).digest() for key in keys if key is not None]
    return Entries(
        tuple(u16(_PRECERT_ENTRY) + key_hash + certificate for key_hash in known),
        None if known and None not in keys else NO_ISSUER,
    )


def check_signature(
    timestamp: SignedCertificateTimestamp, log: Log, entries: Entries
) -> SignatureCheck:
    """Return whether `log` made `timestamp` over one of the entries. Never raises."""
    try:
        with reading():
            return _check(timestamp, _log_key(log.key), entries)
    except UnreadableError as error:
        return SignatureCheck(UNKNOWN, f"cannot be computed: {error}")


@functools.lru_cache(maxsize=256)
def _log_key(encoded: bytes) -> PublicKeyTypes:
    return load_der_public_key(encoded)


def _check(
    timestamp: SignedCertificateTimestamp, key: PublicKeyTypes, entries: Entries
) -> SignatureCheck:
    wanted = SignatureAlgorithm.ECDSA
    if isinstance(key, rsa.RSAPublicKey):
        wanted = SignatureAlgorithm.RSA
        if key.key_size > LARGEST_MODULUS or key.public_numbers().e >= LARGEST_EXPONENT:
            return SignatureCheck(UNKNOWN, "the log's key is too large to compute with")
    elif not isinstance(key, ec.EllipticCurvePublicKey):
        return SignatureCheck(UNKNOWN, "the log's key is of a kind that no log uses")
    try:
        # RFC 6962 section 2.1.4: ECDSA or RSA, with SHA-256.
        if timestamp.signature_algorithm is not wanted or not isinstance(
            timestamp.signature_hash_algorithm, SHA256
        ):
            return SignatureCheck(NO, "signed with another algorithm than the log's")
    except ValueError:
        return SignatureCheck(NO, "signed with an algorithm that there is not")
    for entry in entries.octets:
        signed = _signed(timestamp, entry)
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(timestamp.signature, signed, padding.PKCS1v15(), SHA256())
            else:
                key.verify(timestamp.signature, signed, ec.ECDSA(SHA256()))
        except InvalidSignature:
            continue
        return SignatureCheck(YES)
    if entries.doubt is not None:
        return SignatureCheck(UNKNOWN, entries.doubt)
    return SignatureCheck(NO, "the log did not sign this for this certificate")


def _signed(timestamp: SignedCertificateTimestamp, entry: bytes) -> bytes:
    """Return the octets of `digitally-signed`.

    The extensions are kept as they came: those of static logs say where the entry is.
    """
    milliseconds = (timestamp.timestamp - _EPOCH) // timedelta(milliseconds=1)
    return b"".join(
        [
            u8(_V1),
            u8(_CERTIFICATE_TIMESTAMP),
            milliseconds.to_bytes(8),
            entry,
            vector16(timestamp.extension_bytes),
        ]
    )
