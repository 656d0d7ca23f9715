"""Ephemeral keys must be as large as the level asks."""

from collections.abc import Iterable, Sequence
from typing import Literal

from tlsward.assess.measured import Measured, MeasuredSuite
from tlsward.assess.rule import Rule, Statements, Unsettled, finding
from tlsward.facts.guidelines import GuidelineLevel

#: A suite with the size of its exchange in bits.
SizedSuite = tuple[MeasuredSuite, int]


def sizes(scan: Measured, level: GuidelineLevel) -> Statements:
    """Yield a finding for finite fields that are too small and one for curves that are."""
    dh_minimum, ecdh_minimum = level.dh_param_size, level.ecdh_param_size
    if dh_minimum is not None:
        small = sized_below(scan.suites, dh_minimum, "dh_bits")
        if small:
            evidence = small_sizes("DH", small)
            yield finding("tls.dh.size", "blocking", evidence, minimum=str(dh_minimum))
    if ecdh_minimum is not None:
        small = sized_below(scan.suites, ecdh_minimum, "ecdh_bits")
        if small:
            evidence = small_sizes("ECDH", small)
            yield finding("tls.ecdh.size", "blocking", evidence, minimum=str(ecdh_minimum))
    if dh_minimum is not None or ecdh_minimum is not None:
        yield from unread_sizes(scan)


def unread_sizes(scan: Measured) -> Statements:
    """Yield what is lacking where the size of an exchange could not be read."""
    for measured in scan.suites:
        if measured.size_unknown:
            yield Unsettled("key_exchange", f"its size with {measured.name} could not be read")


def sized_below(
    suites: Iterable[MeasuredSuite], minimum: int, which: Literal["dh_bits", "ecdh_bits"]
) -> list[SizedSuite]:
    """Return the suites whose exchange of this kind has fewer bits, each with its size."""
    sized = ((s, s.dh_bits if which == "dh_bits" else s.ecdh_bits) for s in suites)
    return [(s, bits) for s, bits in sized if bits is not None and bits < minimum]


def small_sizes(kind: str, found: Sequence[SizedSuite]) -> str:
    """Return words for sizes and the suites they were seen with."""
    smallest = min(bits for _, bits in found)
    names = ", ".join(measured.name for measured, _ in found[:_NAMES_AT_MOST])
    more = f" and {len(found) - _NAMES_AT_MOST} more" if len(found) > _NAMES_AT_MOST else ""
    return f"{kind} of {smallest} bits with {names}{more}"


_NAMES_AT_MOST = 4

SIZES = Rule(id="guideline.key-exchange.sizes", version=1, check=sizes)
