"""Whether a certificate's timestamps satisfy the policies of browsers.

A timestamp counts, does not, or may count: where its signature cannot be checked, or the
list of logs is too old to know its log. A policy is met where those that count are
enough, not met where not even those that may count would be, and unknown between.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tlsward.facts.transparency_policies import (
    EmbeddedNumber,
    PolicyEdition,
    TransparencyPolicy,
    transparency_policies,
)
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.transparency import (
    LogKind,
    SignedCertificateTimestamp,
    TransparencyVerdict,
)
from tlsward.pki.transparency.log_list import Log, LogList
from tlsward.pki.transparency.timestamps import EMBEDDED, in_future
from tlsward.pki.x509 import X509Certificate

#: States that count at the time of check ("currently approved" with Apple), and the one
#: that counts for what was embedded before ("once approved").
_CURRENT = frozenset({"qualified", "usable", "readonly"})
_ONCE = "retired"
_GONE = frozenset({"retired", "rejected"})
#: After so long a log that was not listed may be, whoever publishes the list.
_LIST_GOOD_FOR = timedelta(days=70)
#: A lifetime in months is that of the calendar.
_MONTHS_OF_A_YEAR = 12


class _Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A timestamp that counts, or that may. `retired` is since when its log is."""

    log_id: str
    operator: str
    kind: LogKind
    source: str
    at: datetime
    retired: datetime | None = None
    current: bool = True


def transparency(
    leaf: X509Certificate,
    timestamps: Sequence[SignedCertificateTimestamp],
    logs: LogList,
    now: datetime,
    *,
    public: bool = True,
) -> tuple[TransparencyVerdict, ...]:
    """Return what each browser's policy says at `now`, an aware datetime.

    `timestamps` are checked ones. `public` says whether a public authority issued the
    leaf; nothing is said of one that is not and has no timestamps: no policy is for it.
    """
    if not public and not timestamps:
        return ()
    return tuple(
        _verdict(policy, leaf, timestamps, logs, now) for policy in transparency_policies()
    )


def _verdict(
    policy: TransparencyPolicy,
    leaf: X509Certificate,
    timestamps: Sequence[SignedCertificateTimestamp],
    logs: LogList,
    now: datetime,
) -> TransparencyVerdict:
    edition = policy.edition(leaf.not_before)
    if not leaf.extensions_read:
        return TransparencyVerdict(
            policy=policy.policy, met=UNKNOWN, reason="its extensions cannot be read"
        )
    if edition is None:
        return TransparencyVerdict(
            policy=policy.policy,
            met=UNKNOWN,
            reason=f"issued on {leaf.not_before:%Y-%m-%d}, before the oldest policy known here",
        )
    number = _number(policy, edition, leaf)
    sure, possible, doubts = _sorted_out(policy, leaf, timestamps, logs, now)
    shortfall = _shortfall(edition, number, sure, now)
    if shortfall is None:
        met, reason = YES, _enough(edition, sure)
    elif _shortfall(edition, number, [*sure, *possible], now) is None:
        met, reason = UNKNOWN, f"{shortfall}; {doubts[0]}"
    else:
        met, reason = NO, shortfall
    notes = [
        edition.notes[source]
        for source in sorted({each.source for each in timestamps})
        if source in edition.notes and met != YES
    ]
    age = _age(policy, logs, now) if timestamps else ()
    return TransparencyVerdict(
        policy=policy.policy, met=met, reason="; ".join((reason, *notes, *age))
    )


def _sorted_out(
    policy: TransparencyPolicy,
    leaf: X509Certificate,
    timestamps: Sequence[SignedCertificateTimestamp],
    logs: LogList,
    now: datetime,
) -> tuple[list[_Counted], list[_Counted], list[str]]:
    """Return the timestamps that count, those that may, and why it is not known."""
    sure: list[_Counted] = []
    possible: list[_Counted] = []
    doubts: list[str] = []
    old_list = logs.date is None or now - logs.date > _LIST_GOOD_FOR
    for timestamp in timestamps:
        if timestamp.signature_valid == NO or in_future(timestamp, now):
            continue
        log = logs.log(base64.b64decode(timestamp.log_id))
        counted = _counted(timestamp, log, policy.list)
        doubt = _doubt(timestamp, log, policy, leaf, old_list=old_list, now=now)
        if doubt is not None:
            possible.append(msgspec.structs.replace(counted, current=True, retired=None))
            doubts.append(doubt)
        elif counted.current or counted.retired is not None:
            sure.append(counted)
    return sure, possible, doubts


def _counted(timestamp: SignedCertificateTimestamp, log: Log | None, program: str) -> _Counted:
    standing = log.standing(program) if log else None
    state = standing.state if standing else None
    return _Counted(
        log_id=timestamp.log_id,
        # Of a log that is not known it may be any operator: another one than the others'.
        operator=log.operator_at(timestamp.timestamp) if log else f"of {timestamp.log_id}",
        kind=log.kind if log else "unknown",
        source=timestamp.source,
        at=timestamp.timestamp,
        retired=standing.since if standing and state == _ONCE else None,
        current=state in _CURRENT,
    )


def _doubt(
    timestamp: SignedCertificateTimestamp,
    log: Log | None,
    policy: TransparencyPolicy,
    leaf: X509Certificate,
    *,
    old_list: bool,
    now: datetime,
) -> str | None:
    """Return why it is not known whether a timestamp counts, None where it is."""
    standing = log.standing(policy.list) if log else None
    if log is None:
        return "the list of logs is too old to know every log" if old_list else None
    if leaf.not_after < now and (standing is None or standing.state in _GONE):
        # The logs of a certificate's time leave the lists when it has ended.
        return f"{log.description} may have counted before the certificate expired"
    if standing is None or standing.state == "pending":
        if old_list:
            return f"{log.description} may have been approved since the list of logs was made"
        return None
    if standing.state == "unknown":
        return f"the state of {log.description} is not known"
    if standing.state == "rejected":
        return None
    if standing.state == _ONCE and standing.since is None:
        return f"it is not known since when {log.description} is retired"
    if timestamp.signature_valid == UNKNOWN:
        return f"a signature could not be checked: {timestamp.signature_reason or 'no reason'}"
    return None


def _shortfall(
    edition: PolicyEdition, number: EmbeddedNumber, counted: Sequence[_Counted], now: datetime
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
    edition: PolicyEdition, number: EmbeddedNumber, counted: Sequence[_Counted], now: datetime
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
    counted: Sequence[_Counted],
    delivered: Sequence[_Counted],
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
    edition: PolicyEdition, counted: Sequence[_Counted], operators: int, now: datetime
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


def _of_distinct_logs(counted: Iterable[_Counted], most_of_one_operator: int | None) -> int:
    """Return how many distinct logs there are, so many of one operator at most."""
    operators = {each.log_id: each.operator for each in counted}
    by_operator = Counter(operators.values())
    return sum(
        number if most_of_one_operator is None else min(number, most_of_one_operator)
        for number in by_operator.values()
    )


def _enough(edition: PolicyEdition, counted: Sequence[_Counted]) -> str:
    logs = len({each.log_id for each in counted})
    operators = len({each.operator for each in counted})
    return f"timestamps of {logs} logs and {operators} operators ({edition.name})"


def _age(policy: TransparencyPolicy, logs: LogList, now: datetime) -> tuple[str, ...]:
    """Return what has to be said of the age of the list."""
    if logs.date is None:
        return (f"the date of the list of logs ({logs.source}) is not known",)
    days = (now - logs.date).days
    if policy.list_good_for_days is None or days <= policy.list_good_for_days:
        return ()
    judged = (
        f"judged by a list of logs of {logs.date:%Y-%m-%d}, {days} days old: beyond "
        f"{policy.list_good_for_days} the browser does not enforce with its own"
    )
    return (judged,)


def _number(
    policy: TransparencyPolicy, edition: PolicyEdition, leaf: X509Certificate
) -> EmbeddedNumber:
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
