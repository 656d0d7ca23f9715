"""A certificate's fields and extensions (RFC 5280 section 4), read but not yet judged.

`cryptography` reads all extensions or none. Where it reads none their fields keep the
defaults and `unread` says so: nothing about them is known, and no verdict rests on it.
"""

import functools
import hashlib
from datetime import datetime
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from tlsward.pki import signatures
from tlsward.pki.declared import CertificateParts, certificate_parts
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.library import REFUSALS, quietly, reading, refusal_words
from tlsward.pki.memory import kept
from tlsward.pki.object_identifiers import PUBLIC_POLICIES
from tlsward.pki.public_key import SubjectPublicKey, encoded_key, subject_public_key
from tlsward.pki.signatures import Signature

ExtensionT = TypeVar("ExtensionT", bound=x509.ExtensionType)

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

#: Names of issuers that are remembered, and the longest of them in octets.
_MOST_REMEMBERED = 1024
_LONGEST_REMEMBERED = 512


class X509Certificate(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What a certificate says; `loaded` is the library's own object.

    `version` counts from 1. `refused` has what the library refused at once and its words, for
    all of it see `unread`; `repeated` is the OID of an extension that is there twice. A name
    that was not read is empty: see `named`. `extension_values` are the extensions by OID,
    none where they were not read. What is asked of them, and the subject, are worked out
    when they are first asked for.
    """

    loaded: x509.Certificate
    der: bytes
    sha256: bytes
    version: int
    serial: int
    signature: Signature
    issuer: x509.Name
    not_before: datetime
    not_after: datetime
    key: SubjectPublicKey
    extension_values: dict[x509.ObjectIdentifier, x509.ExtensionType] = {}
    unknown_critical: tuple[str, ...] = ()
    refused: dict[str, str] = {}
    repeated: str | None = None
    parts: CertificateParts | None = None

    @kept
    def subject(self) -> x509.Name:
        """The name of whom it is for, empty where it was not read."""
        return self._read_subject[0]

    @kept
    def unread(self) -> dict[str, str]:
        """What the library refused and its words: extensions, issuer, subject."""
        refusal = self._read_subject[1]
        return self.refused if refusal is None else {**self.refused, "subject": refusal}

    @property
    def basic_constraints(self) -> x509.BasicConstraints | None:
        """The extension; None where it is absent or was not read, as for the others."""
        return self._extension(x509.BasicConstraints)

    @property
    def key_usage(self) -> x509.KeyUsage | None:
        """What the key may be used for."""
        return self._extension(x509.KeyUsage)

    @kept
    def extended_key_usage(self) -> frozenset[str] | None:
        """The purposes, OIDs."""
        usages = self._extension(x509.ExtendedKeyUsage)
        return None if usages is None else frozenset(each.dotted_string for each in usages)

    @kept
    def subject_alternative_names(self) -> tuple[x509.GeneralName, ...] | None:
        """The names in it."""
        names = self._extension(x509.SubjectAlternativeName)
        return None if names is None else tuple(names)

    @property
    def name_constraints(self) -> x509.NameConstraints | None:
        """The names that an authority may or may not certify."""
        return self._extension(x509.NameConstraints)

    @property
    def subject_key_identifier(self) -> bytes | None:
        """The identifier of its key."""
        identifier = self._extension(x509.SubjectKeyIdentifier)
        return None if identifier is None else identifier.digest

    @property
    def authority_key_identifier(self) -> bytes | None:
        """The identifier of its issuer's key, where the extension has it."""
        identifier = self._extension(x509.AuthorityKeyIdentifier)
        return None if identifier is None else identifier.key_identifier

    @kept
    def policies(self) -> tuple[str, ...]:
        """Certificate policies, OIDs."""
        policies = self._extension(x509.CertificatePolicies) or ()
        return tuple(each.policy_identifier.dotted_string for each in policies)

    @kept
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where its OCSP responders are."""
        return self._accessed(AuthorityInformationAccessOID.OCSP)

    @kept
    def issuer_urls(self) -> tuple[str, ...]:
        """Where its issuer's certificate is (caIssuers)."""
        return self._accessed(AuthorityInformationAccessOID.CA_ISSUERS)

    @kept
    def crl_urls(self) -> tuple[str, ...]:
        """Where its CRLs are."""
        points = self._extension(x509.CRLDistributionPoints) or ()
        return _urls([name for point in points for name in point.full_name or ()])

    @property
    def must_staple(self) -> bool:
        """Whether it demands a stapled OCSP response (RFC 7633)."""
        features = self._extension(x509.TLSFeature)
        return features is not None and x509.TLSFeatureType.status_request in features

    @property
    def embedded_scts(self) -> x509.PrecertificateSignedCertificateTimestamps | None:
        """The list of timestamps in it (RFC 6962 section 3.3)."""
        return self._extension(x509.PrecertificateSignedCertificateTimestamps)

    @property
    def named(self) -> bool:
        """Whether subject and issuer were read, without which no path can be built."""
        return "issuer" not in self.refused and self._read_subject[1] is None

    @property
    def extensions_read(self) -> bool:
        """Whether it is known what the extensions say."""
        return "extensions" not in self.refused

    @kept
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
        constraints = self.basic_constraints
        return constraints is not None and constraints.ca

    @kept
    def self_signed(self) -> bool:
        """Whether its own key signed it: by the identifiers of keys where it has both.

        An authority may certify a new key under its old name, so names alone do not tell.
        """
        own, issuers = self.subject_key_identifier, self.authority_key_identifier
        if own and issuers and own != issuers:
            return False
        if not self.named or not self.self_issued:
            return False
        if own and issuers:
            return True
        return signatures.verified(self.key, self.signature) is not False

    @kept
    def shown_subject(self) -> str:
        """The subject as an RFC 4514 string that is safe to show."""
        return shown_name(self.subject)

    @kept
    def shown_issuer(self) -> str:
        """The issuer as an RFC 4514 string that is safe to show."""
        return shown_name(self.issuer)

    @kept
    def algorithms_agree(self) -> bool:
        """Whether both signature algorithms are the same (RFC 5280 section 4.1.1.2).

        The library shows one of them alone. It compares both before all else when it is
        asked to verify, here against the certificate itself, where most end at the next
        step because it is not its own issuer.
        """
        if self.parts is not None and self.parts.same_algorithm:
            return True
        with quietly():
            try:
                self.loaded.verify_directly_issued_by(self.loaded)
            except REFUSALS as error:
                return "Inner and outer signature algorithms" not in str(error)
            except InvalidSignature:
                return True
        return True

    @kept
    def encoded_key(self) -> bytes | None:
        """The SubjectPublicKeyInfo's DER as it stands in it; None where unreadable."""
        if self.parts is not None:
            return asn1.encode_der(self.parts.subject_public_key_info)
        return encoded_key(self.loaded)

    @kept
    def _read_subject(self) -> tuple[x509.Name, str | None]:
        with quietly():
            return _name(self.loaded, "subject")

    def _extension(self, kind: type[ExtensionT]) -> ExtensionT | None:
        value = self.extension_values.get(kind.oid)
        return value if isinstance(value, kind) else None

    def _accessed(self, method: x509.ObjectIdentifier) -> tuple[str, ...]:
        access = self._extension(x509.AuthorityInformationAccess) or ()
        return _urls([each.access_location for each in access if each.access_method == method])


def read_certificate(octets: bytes) -> X509Certificate:
    """Return the certificate in `octets`. Raises UnreadableError where there is none."""
    with reading():
        return _certificate(x509.load_der_x509_certificate(octets), octets)


def certificate_of(loaded: x509.Certificate, octets: bytes) -> X509Certificate:
    """Return what a certificate says that the library has loaded from `octets`.

    Raises UnreadableError where its validity is none.
    """
    with reading():
        return _certificate(loaded, octets)


def _certificate(loaded: x509.Certificate, octets: bytes) -> X509Certificate:
    refused: dict[str, str] = {}
    extensions, unknown_critical, repeated = _extensions(loaded, refused)
    parts = certificate_parts(octets)
    return X509Certificate(
        loaded=loaded,
        der=octets,
        sha256=hashlib.sha256(octets).digest(),
        version=loaded.version.value + 1,
        serial=loaded.serial_number,
        signature=signatures.signature_of_certificate(loaded, parts.signed if parts else None),
        issuer=_issuer(loaded, parts, refused),
        not_before=loaded.not_valid_before_utc,
        not_after=loaded.not_valid_after_utc,
        key=subject_public_key(loaded),
        extension_values=extensions,
        unknown_critical=unknown_critical,
        refused=refused,
        repeated=repeated,
        parts=parts,
    )


def _issuer(
    loaded: x509.Certificate, parts: CertificateParts | None, refused: dict[str, str]
) -> x509.Name:
    """Return the issuer's name, which many certificates have in common."""
    if parts is not None and len(parts.issuer) <= _LONGEST_REMEMBERED:
        try:
            return _name_in(parts.issuer)
        except REFUSALS:
            pass
    name, refusal = _name(loaded, "issuer")
    if refusal is not None:
        refused["issuer"] = refusal
    return name


@functools.lru_cache(maxsize=_MOST_REMEMBERED)
def _name_in(octets: bytes) -> x509.Name:
    return x509.Name.from_bytes(octets)


def _name(loaded: x509.Certificate, field: str) -> tuple[x509.Name, str | None]:
    """Return a name, or an empty one and the words with which the library refused it."""
    try:
        name: x509.Name = getattr(loaded, field)
    except REFUSALS as error:
        return x509.Name([]), refusal_words(error)
    return name, None


def _extensions(
    loaded: x509.Certificate, refused: dict[str, str]
) -> tuple[dict[x509.ObjectIdentifier, x509.ExtensionType], tuple[str, ...], str | None]:
    """Return the extensions, the critical ones nobody knows, and one that is there twice."""
    try:
        extensions = loaded.extensions
    except REFUSALS as error:
        refused["extensions"] = refusal_words(error)
        repeated = error.oid.dotted_string if isinstance(error, x509.DuplicateExtension) else None
        return {}, (), repeated
    values = {each.oid: each.value for each in extensions}
    if _UNDERSTOOD.issuperset(values):
        return values, (), None
    unknown = [each.oid for each in extensions if each.critical and each.oid not in _UNDERSTOOD]
    return values, tuple([oid.dotted_string for oid in unknown]), None


def _urls(names: list[x509.GeneralName]) -> tuple[str, ...]:
    return tuple(name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
