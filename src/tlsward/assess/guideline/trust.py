"""Clients must accept the certificate: trusted, within its dates, and for this name."""

from tlsward.assess.authenticity import vouched_for
from tlsward.assess.measured import Measured, MeasuredCertificate
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN, YES


def trusted(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate is trusted by no store."""
    del level
    refused = []
    for certificate in scan.certificates:
        answer = vouched_for(certificate.deployment)
        if answer == UNKNOWN:
            reason = scan.lacking("trust") or "no store could tell"
            yield Unsettled("trust", f"{certificate.name}: {reason}")
        elif answer == NO:
            refused.append(f"the {certificate.name} is not trusted{_reasons(certificate)}")
    if refused:
        yield finding("tls.certificate.trust", "blocking", "; ".join(refused))


def whole_chain(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where an intermediate is missing from what is served.

    Browsers that fetch it hide the gap from whoever tries with one; other clients fail.
    """
    del level
    missing: dict[str, None] = {}
    lacking = []
    for certificate in scan.certificates:
        facts = certificate.deployment.chain_facts
        if facts.complete == NO:
            lacking.append(f"the chain of the {certificate.name} does not reach a root")
            missing |= dict.fromkeys(facts.missing)
    if lacking:
        yield finding(
            "tls.certificate.chain",
            "blocking",
            "; ".join(lacking),
            missing=", ".join(missing) or "that is missing",
        )


def valid_now(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate has expired or is not valid yet."""
    del level
    expired, early = [], []
    for certificate in scan.certificates:
        leaf = certificate.leaf
        if leaf is None or leaf.not_before is None or leaf.not_after is None:
            if certificate.deployment.expired == YES:
                expired.append(f"the {certificate.name} has expired")
            elif certificate.deployment.expired == UNKNOWN:
                yield Unsettled(
                    "certificates", f"the dates of the {certificate.name} are not known"
                )
        elif leaf.not_after < scan.now:
            expired.append(f"the {certificate.name} expired on {leaf.not_after:%Y-%m-%d}")
        elif leaf.not_before > scan.now:
            early.append(f"the {certificate.name} is valid from {leaf.not_before:%Y-%m-%d}")
    if expired:
        yield finding("tls.certificate.expired", "blocking", "; ".join(expired))
    if early:
        yield finding("tls.certificate.not-yet-valid", "blocking", "; ".join(early))


def hostname(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate does not name the host that was asked for."""
    del level
    host = scan.result.target.sni or scan.result.target.host
    other = []
    for certificate in scan.certificates:
        match certificate.deployment.hostname_match:
            case "no":
                other.append(f"the {certificate.name} does not name {host}")
            case "unknown":
                yield Unsettled("certificates", f"whether the {certificate.name} names {host}")
    if other:
        yield finding("tls.certificate.hostname", "blocking", "; ".join(other), host=host)


def _reasons(certificate: MeasuredCertificate) -> str:
    reasons = dict.fromkeys(certificate.deployment.trust_reasons.values())
    return f" ({', '.join(reasons)})" if reasons else ""


TRUSTED = Rule(id="guideline.trust", version=1, check=trusted)
WHOLE_CHAIN = Rule(id="guideline.trust.chain", version=1, check=whole_chain)
VALID_NOW = Rule(id="guideline.trust.valid-now", version=1, check=valid_now)
HOSTNAME = Rule(id="guideline.trust.hostname", version=1, check=hostname)
