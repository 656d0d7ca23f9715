"""A certificate's fields and extensions (RFC 5280 section 4), read but not yet judged.

`cryptography` reads all extensions or none. Where it reads none their fields keep the
defaults and `unread` says so: nothing about them is known, and no verdict rests on it.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from tlsward.pki import signatures
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.library import REFUSALS, UnreadableError, quietly, reading
from tlsward.pki.object_identifiers import PUBLIC_POLICIES
from tlsward.pki.public_key import SubjectPublicKey, subject_public_key
from tlsward.pki.signatures import Signature

#: Critical extensions whose meaning is honoured, or cannot change a path's validity here:
#: no certificate policy is asked for.
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
        ExtensionOID.TLS_FEATURE,
        ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS,
    }
)


class X509Certificate(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What a certificate says; `loaded` is the library's own object.

    `version` counts from 1. `key_usage`, `extended_key_usage` (OIDs) and
    `subject_alternative_names` are None where the extension is absent or was not read.
    `unread` has what the library refused and its words, `repeated` the OID of an
    extension that is there twice. A name that was not read is empty: see `named`.
    """

    loaded: x509.Certificate
    der: bytes
    sha256: bytes
    version: int
    serial: int
    signature: Signature
    issuer: x509.Name
    subject: x509.Name
    not_before: datetime
    not_after: datetime
    key: SubjectPublicKey
    basic_constraints: x509.BasicConstraints | None = None
    key_usage: x509.KeyUsage | None = None
    extended_key_usage: frozenset[str] | None = None
    subject_alternative_names: tuple[x509.GeneralName, ...] | None = None
    name_constraints: x509.NameConstraints | None = None
    subject_key_identifier: bytes | None = None
    authority_key_identifier: bytes | None = None
    policies: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    issuer_urls: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    must_staple: bool = False
    embedded_scts: x509.PrecertificateSignedCertificateTimestamps | None = None
    unknown_critical: tuple[str, ...] = ()
    unread: dict[str, str] = {}
    repeated: str | None = None
    self_signed: bool = False

    @property
    def named(self) -> bool:
        """Whether subject and issuer were read, without which no path can be built."""
        return "subject" not in self.unread and "issuer" not in self.unread

    @property
    def extensions_read(self) -> bool:
        """Whether it is known what the extensions say."""
        return "extensions" not in self.unread

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same name (RFC 5280 section 3.2)."""
        return self.subject == self.issuer

    @property
    def shows_itself_public(self) -> bool:
        """Whether it says itself that it is of a public authority.

        The Baseline Requirements section 7.1.6.1 demand one of their policies in each, and
        only public authorities are logged.
        """
        return self.embedded_scts is not None or any(
            policy.startswith(PUBLIC_POLICIES) for policy in self.policies
        )

    @property
    def is_authority(self) -> bool:
        """Whether basicConstraints say that it may certify others."""
        return self.basic_constraints is not None and self.basic_constraints.ca

    @cached_property
    def shown_subject(self) -> str:
        """The subject as an RFC 4514 string that is safe to show."""
        return shown_name(self.subject)

    @cached_property
    def shown_issuer(self) -> str:
        """The issuer as an RFC 4514 string that is safe to show."""
        return shown_name(self.issuer)

    @cached_property
    def algorithms_agree(self) -> bool:
        """Whether both signature algorithms are the same (RFC 5280 section 4.1.1.2).

        The library shows one of them alone. It compares both before all else when it is
        asked to verify, here against the certificate itself, where most end at the next
        step because it is not its own issuer.
        """
        with quietly():
            try:
                self.loaded.verify_directly_issued_by(self.loaded)
            except REFUSALS as error:
                return "Inner and outer signature algorithms" not in str(error)
            except InvalidSignature:
                return True
        return True


def read_certificate(octets: bytes) -> X509Certificate:
    """Return the certificate in `octets`. Raises UnreadableError where there is none."""
    with reading():
        return certificate_of(x509.load_der_x509_certificate(octets), octets)


def certificate_of(loaded: x509.Certificate, octets: bytes) -> X509Certificate:
    """Return what a certificate says that the library has loaded from `octets`.

    Raises UnreadableError where its validity is none.
    """
    unread: dict[str, str] = {}
    with reading():
        certificate = X509Certificate(
            loaded=loaded,
            der=octets,
            sha256=hashlib.sha256(octets).digest(),
            version=loaded.version.value + 1,
            serial=loaded.serial_number,
            signature=signatures.signature_of_certificate(loaded),
            issuer=_name(loaded, "issuer", unread),
            subject=_name(loaded, "subject", unread),
            not_before=loaded.not_valid_before_utc,
            not_after=loaded.not_valid_after_utc,
            key=subject_public_key(loaded),
            **_extension_fields(loaded, unread),
            unread=unread,
        )
    if _self_signed(certificate):
        return msgspec.structs.replace(certificate, self_signed=True)
    return certificate


def _name(loaded: x509.Certificate, field: str, unread: dict[str, str]) -> x509.Name:
    try:
        with reading():
            name: x509.Name = getattr(loaded, field)
    except UnreadableError as error:
        unread[field] = str(error)
        return x509.Name([])
    return name


def _self_signed(certificate: X509Certificate) -> bool:
    """Return whether its own key signed it: by the identifiers of the keys where it has both.

    An authority may certify a new key under its old name, so the names alone do not tell.
    """
    if not certificate.named or not certificate.self_issued:
        return False
    own, issuers = certificate.subject_key_identifier, certificate.authority_key_identifier
    if own and issuers:
        return own == issuers
    return signatures.verified(certificate.key, certificate.signature) is not False


def _extension_fields(loaded: x509.Certificate, unread: dict[str, str]) -> dict[str, Any]:
    try:
        with reading():
            found = loaded.extensions
    except UnreadableError as error:
        unread["extensions"] = str(error)
        cause = error.__cause__
        if isinstance(cause, x509.DuplicateExtension):
            return {"repeated": cause.oid.dotted_string}
        return {}
    fields: dict[str, Any] = {
        "unknown_critical": tuple(
            each.oid.dotted_string
            for each in found
            if each.critical and each.oid not in _UNDERSTOOD
        )
    }
    for extension in found:
        value = extension.value
        read = _FIELDS.get(type(value))
        if read is not None:
            fields.update(read(value))
    return fields


#: The fields that each extension fills.
_FIELDS: dict[type[x509.ExtensionType], Callable[[Any], dict[str, Any]]] = {
    x509.BasicConstraints: lambda value: {"basic_constraints": value},
    x509.KeyUsage: lambda value: {"key_usage": value},
    x509.ExtendedKeyUsage: lambda value: {
        "extended_key_usage": frozenset(each.dotted_string for each in value)
    },
    x509.SubjectAlternativeName: lambda value: {"subject_alternative_names": tuple(value)},
    x509.NameConstraints: lambda value: {"name_constraints": value},
    x509.SubjectKeyIdentifier: lambda value: {"subject_key_identifier": value.digest},
    x509.AuthorityKeyIdentifier: lambda value: {"authority_key_identifier": value.key_identifier},
    x509.CertificatePolicies: lambda value: {
        "policies": tuple(each.policy_identifier.dotted_string for each in value)
    },
    x509.CRLDistributionPoints: lambda value: {
        "crl_urls": _urls([name for point in value for name in point.full_name or ()])
    },
    x509.TLSFeature: lambda value: {"must_staple": x509.TLSFeatureType.status_request in value},
    x509.PrecertificateSignedCertificateTimestamps: lambda value: {"embedded_scts": value},
    x509.AuthorityInformationAccess: lambda value: {
        "ocsp_urls": _accessed(value, AuthorityInformationAccessOID.OCSP),
        "issuer_urls": _accessed(value, AuthorityInformationAccessOID.CA_ISSUERS),
    },
}


def _accessed(
    access: x509.AuthorityInformationAccess, method: x509.ObjectIdentifier
) -> tuple[str, ...]:
    return _urls([each.access_location for each in access if each.access_method == method])


def _urls(names: list[x509.GeneralName]) -> tuple[str, ...]:
    return tuple(name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
