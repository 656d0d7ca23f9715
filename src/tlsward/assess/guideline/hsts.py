"""HSTS has to last as long as the level says, where HTTP was asked.

Where it was not, nothing is said here, and the evaluation names it as not checked.
"""

from tlsward.assess.hsts import seen_hsts
from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel


def lasts(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where the header is missing or too short, and what could not be told."""
    seen = seen_hsts(scan.result)
    standing = seen.lasts(level.hsts_min_age)
    if standing == "not met":
        yield finding("http.hsts", "blocking", seen.reason, seconds=str(level.hsts_min_age))
    elif standing == "unknown":
        yield Unsettled("http.hsts", seen.reason)


HSTS = Rule(id="guideline.hsts", version=2, check=lasts)
