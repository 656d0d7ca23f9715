"""The way from plain HTTP to HTTPS, hop by hop; and the comparison of a deployment test."""

import pytest

from tlsward.errors import UsageError
from tlsward.http.expectation import judge_expectation, parse_expectation
from tlsward.http.redirects import judge_redirects, leads_to_other_host, noted_on_the_way
from tlsward.model.http import HeaderLine, HttpExchange, HttpResponse

LONG = "max-age=63072000"


def hop(url, *, status=200, to=None, hsts=None, verified=None, **headers):
    scheme, _, rest = url.partition("://")
    lines = [HeaderLine(name.replace("_", "-"), value) for name, value in headers.items()]
    lines += [HeaderLine("Strict-Transport-Security", hsts)] if hsts else []
    secure = scheme == "https"
    return HttpResponse(
        url=url,
        host=rest.partition("/")[0],
        secure=secure,
        status=status,
        version="HTTP/2",
        headers=tuple(lines),
        location=to,
        verified=verified or ("yes" if secure else "unknown"),
        verification="self-signed certificate" if verified == "no" else None,
    )


def way(*hops, **more):
    return HttpExchange(url=hops[0].url if hops else "http://a.example/", responses=hops, **more)


PLAIN, SECURE = "http://a.example/", "https://a.example/"
WAYS = {
    "to a place that is not asked": (
        way(
            hop(SECURE, status=302, to="https://10.0.0.1/", hsts=LONG),
            reason="its address 10.0.0.1 is not public (private use)",
            reason_kind="refused",
        ),
        ["not-asked"],
    ),
    "as it should be": (way(hop(PLAIN, status=301, to=SECURE), hop(SECURE)), ["to-https"]),
    "temporary": (
        way(hop(PLAIN, status=302, to=SECURE), hop(SECURE)),
        ["to-https", "temporary"],
    ),
    "none": (way(hop(PLAIN)), ["missing"]),
    "closed": (way(reason="connection refused", reason_kind="failed"), ["http-closed"]),
    "another host": (
        way(hop(PLAIN, status=301, to="https://www.a.example/"), hop("https://www.a.example/")),
        ["elsewhere"],
    ),
    "plain again": (
        way(
            hop(PLAIN, status=301, to="http://a.example/x"),
            hop("http://a.example/x", status=301, to="http://a.example/y"),
            hop("http://a.example/y"),
        ),
        ["elsewhere", "insecure"],
    ),
    "HSTS over HTTP": (
        way(hop(PLAIN, status=308, to=SECURE, hsts=LONG), hop(SECURE)),
        ["to-https", "hsts-over-http"],
    ),
    "a hop without HSTS": (
        way(hop(SECURE, status=302, to="https://a.example/x"), hop("https://a.example/x")),
        ["no-hsts"],
    ),
    "a hop with HSTS": (
        way(hop(SECURE, status=302, to="https://a.example/x", hsts=LONG), hop(SECURE)),
        [],
    ),
    "a hop that anybody sent": (
        way(hop(SECURE, status=302, to=SECURE, hsts=LONG, verified="no"), hop(SECURE)),
        ["not-verified"],
    ),
    "from plain to anybody": (
        way(hop(PLAIN, status=301, to=SECURE), hop(SECURE, verified="no")),
        ["to-https", "not-verified"],
    ),
    "back to plain": (
        way(hop(SECURE, status=302, to=PLAIN, hsts=LONG), reason="x", reason_kind="refused"),
        ["downgrade"],
    ),
    "to no page": (
        way(
            hop(SECURE, status=302, to="javascript:x", hsts=LONG), reason="x", reason_kind="refused"
        ),
        ["no-page"],
    ),
    "from plain to no page": (
        way(
            hop(PLAIN, status=301, to="http://a.example/x"),
            hop("http://a.example/x", status=301, to="ftp://a.example/"),
            reason="x",
            reason_kind="refused",
        ),
        ["elsewhere", "no-page"],
    ),
    "too many": (
        way(hop(SECURE, status=302, to=SECURE, hsts=LONG), reason="x", reason_kind="too many"),
        ["too-many"],
    ),
    "nothing at all": (
        HttpExchange(url=SECURE, reason="connection refused", reason_kind="failed"),
        [],
    ),
}


@pytest.mark.parametrize("case", WAYS)
def test_ways(case):
    exchange, expected = WAYS[case]
    found = [each.id.removeprefix("http.redirect.") for each in judge_redirects(exchange)]
    assert found == expected


@pytest.mark.parametrize(
    ("hops", "noted"),
    [
        ((hop(SECURE, to="https://a.example/x", hsts=LONG), hop("https://a.example/x")), SECURE),
        ((hop(PLAIN, to=SECURE, hsts=LONG), hop(SECURE)), None),
        ((hop(SECURE, to="https://b.example/", hsts=LONG), hop("https://b.example/")), None),
        ((hop(SECURE, to=SECURE, hsts="max-age=0"), hop(SECURE)), None),
        ((hop(SECURE, to=SECURE, hsts=LONG, verified="no"), hop(SECURE)), None),
        ((hop(SECURE),), None),
        ((), None),
    ],
)
def test_what_browsers_have_noted_before_the_last_page(hops, noted):
    assert noted_on_the_way(way(*hops)) == noted


def test_where_another_host_is_met():
    away = way(hop(SECURE, status=302, to="https://b.example/"), hop("https://b.example/"))
    assert leads_to_other_host(away)
    assert leads_to_other_host(way(hop(SECURE, status=302, to="https://b.example/")))
    assert leads_to_other_host(way(hop(SECURE, status=302, to="https://[x/")))
    assert not leads_to_other_host(way(hop(SECURE), hop("https://A.Example./")))
    assert not leads_to_other_host(way())


EXPECTED = {
    "it is there": (way(hop(SECURE, Server="x")), "yes"),
    "any case": (way(hop(SECURE, SERVER=" x\t")), "yes"),
    "after a redirect": (way(hop(SECURE, status=301, to=SECURE), hop(SECURE, Server="x")), "yes"),
    "the redirect itself": (way(hop(SECURE, status=304, Server="x")), "yes"),
    "another value": (way(hop(SECURE, Server="X")), "no"),
    "more than the value": (way(hop(SECURE, Server="x;")), "no"),
    "not there": (way(hop(SECURE)), "no"),
    "twice": (way(hop(SECURE, Server="x", server="x")), "no"),
    "an error": (way(hop(SECURE, status=404, Server="x")), "no"),
    "another host": (
        way(
            hop(SECURE, status=302, to="https://b.example/"), hop("https://b.example/", Server="x")
        ),
        "no",
    ),
    "another host, not followed": (
        way(
            hop(SECURE, status=302, to="https://b.example/", Server="x"),
            reason="x",
            reason_kind="refused",
        ),
        "no",
    ),
    "a broken redirect": (
        way(hop(SECURE, status=302, to=SECURE, Server="x"), reason="x", reason_kind="failed"),
        "unknown",
    ),
    "too many": (
        way(hop(SECURE, status=302, to=SECURE, Server="x"), reason="x", reason_kind="too many"),
        "no",
    ),
    "anybody's": (way(hop(SECURE, Server="x", verified="no")), "unknown"),
    "anybody's, and wrong": (way(hop(SECURE, Server="y", verified="no")), "no"),
    "no answer": (HttpExchange(url=SECURE, reason="refused", reason_kind="failed"), "unknown"),
    "plain HTTP, asked for": (way(hop(PLAIN, Server="x")), "yes"),
    "after anybody's redirect": (
        way(hop(SECURE, status=302, to=SECURE, verified="no"), hop(SECURE, Server="x")),
        "unknown",
    ),
    "after anybody's redirect, and wrong": (
        way(hop(SECURE, status=302, to=SECURE, verified="no"), hop(SECURE, Server="y")),
        "no",
    ),
}


@pytest.mark.parametrize("case", EXPECTED)
def test_expectations(case):
    exchange, holds = EXPECTED[case]
    assert judge_expectation(exchange, "Server", "x").holds == holds


@pytest.mark.parametrize(
    "name",
    ["strict-transport-security", "Public-Key-Pins", "Public-Key-Pins-Report-Only"],
)
def test_what_browsers_ignore_over_plain_http_is_not_there(name):
    lines = {name.replace("-", "_"): "max-age=1"}
    judged = judge_expectation(way(hop(PLAIN, **lines)), name, "max-age=1")
    assert (judged.holds, "plain HTTP" in judged.reason) == ("no", True)
    followed = way(hop(PLAIN, status=301, to=SECURE), hop(SECURE, **lines))
    assert judge_expectation(followed, name, "max-age=1").holds == "yes"


@pytest.mark.parametrize("more", ["", "x"])
def test_the_whole_of_a_long_value_is_compared(more):
    value = "a" * 16_384
    judged = judge_expectation(way(hop(SECURE, Server=value + more)), "Server", value)
    assert judged.holds == ("no" if more else "yes")


def test_the_value_of_a_cookie_is_not_told():
    judged = judge_expectation(way(hop(SECURE, Set_Cookie="a=hunter2")), "Set-Cookie", "a=b")
    assert judged.holds == "no"
    assert "hunter2" not in judged.reason


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "\x1b[31m", "a\x00", "a\x7f"])
def test_a_value_that_no_header_has_is_no_expectation(value):
    with pytest.raises(UsageError, match="no header can have"):
        parse_expectation(f"X: {value}")


@pytest.mark.parametrize("sent", ["caf\xe9", "caf\xc3\xa9"])
def test_octets_above_ascii_are_compared_as_either_encoding_has_them(sent):
    assert judge_expectation(way(hop(SECURE, Server=sent)), "Server", "caf\xe9").holds == "yes"
    assert judge_expectation(way(hop(SECURE, Server=sent)), "Server", "cafe").holds == "no"


def test_what_can_be_expected():
    assert parse_expectation("  X-A :  b: c ") == ("X-A", "b: c")
    for text in ("", "X-A", ": b", "X A: b", "X-A:", "X-A:  "):
        with pytest.raises(UsageError, match="--expect"):
            parse_expectation(text)
