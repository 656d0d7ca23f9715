"""The suites of guideline 4.0: none beside the level's, and advice on those missing."""

from tlsward.assess.measured import UP_TO_TLS12, Measured, MeasuredSuite
from tlsward.assess.names import SuiteKey, suite_key, suite_keys
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.assess.suite_weakness import weakness_of
from tlsward.facts import suites
from tlsward.facts.guidelines import GuidelineLevel

#: ChaCha20 as it was before RFC 7905. The Observatory looked past both, whether offered
#: or not, because no configuration could turn them off alone.
PASSED_OVER = frozenset({0xCC13, 0xCC14})

#: The one suite that the clients of the old level have.
_TRIPLE_DES = "DES-CBC3-SHA"


def judged_suites(scan: Measured) -> tuple[MeasuredSuite, ...]:
    """Return the suites that guideline 4.0 can speak of: those of TLS 1.2 and older."""
    return tuple(s for s in scan.suites_of(UP_TO_TLS12) if s.facts.code not in PASSED_OVER)


def extra_suites(scan: Measured, listed: tuple[str, ...]) -> tuple[MeasuredSuite, ...]:
    """Return the suites served that are not listed."""
    keys = suite_keys(listed)
    return tuple(s for s in judged_suites(scan) if s.facts.code not in keys and s.name not in keys)


def lacking_suites(scan: Measured) -> Statements:
    """Yield what is lacking where suites may be missing from the scan's list."""
    lacking = scan.lacking_suites(UP_TO_TLS12)
    if lacking:
        yield Unsettled(*lacking)


def present(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where nothing is served that the guideline could judge."""
    if judged_suites(scan):
        return
    if scan.suites and scan.lacking_suites(UP_TO_TLS12) is None:
        evidence = "only TLS 1.3 is offered" if _only_tls13(scan) else "no suite of it was seen"
        yield finding("tls.suite.none", "blocking", evidence, level=level.name)
    else:
        reason = scan.lacking("cipher_suites") or "none was seen"
        yield Unsettled("cipher_suites", reason)


def extra(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield each suite the level does not list."""
    for measured in extra_suites(scan, level.cipher_suites):
        yield finding(
            "tls.suite.remove",
            "blocking",
            f"{measured.name} is offered in {', '.join(measured.old_protocols)}",
            item=measured.name,
            cause=weakness_of(measured.facts),
        )
    yield from lacking_suites(scan)


def missing(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice on each listed suite that is missing and the certificates could serve."""
    if not judged_suites(scan) or scan.lacking_suites(UP_TO_TLS12):
        return
    served: set[SuiteKey] = {s.facts.code for s in judged_suites(scan)}
    served |= {s.name for s in judged_suites(scan)}
    keys = {certificate.type for certificate in scan.certificates}
    for name in level.cipher_suites:
        key = suite_key(name)
        if key in served or key in PASSED_OVER:
            continue
        if _servable(name, keys):
            evidence = f"{name} is not offered"
            yield finding("tls.suite.add", "advisory", evidence, item=name)


def triple_des(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where the old level lacks the suite it exists for."""
    if level.name != "old":
        return
    wanted = suite_key(_TRIPLE_DES)
    if any(s.facts.code == wanted or s.name == _TRIPLE_DES for s in judged_suites(scan)):
        return
    if not judged_suites(scan) or scan.lacking_suites(UP_TO_TLS12):
        yield from lacking_suites(scan)
        return
    evidence = f"{_TRIPLE_DES} is not offered"
    yield finding("tls.suite.require", "blocking", evidence, item=_TRIPLE_DES)


def _servable(name: str, certificate_types: set[str]) -> bool:
    """Tell whether a certificate of these types can serve the suite (no DSS without a DSA key)."""
    facts = suites.by_openssl_name(name)
    if facts is None:
        return False
    needed = {"RSA": "rsa", "ECDSA": "ecdsa", "DSS": "dsa"}.get(facts.authentication)
    return needed is None or needed in certificate_types


def _only_tls13(scan: Measured) -> bool:
    return not scan.suites_of(UP_TO_TLS12)


PRESENT = Rule(id="observatory.suites.present", version=1, check=present)
EXTRA = Rule(id="observatory.suites.extra", version=1, check=extra)
MISSING = Rule(id="observatory.suites.missing", version=1, check=missing)
TRIPLE_DES = Rule(id="observatory.suites.triple-des", version=1, check=triple_des)
