"""How long a certificate may live, by the day on which it was issued."""

import calendar
from datetime import date, datetime, timedelta
from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class LifetimeLimit(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a certificate issued on or after `since` may live: days, or months."""

    since: date = msgspec.field(name="from")
    reference: str
    days: int | None = None
    months: int | None = None

    def days_from(self, issued: datetime) -> int:
        """Return the limit in days for a certificate issued then.

        Months are those of the calendar: the last day is the one of the same number, or
        the last of a month that is shorter.
        """
        if self.days is not None:
            return self.days
        year, month = divmod(issued.month - 1 + (self.months or 0), 12)
        year, month = issued.year + year, month + 1
        if year > date.max.year:
            return (date.max - issued.date()).days
        day = min(issued.day, calendar.monthrange(year, month)[1])
        return (date(year, month, day) - issued.date()).days


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    public_limits: tuple[LifetimeLimit, ...]
    private_limits: tuple[LifetimeLimit, ...]
    short_lived: tuple[LifetimeLimit, ...]


@cache
def _file() -> _File:
    return read_data_file("certificate_lifetimes.json", _File)


def public_limit(issued: datetime) -> LifetimeLimit | None:
    """Return the limit for public authorities then, None before there was one."""
    return _in_force(_file().public_limits, issued)


def private_limit(issued: datetime) -> LifetimeLimit | None:
    """Return the limit that clients hold private authorities to, None before there was one."""
    return _in_force(_file().private_limits, issued)


def all_public_limits() -> tuple[LifetimeLimit, ...]:
    """Return every limit for public authorities, oldest first."""
    return _file().public_limits


def is_short_lived(not_before: datetime, not_after: datetime) -> bool:
    """Return whether a certificate of this validity needs no revocation information.

    Both ends of the validity count (RFC 5280 section 4.1.2.5).
    """
    limit = _in_force(_file().short_lived, not_before)
    if limit is None:
        return False
    lived = not_after - not_before + timedelta(seconds=1)
    return lived <= timedelta(days=limit.days_from(not_before))


def _in_force(limits: tuple[LifetimeLimit, ...], issued: datetime) -> LifetimeLimit | None:
    begun = [limit for limit in limits if limit.since <= issued.date()]
    return begun[-1] if begun else None
