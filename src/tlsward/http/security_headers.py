"""All that is said of the headers of one response, in the order it is told."""

from tlsward.http.alternative_services import NAME as ALT_SVC
from tlsward.http.alternative_services import judge_alternative_services
from tlsward.http.content_security_policy import NAME as CSP
from tlsward.http.content_security_policy import REPORT_ONLY_NAME as CSP_REPORT_ONLY
from tlsward.http.content_security_policy import frame_ancestors, judge_content_security_policy
from tlsward.http.content_type_options import NAME as CONTENT_TYPE_OPTIONS
from tlsward.http.content_type_options import judge_content_type_options
from tlsward.http.cookies import NAME as SET_COOKIE
from tlsward.http.cookies import judge_cookies
from tlsward.http.disclosure import judge_banners, judge_compression
from tlsward.http.embedding import CROSS_ORIGIN, judge_cross_origin, judge_framing
from tlsward.http.expect_ct import NAME as EXPECT_CT
from tlsward.http.expect_ct import judge_expect_ct
from tlsward.http.fields import field_values, shown
from tlsward.http.finding import header_finding
from tlsward.http.hpkp import NAME as HPKP
from tlsward.http.hpkp import REPORT_ONLY_NAME as HPKP_REPORT_ONLY
from tlsward.http.hpkp import judge_hpkp, parse_hpkp, would_be_noted
from tlsward.http.hsts import NAME as HSTS
from tlsward.http.hsts import judge_hsts, received_hsts
from tlsward.http.permissions_policy import NAME as PERMISSIONS_POLICY
from tlsward.http.permissions_policy import judge_permissions_policy
from tlsward.http.referrer_policy import NAME as REFERRER_POLICY
from tlsward.http.referrer_policy import judge_referrer_policy
from tlsward.model.answer import NO, YES
from tlsward.model.http import HeaderFinding, HttpResponse

#: Statuses from here on say that the server failed (RFC 9110 section 15.6).
SERVER_ERROR = 500


def judge_headers(
    response: HttpResponse,
    *,
    least_hsts_seconds: int,
    compression_asked: bool,
    is_page: bool = True,
) -> tuple[HeaderFinding, ...]:
    """Return every finding of a response's headers.

    `is_page` says whether it is a page to be shown; what is asked of pages alone is else left out.
    """
    findings: list[HeaderFinding] = []
    if response.status >= SERVER_ERROR:
        findings.append(header_finding("page.error", f"status {response.status}"))
    if response.secure:
        findings += _transport(response, least_hsts_seconds)
    if is_page:
        findings += _page(response)
    findings += judge_cookies(_values(response, SET_COOKIE), secure=response.secure)
    findings += _sharing(response)
    findings += judge_banners(response.headers)
    findings += judge_compression(
        _values(response, "Content-Encoding"),
        # That what is no page is not compressed says nothing of the pages.
        asked=compression_asked and is_page and _is_html(response),
        secure=response.secure,
    )
    findings += judge_alternative_services(_values(response, ALT_SVC))
    return tuple(findings)


def _is_html(response: HttpResponse) -> bool:
    types = _values(response, "Content-Type")[:1]
    return response.status < 300 and any("html" in value.lower() for value in types)


def _page(response: HttpResponse) -> list[HeaderFinding]:
    csp = _values(response, CSP)
    findings: list[HeaderFinding] = []
    findings += judge_content_security_policy(csp, _values(response, CSP_REPORT_ONLY))
    findings += judge_framing(_values(response, "X-Frame-Options"), frame_ancestors(csp))
    findings += judge_content_type_options(_values(response, CONTENT_TYPE_OPTIONS))
    findings += judge_referrer_policy(_values(response, REFERRER_POLICY))
    findings += judge_permissions_policy(
        _values(response, PERMISSIONS_POLICY), _values(response, "Feature-Policy")
    )
    findings += judge_cross_origin({name: _values(response, name) for name in CROSS_ORIGIN})
    return findings


def _transport(response: HttpResponse, least_hsts_seconds: int) -> list[HeaderFinding]:
    findings: list[HeaderFinding] = []
    verified = NO if response.verified == NO else YES
    if response.verified == NO:
        findings.append(header_finding("tls.not-verified", response.verification or ""))
    received = received_hsts(
        _values(response, HSTS), secure=response.secure, host=response.host, verified=verified
    )
    findings += judge_hsts(received, least_age_seconds=least_hsts_seconds)
    for name, report_only in ((HPKP, False), (HPKP_REPORT_ONLY, True)):
        for value in _values(response, name)[:1]:
            field = parse_hpkp(value, report_only=report_only)
            verdict = would_be_noted(field, None, host=response.host, verified=verified)
            findings += judge_hpkp(field, verdict)
    findings += judge_expect_ct(_values(response, EXPECT_CT))
    return findings


def _sharing(response: HttpResponse) -> list[HeaderFinding]:
    findings: list[HeaderFinding] = []
    if "*" in _values(response, "Access-Control-Allow-Origin"):
        credentials = _values(response, "Access-Control-Allow-Credentials")
        with_them = any(value == "true" for value in credentials)
        findings.append(header_finding("cors.any-with-credentials" if with_them else "cors.any"))
    findings += [
        header_finding("xss-filter.on", shown(value))
        for value in _values(response, "X-XSS-Protection")
        if not value.startswith("0")
    ]
    return findings


def _values(response: HttpResponse, name: str) -> tuple[str, ...]:
    return field_values(response.headers, name)
