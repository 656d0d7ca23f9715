"""What is new at the HTTP layer since a baseline, and what nobody can see any more."""

import pytest
from msgspec.structs import replace

from report.servers import asked_over_http, finding, header_finding, modern
from tlsward.cli.gate import exit_code
from tlsward.model.evaluation import TargetVerdict
from tlsward.report import render
from tlsward.report.comparison import compare
from tlsward.report.http_layer import http_identifier, not_checked_words, unlooked_words


def asked(*findings, met=True, **http):
    """Return an endpoint at its level with these findings."""
    known = modern()
    target = TargetVerdict(level="intermediate", met=met, hsts_min_age="met")
    return replace(
        known,
        http={"state": "yes", **http},
        http_findings=findings,
        evaluation=replace(known.evaluation, target=target),
    )


CSP = header_finding("csp.missing", "weak", "Content-Security-Policy", "There is none.")
NOTE = header_finding("hsts.preload", "note", "Strict-Transport-Security", "Not recommended.")
GOOD = header_finding("sniffing.off", "good", "X-Content-Type-Options", "Nobody guesses.")


def cookie(name):
    return header_finding("cookie.not-secure", "bad", "Set-Cookie", "It lacks it.", evidence=name)


def banner(words):
    return header_finding("disclosure.version", "weak", "", "It is told.", evidence=words)


@pytest.mark.parametrize("found", [CSP, cookie("a"), banner("Server: x/1")])
def test_a_new_finding_fails_though_the_level_is_met(found):
    comparison = compare(asked(found), asked())
    assert comparison.new == comparison.new_http == (http_identifier(found),)
    assert exit_code(asked(found), comparison) == 1
    known = compare(asked(found), asked(found))
    assert known.known == (http_identifier(found),)
    assert known.new == ()
    assert exit_code(asked(found), known) == 0


def test_what_need_not_be_mended_is_not_counted():
    comparison = compare(asked(NOTE, GOOD), asked())
    assert comparison.new == comparison.known == ()
    assert exit_code(asked(NOTE, GOOD), comparison) == 0


def test_another_cookie_is_another_finding_and_another_version_is_not():
    assert compare(asked(cookie("a"), cookie("b")), asked(cookie("a"))).new_http == (
        "http.cookie.not-secure:b",
    )
    assert compare(asked(banner("Server: x/2")), asked(banner("Server: x/1"))).new_http == ()
    assert compare(
        asked(banner("Server: x/1"), banner("X-Powered-By: y/1")), asked(banner("Server: x/1"))
    ).new_http == ("http.disclosure.version:X-Powered-By",)


def test_what_was_mended_is_gone():
    assert compare(asked(), asked(CSP)).gone == ("http.csp.missing",)


@pytest.mark.parametrize(
    "now",
    [modern(), replace(modern(), http={"state": "unknown", "reason": "silent for 5 seconds"})],
    ids=["not asked", "silent"],
)
def test_what_nobody_sees_is_not_gone_and_no_pass(now):
    comparison = compare(now, asked(CSP))
    assert comparison.gone == comparison.new == ()
    [reason] = comparison.unsettled_http
    assert reason in comparison.unsettled
    assert reason.startswith("http: ")
    assert exit_code(now, comparison) == 3


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit", "sarif"])
def test_every_format_says_why_it_is_no_pass(form):
    now = modern()
    comparison = compare(now, asked(CSP))
    document = render([now], form, comparisons=[comparison])
    assert "it was asked then and is not now (--http)" in document
    if form == "junit":
        assert 'errors="1"' in document


def test_a_level_finding_that_only_http_tells_is_not_gone_where_nobody_asked():
    short = finding("http.hsts", "send Strict-Transport-Security")
    verdict = replace(modern().evaluation.levels["intermediate"], findings=(short,))
    levels = {**modern().evaluation.levels, "intermediate": verdict}
    target = TargetVerdict(level="intermediate", met=False, hsts_min_age="not met")
    before = asked()
    before = replace(before, evaluation=replace(before.evaluation, levels=levels, target=target))
    assert compare(asked(), before).gone == ("http.hsts",)
    assert compare(modern(), before).gone == ()


def test_a_baseline_that_did_not_ask_excuses_nothing():
    comparison = compare(asked(CSP), modern())
    assert comparison.new_http == ("http.csp.missing",)
    assert comparison.unsettled_http == ()


def test_a_target_that_is_not_in_the_baseline_is_all_new():
    comparison = compare(asked(CSP, NOTE), None)
    assert comparison.new_http == ("http.csp.missing",)
    assert exit_code(asked(CSP), comparison) == 1


def test_without_a_baseline_headers_fail_nothing():
    assert exit_code(asked(CSP, cookie("a"))) == 0


def test_a_level_missed_by_hsts_fails():
    assert exit_code(asked_over_http()) == 1


def test_what_was_not_checked_has_a_name_for_people():
    evaluation = replace(modern().evaluation, not_checked=("hsts_min_age", "expiry", "later"))
    words = not_checked_words(evaluation)
    assert words == (
        "HSTS (hsts_min_age: --http asks for it), the certificate's dates (expiry), later"
    )


@pytest.mark.parametrize(
    ("met", "standing", "said"),
    [
        (True, "not checked", True),
        (True, "met", False),
        (True, "not applicable", False),
        (False, "not checked", False),
        (None, "not checked", False),
    ],
)
def test_a_target_that_is_met_says_what_nobody_looked_at(met, standing, said):
    target = TargetVerdict(level="modern", met=met, hsts_min_age=standing)
    words = unlooked_words(replace(modern().evaluation, target=target))
    assert bool(words) is said
