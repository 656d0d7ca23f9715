"""The protocols of guideline 4.0: none beside the level's, and all of them.

A missing version misses the level, with an exception for each: the old level bears
everything that is missing where SSLv3 is, the intermediate one where TLSv1 is, and
the modern one lists TLSv1.2 alone, whose absence never counted.
"""

from tlsward.assess.measured import TLS13, UP_TO_TLS12, Measured
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.evaluation import Severity

#: Where this version is missing too, nothing that is missing counts.
_FORGIVING = {"old": "SSLv3", "intermediate": "TLSv1", "modern": "TLSv1.2"}


def extra(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each offered version the level does not list."""
    for protocol in UP_TO_TLS12:
        if protocol in level.protocols:
            continue
        answer = scan.protocols[protocol]
        if answer == YES:
            evidence = f"{protocol} is offered"
            yield finding("tls.protocol.remove", "blocking", evidence, item=protocol)
        elif answer == UNKNOWN:
            yield _unsettled(scan, protocol)


def missing(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each listed version that is not offered."""
    pardon = scan.protocols[_FORGIVING[level.name]]
    absent = [p for p in level.protocols if scan.protocols[p] == NO]
    severity: Severity = "blocking" if pardon == YES else "advisory"
    for protocol in absent:
        evidence = f"{protocol} is not offered"
        yield finding("tls.protocol.add", severity, evidence, item=protocol)
    if pardon == NO:
        return
    if pardon == UNKNOWN and absent:
        yield _unsettled(scan, _FORGIVING[level.name])
    for protocol in level.protocols:
        if scan.protocols[protocol] == UNKNOWN and protocol != _FORGIVING[level.name]:
            yield _unsettled(scan, protocol)


def unjudged(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a note where TLS 1.3 is offered, of which guideline 4.0 says nothing."""
    del level
    if scan.protocols[TLS13] == YES:
        yield finding(
            "tls.protocol.unjudged",
            "advisory",
            f"{TLS13} is offered",
            item=TLS13,
            guideline="4.0",
        )


def _unsettled(scan: Measured, protocol: str) -> Unsettled:
    reason = scan.lacking(f"protocols.{protocol}") or "could not be told"
    return Unsettled(f"protocols.{protocol}", reason)


EXTRA = Rule(id="observatory.protocols.extra", version=1, check=extra)
MISSING = Rule(id="observatory.protocols.missing", version=1, check=missing)
UNJUDGED = Rule(id="observatory.protocols.unjudged", version=1, check=unjudged)
