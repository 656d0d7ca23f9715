"""A certificate's fields and extensions (RFC 5280 section 4), read but not yet judged.

The outer structure must hold, else DerError. An extension that cannot be read
leaves its field at the default and its name in `malformed`: the rest is still worth
telling, and no path leads through such a certificate.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from tlsward.pki import der, extensions, signatures
from tlsward.pki import object_identifiers as oid
from tlsward.pki.public_key import (
    SubjectPublicKeyInfo,
    algorithm_identifier,
    subject_public_key_info,
)


class X509Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says. `sha256` and the names (`subject`, `issuer`) are octets.

    `version` counts from 1. `key_usage` and `extended_key_usage` are None where the
    extension is absent; `subject_alternative_names` is None where it is absent or
    cannot be read.
    """

    der: bytes
    sha256: bytes
    signed: bytes
    version: int
    serial: int
    signature_algorithm: tuple[str, bytes]
    signature: bytes
    algorithms_agree: bool
    issuer: bytes
    subject: bytes
    not_before: datetime
    not_after: datetime
    key: SubjectPublicKeyInfo
    basic_constraints: extensions.BasicConstraints | None = None
    key_usage: frozenset[str] | None = None
    extended_key_usage: tuple[str, ...] | None = None
    subject_alternative_names: tuple[extensions.GeneralName, ...] | None = None
    name_constraints: extensions.NameConstraints | None = None
    subject_key_identifier: bytes | None = None
    authority_key_identifier: bytes | None = None
    policies: tuple[str, ...] = ()
    ocsp_urls: tuple[bytes, ...] = ()
    issuer_urls: tuple[bytes, ...] = ()
    crl_urls: tuple[bytes, ...] = ()
    must_staple: bool = False
    embedded_scts: bytes | None = None
    unknown_critical: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    self_signed: bool = False

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same name (RFC 5280 section 3.2)."""
        return self.subject == self.issuer

    @property
    def is_authority(self) -> bool:
        """Whether basicConstraints say that it may certify others."""
        return self.basic_constraints is not None and self.basic_constraints.ca


def read_certificate(octets: bytes) -> X509Certificate:
    """Return the certificate in `octets`. Raises DerError where there is none."""
    outer = der.read(octets).sequence()
    if len(outer) != 3:
        raise der.DerError("not the three parts of a certificate")
    signed, algorithm, signature = outer
    fields = signed.sequence()
    version = 1
    if fields and fields[0].tag == 0xA0:
        version = der.integer(fields.pop(0).only()) + 1
    if len(fields) < 6:
        raise der.DerError("a certificate without all its fields")
    serial, inner_algorithm, issuer, validity, subject, key = fields[:6]
    period = validity.sequence()
    if len(period) != 2:
        raise der.DerError("a validity that is not two times")
    certificate = X509Certificate(
        der=octets,
        sha256=hashlib.sha256(octets).digest(),
        signed=signed.encoded,
        version=version,
        serial=der.integer(serial),
        signature_algorithm=algorithm_identifier(algorithm),
        signature=der.bit_string(signature),
        # RFC 5280 section 4.1.1.2: both fields must say the same.
        algorithms_agree=algorithm.encoded == inner_algorithm.encoded,
        issuer=issuer.expect(der.SEQUENCE).encoded,
        subject=subject.expect(der.SEQUENCE).encoded,
        not_before=der.time(period[0]),
        not_after=der.time(period[1]),
        key=subject_public_key_info(key),
        **_extension_fields(fields[6:]),
    )
    return msgspec.structs.replace(certificate, self_signed=_self_signed(certificate))


def _self_signed(certificate: X509Certificate) -> bool:
    """Return whether its own key signed it: by the identifiers of the keys where it has both.

    An authority may certify a new key under its old name, so the names alone do not tell.
    """
    if not certificate.self_issued:
        return False
    own, issuers = certificate.subject_key_identifier, certificate.authority_key_identifier
    if own and issuers:
        return own == issuers
    return (
        signatures.verified(
            certificate.key,
            certificate.signature_algorithm,
            certificate.signature,
            certificate.signed,
        )
        is not False
    )


#: Extensions by OID: the field each one fills and how it is read.
_READERS: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    oid.BASIC_CONSTRAINTS: ("basic_constraints", extensions.basic_constraints),
    oid.KEY_USAGE: ("key_usage", extensions.key_usage),
    oid.EXTENDED_KEY_USAGE: ("extended_key_usage", extensions.object_identifiers),
    oid.SUBJECT_ALTERNATIVE_NAME: ("subject_alternative_names", extensions.general_names),
    oid.NAME_CONSTRAINTS: ("name_constraints", extensions.name_constraints),
    oid.SUBJECT_KEY_IDENTIFIER: ("subject_key_identifier", extensions.octet_string),
    oid.AUTHORITY_KEY_IDENTIFIER: ("authority_key_identifier", extensions.key_identifier),
    oid.CERTIFICATE_POLICIES: ("policies", extensions.policies),
    oid.CRL_DISTRIBUTION_POINTS: ("crl_urls", extensions.crl_urls),
    oid.TLS_FEATURE: ("must_staple", extensions.must_staple),
    oid.EMBEDDED_SCTS: ("embedded_scts", extensions.octet_string),
}


def _extension_fields(elements: list[der.Element]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    malformed: list[str] = []
    unknown_critical: list[str] = []
    seen: set[str] = set()
    for identifier, critical, value in _extensions(elements):
        if identifier in seen:
            # RFC 5280 section 4.2: at most one of each.
            malformed.append(f"{_name(identifier)} (twice)")
            continue
        seen.add(identifier)
        if critical and identifier not in oid.UNDERSTOOD:
            unknown_critical.append(_name(identifier))
        try:
            if identifier == oid.AUTHORITY_INFORMATION_ACCESS:
                fields["ocsp_urls"], fields["issuer_urls"] = extensions.access_urls(value)
            elif identifier in _READERS:
                field, reader = _READERS[identifier]
                fields[field] = reader(value)
        except der.DerError:
            malformed.append(_name(identifier))
    return fields | {"malformed": tuple(malformed), "unknown_critical": tuple(unknown_critical)}


def _extensions(elements: list[der.Element]) -> list[tuple[str, bool, bytes]]:
    """Return OID, criticality and value of each; before them may stand the unique IDs."""
    found = []
    for element in elements:
        if element.tag != 0xA3:
            continue
        for extension in element.only().sequence():
            parts = extension.sequence()
            if not 2 <= len(parts) <= 3:
                raise der.DerError("an extension of another form")
            critical = len(parts) == 3 and der.boolean(parts[1])
            value = parts[-1].expect(der.OCTET_STRING).content
            found.append((der.object_identifier(parts[0]), critical, value))
    return found


def _name(identifier: str) -> str:
    return oid.EXTENSION_NAMES.get(identifier, identifier)
