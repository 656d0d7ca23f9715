"""HSTS under guideline 4.0: it has a least age, which the Observatory never looked at.

So it is advice where HTTP was asked, and no level is missed by it.
"""

from tlsward.assess.hsts import seen_hsts
from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, finding
from tlsward.facts.guidelines import GuidelineLevel


def lasts(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where the header is missing or too short."""
    seen = seen_hsts(scan.result)
    if seen.lasts(level.hsts_min_age) == "not met":
        yield finding("http.hsts", "advisory", seen.reason, seconds=str(level.hsts_min_age))


HSTS = Rule(id="observatory.hsts", version=1, check=lasts)
