"""Who may frame, open and embed a page: X-Frame-Options and the Cross-Origin policies."""

from collections.abc import Sequence

from tlsward.http.content_security_policy import is_everybody
from tlsward.http.fields import MOST_LINES, shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

#: Values that have an effect, by header.
CROSS_ORIGIN = {
    "Cross-Origin-Opener-Policy": frozenset(
        {"same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"}
    ),
    "Cross-Origin-Embedder-Policy": frozenset({"require-corp", "credentialless", "unsafe-none"}),
    "Cross-Origin-Resource-Policy": frozenset({"same-site", "same-origin", "cross-origin"}),
}
#: Values that say what a browser does without the header.
_AS_WITHOUT = frozenset({"unsafe-none", "cross-origin"})


def parse_frame_options(values: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct values of X-Frame-Options in lower case, over all lines and commas."""
    words = [word.strip().lower() for value in values for word in value.split(",")]
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_LINES]


def judge_framing(
    values: Sequence[str], ancestors: Sequence[tuple[str, ...]]
) -> tuple[HeaderFinding, ...]:
    """Return who may frame a page.

    `ancestors` are those of each CSP that has them, and all must be met; where one has, the
    header itself is not looked at (HTML, section "The X-Frame-Options header").
    """
    if ancestors:
        narrow = next((each for each in ancestors if not any(map(is_everybody, each))), None)
        kind = "framing.open" if narrow is None else "framing.limited"
        told = ancestors[0] if narrow is None else narrow
        return (header_finding(kind, shown(" ".join(("frame-ancestors", *told)))),)
    options = parse_frame_options(values)
    if not options:
        return (header_finding("framing.missing"),)
    effective = [word for word in options if word in {"deny", "sameorigin"}]
    if not effective:
        return (header_finding("framing.invalid", shown(", ".join(options))),)
    if len(options) > 1:
        return (header_finding("framing.several", shown(", ".join(options))),)
    return (header_finding("framing.limited", options[0]),)


def parse_cross_origin(value: str) -> str:
    """Return the value of a Cross-Origin policy without parameters such as report-to."""
    return value.partition(";")[0].strip()


def judge_cross_origin(values_of: dict[str, tuple[str, ...]]) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the three policies, by the values of each header."""
    findings: list[HeaderFinding] = []
    for header, known in CROSS_ORIGIN.items():
        values = values_of.get(header, ())
        if not values:
            continue
        # They are structured fields of one token, case and all; two lines make a list, not one.
        value = parse_cross_origin(values[0])
        evidence = shown(f"{header}: {', '.join(values)}")
        if len(values) > 1 or value not in known:
            findings.append(header_finding("isolation.invalid", evidence))
        elif value not in _AS_WITHOUT:
            findings.append(header_finding("isolation.set", evidence))
    opener = values_of.get("Cross-Origin-Opener-Policy", ())
    if not opener or parse_cross_origin(opener[0]) in _AS_WITHOUT:
        findings.append(header_finding("isolation.missing"))
    return tuple(findings)
