"""The server should choose the suite, where the level still holds suites worth avoiding."""

from tlsward.assess.measured import UP_TO_TLS12, Measured
from tlsward.assess.rule import Rule, Statements, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.scan_result import PROTOCOLS


def server_order(scan: Measured) -> Answer:
    """Return whether the server's order decides, in the protocols up to TLS 1.2.

    TLS 1.3 is left out: its suites are of one strength. With one suite in a protocol
    there is nothing to choose.
    """
    orders = {p: scan.result.cipher_order[p] for p in PROTOCOLS if p in scan.result.cipher_order}
    answers: set[Answer] = set()
    for protocol in UP_TO_TLS12:
        if len(scan.suites_of((protocol,))) > 1:
            answers.add(_ANSWERS.get(orders.get(protocol, "unknown"), UNKNOWN))
    if answers and not orders:
        return scan.result.server_side_ordering
    if NO in answers or (UNKNOWN in answers and scan.result.server_side_ordering == NO):
        return NO
    if UNKNOWN in answers or scan.lacking_suites(UP_TO_TLS12):
        return UNKNOWN
    return YES


_ANSWERS: dict[str, Answer] = {"server": YES, "client": NO}


def server(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where the level asks for the server's order and clients choose."""
    if level.server_preferred_order and server_order(scan) == NO:
        evidence = "the server follows the client's order"
        yield finding("tls.order.server", "advisory", evidence)


SERVER = Rule(id="guideline.order", version=1, check=server)
