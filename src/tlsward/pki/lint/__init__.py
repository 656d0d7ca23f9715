"""Linting: what is wrong with a certificate by the rules in force when it was issued.

A rule is a row in the facts (`lint_rules.json`), which says whom it concerns and since
when, and a check in the file of its topic, which says whether a certificate breaks it. What
could not be read is not judged; `lint.extension.unread` and `lint.key.unread` say so.
"""

from datetime import date, datetime
from functools import lru_cache

from tlsward.facts.lint_rules import LintRule, Role, lint_rules
from tlsward.model.lint import LintFinding
from tlsward.pki.display import safe_text
from tlsward.pki.library import UnreadableError
from tlsward.pki.lint import (
    authority,
    dates,
    extended_key_usage,
    extensions,
    identifiers,
    key,
    key_usage,
    names,
    public_names,
    revocation,
    serial,
    signature,
    subject,
)
from tlsward.pki.lint.linted import Check, Linted
from tlsward.pki.x509 import X509Certificate

__all__ = ["CHECKS", "SEVERITIES", "Linted", "lint"]

#: Every check by the id of its rule.
CHECKS: dict[str, Check] = {
    **dates.CHECKS,
    **key.CHECKS,
    **signature.CHECKS,
    **serial.CHECKS,
    **names.CHECKS,
    **public_names.CHECKS,
    **subject.CHECKS,
    **extensions.CHECKS,
    **extended_key_usage.CHECKS,
    **key_usage.CHECKS,
    **identifiers.CHECKS,
    **revocation.CHECKS,
    **authority.CHECKS,
}
#: The worst first.
SEVERITIES = ("error", "warning", "notice")
#: Pieces of evidence shown of one finding.
_MOST_EVIDENCE = 5


def lint(
    certificate: X509Certificate,
    *,
    issuer: X509Certificate | None,
    public: bool,
    now: datetime,
    leaf: bool = False,
) -> tuple[LintFinding, ...]:
    """Return what is wrong with a certificate, the worst first.

    `issuer` is the certificate of its issuer where it is at hand, `public` whether it is
    to be held to the rules of public authorities, `leaf` whether a server was seen to
    use it as its own, whatever it says of itself.
    """
    linted = Linted(certificate, issuer=issuer, public=public, now=now, leaf=leaf)
    rules = _rules(linted.role, certificate.not_before.date(), public=public)
    found = [finding for rule in rules if (finding := _finding(rule, linted)) is not None]
    return tuple(sorted(found, key=lambda each: SEVERITIES.index(each.severity)))


def in_force(rule: LintRule, issued: date) -> bool:
    """Return whether a rule was in force on a day."""
    return (rule.since is None or rule.since <= issued) and (
        rule.until is None or issued < rule.until
    )


@lru_cache(maxsize=1024)
def _rules(role: Role, issued: date, *, public: bool) -> tuple[LintRule, ...]:
    """Return the rules that are asked of certificates of a kind and a day."""
    scopes = {"any", "public" if public else "private"}
    return tuple(
        rule
        for rule in lint_rules()
        if rule.scope in scopes and role in rule.roles and in_force(rule, issued)
    )


def _finding(rule: LintRule, linted: Linted) -> LintFinding | None:
    try:
        evidence = list(CHECKS[rule.id](linted))
    except UnreadableError:
        # It rests on what could not be read, which is a finding of its own.
        return None
    if not evidence:
        return None
    shown = [safe_text(text) for text in evidence[:_MOST_EVIDENCE] if text]
    if len(evidence) > _MOST_EVIDENCE:
        shown.append(f"{len(evidence) - _MOST_EVIDENCE} more")
    return LintFinding(
        id=rule.id,
        severity=rule.severity,
        certificate=linted.certificate.sha256.hex(),
        text=rule.title,
        reference=rule.reference,
        evidence=", ".join(shown),
    )
