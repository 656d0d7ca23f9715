"""A server with a known vulnerability meets no level."""

from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, Unsettled
from tlsward.facts.advice import advice
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.facts.vulnerabilities import vulnerability
from tlsward.model.answer import UNKNOWN, YES
from tlsward.model.evaluation import Finding
from tlsward.model.scan_result import Vulnerability


def none_known(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each vulnerability that blocks every level and that no other rule speaks of."""
    del level
    for found in scan.result.vulnerabilities:
        facts = vulnerability(found.id)
        if facts is not None and (facts.implied or not facts.blocks):
            continue
        if found.state == YES:
            yield vulnerability_finding(found)
        elif found.state == UNKNOWN:
            yield Unsettled(f"vulnerabilities.{found.id}", found.evidence)


def vulnerability_finding(found: Vulnerability) -> Finding:
    """Return the finding for a vulnerability, in the words known of it."""
    facts = vulnerability(found.id)
    words = advice("tls.vulnerability")
    return Finding(
        id=f"tls.vulnerability:{found.id}",
        severity="blocking",
        action=words.wording("default").action.format(title=facts.title if facts else found.id),
        why=facts.why if facts else words.why,
        reference=facts.reference if facts else words.reference,
        evidence=found.evidence,
    )


NONE_KNOWN = Rule(id="guideline.vulnerabilities", version=1, check=none_known)
