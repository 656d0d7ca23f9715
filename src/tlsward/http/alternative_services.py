"""Alt-Svc (RFC 7838): where else a service is to be had, HTTP/3 above all."""

import re
from collections.abc import Sequence

import msgspec

from tlsward.http.fields import LONGEST_VALUE, shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

NAME = "Alt-Svc"
MOST_ALTERNATIVES = 64
_ALTERNATIVE = re.compile(
    r"[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=\"([^\"\\]*)\""
    r"((?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:\"[^\"\\]*\"|[!#$%&'*+.^_`|~0-9A-Za-z-]+))*)"
    r"[ \t]*(?:,|\Z)"
)
_MAX_AGE = re.compile(r";[ \t]*ma=\"?([0-9]{1,12})\"?", re.IGNORECASE)
#: Protocols that are HTTP/3: its name, and those of drafts.
_HTTP3 = re.compile(r"h3(?:-[0-9A-Za-z]+)?\Z")


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """One alternative: an ALPN protocol at `[host]:port`, for so many seconds."""

    protocol: str
    authority: str
    max_age_seconds: int = 86_400

    @property
    def is_http3(self) -> bool:
        """Whether it is HTTP/3 or a draft of it."""
        return _HTTP3.match(self.protocol) is not None


def parse_alternative_services(values: Sequence[str]) -> tuple[Alternative, ...] | None:
    """Return the alternatives, none for `clear`; None for what cannot be read."""
    text = ", ".join(values)[:LONGEST_VALUE].strip(" \t")
    if text == "clear":
        return ()
    found: list[Alternative] = []
    position = 0
    while position < len(text) and len(found) < MOST_ALTERNATIVES:
        match = _ALTERNATIVE.match(text, position)
        if match is None:
            return None
        age = _MAX_AGE.search(match.group(3))
        found.append(
            Alternative(
                protocol=match.group(1),
                authority=match.group(2),
                max_age_seconds=86_400 if age is None else int(age.group(1)),
            )
        )
        position = match.end()
    return tuple(found)


def judge_alternative_services(values: Sequence[str]) -> tuple[HeaderFinding, ...]:
    """Return what is advertised."""
    if not values:
        return ()
    alternatives = parse_alternative_services(values)
    if alternatives is None:
        return (header_finding("alternative.malformed", shown(", ".join(values))),)
    findings: list[HeaderFinding] = []
    for kind, wanted in (("alternative.http3", True), ("alternative.other", False)):
        told = [f"{a.protocol} at {a.authority}" for a in alternatives if a.is_http3 is wanted]
        if told:
            findings.append(header_finding(kind, shown(", ".join(told))))
    return tuple(findings)
