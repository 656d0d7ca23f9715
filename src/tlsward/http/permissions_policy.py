"""Permissions-Policy: which features of a browser a page and what it frames may use.

The header is a dictionary of structured fields (RFC 9651): a single mistake makes browsers
ignore the whole of it.
"""

import re
from collections.abc import Sequence

import msgspec

from tlsward.http.fields import LONGEST_VALUE, MOST_DIRECTIVES, quoted, shown
from tlsward.http.finding import header_finding
from tlsward.model.http import HeaderFinding

NAME = "Permissions-Policy"
#: Features that hand out what a person would not give to every site.
DELICATE = frozenset(
    {
        *("camera", "microphone", "geolocation", "display-capture", "payment", "usb", "serial"),
        *("bluetooth", "hid", "midi", "clipboard-read", "publickey-credentials-get"),
    }
)
_KEY = re.compile(r"[ \t]*([a-z*][a-z0-9_.*-]*)")
#: A token, a string or `*`, with parameters after it.
_ITEM = re.compile(
    r"(?:([A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*)|\"((?:[ !#-\[\]-~]|\\[\"\\])*)\"|(\?[01]))"
    r"(?:;[ ]*[a-z*][a-z0-9_.*-]*(?:=(?:[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*"
    r"|\"(?:[ !#-\[\]-~]|\\[\"\\])*\"|-?[0-9]+))?)*"
)


class PermissionsPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Allow-lists by feature (`*`, `self`, origins); `invalid` says why all is ignored."""

    features: dict[str, tuple[str, ...]] = {}
    invalid: str | None = None


def parse_permissions_policy(values: Sequence[str]) -> PermissionsPolicy:
    """Read the header, whose lines are joined by commas. Never raises."""
    text = ", ".join(values)[:LONGEST_VALUE]
    features: dict[str, tuple[str, ...]] = {}
    position, count = 0, 0
    while position < len(text) or count == 0:
        key = _KEY.match(text, position)
        if key is None or count == MOST_DIRECTIVES:
            return _invalid(text, position)
        position = key.end()
        allowed: tuple[str, ...] | None = ("?1",)  # a key alone is a Boolean, and no allow-list
        if text.startswith("=", position):
            allowed, position = _allow_list(text, position + 1)
        if allowed is None:
            return _invalid(text, position)
        features[key.group(1)] = allowed
        count += 1
        rest = text[position:].lstrip(" \t")
        if not rest:
            break
        if not rest.startswith(",") or not rest[1:].strip(" \t"):
            return _invalid(text, position)
        position = len(text) - len(rest) + 1
    return PermissionsPolicy(features=features)


def judge_permissions_policy(
    values: Sequence[str], feature_policy: Sequence[str] = ()
) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the header, and of the one it replaced."""
    findings: list[HeaderFinding] = []
    if feature_policy:
        findings.append(header_finding("permissions.feature-policy"))
    if not values:
        return (*findings, header_finding("permissions.missing"))
    policy = parse_permissions_policy(values)
    if policy.invalid is not None:
        return (*findings, header_finding("permissions.invalid", policy.invalid))
    opened = sorted(n for n, allowed in policy.features.items() if n in DELICATE and "*" in allowed)
    if opened:
        findings.append(header_finding("permissions.open", ", ".join(opened)))
    else:
        names = ", ".join(list(policy.features)[:8])
        findings.append(header_finding("permissions.limited", shown(names)))
    return tuple(findings)


def _allow_list(text: str, position: int) -> tuple[tuple[str, ...] | None, int]:
    """Return the members of `(a b)` or a single item, and where it ends; None for neither."""
    if not text.startswith("(", position):
        item = _ITEM.match(text, position)
        return (None, position) if item is None else ((_said(item),), item.end())
    members: list[str] = []
    position += 1
    while True:
        while text.startswith(" ", position):
            position += 1
        if text.startswith(")", position):
            return tuple(members), position + 1
        item = _ITEM.match(text, position)
        if item is None or (item.end() < len(text) and text[item.end()] not in " )"):
            return None, position
        members.append(_said(item))
        position = item.end()


def _said(item: re.Match[str]) -> str:
    return next((group for group in item.groups() if group is not None), "")


def _invalid(text: str, position: int) -> PermissionsPolicy:
    return PermissionsPolicy(invalid=f"it cannot be read from {quoted(text[position:], 40)} on")
