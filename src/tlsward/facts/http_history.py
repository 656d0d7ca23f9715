"""Which browsers heeded headers that are history, and until when."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class Support(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One browser: the versions it began and ended with, None for never or still."""

    browser: str
    since: str | None
    ended: str | None
    ended_in: str | None
    remark: str = ""


class HttpHistory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One header: what came after it, and who supported it."""

    header: str
    specification: str
    successors: tuple[str, ...]
    support: tuple[Support, ...]


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    headers: tuple[HttpHistory, ...]


@cache
def http_history() -> dict[str, HttpHistory]:
    """Return the history of every header, by its name in lower case."""
    rows = read_data_file("http_history.json", _File).headers
    return {row.header.lower(): row for row in rows}
