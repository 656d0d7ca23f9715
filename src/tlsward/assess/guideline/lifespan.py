"""How long a certificate may live, and how long it should.

Both ends of the validity count (RFC 5280 section 4.1.2.5), so the lifespan is
notAfter - notBefore + 1 second, and any fraction of a day is a day.
"""

from datetime import timedelta

from tlsward.assess.measured import Measured
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.certificate import Certificate

_DAY = timedelta(days=1)


def lifespan_days(certificate: Certificate) -> int | None:
    """Return the days a certificate lives, None where its dates are not known."""
    if certificate.not_before is None or certificate.not_after is None:
        return None
    lived = certificate.not_after - certificate.not_before + timedelta(seconds=1)
    return -(-lived // _DAY)


def maximum(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where a certificate lives longer than the level allows."""
    if level.maximum_certificate_lifespan is None:
        return
    if any(c.leaf is not None and lifespan_days(c.leaf) is None for c in scan.certificates):
        yield Unsettled("certificates", "the dates of one are not known")
    longest = _longest_over(scan, level.maximum_certificate_lifespan)
    if longest:
        days, evidence = longest
        yield finding(
            "tls.certificate.lifespan",
            "blocking",
            evidence,
            maximum=str(level.maximum_certificate_lifespan),
            found=str(days),
        )


def recommended(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield advice where a certificate lives longer than recommended, but not too long."""
    if level.recommended_certificate_lifespan is None:
        return
    longest = _longest_over(scan, level.recommended_certificate_lifespan)
    if longest is None:
        return
    days, evidence = longest
    if level.maximum_certificate_lifespan is not None and days > level.maximum_certificate_lifespan:
        return
    yield finding(
        "tls.certificate.lifespan.recommended",
        "advisory",
        evidence,
        maximum=str(level.recommended_certificate_lifespan),
        found=str(days),
    )


def _longest_over(scan: Measured, limit_days: int) -> tuple[int, str] | None:
    found = [
        (days, f"the {certificate.name} lives {days} days")
        for certificate in scan.certificates
        if certificate.leaf is not None
        and (days := lifespan_days(certificate.leaf)) is not None
        and days > limit_days
    ]
    if not found:
        return None
    return max(days for days, _ in found), "; ".join(text for _, text in found)


MAXIMUM = Rule(id="guideline.certificate.lifespan", version=1, check=maximum)
RECOMMENDED = Rule(id="guideline.certificate.lifespan.recommended", version=1, check=recommended)
