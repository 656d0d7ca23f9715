"""Certificates that live so shortly that nobody needs to be able to revoke them."""

from datetime import datetime, timedelta
from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class _ShortLived(msgspec.Struct, frozen=True, kw_only=True):
    issued_from: datetime
    longest_seconds: int


class _ShortLivedFile(DataFile, frozen=True, kw_only=True):
    short_lived: tuple[_ShortLived, ...]


@cache
def _rules() -> tuple[_ShortLived, ...]:
    return read_data_file("short_lived.json", _ShortLivedFile).short_lived


def short_lived_limit(issued: datetime) -> timedelta | None:
    """Return how long one issued at this (aware) moment may live to count, None for never."""
    limit = None
    for rule in _rules():
        if issued >= rule.issued_from:
            limit = timedelta(seconds=rule.longest_seconds)
    return limit


def is_short_lived(not_before: datetime, not_after: datetime) -> bool:
    """Return whether a certificate of this validity, both ends included, is short-lived."""
    limit = short_lived_limit(not_before)
    return limit is not None and not_after - not_before + timedelta(seconds=1) <= limit
