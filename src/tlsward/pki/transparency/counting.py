"""Whether the timestamps that count are enough for a policy, and what is missing if not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tlsward.facts.transparency_policies import EmbeddedNumber, PolicyEdition, TransparencyPolicy
from tlsward.model.transparency import LogKind
from tlsward.pki.transparency.timestamps import EMBEDDED
from tlsward.pki.x509 import X509Certificate

#: A lifetime in months is that of the calendar.
_MONTHS_OF_A_YEAR = 12


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A timestamp that counts, or that may. `retired` is since when its log is."""

    log_id: str
    operator: str
    kind: LogKind
    source: str
    at: datetime
    retired: datetime | None = None
    current: bool = True


def shortfall(
    edition: PolicyEdition, number: EmbeddedNumber, counted: Sequence[Counted], now: datetime
) -> str | None:
    """Return what is missing for compliance in both ways; None where one of them leads there."""
    embedded = _embedded_shortfall(edition, number, counted, now)
    if embedded is None:
        return None
    delivered = [each for each in counted if each.source in edition.delivered_by]
    if not delivered:
        return embedded
    missing = _delivered_shortfall(edition, counted, delivered, now)
    return None if missing is None else f"{embedded}; {missing}"


def _embedded_shortfall(
    edition: PolicyEdition, number: EmbeddedNumber, counted: Sequence[Counted], now: datetime
) -> str | None:
    # Of the certificate's making the earliest timestamp tells, and a log that was retired
    # by then does not count.
    earliest = min((each.at for each in counted if each.current), default=None)
    embedded = [
        each
        for each in counted
        if each.source == EMBEDDED
        and (
            each.retired is None
            or (each.at < each.retired and (earliest is None or earliest < each.retired))
        )
    ]
    distinct = _of_distinct_logs(embedded, number.most_of_one_operator)
    if distinct < number.timestamps:
        within = (
            f", {number.most_of_one_operator} of one operator at most"
            if number.most_of_one_operator
            else ""
        )
        return (
            f"{distinct} of {number.timestamps} embedded timestamps of distinct logs count{within}"
        )
    if not any(each.current for each in embedded):
        return "every embedded timestamp is of a retired log"
    return _diversity_shortfall(edition, embedded, edition.embedded_operators, now)


def _delivered_shortfall(
    edition: PolicyEdition,
    counted: Sequence[Counted],
    delivered: Sequence[Counted],
    now: datetime,
) -> str | None:
    if not any(each.current for each in delivered):
        return "those beside the certificate are not of current logs"
    which = counted if edition.delivered_with_embedded else delivered
    current = [each for each in which if each.current]
    distinct = _of_distinct_logs(current, None)
    if distinct < edition.delivered_timestamps:
        return (
            f"{distinct} of {edition.delivered_timestamps} timestamps of current logs with one "
            "beside the certificate"
        )
    return _diversity_shortfall(edition, current, edition.delivered_operators, now)


def _diversity_shortfall(
    edition: PolicyEdition, counted: Sequence[Counted], operators: int, now: datetime
) -> str | None:
    names = {each.operator for each in counted}
    if len(names) < operators:
        return f"all timestamps that count are of one operator ({', '.join(sorted(names))})"
    wanted = edition.one_of_operator
    if wanted is not None and (wanted not in names or names == {wanted}):
        return f"one timestamp has to be of a log of {wanted}, and one of another's"
    until = edition.rfc6962_checked_before
    if (edition.rfc6962 or (until is not None and now < until)) and all(
        each.kind == "static" for each in counted
    ):
        return "no timestamp that counts is of a log of RFC 6962"
    return None


def _of_distinct_logs(counted: Iterable[Counted], most_of_one_operator: int | None) -> int:
    """Return how many distinct logs there are, so many of one operator at most."""
    operators = {each.log_id: each.operator for each in counted}
    by_operator = Counter(operators.values())
    return sum(
        number if most_of_one_operator is None else min(number, most_of_one_operator)
        for number in by_operator.values()
    )


def number_needed(
    policy: TransparencyPolicy, edition: PolicyEdition, leaf: X509Certificate
) -> EmbeddedNumber:
    """Return how many embedded timestamps a certificate of this lifetime needs."""
    lifetime = leaf.not_after - leaf.not_before
    if policy.lifetime_is_inclusive:
        lifetime += timedelta(seconds=1)
    months, partial = _months(leaf.not_before, leaf.not_after)
    for number in edition.embedded[:-1]:
        if number.longest_days is not None and lifetime <= timedelta(days=number.longest_days):
            return number
        if number.below_months is not None and months < number.below_months:
            return number
        if number.longest_months is not None and (
            months < number.longest_months or (months == number.longest_months and not partial)
        ):
            return number
    return edition.embedded[-1]


def _months(start: datetime, end: datetime) -> tuple[int, bool]:
    """Return the whole months between two times, and whether there is a part of one more."""
    months = (end.year - start.year) * _MONTHS_OF_A_YEAR + end.month - start.month
    within_month = (end.day, end.time()), (start.day, start.time())
    if within_month[0] < within_month[1]:
        return months - 1, True
    return months, within_month[0] > within_month[1]
