"""The smaller headers, each with what has an effect and what has none."""

import pytest

from tlsward.http.alternative_services import (
    judge_alternative_services,
    parse_alternative_services,
)
from tlsward.http.content_type_options import judge_content_type_options
from tlsward.http.cookies import judge_cookies, parse_cookie
from tlsward.http.disclosure import judge_banners, judge_compression
from tlsward.http.embedding import judge_cross_origin, judge_framing
from tlsward.http.expect_ct import judge_expect_ct, parse_expect_ct
from tlsward.http.permissions_policy import judge_permissions_policy, parse_permissions_policy
from tlsward.http.referrer_policy import judge_referrer_policy, parse_referrer_policy
from tlsward.http.security_headers import judge_headers
from tlsward.model.http import HeaderLine, HttpResponse


def ids(findings):
    return [each.id.removeprefix("http.") for each in findings]


@pytest.mark.parametrize(
    ("values", "ancestors", "expected"),
    [
        (["DENY"], (), "framing.limited"),
        (["sameorigin"], (), "framing.limited"),
        (["SAMEORIGIN, SAMEORIGIN"], (), "framing.limited"),
        (["DENY", "SAMEORIGIN"], (), "framing.several"),
        (["DENY, x"], (), "framing.several"),
        (["ALLOW-FROM https://a.example"], (), "framing.invalid"),
        ([], (), "framing.missing"),
        ([], [("'none'",)], "framing.limited"),
        ([], [()], "framing.limited"),
        ([], [("https://*.a.example", "b.example")], "framing.limited"),
        ([], [("*",)], "framing.open"),
        ([], [("*",), ("'self'",)], "framing.limited"),
        # Browsers do not look at X-Frame-Options beside frame-ancestors.
        (["DENY"], [("*",)], "framing.open"),
        (["DENY"], [("'self'", "HTTPS:")], "framing.open"),
        (["DENY"], [("https://*:443",), ("http:",)], "framing.open"),
        (["x"], [("'none'",)], "framing.limited"),
    ],
)
def test_framing(values, ancestors, expected):
    assert ids(judge_framing(values, ancestors)) == [expected]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["nosniff"], "sniffing.off"),
        (["NoSniff, x"], "sniffing.off"),
        (["x, nosniff"], "sniffing.invalid"),
        (["no-sniff"], "sniffing.invalid"),
        ([], "sniffing.missing"),
    ],
)
def test_content_type_options(values, expected):
    assert ids(judge_content_type_options(values)) == [expected]


@pytest.mark.parametrize(
    ("values", "policy", "expected"),
    [
        (["no-referrer"], "no-referrer", "referrer.limited"),
        (["unsafe-url, strict-origin"], "strict-origin", "referrer.limited"),
        (["strict-origin, new-policy"], "strict-origin", "referrer.limited"),
        (["no-referrer", "unsafe-url"], "unsafe-url", "referrer.leaks"),
        (["origin"], "origin", "referrer.leaks"),
        (["never"], None, "referrer.invalid"),
        ([], None, "referrer.missing"),
    ],
)
def test_referrer_policy(values, policy, expected):
    assert parse_referrer_policy(values) == policy
    assert ids(judge_referrer_policy(values)) == [expected]


@pytest.mark.parametrize(
    ("values", "features"),
    [
        (["camera=()"], {"camera": ()}),
        (["camera=*"], {"camera": ("*",)}),
        (["a=self, b=(self)"], {"a": ("self",), "b": ("self",)}),
        (
            ['geolocation=(self "https://a.example" *)', "camera=()"],
            {"geolocation": ("self", "https://a.example", "*"), "camera": ()},
        ),
        (["a=();report-to=x"], None),
        (['a=(self);x, b="https://a.example"'], None),
        (["camera 'none'"], None),
        (["camera=('none')"], None),
        (["camera=(self"], None),
        (["camera=(),"], None),
        (["Camera=()"], None),
        ([""], None),
    ],
)
def test_permissions_policy(values, features):
    policy = parse_permissions_policy(values)
    if features is None:
        assert policy.features == {}
        assert policy.invalid
    else:
        assert policy.features == features
        assert policy.invalid is None


def test_permissions_policy_judged():
    assert ids(judge_permissions_policy([])) == ["permissions.missing"]
    assert ids(judge_permissions_policy(["camera=()"])) == ["permissions.limited"]
    assert ids(judge_permissions_policy(["camera=*"])) == ["permissions.open"]
    assert ids(judge_permissions_policy(["x"], ["y"])) == [
        "permissions.feature-policy",
        "permissions.limited",
    ]


def test_cross_origin_policies():
    opener, embedder = "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"
    resource = "Cross-Origin-Resource-Policy"
    assert ids(judge_cross_origin({})) == ["isolation.missing"]
    assert ids(judge_cross_origin({opener: ('same-origin; report-to="x"',)})) == ["isolation.set"]
    assert ids(judge_cross_origin({opener: ("Same-Origin",)})) == ["isolation.invalid"]
    assert ids(judge_cross_origin({embedder: ("require-corp",) * 2, resource: ("same-site",)})) == [
        *("isolation.invalid", "isolation.set"),
        "isolation.missing",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a=b; Secure; HttpOnly; SameSite=Lax", ["cookie.sound"]),
        ("a=b; secure; httponly; samesite=STRICT", ["cookie.sound"]),
        (
            "a=b",
            ["cookie.not-secure", "cookie.script-readable", "cookie.no-same-site"],
        ),
        ("a=b; Secure; HttpOnly; SameSite=None", ["cookie.same-site-none"]),
        ("a=b; HttpOnly; SameSite=None", ["cookie.refused"]),
        ("a=b; Secure; HttpOnly; SameSite=Sometimes", ["cookie.no-same-site"]),
        ("__Host-a=b; Secure; HttpOnly; SameSite=Lax; Path=/", ["cookie.sound"]),
        ("__Host-a=b; Secure; Path=/; Domain=a.example", ["cookie.refused"]),
        ("__Host-a=b; Secure", ["cookie.refused"]),
        ("__HOST-a=b; Path=/", ["cookie.refused"]),
        ("__Secure-a=b", ["cookie.refused"]),
        ("a=; Max-Age=0", ["cookie.sound"]),
        ("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ["cookie.sound"]),
        (
            "a=b; Max-Age=9; expires=Thu, 01-Jan-1970 00:00:01 GMT; Secure; HttpOnly",
            ["cookie.no-same-site"],
        ),
        (
            "a=b; Expires=Fri, 01 Jan 2038 00:00:00 GMT; HttpOnly; SameSite=Lax",
            ["cookie.not-secure"],
        ),
        ("; Secure", ["cookie.malformed"]),
    ],
)
def test_cookies(value, expected):
    assert ids(judge_cookies([value])) == expected


def test_no_value_of_a_cookie_is_told():
    told = [each.evidence for each in judge_cookies(["a=hunter2"])]
    assert told == ["a", "a", "a"]
    assert "hunter2" not in repr(parse_cookie("a=hunter2"))


def test_banners():
    lines = [
        HeaderLine("server", "nginx/1.22.1"),
        HeaderLine("X-Powered-By", "PHP"),
        HeaderLine("X-AspNet-Version", "4"),
        HeaderLine("Via", "1.1 varnish"),
        HeaderLine("Server", ""),
    ]
    assert [(e.id, e.evidence) for e in judge_banners(lines)] == [
        ("http.disclosure.version", "Server: nginx/1.22.1"),
        ("http.disclosure.product", "X-Powered-By: PHP"),
        ("http.disclosure.version", "X-AspNet-Version: 4"),
        ("http.disclosure.product", "Via: 1.1 varnish"),
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["gzip"], ["compression.used"]),
        (["identity, BR"], ["compression.used"]),
        (["aes128gcm"], ["compression.none"]),
        ([], ["compression.none"]),
    ],
)
def test_compression(values, expected):
    assert ids(judge_compression(values, asked=True)) == expected
    assert judge_compression([], asked=False) == ()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (['h3=":443"; ma=2592000'], [("h3", ":443", 2_592_000)]),
        (['h3=":443",h3-29=":443"'], [("h3", ":443", 86_400), ("h3-29", ":443", 86_400)]),
        (
            ['h2="alt.example:8000"', 'h3=":1"; persist=1'],
            [
                ("h2", "alt.example:8000", 86_400),
                ("h3", ":1", 86_400),
            ],
        ),
        (["clear"], []),
        (["h3=:443"], None),
        (['h3=":443" x'], None),
    ],
)
def test_alternative_services(values, found):
    read = parse_alternative_services(values)
    if found is None:
        assert read is None
    else:
        assert [(e.protocol, e.authority, e.max_age_seconds) for e in read] == found


def test_http3_is_told():
    values = ['h3=":443", h2="b.example:443"']
    assert ids(judge_alternative_services(values)) == ["alternative.http3", "alternative.other"]
    assert judge_alternative_services([]) == ()
    assert ids(judge_alternative_services(["x"])) == ["alternative.malformed"]


def test_expect_ct_is_history():
    read = parse_expect_ct('max-age=86400, enforce, report-uri="https://a.example/ct"')
    assert (read.max_age_seconds, read.enforce) == (86400, True)
    assert read.report_uri == "https://a.example/ct"
    assert parse_expect_ct("enforce").invalid
    assert parse_expect_ct("max-age=1; enforce").invalid
    assert parse_expect_ct("max-age=1, max-age=1").invalid
    assert ids(judge_expect_ct(["max-age=1"])) == ["expect-ct.obsolete"]
    assert judge_expect_ct([]) == ()


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (200, "text/html; charset=utf-8", True),
        (200, "text/plain", False),
        (404, "text/html", False),
    ],
)
def test_that_nothing_is_compressed_is_said_of_pages_alone(status, kind, told):
    response = HttpResponse(
        url="https://a.example/",
        host="a.example",
        secure=True,
        status=status,
        version="HTTP/2",
        headers=(HeaderLine("Content-Type", kind),),
    )
    found = judge_headers(response, least_hsts_seconds=1, compression_asked=True)
    assert ("http.compression.none" in {each.id for each in found}) is told
