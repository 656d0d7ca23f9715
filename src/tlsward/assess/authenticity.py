"""What one chain is worth, question by question, each answered yes, no or unknown with a reason.

The rules of the guideline, the grade and the gate of `tlsward cert check` all ask here, so
that none of them can disagree with another.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tlsward.model.answer import NO, NOT_APPLICABLE, UNKNOWN, YES, Answer, Applicability
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.lint import UNCHECKED, UNREAD, LintFinding

#: The store of --ca-file.
_PRIVATE = "private"


class Standing(msgspec.Struct, frozen=True):
    """An answer and its reason in words; the reason of a `yes` may be told as well."""

    answer: Applicability
    reason: str


def trusted(deployment: CertificateDeployment, stores: Sequence[str] = ()) -> Standing:
    """Return whether every one of `stores` trusts the chain; any store where none is named."""
    reasons = deployment.trust_reasons
    if stores:
        return _worst(
            (deployment.trust.get(store, UNKNOWN), f"{store}: {reasons.get(store, 'not asked')}")
            for store in stores
        )
    vouched = vouched_for(deployment)
    if vouched == YES:
        vouching = [store for store, answer in deployment.trust.items() if answer == YES]
        return Standing(YES, ", ".join(vouching))
    # Who brought a store of his own asks why that one refuses, not six others.
    told = reasons.get(_PRIVATE) or "; ".join(filter(None, dict.fromkeys(reasons.values())))
    words = told or "no store could tell"
    return Standing(vouched, words)


def vouched_for(deployment: CertificateDeployment) -> Answer:
    """Return whether any store that was asked vouches for a chain.

    A private store that was named on the command line counts like a public one.
    """
    answers = set(deployment.trust.values())
    if YES in answers:
        return YES
    return NO if answers == {NO} else UNKNOWN


def within_dates(deployment: CertificateDeployment, now: datetime) -> Standing:
    """Return whether the leaf is valid at `now`."""
    leaf = deployment.chain[0] if deployment.chain else None
    if leaf is None or leaf.not_before is None or leaf.not_after is None:
        return Standing(UNKNOWN, "its dates are not known")
    if now > leaf.not_after:
        return Standing(NO, f"expired on {leaf.not_after:%Y-%m-%d}")
    if now < leaf.not_before:
        return Standing(NO, f"not valid before {leaf.not_before:%Y-%m-%d}")
    return Standing(YES, f"until {leaf.not_after:%Y-%m-%d}")


def unrevoked(deployment: CertificateDeployment) -> Standing:
    """Return whether no certificate of the chain was revoked; unknown where nobody asked.

    One revoked certificate decides, whichever could not be told beside it.
    """
    if not deployment.revocation:
        return Standing(UNKNOWN, "nobody was asked")
    for state, answer in (("revoked", NO), ("unknown", UNKNOWN)):
        for found in deployment.revocation:
            if found.state == state:
                whose = _whose(deployment, found.sha256)
                return Standing(answer, f"{whose}{found.reason}")
    if all(found.state == "not applicable" for found in deployment.revocation):
        return Standing(NOT_APPLICABLE, deployment.revocation[0].reason)
    return Standing(YES, next(f.reason for f in deployment.revocation if f.state == "good"))


def transparent(deployment: CertificateDeployment) -> Standing:
    """Return whether every policy is satisfied that browsers have for public certificates."""
    verdicts = deployment.transparency
    if not verdicts:
        return Standing(NOT_APPLICABLE, "not of a public authority")
    for answer in (NO, UNKNOWN):
        found = [verdict for verdict in verdicts if verdict.met == answer]
        if found:
            words = "; ".join(f"{verdict.policy}: {verdict.reason}" for verdict in found)
            return Standing(answer, words)
    return Standing(YES, "; ".join(f"{verdict.policy}: {verdict.reason}" for verdict in verdicts))


def sound_key(deployment: CertificateDeployment) -> Standing:
    """Return whether nothing known breaks the leaf's key."""
    if not deployment.chain or deployment.chain[0].key is None:
        return Standing(UNKNOWN, "its key is not known")
    broken = [weakness for weakness in deployment.key_weaknesses if weakness.broken]
    if broken:
        return Standing(NO, "; ".join(weakness.text for weakness in broken))
    if any(weakness.id == UNCHECKED for weakness in deployment.key_weaknesses):
        return Standing(UNKNOWN, "nothing here can look at such a key")
    notices = "; ".join(weakness.text for weakness in deployment.key_weaknesses)
    return Standing(YES, notices or "no known weakness")


def complete(deployment: CertificateDeployment) -> Standing:
    """Return whether clients can build a path from what is served alone."""
    facts = deployment.chain_facts
    if facts.complete == NO:
        return Standing(NO, f"missing: {', '.join(facts.missing) or 'an intermediate'}")
    if facts.complete == UNKNOWN:
        return Standing(UNKNOWN, "it may end just below a private root")
    return Standing(YES, "in order" if facts.order == YES else "complete, but not in order")


def lint_errors(deployment: CertificateDeployment) -> tuple[LintFinding, ...]:
    """Return the findings against rules that were in force when a certificate was issued."""
    return tuple(finding for finding in deployment.lint if finding.severity == "error")


def keeps_the_rules(deployment: CertificateDeployment) -> Standing:
    """Return whether no rule is broken that was in force when the certificate was issued."""
    if not deployment.chain or deployment.chain[0].key is None:
        return Standing(UNKNOWN, "it cannot be read")
    errors = [finding for finding in lint_errors(deployment) if finding.id not in UNREAD]
    if errors:
        return Standing(NO, "; ".join(f"{error.id}: {error.text}" for error in errors))
    unread = [finding for finding in deployment.lint if finding.id in UNREAD]
    if unread:
        return Standing(UNKNOWN, "; ".join(finding.text for finding in unread))
    warnings = sum(finding.severity == "warning" for finding in deployment.lint)
    return Standing(YES, f"no errors, {warnings} warning{'s' * (warnings != 1)}")


def staples_as_it_must(deployment: CertificateDeployment) -> Standing:
    """Return whether a certificate that demands a staple (RFC 7633) is served with one."""
    leaf = deployment.chain[0] if deployment.chain else None
    if leaf is None or not leaf.must_staple:
        return Standing(NOT_APPLICABLE, "it does not demand a staple")
    if deployment.ocsp_stapling == "stapled":
        return Standing(YES, "its staple was served")
    if deployment.ocsp_stapling in {"not stapled", "not applicable"}:
        return Standing(NO, "it demands that its state be stapled, and no usable staple was served")
    return Standing(UNKNOWN, "whether a staple is served with it is not known")


def permitted_by_caa(deployment: CertificateDeployment) -> Standing:
    """Return whether the CAA records would let the same authority issue again."""
    if not deployment.caa:
        leaf = deployment.chain[0] if deployment.chain else None
        if leaf is not None and leaf.error is None and not leaf.dns_names:
            return Standing(NOT_APPLICABLE, "it names no host of the DNS")
        return Standing(UNKNOWN, "the DNS was not asked")
    return _worst(
        (verdict.allowed, f"{verdict.name}: {verdict.reason}") for verdict in deployment.caa
    )


def matched_by_dane(deployment: CertificateDeployment) -> Standing:
    """Return whether the TLSA records are for this chain; not applicable without any."""
    dane = deployment.dane
    if dane is None:
        return Standing(UNKNOWN, "the DNS was not asked")
    if dane.error is not None:
        return Standing(UNKNOWN, dane.error)
    if not dane.matches:
        return Standing(NOT_APPLICABLE, "no TLSA records")
    if dane.dnssec == "insecure":
        # RFC 7671 section 2.2: what is not signed is as if it were not there.
        return Standing(NOT_APPLICABLE, dane.reason)
    return Standing(dane.valid, dane.reason)


def _worst(answers: Iterable[tuple[Answer, str]]) -> Standing:
    """Return the first no, else the first unknown, with all the reasons of its kind."""
    found = list(answers)
    for wanted in (NO, UNKNOWN, YES):
        words = [reason for answer, reason in found if answer == wanted]
        if words:
            return Standing(wanted, "; ".join(words))
    return Standing(UNKNOWN, "nothing was asked")


def _whose(deployment: CertificateDeployment, sha256: str) -> str:
    """Return whose state is told: nothing for the leaf, of which everything else speaks too."""
    for depth, certificate in enumerate(deployment.chain):
        if certificate.sha256 == sha256:
            return "" if depth == 0 else f"{certificate.subject}: "
    return f"an issuer ({sha256[:16]}…): "
