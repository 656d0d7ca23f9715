"""The extensions of a certificate one by one, also where the library refuses them together.

`cryptography` reads all extensions of a certificate or none. Their list is read as it is
encoded, and each is then read alone, in a certificate made for it.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tlsward.pki.explanation.syntax import RawExtension, ToBeSigned, read_syntax
from tlsward.pki.library import UnreadableError, reading

#: Extensions of one certificate that are looked at; real ones have fewer than twenty.
MOST_EXTENSIONS = 256
_SOME_DAY = datetime(1970, 1, 1)


class ReadExtension(msgspec.Struct, frozen=True, kw_only=True):
    """An extension: `value` None where it is malformed, then `error` says how.

    `octets` are those of its value, None where they cannot be told.
    """

    identifier: str
    critical: bool
    octets: bytes | None
    value: x509.ExtensionType | None = None
    error: str | None = None


class ReadExtensions(msgspec.Struct, frozen=True, kw_only=True):
    """The extensions; `error` says why they are not read, `more` how many are left out.

    The unique identifiers of version 2 are read with them.
    """

    extensions: tuple[ReadExtension, ...] = ()
    error: str | None = None
    more: int = 0
    issuer_unique_id: bytes | None = None
    subject_unique_id: bytes | None = None


def read_extensions(certificate: x509.Certificate) -> ReadExtensions:
    """Return the extensions of a certificate. Never raises for what it says."""
    try:
        encoded = read_syntax(ToBeSigned, certificate.tbs_certificate_bytes)
    except UnreadableError as error:
        return _as_loaded(certificate, str(error))
    raw = encoded.extensions or []
    values = _values(certificate)
    own, issuers = encoded.subject_unique_id, encoded.issuer_unique_id
    return ReadExtensions(
        extensions=tuple(_read(each, values) for each in raw[:MOST_EXTENSIONS]),
        more=max(0, len(raw) - MOST_EXTENSIONS),
        issuer_unique_id=None if issuers is None else issuers.as_bytes(),
        subject_unique_id=None if own is None else own.as_bytes(),
    )


def read_loaded(extensions: Iterable[x509.Extension[x509.ExtensionType]]) -> ReadExtensions:
    """Return extensions that the library has read, as those of a request are."""
    return ReadExtensions(
        extensions=tuple(
            ReadExtension(
                identifier=each.oid.dotted_string,
                critical=each.critical,
                octets=_octets(each.value),
                value=each.value,
            )
            for each in extensions
        )
    )


def _values(certificate: x509.Certificate) -> dict[str, x509.ExtensionType] | None:
    try:
        with reading():
            return {each.oid.dotted_string: each.value for each in certificate.extensions}
    except UnreadableError:
        return None


def _as_loaded(certificate: x509.Certificate, why: str) -> ReadExtensions:
    """Return what the library reads where their list is not read: octets are then unknown."""
    try:
        with reading():
            return read_loaded(certificate.extensions)
    except UnreadableError as error:
        return ReadExtensions(error=f"{error} ({why})")


def _octets(value: x509.ExtensionType) -> bytes | None:
    try:
        with reading():
            return value.public_bytes()
    except (UnreadableError, NotImplementedError):
        return None


def _read(raw: RawExtension, values: dict[str, x509.ExtensionType] | None) -> ReadExtension:
    identifier = raw.identifier.dotted_string
    value = None if values is None else values.get(identifier)
    error = None
    if value is None:
        try:
            value = _alone(raw)
        except UnreadableError as refusal:
            error = str(refusal)
    return ReadExtension(
        identifier=identifier,
        critical=raw.critical,
        octets=bytes(raw.value),
        value=value,
        error=error,
    )


def _alone(raw: RawExtension) -> x509.ExtensionType:
    with reading():
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        envelope = x509.CertificateBuilder(
            subject_name=x509.Name([]),
            issuer_name=x509.Name([]),
            public_key=key.public_key(),
            serial_number=1,
            not_valid_before=_SOME_DAY,
            not_valid_after=_SOME_DAY,
        ).add_extension(
            x509.UnrecognizedExtension(raw.identifier, raw.value), critical=raw.critical
        )
        (alone,) = envelope.sign(key, None).extensions
        value: x509.ExtensionType = alone.value
        return value
