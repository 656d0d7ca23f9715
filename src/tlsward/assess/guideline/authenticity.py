"""What beside trust, dates and name decides whether clients believe a certificate.

Nothing here is asked of a scan that did not look: no revocation, no DNS, no unknown. Where
it did look, what could not be told keeps the level from being met.
"""

from collections.abc import Callable

from tlsward.assess.authenticity import (
    Standing,
    lint_errors,
    matched_by_dane,
    permitted_by_caa,
    sound_key,
    staples_as_it_must,
    unrevoked,
)
from tlsward.assess.measured import Measured, MeasuredCertificate
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.evaluation import Severity

#: Protocols whose clients refuse a server that its TLSA records do not match (RFC 7672).
_DANE_ENFORCED = frozenset({"smtp", "lmtp"})


def revoked(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate of a chain was revoked."""
    del level
    asked = [c for c in scan.certificates if c.deployment.revocation]
    yield from _held(asked, unrevoked, "tls.certificate.revoked", "blocking", "revocation")


def must_staple(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate demands a staple that the server does not send."""
    del level
    found = [(c, staples_as_it_must(c.deployment)) for c in scan.certificates]
    failing = [f"the {c.name}: {standing.reason}" for c, standing in found if standing.answer == NO]
    if failing:
        yield finding("tls.ocsp.must-staple", "blocking", "; ".join(failing))


def broken_key(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a key is known to others, or easy to work out."""
    del level
    for certificate in scan.certificates:
        standing = sound_key(certificate.deployment)
        if standing.answer == NO:
            evidence = f"the {certificate.name}: {standing.reason}"
            yield finding("tls.certificate.broken-key", "blocking", evidence)


def logged(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a policy on transparency is not met; it blocks where none is."""
    del level
    for certificate in scan.certificates:
        verdicts = certificate.deployment.transparency
        missed = [verdict for verdict in verdicts if verdict.met == NO]
        if not missed:
            continue
        severity: Severity = "blocking" if len(missed) == len(verdicts) else "advisory"
        words = "; ".join(f"{verdict.policy}: {verdict.reason}" for verdict in missed)
        yield finding(
            "tls.certificate.transparency",
            severity,
            f"the {certificate.name}: {words}",
            policies=", ".join(verdict.policy for verdict in missed),
        )


def well_formed(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice for each rule on certificates that was in force and is broken."""
    del level
    found: dict[str, list[str]] = {}
    for certificate in scan.certificates:
        for error in lint_errors(certificate.deployment):
            found.setdefault(error.id, []).append(f"the {certificate.name}: {error.text}")
    for identifier, evidence in found.items():
        yield finding("tls.certificate.lint", "advisory", "; ".join(evidence), item=identifier)


def renewal(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where the moment to renew a certificate has passed."""
    del level
    due = [
        f"the {c.name} has {c.deployment.lifetime.left_percent:.0f} % of its life left"
        for c in scan.certificates
        if c.deployment.lifetime is not None and c.deployment.lifetime.due
    ]
    if due:
        yield finding("tls.certificate.renew", "advisory", "; ".join(due))


def caa(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where the next renewal would be refused."""
    del level
    for certificate in scan.certificates:
        if certificate.deployment.caa:
            standing = permitted_by_caa(certificate.deployment)
            if standing.answer == NO:
                evidence = f"the {certificate.name}: {standing.reason}"
                yield finding("dns.caa", "advisory", evidence)


def dane(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where TLSA records are not for this chain: mail servers then refuse it."""
    del level
    asked = [c for c in scan.certificates if c.deployment.dane is not None]
    enforced = scan.result.target.starttls in _DANE_ENFORCED
    yield from _held(
        asked, matched_by_dane, "dns.dane", "blocking" if enforced else "advisory", "dane"
    )


def _held(
    certificates: list[MeasuredCertificate],
    question: Callable[[CertificateDeployment], Standing],
    kind: str,
    severity: Severity,
    fact: str,
) -> Statements:
    """Yield one finding for all certificates that fail, and each that could not be told."""
    failing = []
    for certificate in certificates:
        standing = question(certificate.deployment)
        if standing.answer == NO:
            failing.append(f"the {certificate.name}: {standing.reason}")
        elif standing.answer == UNKNOWN and severity == "blocking":
            yield Unsettled(fact, f"{certificate.name}: {standing.reason}")
    if failing:
        yield finding(kind, severity, "; ".join(failing))


REVOKED = Rule(id="guideline.revoked", version=1, check=revoked)
MUST_STAPLE = Rule(id="guideline.must-staple", version=1, check=must_staple)
BROKEN_KEY = Rule(id="guideline.broken-key", version=1, check=broken_key)
LOGGED = Rule(id="guideline.transparency", version=1, check=logged)
WELL_FORMED = Rule(id="guideline.certificate.lint", version=1, check=well_formed)
RENEWAL = Rule(id="guideline.certificate.renewal", version=1, check=renewal)
CAA = Rule(id="guideline.caa", version=1, check=caa)
DANE = Rule(id="guideline.dane", version=1, check=dane)
