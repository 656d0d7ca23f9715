"""Cookies that a response sets, and how well they are kept (RFC 6265, and its revision)."""

import re
from collections.abc import Sequence

import msgspec

from tlsward.http.fields import LONGEST_VALUE, MOST_DIRECTIVES, shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

NAME = "Set-Cookie"
#: A Max-Age that takes the cookie away at once.
_ENDED = re.compile(r"(?:-[0-9]+|0+)\Z")
#: A year that was over before there were browsers to ask; servers write 1970 to mean "now".
_LONG_AGO = re.compile(r"\b19[0-9]{2}\b")


class Cookie(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie's name and flags. Its value is a secret and is not kept.

    `same_site` is in lower case, None where the attribute is missing or not known.
    """

    name: str
    has_value: bool
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None
    domain: str | None = None
    path: str | None = None
    expired: bool = False

    @property
    def refused(self) -> str | None:
        """Return why browsers refuse the cookie, None where they do not."""
        prefix = self.name.lower()
        if prefix.startswith(("__secure-", "__host-")) and not self.secure:
            return "its prefix wants Secure"
        if prefix.startswith("__host-"):
            if self.domain is not None:
                return "its prefix forbids Domain"
            if self.path != "/":
                return "its prefix wants Path=/"
        if self.same_site == "none" and not self.secure:
            return "SameSite=None wants Secure"
        return None


def parse_cookie(value: str) -> Cookie | None:
    """Read one Set-Cookie line as browsers do (RFC 6265 section 5.2); None for no cookie."""
    pair, *attributes = value[:LONGEST_VALUE].split(";", MOST_DIRECTIVES)
    name, equals, held = pair.partition("=")
    if not equals:
        name, held = "", pair
    name, held = name.strip(" \t"), held.strip(" \t")
    if not name and not held:
        return None
    flags: dict[str, str] = {}
    for attribute in attributes:
        key, _, said = attribute.partition("=")
        flags[key.strip(" \t").lower()] = said.strip(" \t")  # the last of a name counts
    same_site = flags.get("samesite", "").lower()
    ended = _ENDED.match(flags.get("max-age", "")) is not None
    if "max-age" not in flags:  # which goes before Expires (section 5.3)
        ended = _LONG_AGO.search(flags.get("expires", "")) is not None
    return Cookie(
        name=name,
        has_value=bool(held),
        secure="secure" in flags,
        http_only="httponly" in flags,
        same_site=same_site if same_site in {"strict", "lax", "none"} else None,
        domain=flags.get("domain") or None,
        path=flags.get("path"),
        expired=ended,
    )


def judge_cookies(values: Sequence[str], *, secure: bool = True) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of a response's cookies; names are shown, values never."""
    findings: list[HeaderFinding] = []
    for value in values:
        cookie = parse_cookie(value)
        if cookie is None:
            findings.append(header_finding("cookie.malformed"))
            continue
        name = shown(cookie.name, 60) or "(no name)"
        if cookie.refused is not None:
            findings.append(header_finding("cookie.refused", f"{name}: {cookie.refused}"))
            continue
        if cookie.expired:  # it takes a cookie away
            continue
        if not cookie.secure:
            findings.append(header_finding("cookie.not-secure", name))
        if not cookie.http_only:
            findings.append(header_finding("cookie.script-readable", name))
        if cookie.same_site is None:
            findings.append(header_finding("cookie.no-same-site", name))
        elif cookie.same_site == "none":
            findings.append(header_finding("cookie.same-site-none", name))
    if values and not findings and secure:
        findings.append(header_finding("cookie.sound"))
    return tuple(findings)
