"""Names of alert descriptions (RFC 9846 section 6, and those of older versions)."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class _Alert(msgspec.Struct, frozen=True, kw_only=True):
    code: int
    name: str
    reference: str


class _AlertFile(DataFile, frozen=True, kw_only=True):
    alerts: tuple[_Alert, ...]


@cache
def _alert_names() -> dict[int, str]:
    return {alert.code: alert.name for alert in read_data_file("alerts.json", _AlertFile).alerts}


def alert_name(code: int) -> str:
    """Return the name of an alert description, `0x7F` for one that has none."""
    return _alert_names().get(code, f"0x{code:02X}")
