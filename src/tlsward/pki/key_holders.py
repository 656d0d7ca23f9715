"""What has a public key: certificates, requests, private and public keys, and its octets.

Pins are of octets, so a key in a rare form has the pin of that form. Where a private key's
file does not show which form its certificates will have, that is said, and no pin is made up.
"""

from collections.abc import Iterator

import msgspec
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import PublicKey
from tlsward.pki.bundle import CERTIFICATE, PRIVATE_KEY, PUBLIC_KEY, REQUEST, Bundle, Kind
from tlsward.pki.declared import elements, key_in_request
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.object_identifiers import RSASSA_PSS
from tlsward.pki.pins import spki_pin
from tlsward.pki.public_key import SubjectPublicKey, encoded_key, public_key, subject_public_key

_UNREADABLE = "its public key cannot be read"


class KeyHolder(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate, request or key; `subject` is an RFC 4514 string, None for a key.

    `encoded` is the SubjectPublicKeyInfo's DER as it stands there, None where that is not
    known, and then `reason` says why. `loaded` is the key itself where it can be computed with.
    """

    kind: Kind
    subject: str | None = None
    key: PublicKey | None = None
    encoded: bytes | None = None
    loaded: PublicKeyTypes | None = None
    reason: str = ""

    @property
    def pin(self) -> str | None:
        """The Base64 SHA-256 of the octets, None where they are not known."""
        return None if self.encoded is None else spki_pin(self.encoded)


def key_holders(bundle: Bundle) -> tuple[KeyHolder, ...]:
    """Return everything in a file that has a public key, in the file's order."""
    found: dict[Kind, Iterator[KeyHolder]] = {
        CERTIFICATE: (holder_of_certificate(octets) for octets in bundle.certificates),
        REQUEST: (_of_request(request) for request in bundle.requests),
        PRIVATE_KEY: (
            _of_private_key(key.public_key(), octets)
            for key, octets in zip(bundle.keys, bundle.encoded_keys, strict=True)
        ),
        PUBLIC_KEY: (
            _of_public_key(key, octets)
            for key, octets in zip(bundle.public_keys, bundle.encoded_public_keys, strict=True)
        ),
    }
    return tuple(next(found[kind]) for kind in bundle.order)


def holder_of_certificate(octets: bytes) -> KeyHolder:
    """Return a certificate, given in DER. Never raises: what is wrong is in `reason`."""
    try:
        with reading():
            certificate = x509.load_der_x509_certificate(octets)
            key = subject_public_key(certificate)
            encoded = encoded_key(certificate)
    except UnreadableError as error:
        return KeyHolder(kind=CERTIFICATE, reason=f"it cannot be read: {error}")
    return KeyHolder(
        kind=CERTIFICATE,
        subject=_subject(certificate),
        key=public_key(key),
        encoded=encoded,
        loaded=key.loaded,
        reason="" if encoded else _UNREADABLE,
    )


def same_key(one: KeyHolder, other: KeyHolder) -> Answer:
    """Return whether two have the same public key, in whatever form they write it.

    Unknown where a key of the same kind cannot be computed with, and the octets differ.
    """
    if one.encoded is not None and one.encoded == other.encoded:
        return YES
    if one.loaded is not None and other.loaded is not None:
        return YES if one.loaded == other.loaded else NO
    if one.key is None or other.key is None:
        return UNKNOWN
    return UNKNOWN if one.key.algorithm == other.key.algorithm else NO


def _of_request(request: x509.CertificateSigningRequest) -> KeyHolder:
    encoded = key_in_request(request)
    loaded: PublicKeyTypes | None = None
    try:
        with reading():
            loaded = request.public_key()
    except UnreadableError:
        pass
    return KeyHolder(
        kind=REQUEST,
        subject=_subject(request),
        key=_described(encoded, loaded),
        encoded=encoded,
        loaded=loaded,
        reason="" if encoded else _UNREADABLE,
    )


def _of_private_key(loaded: PublicKeyTypes, octets: bytes | None) -> KeyHolder:
    encoded = _written_by_the_library(loaded)
    reason = "" if encoded else _UNREADABLE
    if encoded is not None and octets is not None and _is_in_a_rare_form(loaded, encoded, octets):
        reason = (
            "the key is written in a rare form, and which one its certificate has is not known: "
            "take the pin of the certificate"
        )
        encoded = None
    return KeyHolder(
        kind=PRIVATE_KEY,
        key=_described(_written_by_the_library(loaded), loaded),
        encoded=encoded,
        loaded=loaded,
        reason=reason,
    )


def _of_public_key(loaded: PublicKeyTypes, octets: bytes) -> KeyHolder:
    encoded: bytes | None = octets
    try:
        with reading():
            if isinstance(loaded, rsa.RSAPublicKey) and not _is_wrapped(octets):
                # PKCS #1: the key alone, without what names its algorithm (RFC 8017 A.1.1).
                encoded = _written_by_the_library(loaded)
    except UnreadableError:
        encoded = None
    return KeyHolder(
        kind=PUBLIC_KEY,
        key=_described(encoded, loaded),
        encoded=encoded,
        loaded=loaded,
        reason="" if encoded else _UNREADABLE,
    )


def _is_wrapped(octets: bytes) -> bool:
    """Whether a SEQUENCE begins with another one, as a SubjectPublicKeyInfo does."""
    return bool(elements(octets)[0].tag_bytes == b"\x30")


def _written_by_the_library(key: PublicKeyTypes) -> bytes | None:
    try:
        with reading():
            return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except UnreadableError:
        return None


def _is_in_a_rare_form(key: PublicKeyTypes, encoded: bytes, octets: bytes) -> bool:
    """Whether a private key's file names its algorithm otherwise than the library would.

    A curve that is not named is written out; an RSA key that is named for PSS is for PSS alone.
    """
    try:
        with reading():
            if isinstance(key, rsa.RSAPublicKey):
                return asn1.encode_der(x509.ObjectIdentifier(RSASSA_PSS)) in octets
            if isinstance(key, ec.EllipticCurvePublicKey):
                algorithm = asn1.encode_der(elements(encoded)[0])
                return asn1.encode_der(elements(algorithm)[1]) not in octets
    except UnreadableError:
        return True
    return False


def _described(encoded: bytes | None, loaded: PublicKeyTypes | None) -> PublicKey | None:
    if encoded is None:
        return None
    try:
        with reading():
            algorithm = elements(asn1.encode_der(elements(encoded)[0]))[0]
            identifier = algorithm.parse(x509.ObjectIdentifier).dotted_string
    except (UnreadableError, IndexError):
        return None
    return public_key(SubjectPublicKey(identifier, loaded))


def _subject(named: x509.Certificate | x509.CertificateSigningRequest) -> str | None:
    try:
        with reading():
            return shown_name(named.subject)
    except UnreadableError:
        return None
