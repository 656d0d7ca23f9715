"""Every cipher suite that is offered must be one the level lists, and there must be one."""

from tlsward.assess.measured import TLS13, Measured
from tlsward.assess.names import suite_keys, tls13_suite_keys
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.assess.suite_weakness import weakness_of
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.scan_result import PROTOCOLS


def present(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield what is lacking where no suite was seen: nothing is passed on absence alone."""
    del level
    if not scan.suites_of(PROTOCOLS):
        yield Unsettled("cipher_suites", scan.lacking("cipher_suites") or "none was seen")


def listed(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each offered suite the level does not list; TLS 1.3 has a list of its own."""
    old = suite_keys(level.cipher_suites)
    new = tls13_suite_keys(level.tls13_suites)
    for measured in scan.suites:
        strangers = tuple(
            protocol
            for protocol in measured.suite.protocols
            if measured.facts.code not in (new if protocol == TLS13 else old)
            and measured.name not in (level.tls13_suites if protocol == TLS13 else old)
        )
        if strangers:
            yield finding(
                "tls.suite.remove",
                "blocking",
                f"{measured.name} is offered in {', '.join(strangers)}",
                item=measured.name,
                cause=weakness_of(measured.facts),
            )
    lacking = scan.lacking_suites(PROTOCOLS)
    if lacking:
        yield Unsettled(*lacking)


PRESENT = Rule(id="guideline.suites.present", version=1, check=present)
LISTED = Rule(id="guideline.suites", version=1, check=listed)
