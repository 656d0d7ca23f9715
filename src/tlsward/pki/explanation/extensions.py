"""One extension explained: which reader tells its value, and what is said where none does."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from cryptography import x509

from tlsward.facts.certificate_fields import field_facts
from tlsward.pki.explanation import (
    constraints,
    identifiers,
    leftovers,
    locations,
    names,
    policies,
    registers,
    status,
    timestamps,
    usage,
)
from tlsward.pki.explanation.raw_extensions import ReadExtension, ReadExtensions
from tlsward.pki.explanation.syntax import mappings
from tlsward.pki.explanation.tree import (
    MOST_UNKNOWN_OCTETS,
    Explained,
    Told,
    explained,
    in_hex,
    plain_octets,
)
from tlsward.pki.library import UnreadableError, reading

#: Extensions that the library has a class for.
_BY_CLASS: dict[type[Any], Callable[[Any], Told]] = {
    x509.BasicConstraints: usage.basic_constraints,
    x509.KeyUsage: usage.key_usage,
    x509.ExtendedKeyUsage: usage.extended_key_usage,
    x509.PrivateKeyUsagePeriod: usage.private_key_usage_period,
    x509.SubjectAlternativeName: names.general_names,
    x509.IssuerAlternativeName: names.general_names,
    x509.NameConstraints: constraints.name_constraints,
    x509.SubjectKeyIdentifier: identifiers.subject_key_identifier,
    x509.AuthorityKeyIdentifier: identifiers.authority_key_identifier,
    x509.CRLDistributionPoints: locations.distribution_points,
    x509.FreshestCRL: locations.distribution_points,
    x509.AuthorityInformationAccess: locations.access,
    x509.SubjectInformationAccess: locations.access,
    x509.CertificatePolicies: policies.certificate_policies,
    x509.PolicyConstraints: policies.policy_constraints,
    x509.InhibitAnyPolicy: policies.inhibit_any_policy,
    x509.TLSFeature: status.tls_feature,
    x509.OCSPNoCheck: status.present,
    x509.PrecertPoison: status.present,
    x509.PrecertificateSignedCertificateTimestamps: timestamps.timestamp_list,
    x509.MSCertificateTemplate: leftovers.certificate_template,
    x509.Admissions: registers.admissions,
}
#: Those that it has none for, by their object identifiers.
_BY_IDENTIFIER: dict[str, Callable[[bytes], Told]] = {
    "2.5.29.33": lambda octets: policies.policy_mappings(mappings(octets)),
    "1.3.6.1.5.5.7.1.3": registers.qualified_statements,
    "1.3.6.1.5.5.7.1.31": status.acme_identifier,
    "2.23.140.3.1": registers.organization_identifier,
    "1.3.6.1.4.1.11129.2.1.22": status.null,
    "1.3.6.1.4.1.44363.44": status.null,
    "1.3.6.1.4.1.311.20.2": leftovers.text,
    "1.3.6.1.4.1.311.21.1": leftovers.authority_version,
    "1.3.6.1.4.1.311.21.2": leftovers.digest,
    "1.3.6.1.4.1.311.21.10": leftovers.application_policies,
    "2.16.840.1.113730.1.1": leftovers.netscape_type,
    **{f"2.16.840.1.113730.1.{arc}": leftovers.text for arc in (2, 3, 4, 7, 8, 12, 13)},
}


class ExplainedExtension(msgspec.Struct, frozen=True, kw_only=True):
    """An extension for programs, and its branch of the tree for people.

    `name` is None where it is not known; `value` None where it was not told, then `error`
    says why where it is malformed or there twice. `octets` are those of the value.
    """

    identifier: str
    name: str | None
    critical: bool
    value: Any
    octets: dict[str, Any] | None
    error: str | None
    explained: Explained


def explain_extensions(read: ReadExtensions) -> tuple[ExplainedExtension, ...]:
    """Return the extensions explained, in the order of the certificate."""
    counts = Counter(each.identifier for each in read.extensions)
    return tuple(_explain(each, counts[each.identifier]) for each in read.extensions)


def _explain(extension: ReadExtension, count: int) -> ExplainedExtension:
    told, error = _told(extension)
    if count > 1:
        # RFC 5280 section 4.2: at most one of each.
        twice = f"this extension is there {count} times"
        error = f"{twice}; {error}" if error else twice
    facts = field_facts("extensions", extension.identifier)
    octets = extension.octets
    return ExplainedExtension(
        identifier=extension.identifier,
        name=None if facts is None else facts.name,
        critical=extension.critical,
        value=None if told is None else told.plain,
        octets=None if octets is None else plain_octets(octets),
        error=error,
        explained=_branch(extension, told, error),
    )


def _told(extension: ReadExtension) -> tuple[Told | None, str | None]:
    """Return what an extension says, or why it cannot be told; neither where nobody knows it."""
    value = extension.value
    if value is None:
        return None, f"malformed: {extension.error}"
    try:
        # What the library hands out lazily it may refuse late.
        with reading():
            reader = _BY_CLASS.get(type(value))
            if reader is not None:
                return reader(value), None
            known = _BY_IDENTIFIER.get(extension.identifier)
            if known is not None and isinstance(value, x509.UnrecognizedExtension):
                return known(value.value), None
    except UnreadableError as error:
        return None, f"malformed: {error}"
    return None, None


def _branch(extension: ReadExtension, told: Told | None, error: str | None) -> Explained:
    octets = "" if extension.octets is None else in_hex(extension.octets, MOST_UNKNOWN_OCTETS)
    if told is not None:
        text = told.text if error is None else f"{told.text} ({error})"
    else:
        text = octets if error is None else f"{error}; its octets: {octets}".rstrip(": ")
    branch = explained(
        "extensions",
        extension.identifier,
        text,
        () if told is None else told.children,
        otherwise="unknown_extension",
        wrong=error is not None,
        more=0 if told is None else told.more,
    )
    return msgspec.structs.replace(branch, critical=extension.critical)
