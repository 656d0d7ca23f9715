"""Referrer-Policy: what of a URL other sites are told."""

from collections.abc import Sequence

from tlsward.http.fields import shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

NAME = "Referrer-Policy"
#: Policies that tell others no more than the origin, and nothing over plain HTTP.
CAREFUL = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
)
KNOWN = CAREFUL | {
    *("no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "unsafe-url"),
}


def parse_referrer_policy(values: Sequence[str]) -> str | None:
    """Return the last policy that is known, which is the one in effect; None for none.

    Unknown ones are passed over, so that old browsers can be given one of their own first.
    """
    words = [word.strip(" \t").lower() for value in values for word in value.split(",")]
    return next((word for word in reversed(words) if word in KNOWN), None)


def judge_referrer_policy(values: Sequence[str]) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the header."""
    if not values:
        return (header_finding("referrer.missing"),)
    policy = parse_referrer_policy(values)
    if policy is None:
        return (header_finding("referrer.invalid", shown(", ".join(values))),)
    return (header_finding("referrer.limited" if policy in CAREFUL else "referrer.leaks", policy),)
