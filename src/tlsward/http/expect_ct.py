"""Expect-CT (RFC 9163), which Chrome heeded from 61 to 106 and nobody heeds now: history."""

import re
from collections.abc import Sequence

import msgspec

from tlsward.http.fields import Directive, shown, split_outside_quotes, unquoted
from tlsward.http.finding import header_finding
from tlsward.http.hsts import LARGEST_AGE_SECONDS
from tlsward.model.http import HeaderFinding

NAME = "Expect-CT"
MOST_DIRECTIVES = 64


class ExpectCt(msgspec.Struct, frozen=True, kw_only=True):
    """What a field said; `invalid` why it was ignored."""

    max_age_seconds: int | None = None
    enforce: bool = False
    report_uri: str | None = None
    invalid: str | None = None


def parse_expect_ct(value: str) -> ExpectCt:
    """Read a field value: directives between commas (RFC 9163 section 2.1). Never raises."""
    seen: dict[str, Directive] = {}
    # Commas and semicolons change places against HSTS; no value of it may hold either.
    pieces = list(split_outside_quotes(value.replace(";", "\x00").replace(",", ";")))
    for piece in pieces[:MOST_DIRECTIVES]:
        text = piece.strip(" \t")
        if not text:
            continue
        name, equals, rest = text.partition("=")
        if "\x00" in text:
            return ExpectCt(invalid="directives stand between commas, not semicolons")
        held = (unquoted(rest) if rest.startswith('"') else rest) if equals else None
        key = name.strip().lower()
        if key in seen:
            return ExpectCt(invalid=f"{shown(name)} appears more than once")
        seen[key] = Directive(key, held)
    age = seen.get("max-age")
    if age is None or age.value is None or re.fullmatch(r"[0-9]{1,20}", age.value) is None:
        return ExpectCt(invalid="max-age is missing or not in seconds")
    uri = seen.get("report-uri")
    return ExpectCt(
        max_age_seconds=min(int(age.value), LARGEST_AGE_SECONDS),
        enforce="enforce" in seen,
        report_uri=None if uri is None else uri.value,
    )


def judge_expect_ct(values: Sequence[str]) -> tuple[HeaderFinding, ...]:
    """Say of every field that it has no effect any more."""
    return tuple(header_finding("expect-ct.obsolete", shown(value)) for value in values[:1])
