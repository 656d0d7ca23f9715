"""OCSP responses should be stapled, where a certificate names a responder at all.

Authorities need not run responders since 2024, and many certificates name none; for
these there is nothing to staple and nothing to advise.
"""

from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, YES, Answer

#: What a certificate's own state says; where it says nothing, the server's does.
_STATES: dict[str, Answer] = {"stapled": YES, "not stapled": NO, "not applicable": YES}


def unstapled(scan: Measured) -> tuple[str, ...]:
    """Return the names of certificates that name a responder and are served without a staple."""
    names = []
    for certificate in scan.certificates:
        if certificate.leaf is None or not certificate.leaf.ocsp_urls:
            continue
        stapled = _STATES.get(certificate.deployment.ocsp_stapling, scan.result.ocsp_stapling)
        if stapled == NO:
            names.append(certificate.name)
    return tuple(names)


def ocsp(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where the level wants a staple that could be and is not there."""
    if not level.ocsp_staple:
        return
    names = unstapled(scan)
    if names:
        evidence = f"no response is stapled to the {', '.join(names)}"
        yield finding("tls.ocsp.staple", "advisory", evidence)


OCSP = Rule(id="guideline.ocsp-staple", version=1, check=ocsp)
