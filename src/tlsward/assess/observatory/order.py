"""Order under guideline 4.0: the server must choose; how it ranks the suites is advice."""

from tlsward.assess.guideline.order import server_order
from tlsward.assess.measured import Measured
from tlsward.assess.names import SuiteKey, suite_key
from tlsward.assess.observatory.ciphersuites import judged_suites
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN


def server_side(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where the client's order decides: every level of 4.0 forbids it."""
    del level
    answer = server_order(scan)
    if answer == NO:
        evidence = "the server follows the client's order"
        yield finding("tls.order.server", "blocking", evidence)
    elif answer == UNKNOWN:
        reason = scan.lacking("server_side_ordering") or scan.lacking("cipher_order")
        yield Unsettled("server_side_ordering", reason or "could not be told")


def priority(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each step back when the server's order is walked along the level's list."""
    positions: dict[SuiteKey, int] = {}
    for position, name in enumerate(level.cipher_suites):
        positions[suite_key(name)] = position
    previous = 0
    stepped_back = False
    for measured in judged_suites(scan):
        if measured.facts.code not in positions:
            continue
        position = positions[measured.facts.code]
        if position < previous:
            stepped_back = True
            worse = level.cipher_suites[previous]
            yield finding(
                "tls.suite.priority",
                "advisory",
                f"the server prefers {worse}",
                id_item=f"{measured.name}>{worse}",
                better=measured.name,
                worse=worse,
            )
        previous = position
    if stepped_back:
        yield finding(
            "tls.suite.order",
            "advisory",
            "the server's order is not the level's",
            level=level.name,
        )


SERVER_SIDE = Rule(id="observatory.order.server-side", version=1, check=server_side)
PRIORITY = Rule(id="observatory.order.priority", version=1, check=priority)
