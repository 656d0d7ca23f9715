"""Whatever a server writes into its headers: nothing is raised, and all is safe to show."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.http.content_security_policy import NAME as CSP
from tlsward.http.fields import directives, field_values, shown
from tlsward.http.hpkp import build_hpkp, parse_hpkp
from tlsward.http.hsts import build_hsts, parse_hsts
from tlsward.http.hsts_preload import (
    PreloadRedirects,
    judge_http_redirects,
    judge_https_redirects,
    judge_preload_value,
    judge_removable_value,
)
from tlsward.http.hsts_store import HstsStore
from tlsward.http.redirects import judge_redirects
from tlsward.http.security_headers import judge_headers
from tlsward.model.http import HeaderLine, HeadersReport, HttpExchange, HttpResponse
from tlsward.report.escape import printable
from tlsward.report.headers import render_headers, render_headers_json, shown_line

FUZZ = Path(__file__).resolve().parent.parent.parent / "fuzz"
NAMES = (
    *("Strict-Transport-Security", "Public-Key-Pins", "Public-Key-Pins-Report-Only", "Expect-CT"),
    *(CSP, "Content-Security-Policy-Report-Only", "X-Frame-Options", "X-Content-Type-Options"),
    *("Referrer-Policy", "Permissions-Policy", "Feature-Policy", "Cross-Origin-Opener-Policy"),
    *("Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy", "Set-Cookie", "Server"),
    *("Via", "X-Powered-By", "Content-Encoding", "Alt-Svc", "Access-Control-Allow-Origin"),
    "X-XSS-Protection",
)
#: Octets as they are read, with the marks that the grammars are about, and pieces of headers.
PIECES = st.sampled_from(
    [
        *("max-age", "=", "0", "31536000", ";", ",", '"', "\\", "'", " ", "\t", "*", "(", ")"),
        *("includeSubDomains", "preload", 'pin-sha256="', "script-src", "'unsafe-inline'"),
        *("'none'", "Secure", "HttpOnly", "SameSite=None", "__Host-", "h3", "\x1b[31m", "\xff"),
        *("report-uri", "http://[", "1.2", "camera", "\x00", "\r\n"),
    ]
)
VALUES = st.lists(PIECES | st.text(st.characters(max_codepoint=255), max_size=8), max_size=24).map(
    "".join
)
LINES = st.lists(st.builds(HeaderLine, st.sampled_from(NAMES), VALUES), max_size=8).map(tuple)
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def response(lines, **more):
    known = {"host": "a.example", "secure": True, "status": 200, "version": "HTTP/2"}
    return HttpResponse(url="https://a.example/", headers=lines, **{**known, **more})


@given(LINES)
def test_any_headers_are_judged_and_told(lines):
    answer = response(lines)
    findings = judge_headers(answer, least_hsts_seconds=1, compression_asked=True)
    assert all(each.evidence.isprintable() for each in findings)
    report = HeadersReport(
        exchange=HttpExchange(url=answer.url, responses=(answer,)), findings=findings
    )
    told = render_headers(report, color=False) + render_headers_json(report)
    assert printable(told.replace("\n", "")) == told.replace("\n", "")


@given(VALUES)
def test_directives_are_bounded(value):
    found = directives(value)
    assert len(found) <= 257
    assert all(each.problem is None or each.problem.isprintable() for each in found)


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_what_is_built_is_read_again(age, subdomains, preload):
    value = build_hsts(age, include_subdomains=subdomains, preload=preload)
    policy = parse_hsts(value).policy
    assert policy.max_age_seconds == age
    assert (policy.include_subdomains, policy.preload) == (subdomains, preload)


@given(VALUES)
def test_a_field_is_a_policy_or_invalid_and_the_lists_can_judge_it(value):
    field = parse_hsts(value)
    assert (field.policy is None) == (field.invalid is not None)
    pins = parse_hpkp(value)
    assert (pins.policy is None) == (pins.invalid is not None)
    assert all(each.evidence.isprintable() for each in judge_preload_value(value))
    judge_removable_value(value)


@given(st.lists(VALUES, max_size=3), st.sampled_from(["a.example", "x.a.example", "192.0.2.1"]))
def test_a_store_forces_https_on_whom_it_knows_alone(values, host):
    store = HstsStore()
    noted = store.note(host, values, NOW).policy
    rewritten = store.rewritten(f"http://{host}:80/x", NOW)
    forced = noted is not None and not noted.forgets
    assert rewritten == (f"https://{host}/x" if forced else f"http://{host}:80/x")


@given(VALUES)
def test_redirects_to_anywhere_are_judged(location):
    answer = response((), status=302, location=location, secure=False)
    findings = judge_redirects(HttpExchange(url="http://a.example/", responses=(answer,)))
    seen = PreloadRedirects(url="http://a.example/", chain=(location,), first_hsts_values=())
    findings += judge_http_redirects(seen, "a.example", main_is_fine=True)
    findings += judge_https_redirects(seen)
    assert all(each.evidence.isprintable() for each in findings)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_pins_of_anything(one, other):
    import base64

    pin, spare = (base64.b64encode(each).decode() for each in (one, other))
    if pin != spare:
        value = build_hpkp([pin], [spare], max_age_seconds=1)
        assert parse_hpkp(value).policy.pins == (pin, spare)


@given(VALUES)
def test_what_is_shown_prints(value):
    assert shown(value).isprintable()


@given(st.text("abc", min_size=8, max_size=20))
def test_cookies_are_shown_without_their_values(secret):
    line = shown_line(HeaderLine("SET-COOKIE", f"name={secret}; Path=/"))
    assert line.value == f"name=({len(secret)} characters); Path=/"


@given(LINES)
def test_lines_are_found_whatever_the_case_of_their_name(lines):
    for name in NAMES:
        wanted = [each.value.strip(" \t") for each in lines if each.name == name]
        assert list(field_values(lines, name.upper())) == wanted


_spec = importlib.util.spec_from_file_location("fuzz_http", FUZZ / "fuzz_http.py")
fuzz_http = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz_http)


@pytest.mark.parametrize("path", sorted(fuzz_http.CORPUS.iterdir()), ids=lambda path: path.name)
def test_the_corpus(path):
    fuzz_http.check(path.read_bytes())


@given(st.binary(max_size=200))
def test_any_octets(data):
    fuzz_http.check(data)


@pytest.mark.parametrize("piece", ['"\\\\"', '\\\\"', "';", '=";', ",;", "a=(b ", "/ ", "'a "])
def test_long_values_are_judged_in_time_that_grows_with_their_length(piece):
    """A value of quotes once took a second; the suite's own time limit holds this test."""
    lines = tuple(HeaderLine(name, piece * 30_000) for name in NAMES for _ in range(4))
    findings = judge_headers(response(lines), least_hsts_seconds=1, compression_asked=True)
    assert len(findings) < 2000
