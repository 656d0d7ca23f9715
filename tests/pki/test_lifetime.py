"""Lifetimes: shares of life rather than days, limits by the day of issuance."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import issue, p256
from tlsward.facts.certificate_lifetimes import all_public_limits
from tlsward.model.lifetime import RenewalWindow
from tlsward.pki.lifetime import lifetime
from tlsward.pki.x509 import read_certificate

KEY = p256()
ISSUED = datetime(2026, 6, 1, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)


def certificate(lives: timedelta, issued: datetime = ISSUED):
    made = issue("a", key=KEY, not_before=issued, not_after=issued + lives - ONE_SECOND)
    return read_certificate(made.der)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_ninety_days_are_renewed_with_thirty_left():
    told = lifetime(certificate(days(90)), ISSUED, public=True)
    assert (told.days, told.left_days, told.left_percent) == (90, 90.0, 100.0)
    assert told.renew_at == ISSUED + days(60)
    assert (told.due, told.short_lived) == (False, False)
    assert (told.limit_days, told.within_limit) == (200, "yes")


def test_six_days_are_renewed_half_way_and_are_not_red_before():
    short = certificate(timedelta(hours=160))
    told = lifetime(short, ISSUED + timedelta(hours=79), public=True)
    assert (told.days, told.short_lived, told.due) == (7, True, False)
    assert told.renew_at == ISSUED + timedelta(hours=80)
    assert lifetime(short, ISSUED + timedelta(hours=80), public=True).due
    assert told.left_percent == pytest.approx(50.6, abs=0.1)


@pytest.mark.parametrize(
    ("lives", "left"), [(10, 10 / 3), (9.999, 9.999 / 2), (45, 15), (47, 47 / 3)]
)
def test_a_third_is_left_when_it_is_due_or_half_below_ten_days(lives, left):
    told = lifetime(certificate(days(lives)), ISSUED, public=None)
    assert abs(told.renew_at - (ISSUED + days(lives - left))) <= ONE_SECOND


def test_the_issuers_window_goes_first():
    window = RenewalWindow(start=ISSUED + days(10), end=ISSUED + days(12))
    early = lifetime(certificate(days(90)), ISSUED + days(9), window=window, public=True)
    due = lifetime(certificate(days(90)), ISSUED + days(10), window=window, public=True)
    assert (early.due, early.renew_at, early.renewal_window) == (False, window.start, window)
    assert due.due


def test_an_expired_certificate_has_nothing_left():
    told = lifetime(certificate(days(90)), ISSUED + days(100), public=True)
    assert (told.left_percent, told.left_days, told.due) == (0.0, -10.0, True)


def test_one_that_ends_before_it_begins_has_no_life():
    told = lifetime(certificate(days(-3)), ISSUED, public=True)
    assert (told.days, told.left_percent, told.due, told.short_lived) == (0, 0.0, True, False)


def test_a_fraction_of_a_day_is_a_day():
    assert lifetime(certificate(days(200) + ONE_SECOND), ISSUED, public=True).days == 201


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        ("2026-03-14", 398),
        ("2026-03-15", 200),
        ("2027-03-14", 200),
        ("2027-03-15", 100),
        ("2029-03-14", 100),
        ("2029-03-15", 47),
    ],
)
def test_the_limit_is_that_of_the_day_of_issuance(day, limit):
    within = lifetime(certificate(days(limit), at(day)), at(day), public=True)
    beyond = lifetime(certificate(days(limit) + ONE_SECOND, at(day)), at(day), public=True)
    assert (within.limit_days, within.within_limit) == (limit, "yes")
    assert (beyond.limit_days, beyond.within_limit) == (limit, "no")


@pytest.mark.parametrize("public", [False, None])
def test_the_limit_is_unknown_to_apply_where_it_is_not_public(public):
    told = lifetime(certificate(days(900)), ISSUED, public=public)
    assert (told.limit_days, told.within_limit) == (200, "unknown")


def test_there_was_no_limit_before_2012():
    told = lifetime(certificate(days(3650), at("2011-01-01")), at("2011-01-02"), public=True)
    assert (told.limit_days, told.within_limit) == (None, "unknown")


def test_months_become_the_days_they_had():
    told = lifetime(certificate(days(1), at("2015-11-30")), at("2015-12-01"), public=True)
    assert told.limit_days == (at("2019-02-28") - at("2015-11-30")).days


def test_limits_are_in_order_and_name_who_set_them():
    limits = all_public_limits()
    assert [each.since for each in limits] == sorted(each.since for each in limits)
    assert all(each.reference and (each.days is None) != (each.months is None) for each in limits)


@given(
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=4000)),
    st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=8000)),
    st.sampled_from([True, False, None]),
)
def test_whatever_the_dates_shares_are_shares(lives, moment, public):
    lives = timedelta(seconds=int(lives.total_seconds()))
    told = lifetime(certificate(lives), ISSUED + moment, public=public)
    assert 0 <= told.left_percent <= 100
    assert ISSUED <= told.renew_at <= ISSUED + lives
    assert told.due == (ISSUED + moment >= told.renew_at)


@pytest.mark.parametrize("year", [1, 9998])
def test_dates_at_the_ends_of_time_are_no_trouble(year):
    issued = datetime(year, 1, 1, tzinfo=UTC)
    octets = f"{year:04}0101000000Z".encode(), f"{year + 1:04}0101000000Z".encode()
    made = issue(
        "a", key=KEY, not_before=b"\x18\x0f" + octets[0], not_after=b"\x18\x0f" + octets[1]
    )
    told = lifetime(read_certificate(made.der), issued, public=True)
    assert told.days == 366


def test_a_window_after_the_end_is_none():
    window = RenewalWindow(start=ISSUED + days(91), end=ISSUED + days(92))
    told = lifetime(certificate(days(90)), ISSUED, window=window, public=True)
    assert told.renewal_window is None
    assert told.no_window == "the window begins after the certificate ends"
    assert told.renew_at == ISSUED + days(60)
