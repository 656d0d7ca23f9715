"""What is said of HTTP headers: a grade, a text and where to read on, for each finding."""

from functools import cache
from typing import Literal

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class HttpFindingRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of finding; `header` is empty where it is of no one header.

    `advice` says what to do, and is empty where there is nothing to do.
    """

    id: str
    grade: Literal["good", "note", "weak", "bad"]
    header: str
    text: str
    advice: str = ""
    reference: str


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    findings: tuple[HttpFindingRow, ...]


@cache
def http_findings() -> dict[str, HttpFindingRow]:
    """Return every kind of finding by its id."""
    return {row.id: row for row in read_data_file("http_findings.json", _File).findings}
