"""Sizes of ephemeral keys under guideline 4.0.

Intermediate sets minima. Old wants finite fields of exactly 1024 bits, which is what
its clients bear; modern wants no finite field at all.
"""

from tlsward.assess.guideline.key_exchange import small_sizes
from tlsward.assess.measured import Measured, MeasuredSuite
from tlsward.assess.observatory.ciphersuites import judged_suites
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel


def sizes(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding where any exchange has a size the level refuses."""
    wrong = [s for s in judged_suites(scan) if _is_wrong(s, level)]
    if wrong:
        yield finding(
            "tls.forward-secrecy.size",
            "blocking",
            size_evidence(wrong),
            voice=f"observatory-{level.name}",
            dh=str(level.dh_param_size or 0),
            ecdh=str(level.ecdh_param_size or 0),
        )
    yield from unread_sizes(scan)


def unread_sizes(scan: Measured) -> Statements:
    """Yield what is lacking where the size of an exchange could not be read."""
    for measured in judged_suites(scan):
        if measured.size_unknown:
            yield Unsettled("key_exchange", f"its size with {measured.name} could not be read")


def size_evidence(wrong: list[MeasuredSuite]) -> str:
    """Return words for the sizes that were seen."""
    finite = [(s, s.dh_bits) for s in wrong if s.dh_bits is not None]
    curves = [(s, s.ecdh_bits) for s in wrong if s.ecdh_bits is not None]
    parts = [
        small_sizes(kind, found) for kind, found in (("DH", finite), ("ECDH", curves)) if found
    ]
    return "; ".join(parts)


def _is_wrong(measured: MeasuredSuite, level: GuidelineLevel) -> bool:
    if measured.dh_bits is not None:
        wanted = level.dh_param_size or 0
        if level.name == "intermediate":
            return measured.dh_bits < wanted
        return measured.dh_bits != wanted
    if measured.ecdh_bits is not None:
        return measured.ecdh_bits < (level.ecdh_param_size or 0)
    return False


SIZES = Rule(id="observatory.forward-secrecy", version=1, check=sizes)
