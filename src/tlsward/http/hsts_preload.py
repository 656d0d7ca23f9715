"""The rules of hstspreload.org, with its own codes (chromium/hstspreload, d624d7c).

They are not those of RFC 6797: a quoted max-age is an error, a repeated directive only a
warning. So a header is read here once more, as that site reads it.
"""

import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from tlsward.facts.hsts_preload_codes import Severity, preload_code
from tlsward.http.fields import LONGEST_VALUE, MOST_DIRECTIVES, shown
from tlsward.http.names import is_ip_literal, scheme_and_host

YEAR_SECONDS = 31_536_000
EIGHTEEN_WEEKS_SECONDS = 10_886_400
TEN_YEARS_SECONDS = 10 * YEAR_SECONDS
MOST_REDIRECTS = 3
_LARGEST = 2**64
_DOMAIN = re.compile(r"[a-z0-9.-]*\Z")
#: What the site trims of a directive; octets above ASCII are no space to it.
_SPACE = " \t\n\v\f\r"
#: Suites of TLS 1.2 that are not obsolete, by IANA's names; all of TLS 1.3 are fine.
MODERN_SUITES = frozenset(
    f"TLS_ECDHE_{key}_WITH_{rest}"
    for key in ("ECDSA", "RSA")
    for rest in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
)
#: Registered domain of a name, `""` for a public suffix, None where it cannot be told.
RegistrableDomain = Callable[[str], str | None]


class PreloadIssue(msgspec.Struct, frozen=True, kw_only=True):
    """One issue: the site's code, its severity, our words for it, and what was seen."""

    code: str
    severity: Severity
    text: str
    evidence: str = ""


class PreloadHeader(msgspec.Struct, frozen=True, kw_only=True):
    """A header as the site reads it, with what it found to say on the way."""

    max_age_seconds: int | None = None
    include_subdomains: bool = False
    preload: bool = False
    issues: tuple[PreloadIssue, ...] = ()


def issue(code: str, evidence: str = "") -> PreloadIssue:
    """Return the issue of a code. Raises KeyError for one the site does not have."""
    row = preload_code(code)
    return PreloadIssue(code=code, severity=row.severity, text=row.text, evidence=shown(evidence))


def has_errors(issues: Iterable[PreloadIssue]) -> bool:
    """Whether one of the issues is an error."""
    return any(each.severity == "error" for each in issues)


def parse_preload_header(value: str) -> PreloadHeader:
    """Read one header value as hstspreload.org does. Never raises."""
    pieces = [piece.strip(_SPACE) for piece in value[:LONGEST_VALUE].split(";", MOST_DIRECTIVES)]
    if pieces == [""]:
        return PreloadHeader(issues=(issue("header.parse.empty"),))
    issues: list[PreloadIssue] = []
    once: set[str] = set()
    age: int | None = None
    subdomains = preload = False

    def unique(code: str) -> None:
        if code not in once:
            once.add(code)
            issues.append(issue(code))

    for piece in pieces:
        key = piece.lower()
        if key == "preload":
            if preload:
                unique("header.parse.repeated.preload")
            preload = True
        elif key.startswith("preload"):
            unique("header.parse.invalid.preload")
        elif key == "includesubdomains":
            if subdomains:
                unique("header.parse.repeated.include_sub_domains")
            subdomains = True
        elif key.startswith("includesubdomains"):
            unique("header.parse.invalid.include_sub_domains")
        elif key.startswith("max-age="):
            seconds, found = _max_age(piece)
            issues += found
            if seconds is not None and age is not None:
                unique("header.parse.repeated.max_age")
            elif seconds is not None:
                age = seconds
        elif key.startswith("max-age"):
            unique("header.parse.invalid.max_age.no_value")
        elif not key:
            unique("header.parse.empty_directive")
        else:
            issues.append(issue("header.parse.unknown_directive", piece))
    return PreloadHeader(
        max_age_seconds=age, include_subdomains=subdomains, preload=preload, issues=tuple(issues)
    )


def judge_preloadable(
    header: PreloadHeader, *, least_seconds: int = YEAR_SECONDS
) -> tuple[PreloadIssue, ...]:
    """Return what keeps a header from being preloaded, in the site's order.

    `least_seconds` is EIGHTEEN_WEEKS_SECONDS for who was submitted before 2017-10-11.
    """
    issues: list[PreloadIssue] = []
    if not header.include_subdomains:
        issues.append(issue("header.preloadable.include_sub_domains.missing"))
    if not header.preload:
        issues.append(issue("header.preloadable.preload.missing"))
    age = header.max_age_seconds
    if age is None:
        issues.append(issue("header.preloadable.max_age.missing"))
    elif age == 0:
        issues.append(issue("header.preloadable.max_age.zero"))
    elif age < least_seconds:
        below = "18_weeks" if least_seconds == EIGHTEEN_WEEKS_SECONDS else "1_year"
        issues.append(issue(f"header.preloadable.max_age.below_{below}", f"max-age={age}"))
    elif age > TEN_YEARS_SECONDS:
        issues.append(issue("header.preloadable.max_age.over_10_years", f"max-age={age}"))
    return tuple(issues)


def judge_preload_value(
    value: str, *, least_seconds: int = YEAR_SECONDS
) -> tuple[PreloadIssue, ...]:
    """Return all issues of a header value."""
    header = parse_preload_header(value)
    return (*header.issues, *judge_preloadable(header, least_seconds=least_seconds))


def judge_removable_value(value: str) -> tuple[PreloadIssue, ...]:
    """Return what keeps a domain on the list that asks to be removed; no warnings of syntax."""
    header = parse_preload_header(value)
    issues = [each for each in header.issues if each.severity == "error"]
    if header.preload:
        issues.append(issue("header.removable.contains.preload"))
    if header.max_age_seconds is None:
        issues.append(issue("header.removable.missing.max_age"))
    return tuple(issues)


def judge_preload_response(
    values: Sequence[str], *, least_seconds: int = YEAR_SECONDS, removal: bool = False
) -> tuple[PreloadIssue, ...]:
    """Return the issues of a response by the values of its HSTS lines."""
    if not values:
        return (issue("response.no_header"),)
    if len(values) > 1:
        return (issue("response.multiple_headers", f"{len(values)} lines"),)
    if removal:
        return judge_removable_value(values[0])
    return judge_preload_value(values[0], least_seconds=least_seconds)


def judge_domain(domain: str, registrable_domain: RegistrableDomain) -> tuple[PreloadIssue, ...]:
    """Return what is wrong with a name that is to be submitted."""
    for found, code in (
        (domain.startswith("."), "domain.format.begins_with_dot"),
        (domain.endswith("."), "domain.format.ends_with_dot"),
        (".." in domain, "domain.format.contains_double_dot"),
    ):
        if found:
            return (issue(code),)
    domain = domain.lower()
    # An address is its own public suffix to some lists; what it is, is said first.
    if is_ip_literal(domain) and _DOMAIN.match(domain) is not None:
        return (issue("domain.format.is_ip_address"),)
    if _DOMAIN.match(domain) is None:
        return (issue("domain.format.invalid_characters"),)
    registered = registrable_domain(domain)
    if registered is None:
        return (issue("internal.domain.name.cannot_compute_etld1"),)
    if not registered:
        return (issue("domain.format.public_suffix"),)
    if registered != domain:
        return (issue("domain.is_subdomain", f"preload {registered} instead"),)
    return ()


class PreloadRedirects(msgspec.Struct, frozen=True, kw_only=True):
    """Where a first URL led: `chain` are the URLs of its redirects in their order.

    `answered` is False where it could not be asked at all; `failure` says in words why a
    redirect could not be followed to its end.
    """

    url: str
    answered: bool = True
    chain: tuple[str, ...] = ()
    failure: str | None = None
    hsts_values: tuple[str, ...] = ()
    #: HSTS lines of where the first redirect leads; None where that did not answer.
    first_hsts_values: tuple[str, ...] | None = None


def judge_https_redirects(seen: PreloadRedirects) -> tuple[PreloadIssue, ...]:
    """Return the issues of the redirects that begin at https://domain."""
    return (*_following(seen), *_insecure(seen))


def judge_http_redirects(
    seen: PreloadRedirects, domain: str, *, main_is_fine: bool
) -> tuple[PreloadIssue, ...]:
    """Return the issues of the redirects that begin at http://domain.

    What the place of the first redirect lacks is told only where `main_is_fine`, the response
    over HTTPS: else it would be said twice.
    """
    if not seen.answered:
        return (issue("redirects.http.does_not_exist"),)
    issues: list[PreloadIssue] = []
    if seen.hsts_values:
        issues.append(issue("redirects.http.useless_header"))
    issues += _following(seen)
    if not seen.chain:
        return (*issues, issue("redirects.http.no_redirect"))
    scheme, host = scheme_and_host(seen.chain[0])
    if scheme == "https" and host == domain:
        if seen.first_hsts_values is None:
            if main_is_fine:
                issues.append(issue("redirects.http.first_redirect.invalid", seen.chain[0]))
            return tuple(issues)
        issues += _insecure(seen)
        if main_is_fine and has_errors(judge_preload_response(seen.first_hsts_values)):
            issues.append(issue("redirects.http.first_redirect.no_hsts", seen.chain[0]))
    elif host == f"www.{domain}":
        issues.append(issue("redirects.http.www_first", seen.chain[0]))
    else:
        issues.append(issue("redirects.http.first_redirect.insecure", seen.chain[0]))
    return tuple(issues)


class PreloadTls(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of TLS with a domain; None where it was not looked at."""

    connects: bool = True
    chain_is_valid: bool = True
    chain_has_sha1: bool | None = None
    version: str | None = None
    suite: str | None = None
    #: Whether `www.` accepts connections, and whether TLS with it is made.
    www_connects: bool | None = None
    www_has_tls: bool | None = None
    #: Closing the first or second connection to `www.` failed: faults of who asks.
    www_close_failed: int = 0


def judge_tls(seen: PreloadTls) -> tuple[PreloadIssue, ...]:
    """Return the issues of TLS with a domain."""
    if not seen.connects:
        return (issue("domain.tls.cannot_connect"),)
    if not seen.chain_is_valid:
        return (issue("domain.tls.invalid_cert_chain"),)
    issues: list[PreloadIssue] = []
    if seen.chain_has_sha1:
        issues.append(issue("domain.tls.sha1"))
    if seen.suite is not None and seen.version != "TLSv1.3" and seen.suite not in MODERN_SUITES:
        issues.append(issue("tls.obsolete_cipher_suite", seen.suite))
    return tuple(issues)


def judge_www(seen: PreloadTls) -> tuple[PreloadIssue, ...]:
    """Return the issues of TLS with the www name of a domain, which come last."""
    if not seen.www_connects:
        return ()
    if seen.www_close_failed == 1:
        return (issue("internal.domain.www.first_dial.no_close"),)
    if seen.www_has_tls is False:
        return (issue("domain.www.no_tls"),)
    if seen.www_close_failed:
        return (issue("internal.domain.www.second_dial.no_close"),)
    return ()


def _max_age(piece: str) -> tuple[int | None, list[PreloadIssue]]:
    digits = piece[len("max-age=") :]
    issues: list[PreloadIssue] = []
    if len(digits) > 1 and digits.startswith("0"):
        issues.append(issue("header.parse.max_age.leading_zero", piece))
    if re.fullmatch(r"[0-9]*", digits) is None:
        return None, [*issues, issue("header.parse.max_age.non_digit_characters", piece)]
    meant = digits.lstrip("0") or ("0" if digits else "")
    # The site reads an unsigned number of 64 bits.
    if not meant or len(meant) > 20 or int(meant) >= _LARGEST:
        return None, [*issues, issue("header.parse.max_age.parse_int_error", piece)]
    return int(meant), issues


def _following(seen: PreloadRedirects) -> list[PreloadIssue]:
    if len(seen.chain) > MOST_REDIRECTS:
        return [issue("redirects.too_many", f"more than {MOST_REDIRECTS}")]
    return [] if seen.failure is None else [issue("redirects.follow_error", seen.failure)]


def _insecure(seen: PreloadRedirects) -> list[PreloadIssue]:
    for number, url in enumerate(seen.chain):
        if scheme_and_host(url)[0] != "https":
            which = "subsequent" if number else "initial"
            return [issue(f"redirects.insecure.{which}", url)]
    return []
