"""HSTS should last as long as the guideline says: advice, since no level's name rests on it."""

from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, finding
from tlsward.facts.guidelines import GuidelineLevel


def lasts(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where HTTP was looked at and the header is missing or too short."""
    seconds = scan.hsts_seconds
    if seconds is None or seconds >= level.hsts_min_age:
        return
    http = scan.result.http
    evidence = f"max-age is {seconds}" if seconds else http.get("hsts_reason", "max-age is 0")
    yield finding("http.hsts", "advisory", evidence, seconds=str(level.hsts_min_age))


HSTS = Rule(id="guideline.hsts", version=1, check=lasts)
