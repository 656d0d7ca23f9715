"""HTTP Public Key Pinning (RFC 7469): read, built and judged, though no browser heeds it now."""

import base64
import binascii
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from tlsward.http.fields import Directive, directives, quoted, shown
from tlsward.http.finding import header_finding
from tlsward.http.hsts import LARGEST_AGE_SECONDS, duration_words
from tlsward.http.names import is_ip_literal
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.http import HeaderFinding

NAME = "Public-Key-Pins"
REPORT_ONLY_NAME = "Public-Key-Pins-Report-Only"
#: RFC 7469 section 4.1: about the longest that is wise.
LONGEST_WISE_SECONDS = 60 * 86_400
#: What is hashed when `openssl rsa` refused an EC key and printed nothing: of no key.
PIN_OF_NOTHING = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#: A report holds two chains; what is longer is not one (RFC 7469 section 3 has no bound).
LONGEST_REPORT_OCTETS = 256 * 1024


class HpkpPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a valid field says; `max_age_seconds` is None in Report-Only, and there alone."""

    pins: tuple[str, ...]
    max_age_seconds: int | None
    include_subdomains: bool = False
    report_uri: str | None = None


class HpkpField(msgspec.Struct, frozen=True, kw_only=True):
    """One field: its policy, or why the whole of it is ignored."""

    value: str
    report_only: bool = False
    policy: HpkpPolicy | None = None
    invalid: str | None = None
    ignored: tuple[str, ...] = ()


class HpkpVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a browser of RFC 7469 would note the pins of a field, and why not.

    `forgets` where it would take back what it noted, for a max-age of 0 (section 2.3.1).
    """

    noted: Answer
    reason: str
    forgets: bool = False
    matching: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()


class PinReport(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A violation that a browser reported (RFC 7469 section 3). All of it is hostile."""

    hostname: str
    date_time: datetime | None = None
    port: int | None = None
    effective_expiration_date: datetime | None = None
    include_subdomains: bool | None = None
    noted_hostname: str | None = None
    served_certificate_chain: tuple[str, ...] = ()
    validated_certificate_chain: tuple[str, ...] = ()
    known_pins: tuple[str, ...] = ()


def is_pin(text: str) -> bool:
    """Whether a text is the Base64 of 32 octets, written as encoders write it."""
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(octets) == 32 and base64.b64encode(octets).decode() == text


def parse_hpkp(value: str, *, report_only: bool = False) -> HpkpField:
    """Read one field value (RFC 7469 section 2.1). Never raises."""
    seen: dict[str, Directive] = {}
    pins: list[str] = []
    ignored: list[str] = []

    def invalid(reason: str) -> HpkpField:
        return HpkpField(value=value, report_only=report_only, invalid=reason)

    for each in directives(value):
        if each.problem is not None:
            return invalid(each.problem)
        if each.key.startswith("pin-"):
            if each.key != "pin-sha256":
                ignored.append(f"{shown(each.name)}: only SHA-256 is known")
            elif each.value is None or not each.quoted:
                # Section 2.1.1: the value is a quoted-string.
                return invalid("pin-sha256: the pin must stand in quotes")
            elif not is_pin(each.value):
                return invalid(f"pin-sha256: {quoted(each.value)} is no SHA-256 in Base64")
            else:
                pins.append(each.value)
            continue
        if each.key in seen:
            return invalid(f"{shown(each.name)} appears more than once")
        seen[each.key] = each
    problem = _problem(seen, report_only=report_only)
    if problem is not None:
        return invalid(problem)
    known = {"max-age", "includesubdomains", "report-uri"}
    ignored += [
        f"{shown(d.name)} is unknown to RFC 7469" for k, d in seen.items() if k not in known
    ]
    age, uri = seen.get("max-age"), seen.get("report-uri")
    if report_only:
        # Section 2.1.2: it means nothing there, whatever it is.
        age = None
    policy = HpkpPolicy(
        pins=tuple(pins),
        max_age_seconds=None if age is None or age.value is None else _seconds(age.value),
        include_subdomains="includesubdomains" in seen,
        report_uri=None if uri is None else uri.value,
    )
    return HpkpField(value=value, report_only=report_only, policy=policy, ignored=tuple(ignored))


def build_hpkp(
    pins: Sequence[str],
    backups: Sequence[str],
    *,
    max_age_seconds: int,
    include_subdomains: bool = False,
    report_uri: str | None = None,
) -> str:
    """Return a field value. Raises ValueError, in words, for one that browsers would not note."""
    if not pins:
        raise ValueError("there is no pin of the chain")
    if not set(backups) - set(pins):
        raise ValueError("a backup pin is needed, of a key that is not in the chain (section 4.3)")
    for pin in (*pins, *backups):
        if not is_pin(pin):
            raise ValueError(f"{quoted(pin)} is no SHA-256 in Base64")
        if pin == PIN_OF_NOTHING:
            raise ValueError(f"{PIN_OF_NOTHING} is the hash of nothing, not of a key")
    if max_age_seconds < 0:
        raise ValueError("max-age cannot be negative")
    if report_uri is not None and not _is_report_uri(report_uri):
        raise ValueError("report-uri must be an http or https URL without quotes and spaces")
    parts = [f'pin-sha256="{pin}"' for pin in dict.fromkeys((*pins, *backups))]
    parts.append(f"max-age={max_age_seconds}")
    parts += ["includeSubDomains"] if include_subdomains else []
    parts += [] if report_uri is None else [f'report-uri="{report_uri}"']
    return "; ".join(parts)


def would_be_noted(
    field: HpkpField,
    chain_pins: Collection[str] | None,
    *,
    secure: bool = True,
    host: str = "",
    verified: Answer = YES,
) -> HpkpVerdict:
    """Return whether the pins of a field would be noted (RFC 7469 section 2.5).

    `chain_pins` are those of the validated chain, root included; None where it is not known.
    """
    policy = field.policy
    reason = None
    if policy is None:
        reason = f"the field is ignored: {field.invalid}"
    elif not secure:
        reason = "over plain HTTP the field is ignored"
    elif is_ip_literal(host):
        reason = "a host named by its address is never noted"
    elif verified == NO:
        reason = "the certificate is not accepted, and then the field is ignored"
    elif len(set(policy.pins)) < 2:
        reason = "there are not two distinct pins: one of the chain, and a backup"
    if policy is None or reason is not None:
        return HpkpVerdict(noted=NO, reason=reason or "")
    forgets = policy.max_age_seconds == 0
    taken_back = "max-age is 0: it makes a browser forget the pins"
    if chain_pins is None:
        if forgets:
            return HpkpVerdict(noted=NO, reason=taken_back, forgets=True)
        return HpkpVerdict(noted=UNKNOWN, reason="the validated chain is not known")
    matching = tuple(pin for pin in dict.fromkeys(policy.pins) if pin in chain_pins)
    others = [pin for pin in dict.fromkeys(policy.pins) if pin not in chain_pins]
    # Nobody has a key whose hash that of nothing is: a browser notes it, and nothing is saved.
    backups = tuple(pin for pin in others if pin != PIN_OF_NOTHING)
    noted, words = YES, "one pin is in the chain, another is not"
    if not matching:
        noted, words = NO, "no pin is in the validated chain: it would be refused if noted"
    elif others and not backups:
        noted, words = (
            NO,
            "the only pin beside the chain is the hash of nothing: there is no backup",
        )
    elif not backups:
        noted, words = NO, "every pin is in the validated chain: there is no backup"
    forgets = forgets and noted == YES
    if forgets:
        noted, words = NO, taken_back
    return HpkpVerdict(
        noted=noted, reason=words, forgets=forgets, matching=matching, backups=backups
    )


def judge_hpkp(field: HpkpField, verdict: HpkpVerdict) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of one field, with the warning that browsers ignore it."""
    findings = [header_finding("hpkp.obsolete")]
    if field.policy is None:
        findings.append(header_finding("hpkp.invalid", field.invalid or ""))
        return tuple(findings)
    policy = field.policy
    if verdict.noted == NO and not verdict.forgets:
        findings.append(header_finding("hpkp.not-noted", verdict.reason))
    if PIN_OF_NOTHING in policy.pins:
        findings.append(header_finding("hpkp.pin-of-nothing"))
    if not field.report_only and verdict.noted != NO and policy.max_age_seconds != 0:
        findings.append(header_finding("hpkp.lock-out"))
    age = policy.max_age_seconds
    if not field.report_only and age is not None and age > LONGEST_WISE_SECONDS:
        findings.append(header_finding("hpkp.too-long", f"max-age {duration_words(age)}"))
    findings += [header_finding("hpkp.unknown-directive", words) for words in field.ignored]
    return tuple(findings)


def parse_pin_report(octets: bytes) -> PinReport:
    """Read a report of a violation. Raises ValueError, in words, for what is none."""
    if len(octets) > LONGEST_REPORT_OCTETS:
        raise ValueError(f"the report is longer than {LONGEST_REPORT_OCTETS} bytes")
    try:
        return msgspec.json.decode(octets, type=PinReport)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"no report of RFC 7469: {error}") from None


def _problem(seen: dict[str, Directive], *, report_only: bool) -> str | None:
    age = seen.get("max-age")
    if not report_only:
        if age is None:
            return "max-age is missing"
        if age.value is None or re.fullmatch(r"[0-9]+", age.value) is None:
            return "max-age is not in seconds"
    subdomains = seen.get("includesubdomains")
    if subdomains is not None and subdomains.value is not None:
        return "includeSubDomains must not have a value"
    uri = seen.get("report-uri")
    if uri is None:
        return None
    if uri.value is None or not uri.quoted:
        return "report-uri: the URL must stand in quotes"
    return None if _is_report_uri(uri.value) else "report-uri is no http or https URL"


def _is_report_uri(text: str) -> bool:
    if re.fullmatch(r"[!#-\[\]-~]+", text) is None:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _seconds(digits: str) -> int:
    meant = digits.lstrip("0")
    return LARGEST_AGE_SECONDS if len(meant) > 10 else min(int(meant or "0"), LARGEST_AGE_SECONDS)
