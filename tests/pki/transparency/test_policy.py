"""The policies of browsers, one timestamp more or less."""

from datetime import UTC, datetime, timedelta

import pytest

from pki.issuing import NOW, intermediate, leaf, root, timestamp_list
from pki.transparency.making import ISSUED, TestLog, embedded, log_list
from tlsward.pki.transparency import checked_timestamps, transparency
from tlsward.pki.x509 import read_certificate

MIDDLE = intermediate(root())
A, A2, A3 = (TestLog(name=f"A{number}") for number in range(3))
B, B2 = (TestLog(name=f"B{number}", operator="Operator B") for number in range(2))
STATIC_A = TestLog(name="static A", static=True)
STATIC_B = TestLog(name="static B", operator="Operator B", static=True)
STATIC_C = TestLog(name="static C", operator="Operator C", static=True)
RETIRED = TestLog(
    name="retired", operator="Operator R", state="retired", since=ISSUED + timedelta(days=1)
)
RETIRED_BEFORE = TestLog(
    name="retired before",
    operator="Operator R",
    state="retired",
    since=ISSUED - timedelta(days=1),
)
RETIRED_TOO = TestLog(
    name="retired too", operator="Operator S", state="retired", since=ISSUED + timedelta(days=1)
)
REJECTED = TestLog(name="rejected", operator="Operator X", state="rejected")
PENDING = TestLog(name="pending", operator="Operator P", state="pending")
QUALIFIED = TestLog(name="qualified", operator="Operator Q", state="qualified")
READONLY = TestLog(name="read-only", operator="Operator O", state="readonly")
EVERY = [
    *(A, A2, A3, B, B2, STATIC_A, STATIC_B, STATIC_C, RETIRED, RETIRED_BEFORE, RETIRED_TOO),
    *(REJECTED, PENDING, QUALIFIED, READONLY),
]
LOGS = log_list(*EVERY)


def verdicts(issued, *, logs=LOGS, now=NOW, issuers=(MIDDLE,), public=True, **beside):
    certificate = read_certificate(issued.der)
    timestamps = checked_timestamps(
        certificate,
        [read_certificate(each.der) for each in issuers],
        sct_list=beside.get("sct_list"),
        ocsp_response=beside.get("ocsp_response"),
        logs=logs,
        now=now,
    )
    return {
        verdict.policy: verdict
        for verdict in transparency(certificate, timestamps, logs, now, public=public)
    }


def met(issued, **how):
    found = verdicts(issued, **how)
    assert list(found) == ["chrome", "apple", "firefox"]
    return tuple(verdict.met for verdict in found.values())


YES_TO_ALL = ("yes", "yes", "yes")
NO_TO_ALL = ("no", "no", "no")


@pytest.mark.parametrize(
    ("days", "logs", "expected"),
    [
        (90, [A, B], YES_TO_ALL),
        (90, [A], NO_TO_ALL),
        (90, [], NO_TO_ALL),
        # Two operators with Chrome, one timestamp of each that counts with Apple.
        (90, [A, A2], NO_TO_ALL),
        (90, [A, A2, B], YES_TO_ALL),
        (200, [A, B], NO_TO_ALL),
        (200, [A, A2, B], YES_TO_ALL),
        (200, [A, A2, A3], NO_TO_ALL),
        (200, [A, A, B], NO_TO_ALL),
        # Apple wants a log of RFC 6962, Chrome does not any more.
        (90, [STATIC_A, STATIC_B], ("yes", "no", "yes")),
        (90, [STATIC_A, B], YES_TO_ALL),
        (200, [STATIC_A, STATIC_B, STATIC_C], ("yes", "no", "yes")),
        # States.
        (90, [QUALIFIED, READONLY], YES_TO_ALL),
        (90, [A, RETIRED], YES_TO_ALL),
        (90, [A, RETIRED_BEFORE], NO_TO_ALL),
        (90, [RETIRED, RETIRED_TOO], NO_TO_ALL),
        (90, [A, REJECTED], NO_TO_ALL),
        (90, [A, PENDING], NO_TO_ALL),
        (90, [A, B, REJECTED, PENDING, RETIRED_BEFORE], YES_TO_ALL),
    ],
)
def test_embedded(days, logs, expected):
    assert met(embedded(MIDDLE, *logs, days=days)) == expected


def test_the_boundary_of_180_days():
    """Apple counts the second of notAfter (RFC 5280 section 4.1.2.5), Chrome does not."""
    assert met(embedded(MIDDLE, A, B, days=180)) == ("yes", "no", "yes")
    second = 1 / 86400
    assert met(embedded(MIDDLE, A, B, days=180 - second)) == YES_TO_ALL
    assert met(embedded(MIDDLE, A, B, days=180 + second)) == NO_TO_ALL


def delivered(*logs, at=ISSUED):
    plain = leaf(MIDDLE, not_before=ISSUED, not_after=NOW + timedelta(days=300))
    listed = timestamp_list(*(log.for_certificate(plain, at) for log in logs))
    return plain, listed


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        # The lifetime plays no part.
        ([A, B], YES_TO_ALL),
        ([A], NO_TO_ALL),
        ([A, A], NO_TO_ALL),
        ([A, A2], ("no", "yes", "no")),
        ([STATIC_A, STATIC_B], ("yes", "no", "yes")),
        ([A, RETIRED], NO_TO_ALL),
        ([A, PENDING], NO_TO_ALL),
    ],
)
def test_in_the_handshake(logs, expected):
    plain, listed = delivered(*logs)
    assert met(plain, sct_list=listed) == expected


def test_one_in_the_certificate_and_one_beside_it_do_for_apple_alone():
    with_one = embedded(MIDDLE, A)
    listed = timestamp_list(B.for_certificate(with_one))
    assert met(with_one, sct_list=listed) == ("no", "yes", "no")


def test_before_april_2026_chrome_wanted_a_log_of_rfc_6962():
    now = datetime(2026, 4, 14, tzinfo=UTC)
    issued = embedded(MIDDLE, STATIC_A, STATIC_B, at=now - timedelta(days=1))
    logs = log_list(*EVERY, date=now)
    assert met(issued, now=now, logs=logs) == ("no", "no", "yes")
    assert met(issued, now=now + timedelta(days=1), logs=logs) == ("yes", "no", "yes")


def test_the_operator_is_who_it_was_then():
    sold = TestLog(name="sold", operator="Operator B", previous=(("Operator A", NOW),))
    logs = log_list(A, sold)
    assert met(embedded(MIDDLE, A, sold), logs=logs) == NO_TO_ALL
    sold_before = TestLog(
        name="sold before",
        operator="Operator B",
        previous=(("Operator A", ISSUED - timedelta(days=1)),),
    )
    assert met(embedded(MIDDLE, A, sold_before), logs=log_list(A, sold_before)) == YES_TO_ALL


def test_what_the_log_did_not_sign_does_not_count():
    def break_one(scts):
        broken = bytearray(scts[-1])
        broken[-1] ^= 1
        return [*scts[:-1], bytes(broken)]

    found = verdicts(embedded(MIDDLE, A, B, change=break_one))
    assert found["chrome"].met == "no"
    assert found["chrome"].reason == ("1 of 2 embedded timestamps of distinct logs count")
    # More than is needed makes good for it.
    assert met(embedded(MIDDLE, A, A2, B, B2, change=break_one)) == YES_TO_ALL


def test_what_cannot_be_checked_makes_the_verdict_unknown_where_it_decides():
    issued = embedded(MIDDLE, A, B)
    assert met(issued, issuers=()) == ("unknown",) * 3
    reason = verdicts(issued, issuers=())["chrome"].reason
    assert reason.startswith("0 of 2 embedded timestamps of distinct logs count; a signature ")
    # Two of one operator would not be enough were they genuine.
    assert met(embedded(MIDDLE, A, A2), issuers=()) == NO_TO_ALL


def test_a_log_that_a_new_list_has_not_does_not_count():
    assert met(embedded(MIDDLE, A, TestLog())) == NO_TO_ALL


def test_a_list_too_old_to_know_every_log_makes_it_unknown():
    old = log_list(*EVERY, date=NOW - timedelta(days=71))
    assert met(embedded(MIDDLE, A, TestLog()), logs=old) == ("unknown",) * 3
    assert met(embedded(MIDDLE, A, PENDING), logs=old) == ("unknown",) * 3
    assert met(embedded(MIDDLE, A, REJECTED), logs=old) == NO_TO_ALL
    found = verdicts(embedded(MIDDLE, A, B), logs=old)
    assert {verdict.met for verdict in found.values()} == {"yes"}
    assert found["chrome"].reason.endswith(
        "71 days old: beyond 70 the browser does not enforce with its own"
    )
    assert "old" not in found["apple"].reason
    assert met(embedded(MIDDLE), logs=old) == NO_TO_ALL


def test_timestamps_of_the_future_do_not_count():
    at = NOW + timedelta(hours=1)
    assert met(embedded(MIDDLE, A, B, at=at)) == NO_TO_ALL
    assert met(embedded(MIDDLE, A, B, at=NOW + timedelta(minutes=1))) == YES_TO_ALL


def test_an_expired_certificate_was_good_with_logs_that_have_gone():
    at = NOW - timedelta(days=400)
    gone = TestLog(name="gone", operator="Operator G", state="rejected")
    logs = log_list(A, gone)
    assert met(embedded(MIDDLE, A, gone, at=at), logs=logs) == ("unknown",) * 3
    assert met(embedded(MIDDLE, A, TestLog(), at=at), logs=logs) == ("unknown",) * 3
    assert met(embedded(MIDDLE, A, at=at), logs=logs) == NO_TO_ALL


GOOGLE = [TestLog(name=f"G{number}", operator="Google") for number in range(3)]


@pytest.mark.parametrize(
    ("day", "days", "logs", "expected"),
    [
        ((2022, 4, 14), 365, [GOOGLE[0], A], ("yes", "no", "no")),
        ((2022, 4, 14), 365, [B, A], ("no", "no", "no")),
        ((2022, 4, 14), 365, [GOOGLE[0], GOOGLE[1]], ("no", "no", "no")),
        ((2022, 4, 15), 365, [GOOGLE[0], A], ("no", "no", "no")),
        ((2022, 4, 15), 365, [B, A, A2], ("yes", "yes", "yes")),
        ((2020, 6, 1), 456, [GOOGLE[0], A], ("yes", "yes", "no")),
        # 15 months to the day.
        ((2020, 6, 1), 457, [GOOGLE[0], A], ("no", "no", "no")),
        ((2019, 1, 1), 820, [GOOGLE[0], A, B], ("yes", "yes", "yes")),
        ((2019, 1, 1), 822, [GOOGLE[0], A, B], ("no", "no", "yes")),
        ((2019, 1, 1), 822, [GOOGLE[0], A, B, B2], ("yes", "yes", "yes")),
        ((2019, 1, 1), 1300, [GOOGLE[0], A, A2, B], ("no", "no", "yes")),
        ((2019, 1, 1), 1300, [GOOGLE[0], A, A2, B, B2], ("yes", "yes", "yes")),
        ((2018, 5, 1), 365, [GOOGLE[0], A], ("yes", "unknown", "no")),
        ((2018, 4, 30), 365, [GOOGLE[0], A], ("unknown", "unknown", "no")),
    ],
)
def test_the_policies_of_before(day, days, logs, expected):
    at = datetime(*day, tzinfo=UTC)
    now = at + timedelta(days=30)
    known = log_list(*GOOGLE, A, A2, B, B2, date=now)
    assert met(embedded(MIDDLE, *logs, at=at, days=days), logs=known, now=now) == expected


def test_private_certificates_are_not_judged():
    assert verdicts(leaf(MIDDLE), public=False) == {}
    assert set(verdicts(embedded(MIDDLE, A), public=False)) == {"chrome", "apple", "firefox"}


def test_without_any_timestamp_it_is_no_whatever_the_list():
    assert met(leaf(MIDDLE, not_before=ISSUED), logs=log_list(A)) == NO_TO_ALL
