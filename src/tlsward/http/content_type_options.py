"""X-Content-Type-Options: whether browsers guess the type of content."""

from collections.abc import Sequence

from tlsward.http.fields import shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

NAME = "X-Content-Type-Options"


def parse_content_type_options(values: Sequence[str]) -> bool:
    """Whether the first value of all is nosniff, in any case: no other has an effect."""
    return ",".join(values).partition(",")[0].strip(" \t").lower() == "nosniff"


def judge_content_type_options(values: Sequence[str]) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the header."""
    if not values:
        return (header_finding("sniffing.missing"),)
    if parse_content_type_options(values):
        return (header_finding("sniffing.off"),)
    return (header_finding("sniffing.invalid", shown(", ".join(values))),)
