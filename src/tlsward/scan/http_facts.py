"""What one response says, as facts by name and as findings: pure functions."""

from collections.abc import Iterator

import msgspec

from tlsward.http.alternative_services import NAME as ALT_SVC
from tlsward.http.cookies import NAME as SET_COOKIE
from tlsward.http.cookies import judge_cookies, parse_cookie
from tlsward.http.disclosure import parse_content_encoding
from tlsward.http.fields import field_values, shown
from tlsward.http.hsts import NAME as HSTS
from tlsward.http.hsts import received_hsts
from tlsward.http.redirects import judge_redirects
from tlsward.http.security_headers import judge_headers
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.http import GRADES, HeaderFinding, HttpExchange, HttpResponse

#: Findings of one scan that are kept; a policy could have hundreds of directives.
MOST_FINDINGS = 200


def facts_of(response: HttpResponse) -> dict[str, str]:
    """Return the facts of a response over HTTPS, each a text that is safe to show."""
    facts = {"state": YES, "version": response.version, "status": str(response.status)}
    if response.location is not None:
        facts["location"] = shown(response.location)
    facts |= _hsts(response)
    codings = parse_content_encoding(field_values(response.headers, "Content-Encoding"))
    facts["compression"] = shown(", ".join(codings)) if codings else "none"
    for name, header in (
        ("content_type", "Content-Type"),
        ("content_length", "Content-Length"),
        ("server", "Server"),
        ("alternative_services", ALT_SVC),
    ):
        found = field_values(response.headers, header)
        if found:
            facts[name] = shown(", ".join(found))
    cookies = field_values(response.headers, SET_COOKIE)
    if cookies:
        names = [each.name for value in cookies if (each := parse_cookie(value)) is not None]
        facts["cookies"] = shown(", ".join(names))
        weak = [each for each in judge_cookies(cookies) if each.grade in {"weak", "bad"}]
        facts["cookie_faults"] = shown(
            "; ".join(f"{each.id.removeprefix('http.cookie.')} ({each.evidence})" for each in weak)
        )
    return facts


def _hsts(response: HttpResponse) -> dict[str, str]:
    # What the field says; whether the certificate is good is judged elsewhere.
    values = field_values(response.headers, HSTS)
    if not values and response.status >= 500:
        # An error is what something before the service says, often without its headers.
        reason = f"an error (status {response.status}) was answered, without the field"
        return {"hsts": UNKNOWN, "hsts_reason": reason}
    hsts = received_hsts(values, secure=True, host=response.host)
    facts = {
        "hsts": NO if hsts.policy is None or hsts.policy.forgets else YES,
        "hsts_max_age_seconds": str(0 if hsts.policy is None else hsts.policy.max_age_seconds),
    }
    if values:
        facts["strict_transport_security"] = shown(values[0])
    if hsts.reason is not None:
        facts["hsts_reason"] = hsts.reason
    if len(values) > 1:
        facts["hsts_fields"] = str(len(values))
        count = f"{len(values)} fields are sent, of which the first counts"
        facts["hsts_reason"] = f"{hsts.reason}; {count}" if hsts.reason else count
    return facts


def findings_of(
    exchange: HttpExchange, plain: HttpExchange | None, facts: dict[str, str]
) -> tuple[HeaderFinding, ...]:
    """Return what is to be said of the first response, and of the one over plain HTTP.

    Where there is too much of it, the gravest is kept.
    """
    found = list(dict.fromkeys(_findings(exchange, plain, facts)))
    if len(found) > MOST_FINDINGS:
        found.sort(key=lambda finding: -GRADES.index(finding.grade))
    return tuple(found[:MOST_FINDINGS])


def _findings(
    exchange: HttpExchange, plain: HttpExchange | None, facts: dict[str, str]
) -> Iterator[HeaderFinding]:
    from tlsward.facts.guidelines import guideline

    response = exchange.responses[0]
    is_page = response.location is None and response.status < 500
    for finding in judge_headers(
        response,
        least_hsts_seconds=guideline("latest").levels["intermediate"].hsts_min_age,
        compression_asked=True,
        is_page=is_page,
    ):
        untold = finding.id == "http.hsts.missing" and facts["hsts"] == UNKNOWN
        # The certificate itself is judged by more stores than this one connection asked.
        if not untold and finding.id != "http.tls.not-verified":
            yield finding
    # That no redirect was followed is no fault of the server's.
    yield from judge_redirects(msgspec.structs.replace(exchange, reason=None, reason_kind=None))
    if plain is not None and (plain.responses or plain.reason_kind == "failed"):
        followed = plain.reason if not plain.responses else None
        yield from judge_redirects(
            msgspec.structs.replace(plain, reason=followed, reason_kind=None)
        )
