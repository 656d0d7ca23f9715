"""Validity (RFC 5280 section 4.1.2.5): both ends belong to it, in two encodings of time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pki.issuing import A_YEAR, NOW, tlv
from pki.verdict_set.case import Case
from pki.verdict_set.making import anchor, intermediate, leaf, middle, root

SECOND = timedelta(seconds=1)
UNREAD = {"verdict": "unknown", "because": "not a certificate: "}


def utc(text: str) -> bytes:
    return tlv(0x17, text.encode())


def generalized(text: str) -> bytes:
    return tlv(0x18, text.encode())


def cases() -> Iterator[Case]:
    yield from _leaves()
    yield from _authorities()
    yield from _encodings()


def _case(name: str, *, roots=None, chain=None, **expected) -> Case:
    """Return a case of a leaf below the shared authorities, its fields as `leaf_` says."""
    fields = {
        key.removeprefix("leaf_"): expected.pop(key)
        for key in list(expected)
        if key.startswith("leaf_")
    }
    chain = chain or (leaf(middle(), **fields), middle())
    return Case(name, chain, roots or (anchor(),), **expected)


def _leaves() -> Iterator[Case]:
    yield _case("valid")
    yield _case(
        "expired", leaf_not_after=NOW - A_YEAR / 2, verdict="no", because="expired on 2025-12-01"
    )
    yield _case(
        "not valid yet",
        leaf_not_before=NOW + timedelta(days=7),
        verdict="no",
        because="not valid before 2026-06-08",
    )
    yield _case("notAfter is this second", leaf_not_after=NOW)
    yield _case(
        "notAfter was a second ago",
        leaf_not_after=NOW - SECOND,
        verdict="no",
        because="expired on 2026-06-01",
    )
    yield _case("notBefore is this second", leaf_not_before=NOW)
    yield _case(
        "notBefore is in a second",
        leaf_not_before=NOW + SECOND,
        verdict="no",
        because="not valid before 2026-06-01",
    )
    yield _case(
        "notAfter before notBefore",
        leaf_not_before=NOW + A_YEAR,
        leaf_not_after=NOW - A_YEAR,
        verdict="no",
        because="expired on 2025-06-01",
    )


def _authorities() -> Iterator[Case]:
    expired = intermediate(anchor(), not_after=NOW - SECOND)
    yield _case(
        "an expired intermediate",
        chain=(leaf(expired), expired),
        verdict="no",
        because="expired on 2026-06-01: CN=an intermediate",
    )
    future = intermediate(anchor(), not_before=NOW + timedelta(days=7))
    yield _case(
        "an intermediate not valid yet",
        chain=(leaf(future), future),
        verdict="no",
        because="not valid before 2026-06-08: CN=an intermediate",
    )
    old = root(not_after=NOW - SECOND)
    yield _case(
        "an expired root",
        chain=(leaf(old),),
        roots=(old,),
        verdict="no",
        because="expired on 2026-06-01: CN=a root",
    )
    short = intermediate(anchor(), not_after=NOW + timedelta(days=1))
    yield _case("a leaf that outlives its issuer", chain=(leaf(short), short))


def _encodings() -> Iterator[Case]:
    end_of_2049 = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
    yield _case("notAfter in 2049, a UTCTime", leaf_not_after=end_of_2049)
    yield _case("notAfter in 2050, a GeneralizedTime", leaf_not_after=end_of_2049 + SECOND)
    yield _case(
        "notAfter 500101, a UTCTime of 1950",
        leaf_not_after=utc("500101000000Z"),
        verdict="no",
        because="expired on 1950-01-01",
    )
    yield _case(
        "notAfter 99991231235959Z, no date known", leaf_not_after=generalized("99991231235959Z")
    )
    yield _case("notBefore in 1950, the first UTCTime", leaf_not_before=utc("500101000000Z"))
    yield _case(
        "notAfter a GeneralizedTime before 2050", leaf_not_after=generalized("20270101000000Z")
    )
    yield _case("a UTCTime without seconds", leaf_not_after=utc("2701010000Z"), **UNREAD)
    yield _case("a UTCTime with an offset", leaf_not_after=utc("270101000000+0100"), **UNREAD)
    yield _case(
        "a GeneralizedTime with fractions",
        leaf_not_after=generalized("20600101000000.5Z"),
        **UNREAD,
    )
    yield _case("the 30th of February", leaf_not_after=utc("270230000000Z"), **UNREAD)
