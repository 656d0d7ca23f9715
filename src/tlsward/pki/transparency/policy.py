"""Whether a certificate's timestamps satisfy the policies of browsers.

A timestamp counts, does not, or may count: where its signature cannot be checked, or the
list of logs is too old to know its log. A policy is met where those that count are
enough, not met where not even those that may count would be, and unknown between.
"""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tlsward.facts.transparency_policies import (
    PolicyEdition,
    TransparencyPolicy,
    transparency_policies,
)
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.transparency import SignedCertificateTimestamp, TransparencyVerdict
from tlsward.pki.transparency.counting import Counted, number_needed, shortfall
from tlsward.pki.transparency.log_list import Log, LogList
from tlsward.pki.transparency.timestamps import in_future
from tlsward.pki.x509 import X509Certificate

#: States that count at the time of check ("currently approved" with Apple), and the one
#: that counts for what was embedded before ("once approved").
_CURRENT = frozenset({"qualified", "usable", "readonly"})
_ONCE = "retired"
_GONE = frozenset({"retired", "rejected"})
#: After so long a log that was not listed may be, whoever publishes the list.
_LIST_GOOD_FOR = timedelta(days=70)


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
    number = number_needed(policy, edition, leaf)
    sure, possible, doubts = _sorted_out(policy, leaf, timestamps, logs, now)
    missing = shortfall(edition, number, sure, now)
    if missing is None:
        met, reason = YES, _enough(edition, sure)
    elif shortfall(edition, number, [*sure, *possible], now) is None:
        met, reason = UNKNOWN, f"{missing}; {doubts[0]}"
    else:
        met, reason = NO, missing
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
) -> tuple[list[Counted], list[Counted], list[str]]:
    """Return the timestamps that count, those that may, and why it is not known."""
    sure: list[Counted] = []
    possible: list[Counted] = []
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


def _counted(timestamp: SignedCertificateTimestamp, log: Log | None, program: str) -> Counted:
    standing = log.standing(program) if log else None
    state = standing.state if standing else None
    return Counted(
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
    if leaf.not_after < now and (standing is None or standing.state in _GONE):
        # The logs of a certificate's time leave the lists when it has ended.
        name = log.description if log else "a log that is not in the list"
        return f"{name} may have counted before the certificate expired"
    if log is None:
        return "the list of logs is too old to know every log" if old_list else None
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


def _enough(edition: PolicyEdition, counted: Sequence[Counted]) -> str:
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
