"""How long what a CRL or an OCSP response says can be relied upon."""

from datetime import datetime, timedelta

#: How far another's clock may be from ours.
CLOCK_SKEW = timedelta(minutes=5)
#: How long an OCSP response counts that names no next update. RFC 6960 section 4.2.2.1 says
#: that there may be newer information at any time; browsers take one of a day.
LIFE_WITHOUT_NEXT_UPDATE = timedelta(days=1)


def stale(this_update: datetime, next_update: datetime | None, now: datetime) -> str | None:
    """Return why a statement does not count at `now`, None where it does."""
    if this_update > now + CLOCK_SKEW:
        return f"it is not valid before {moment(this_update)}"
    ends = this_update + LIFE_WITHOUT_NEXT_UPDATE if next_update is None else next_update
    if ends < now - CLOCK_SKEW:
        return f"it is out of date since {moment(ends)}"
    return None


def moment(at: datetime) -> str:
    """Return a moment for people; `at` is in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
