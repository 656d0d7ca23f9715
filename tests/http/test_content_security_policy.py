"""Policies as browsers read them, and what they leave open."""

import pytest

from tlsward.http.content_security_policy import (
    frame_ancestors,
    judge_content_security_policy,
    parse_content_security_policies,
)

SOUND = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
REST = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
JUDGED = {
    SOUND: ["sound"],
    f"script-src 'self'; {REST}": ["sound"],
    f"script-src 'nonce-abc' 'strict-dynamic' 'unsafe-inline' https:; {REST}": ["sound"],
    f"script-src 'unsafe-inline' 'self'; {REST}": ["unsafe-script"],
    f"script-src 'unsafe-inline' 'sha256-abc='; {REST}": ["sound"],
    f"script-src *; {REST}": ["unsafe-script"],
    f"script-src data:; {REST}": ["unsafe-script"],
    f"script-src HTTPS:; {REST}": ["unsafe-script"],
    f"script-src https://*:443; {REST}": ["unsafe-script"],
    f"script-src *:*; {REST}": ["unsafe-script"],
    f"script-src https://*.a.example; {REST}": ["sound"],
    f"script-src 'self'; script-src-elem *; {REST}": ["unsafe-script"],
    f"script-src 'self'; script-src-elem 'self' 'unsafe-inline'; {REST}": ["unsafe-script"],
    f"script-src 'self'; script-src-attr 'unsafe-inline'; {REST}": ["unsafe-script"],
    f"script-src 'self'; script-src-attr 'none'; {REST}": ["sound"],
    f"script-src *; script-src-elem 'self'; script-src-attr 'none'; {REST}": ["sound"],
    f"script-src-elem 'self'; {REST}": ["no-script-limit"],
    f"script-src-elem 'self'; script-src-attr 'none'; {REST}": ["unsafe-eval"],
    f"script-src 'self' 'unsafe-eval'; {REST}": ["unsafe-eval"],
    f"script-src 'self' http://a.example; {REST}": ["insecure-source"],
    f"script-src 'self'; style-src 'unsafe-inline'; {REST}": ["unsafe-style", "sound"],
    f"{REST}": ["no-script-limit"],
    "script-src 'self'": ["no-object-limit", "no-base-uri", "no-frame-ancestors", "no-form-action"],
    f"{SOUND}; script-src 'none'; script-src *": ["repeated"],
    f"{SOUND}; new-thing x": ["unknown-directive", "sound"],
    f"{SOUND}; child-src 'self;": ["syntax"],
    f"{SOUND}; child-src self": ["syntax"],
    f"{SOUND}; child-src 'selfish'": ["syntax"],
    f'{SOUND}; child-src "self"': ["syntax"],
    f"{SOUND}; img-src 'none' a.example": ["syntax"],
    f"{SOUND}; (x) y": ["syntax"],
    "": ["missing"],
    " , ": ["missing"],
}


def ids(values, **more):
    found = judge_content_security_policy(values, **more)
    return [each.id.removeprefix("http.csp.") for each in found]


@pytest.mark.parametrize("value", JUDGED)
def test_judgements(value):
    assert ids([value]) == JUDGED[value]


def test_the_unbalanced_quote_of_the_invoicer_is_found():
    value = "default-src 'self'; child-src 'self; base-uri 'none'"
    [finding] = [e for e in judge_content_security_policy([value]) if e.id == "http.csp.syntax"]
    assert finding.evidence == "child-src: 'self has a quote that is not closed"


def test_of_several_policies_the_strictest_counts():
    assert ids(["script-src *", SOUND]) == ["sound"]
    assert ids([f"script-src *, {SOUND}"]) == ["sound"]


def test_a_policy_excuses_nothing_that_it_does_not_speak_of():
    """Two lines, each with half of the directives, are as common as one with all."""
    framing = "frame-ancestors 'none'"
    rest = "object-src 'none'; base-uri 'none'; form-action 'none'"
    for values in ([framing, f"script-src *; {rest}"], [f"script-src *; {rest}", framing]):
        assert ids(values) == ["unsafe-script"]
    assert ids([framing, f"script-src 'self' 'unsafe-eval'; {rest}"]) == ["unsafe-eval"]
    assert ids([framing, f"script-src 'self' http://a.example; {rest}"]) == ["insecure-source"]
    assert ids(["script-src 'unsafe-inline'", f"default-src 'self'; {REST}"]) == ["sound"]
    upgraded = "upgrade-insecure-requests"
    assert ids([upgraded, f"script-src 'self' http://a.example; {REST}"]) == ["sound"]
    assert ids([framing, f"script-src 'self'; {rest}"]) == ["sound"]


def test_a_policy_that_only_reports_protects_nothing():
    assert ids([], report_only=[SOUND]) == ["report-only", "missing"]


def test_the_first_of_a_repeated_directive_counts():
    [policy] = parse_content_security_policies(["IMG-SRC a; img-src b"])
    assert policy.directives == {"img-src": ("a",)}
    assert policy.repeated == ("img-src",)


def test_what_stands_in_for_what():
    [policy] = parse_content_security_policies(["default-src a; script-src b"])
    assert policy.sources("script-src-elem") == ("b",)
    assert policy.sources("object-src") == ("a",)
    assert policy.sources("base-uri") is None


def test_frame_ancestors():
    assert frame_ancestors([SOUND]) == (("'none'",),)
    assert frame_ancestors(["frame-ancestors *, frame-ancestors a"]) == (("*",), ("a",))
    assert frame_ancestors(["default-src 'none'"]) == ()
