"""Every protocol version that is offered must be one the level lists."""

from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import UNKNOWN, YES


def listed(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each offered version the level does not list."""
    for protocol, answer in scan.protocols.items():
        if protocol in level.protocols:
            continue
        if answer == YES:
            evidence = f"{protocol} is offered"
            yield finding("tls.protocol.remove", "blocking", evidence, item=protocol)
        elif answer == UNKNOWN:
            reason = scan.lacking(f"protocols.{protocol}") or "could not be told"
            yield Unsettled(f"protocols.{protocol}", reason)


LISTED = Rule(id="guideline.protocols", version=1, check=listed)
