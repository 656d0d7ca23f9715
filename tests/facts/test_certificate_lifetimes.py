from datetime import UTC, datetime, timedelta

import pytest

from tlsward.facts.certificate_lifetimes import is_short_lived

BEFORE = datetime(2026, 3, 14, 23, 59, 59, tzinfo=UTC)
SINCE = datetime(2026, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("issued", "lifetime", "short"),
    [
        (SINCE, timedelta(hours=160), True),
        (SINCE, timedelta(days=7, seconds=-1), True),
        (SINCE, timedelta(days=7), False),  # both ends are included
        (BEFORE, timedelta(days=10, seconds=-1), True),
        (BEFORE, timedelta(days=10), False),
        (datetime(2024, 3, 15, tzinfo=UTC), timedelta(days=8), True),
        (datetime(2024, 3, 14, tzinfo=UTC), timedelta(days=1), False),
        (SINCE, timedelta(days=-1), True),
    ],
)
def test_by_the_day_of_issue(issued, lifetime, short):
    assert is_short_lived(issued, issued + lifetime) is short
