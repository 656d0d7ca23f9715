"""The baseline: an earlier result, against which only what is new fails."""

import contextlib
from typing import TypeVar

import msgspec

from tlsward.errors import UsageError
from tlsward.model.scan_result import ScanResult

T = TypeVar("T")

#: How the name of a scan's schema begins, whatever its version.
_SCAN = "tlsward.scan/"


class _Named(msgspec.Struct, frozen=True):
    schema: str = _SCAN


def parse_baseline(document: bytes, name: str) -> tuple[ScanResult, ...]:
    """Return the results in a document of the formats json or jsonl; UsageError otherwise."""
    text = document.strip()
    if not text:
        raise UsageError(f"{name}: it is empty; a baseline is what --format json printed")
    with contextlib.suppress(msgspec.DecodeError):
        other = msgspec.json.decode(text, type=_Named).schema
        if not other.startswith(_SCAN):
            raise UsageError(f"{name}: not a result of tlsward scan, but {other[:60]!r}")
    if text.startswith(b"["):
        return tuple(_decode(text, name, list[ScanResult]))
    try:
        # Pretty or not, one result; else one a line.
        return (msgspec.json.decode(text, type=ScanResult),)
    except msgspec.DecodeError:
        lines = enumerate(text.splitlines(), 1)
        return tuple(_decode(line, f"{name}:{n}", ScanResult) for n, line in lines if line.strip())


def _decode(document: bytes, name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.DecodeError as error:
        raise UsageError(f"{name}: not a result of tlsward scan: {error}") from None
