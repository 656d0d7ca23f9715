"""OCSP stapling under guideline 4.0: advice at every level.

The Observatory advised it to every server; a certificate that names no responder has
nothing to staple, so there the advice is left out.
"""

from tlsward.assess.guideline.stapling import unstapled
from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, finding
from tlsward.facts.guidelines import GuidelineLevel


def ocsp(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where a staple could be and is not there."""
    del level
    names = unstapled(scan)
    if names:
        evidence = f"no response is stapled to the {', '.join(names)}"
        yield finding("tls.ocsp.staple", "advisory", evidence)


OCSP = Rule(id="observatory.ocsp-staple", version=1, check=ocsp)
