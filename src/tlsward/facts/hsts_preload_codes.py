"""The codes of hstspreload.org, each with its severity and our words for it."""

from functools import cache
from typing import Literal

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file

Severity = Literal["error", "warning"]


class PreloadCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of the site."""

    code: str
    severity: Severity
    text: str


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    codes: tuple[PreloadCode, ...]


@cache
def preload_codes() -> dict[str, PreloadCode]:
    """Return all codes."""
    return {row.code: row for row in read_data_file("hsts_preload_codes.json", _File).codes}


def preload_code(code: str) -> PreloadCode:
    """Return one code. Raises KeyError for one the site does not have."""
    return preload_codes()[code]
