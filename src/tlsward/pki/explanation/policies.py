"""Policies, their qualifiers, mappings and constraints (RFC 5280 sections 4.2.1.4, 5, 11, 14)."""

from typing import Any

from cryptography import x509

from tlsward.pki.display import safe_text
from tlsward.pki.explanation.tree import (
    Explained,
    Told,
    counted,
    explained,
    first_of,
    in_words,
    name_of,
)

PolicyQualifier = str | x509.UserNotice


def certificate_policies(value: x509.CertificatePolicies) -> Told:
    """Return the policies with what the authority says of each."""
    policies, more = first_of(value)
    children = tuple(_policy(each) for each in policies)
    return Told(
        text=in_words([child.name for child in children], more),
        plain=counted("policies", [_plain_policy(each) for each in policies], more),
        children=children,
        more=more,
    )


def policy_mappings(pairs: list[tuple[str, str]]) -> Told:
    """Return which policies count as equal."""
    first, more = first_of(pairs)
    texts = [f"{issuers} = {subjects}" for issuers, subjects in first]
    return Told(
        text=in_words(texts, more),
        plain=counted(
            "mappings", [{"issuer": own, "subject": other} for own, other in first], more
        ),
        children=tuple(explained("policy_parts", "mapping", text) for text in texts),
        more=more,
    )


def policy_constraints(value: x509.PolicyConstraints) -> Told:
    """Return from where on policies must be named or may not be mapped."""
    limits = {
        "require_explicit_policy": value.require_explicit_policy,
        "inhibit_policy_mapping": value.inhibit_policy_mapping,
    }
    children = tuple(
        explained("policy_parts", key, _authorities(limit))
        for key, limit in limits.items()
        if limit is not None
    )
    return Told(
        text="; ".join(f"{child.name} {child.value}" for child in children) or "(nothing)",
        plain=dict(limits),
        children=children,
    )


def inhibit_any_policy(value: x509.InhibitAnyPolicy) -> Told:
    """Return from where on the wildcard counts no more."""
    limit = _authorities(value.skip_certs)
    return Told(
        text=f"after {limit}",
        plain={"skip_certificates": value.skip_certs},
        children=(explained("policy_parts", "inhibit_any_policy", limit),),
    )


def _policy(information: x509.PolicyInformation) -> Explained:
    identifier = information.policy_identifier.dotted_string
    qualifiers, more = first_of(information.policy_qualifiers or ())
    return explained(
        "policies",
        identifier,
        identifier,
        map(_qualifier, qualifiers),
        otherwise="unknown_policy",
        more=more,
    )


def _authorities(count: int) -> str:
    return f"{count} authorit{'y' if count == 1 else 'ies'}"


def _qualifier(qualifier: PolicyQualifier) -> Explained:
    if isinstance(qualifier, str):
        return explained("policy_parts", "practice_statement", safe_text(qualifier))
    return explained("policy_parts", "user_notice", _notice(qualifier))


def _notice(notice: x509.UserNotice) -> str:
    words = [notice.explicit_text] if notice.explicit_text else []
    reference = notice.notice_reference
    if reference is not None:
        numbers = ", ".join(map(str, reference.notice_numbers))
        words.append(f"{reference.organization} no. {numbers}")
    return safe_text("; ".join(words)) or "(empty)"


def _plain_policy(information: x509.PolicyInformation) -> dict[str, Any]:
    identifier = information.policy_identifier.dotted_string
    name = name_of("policies", identifier)
    qualifiers, _ = first_of(information.policy_qualifiers or ())
    return {
        "oid": identifier,
        "name": None if name == identifier else name,
        "practice_statements": [safe_text(each) for each in qualifiers if isinstance(each, str)],
        "user_notices": [_notice(each) for each in qualifiers if isinstance(each, x509.UserNotice)],
    }
