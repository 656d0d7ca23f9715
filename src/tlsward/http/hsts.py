"""HTTP Strict Transport Security (RFC 6797): read to the letter, built, and judged."""

import re
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from tlsward.http.fields import directives, quoted, shown
from tlsward.http.finding import header_finding
from tlsward.http.names import is_ip_literal
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.http import HeaderFinding

NAME = "Strict-Transport-Security"
_DIGITS = re.compile(r"[0-9]+\Z")
#: delta-seconds has no largest value; what is above it is counted as this (136 years).
LARGEST_AGE_SECONDS = 2**32
#: Stages of a roll-out in seconds: minutes, a week, a month, two years (hstspreload.org).
STAGES_SECONDS = (300, 604_800, 2_592_000, 63_072_000)


class HstsPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a valid field says. `preload` is not of RFC 6797: browsers' lists ask for it."""

    max_age_seconds: int
    include_subdomains: bool = False
    preload: bool = False

    @property
    def forgets(self) -> bool:
        """Whether it makes a browser forget the host (RFC 6797 section 6.1.1)."""
        return self.max_age_seconds == 0


class HstsField(msgspec.Struct, frozen=True, kw_only=True):
    """One field: its policy, or why a browser ignores the whole of it.

    `ignored` are directives that are passed over while the rest counts, in words.
    """

    value: str
    policy: HstsPolicy | None = None
    invalid: str | None = None
    ignored: tuple[str, ...] = ()


class HstsReceived(msgspec.Struct, frozen=True, kw_only=True):
    """All fields of one response, and what of them a browser obeys.

    `policy` is the one that is noted; None with a `reason` where nothing is.
    """

    fields: tuple[HstsField, ...] = ()
    policy: HstsPolicy | None = None
    reason: str | None = None


def parse_hsts(value: str) -> HstsField:
    """Read one field value by the grammar of RFC 6797 section 6.1. Never raises."""
    seen: set[str] = set()
    ignored: list[str] = []
    age: int | None = None
    subdomains = preload = False
    for each in directives(value):
        if each.problem is not None:
            return HstsField(value=value, invalid=each.problem)
        if each.key in seen:
            # Section 6.1 item 2: a directive must not appear more than once.
            return HstsField(value=value, invalid=f"{shown(each.name)} appears more than once")
        seen.add(each.key)
        if each.key == "max-age":
            if each.value is None or _DIGITS.match(each.value) is None:
                held = "no value" if each.value is None else quoted(each.value)
                return HstsField(value=value, invalid=f"max-age is not in seconds: {held}")
            # Python refuses numbers of 4300 digits, and nobody lives as long as ten of them.
            digits = each.value.lstrip("0")
            age = LARGEST_AGE_SECONDS if len(digits) > 10 else int(digits or "0")
            age = min(age, LARGEST_AGE_SECONDS)
        elif each.key == "includesubdomains":
            if each.value is not None:
                # Section 6.1.2: it is valueless; a field that does not conform is not a policy.
                return HstsField(value=value, invalid="includeSubDomains must not have a value")
            subdomains = True
        elif each.key == "preload" and each.value is None:
            preload = True
        else:
            ignored.append(f"{shown(each.name)} is unknown to RFC 6797")
    if age is None:
        return HstsField(value=value, invalid="max-age is missing", ignored=tuple(ignored))
    policy = HstsPolicy(max_age_seconds=age, include_subdomains=subdomains, preload=preload)
    return HstsField(value=value, policy=policy, ignored=tuple(ignored))


def received_hsts(
    values: Sequence[str], *, secure: bool, host: str, verified: Answer = YES
) -> HstsReceived:
    """Return what a browser makes of the fields of one response (RFC 6797 section 8.1)."""
    fields = tuple(parse_hsts(value) for value in values)
    reason: str | None = None
    if not fields:
        reason = "there is no such field"
    elif not secure:
        reason = "over plain HTTP the field is ignored (RFC 6797 section 8.1)"
    elif is_ip_literal(host):
        reason = "a host named by its address is never noted (RFC 6797 section 8.1.1)"
    elif verified == NO:
        reason = "the certificate is not accepted, and then the field is ignored"
    elif fields[0].invalid is not None:
        reason = f"the field is ignored: {fields[0].invalid}"
    if reason is not None:
        return HstsReceived(fields=fields, reason=reason)
    # Section 8.1: only the first is processed.
    return HstsReceived(fields=fields, policy=fields[0].policy)


def build_hsts(
    max_age_seconds: int, *, include_subdomains: bool = False, preload: bool = False
) -> str:
    """Return a field value. Raises ValueError for a negative age."""
    if max_age_seconds < 0:
        raise ValueError("max-age cannot be negative")
    parts = [f"max-age={max_age_seconds}"]
    parts += ["includeSubDomains"] if include_subdomains else []
    parts += ["preload"] if preload else []
    return "; ".join(parts)


def judge_hsts(received: HstsReceived, *, least_age_seconds: int) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the fields, the gravest not first but in reading order."""
    if not received.fields:
        return (header_finding("hsts.missing"),)
    findings: list[HeaderFinding] = []
    if len(received.fields) > 1:
        count = f"{len(received.fields)} fields, the first counts"
        findings.append(header_finding("hsts.several", count))
    first = received.fields[0]
    if first.invalid is not None:
        findings.append(header_finding("hsts.invalid", first.invalid))
    elif received.reason is not None:
        findings.append(header_finding("hsts.ignored", received.reason))
    if first.policy is not None:
        of_policy = _judge_policy(first.policy, least_age_seconds)
        # What browsers do not note protects nobody, however long it is; nor is it good to
        # leave to the order of fields what they note.
        ignored = received.policy is None or len(received.fields) > 1
        findings += [each for each in of_policy if not (ignored and each.grade == "good")]
    findings += [header_finding("hsts.unknown-directive", words) for words in first.ignored]
    return tuple(findings)


def is_long_enough(received: HstsReceived, least_age_seconds: int) -> Answer:
    """Return whether a policy is obeyed that lasts as long; unknown where nothing was asked."""
    if received.policy is None:
        return NO if received.fields or received.reason else UNKNOWN
    return YES if received.policy.max_age_seconds >= least_age_seconds else NO


def next_stage_seconds(max_age_seconds: int | None) -> int | None:
    """Return the max-age to go on to in a roll-out; None where the last stage is reached.

    At each stage a full max-age is to be waited, since so long browsers cannot be told of a
    mistake but over HTTPS.
    """
    held = -1 if max_age_seconds is None else max_age_seconds
    return next((stage for stage in STAGES_SECONDS if stage > held), None)


def duration_words(seconds: int) -> str:
    """Return a number of seconds as a person says it: `31536000 (1 year)`."""
    for length, unit in ((31_536_000, "year"), (86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds and seconds % length == 0:
            count = seconds // length
            return f"{seconds} ({count} {unit}{'' if count == 1 else 's'})"
    days = timedelta(seconds=min(seconds, LARGEST_AGE_SECONDS)).days
    return f"{seconds} ({days} days)" if days else f"{seconds} seconds"


def _judge_policy(policy: HstsPolicy, least_age_seconds: int) -> list[HeaderFinding]:
    findings: list[HeaderFinding] = []
    age = policy.max_age_seconds
    if policy.forgets:
        findings.append(header_finding("hsts.forgets"))
    elif age < least_age_seconds:
        after = next_stage_seconds(age)
        advice = "" if after is None else f"; go on to {duration_words(after)} after a full max-age"
        evidence = f"max-age {duration_words(age)}, wanted {duration_words(least_age_seconds)}"
        findings.append(header_finding("hsts.too-short", evidence + advice))
    else:
        findings.append(header_finding("hsts.long", f"max-age {duration_words(age)}"))
    if not policy.include_subdomains and not policy.forgets:
        findings.append(header_finding("hsts.without-subdomains"))
    if policy.preload:
        findings.append(header_finding("hsts.preload"))
    return findings
