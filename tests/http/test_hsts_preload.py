"""A test for every code of hstspreload.org; header cases are those of its own tests."""

import pytest

from tlsward.facts.hsts_preload_codes import preload_codes
from tlsward.http.hsts_preload import (
    EIGHTEEN_WEEKS_SECONDS,
    PreloadRedirects,
    PreloadTls,
    has_errors,
    judge_domain,
    judge_http_redirects,
    judge_https_redirects,
    judge_preload_response,
    judge_preload_value,
    judge_removable_value,
    judge_tls,
    judge_www,
    parse_preload_header,
)

FULL = "max-age=31536000; includeSubDomains; preload"
#: header_test.go of chromium/hstspreload d624d7c: value to max-age, includeSubDomains,
#: preload and the codes of parsing.
PARSED = {
    "includeSubDomains; max-age=1337": (1337, True, False, []),
    "preload; max-age=1337": (1337, False, True, []),
    "preload; includeSubDomains": (None, True, True, []),
    FULL: (31536000, True, True, []),
    "   max-age=10886400  ;     includeSubDomains    ;     preload      ": (
        *(10886400, True, True),
        [],
    ),
    "inCLUDESUBDomaINs; max-AGe=12345678": (12345678, True, False, []),
    "": (None, False, False, ["header.parse.empty"]),
    "   ": (None, False, False, ["header.parse.empty"]),
    "preload; includeSubDomains; preload; max-age=12345678; preload": (
        *(12345678, True, True),
        ["header.parse.repeated.preload"],
    ),
    "includeSubDomains; includeSubDomains; max-age=1": (
        *(1, True, False),
        ["header.parse.repeated.include_sub_domains"],
    ),
    "max-age=1; max-age=2": (1, False, False, ["header.parse.repeated.max_age"]),
    "max-age=12345678; extra; includeSubDomains; directives; preload": (
        *(12345678, True, True),
        ["header.parse.unknown_directive", "header.parse.unknown_directive"],
    ),
    ";": (None, False, False, ["header.parse.empty_directive"]),
    "max-age=10886400; includeSubDomains; preload;": (
        *(10886400, True, True),
        ["header.parse.empty_directive"],
    ),
    "max-age=01234": (1234, False, False, ["header.parse.max_age.leading_zero"]),
    "max-age=0": (0, False, False, []),
    "preload=1": (None, False, False, ["header.parse.invalid.preload"]),
    "includeSubDomains=yes": (None, False, False, ["header.parse.invalid.include_sub_domains"]),
    "max-age=": (None, False, False, ["header.parse.max_age.parse_int_error"]),
    f"max-age={2**64}": (None, False, False, ["header.parse.max_age.parse_int_error"]),
    f"max-age={2**64 - 1}": (2**64 - 1, False, False, []),
    f"max-age={'9' * 5000}": (None, False, False, ["header.parse.max_age.parse_int_error"]),
    "max-age": (None, False, False, ["header.parse.invalid.max_age.no_value"]),
    "max-age=-101": (None, False, False, ["header.parse.max_age.non_digit_characters"]),
    "max-age=+101": (None, False, False, ["header.parse.max_age.non_digit_characters"]),
    'max-age="101"': (None, False, False, ["header.parse.max_age.non_digit_characters"]),
    "max-age=\u0661": (None, False, False, ["header.parse.max_age.non_digit_characters"]),
    "max-age;": (
        *(None, False, False),
        ["header.parse.invalid.max_age.no_value", "header.parse.empty_directive"],
    ),
}
#: The same file's cases of whole values, in the site's order.
VALUES = {
    FULL: [],
    "max-age=315360001; preload; includeSubDomains": [
        "header.preloadable.max_age.over_10_years",
    ],
    "": [
        "header.parse.empty",
        "header.preloadable.include_sub_domains.missing",
        "header.preloadable.preload.missing",
        "header.preloadable.max_age.missing",
    ],
    "includeSubDomains; max-age=31536000": ["header.preloadable.preload.missing"],
    "preload; max-age=31536000": ["header.preloadable.include_sub_domains.missing"],
    "includeSubDomains; preload": ["header.preloadable.max_age.missing"],
    "includeSubDomains; preload; max-age": [
        "header.parse.invalid.max_age.no_value",
        "header.preloadable.max_age.missing",
    ],
    "includeSubDomains; preload; max-age=0": ["header.preloadable.max_age.zero"],
    "includeSubDomains; preload; max-age=10886400": ["header.preloadable.max_age.below_1_year"],
}
REGISTERED = {"a.example": "a.example", "www.a.example": "a.example", "example": ""}
DOMAINS = {
    "a.example": [],
    ".a.example": ["domain.format.begins_with_dot"],
    "a.example.": ["domain.format.ends_with_dot"],
    "a..example": ["domain.format.contains_double_dot"],
    "example": ["domain.format.public_suffix"],
    "a_b.example": ["domain.format.invalid_characters"],
    "b\u00fccher.example": ["domain.format.invalid_characters"],
    "192.0.2.1": ["domain.format.is_ip_address"],
    "www.a.example": ["domain.is_subdomain"],
    "unknown.example": ["internal.domain.name.cannot_compute_etld1"],
}
MAIN = "https://a.example/"
WWW = "https://www.a.example/"


def plain(*chain, **more):
    more.setdefault("first_hsts_values", (FULL,))
    return PreloadRedirects(url="http://a.example/", chain=chain, **more)


HTTP_REDIRECTS = {
    "good": (plain(MAIN), []),
    "further": (plain(MAIN, WWW), []),
    "closed": (plain(answered=False), ["redirects.http.does_not_exist"]),
    "useless header": (plain(MAIN, hsts_values=(FULL,)), ["redirects.http.useless_header"]),
    "none": (plain(), ["redirects.http.no_redirect"]),
    "www": (plain(WWW), ["redirects.http.www_first"]),
    "www in the clear": (plain("http://www.a.example/"), ["redirects.http.www_first"]),
    "elsewhere": (plain("https://b.example/"), ["redirects.http.first_redirect.insecure"]),
    "in the clear": (plain("http://a.example/x"), ["redirects.http.first_redirect.insecure"]),
    "unreachable": (
        plain(MAIN, first_hsts_values=None, failure="connection refused"),
        ["redirects.follow_error", "redirects.http.first_redirect.invalid"],
    ),
    "without HSTS": (
        plain(MAIN, first_hsts_values=()),
        ["redirects.http.first_redirect.no_hsts"],
    ),
    "too many": (plain(MAIN, WWW, MAIN, WWW), ["redirects.too_many"]),
    "later in the clear": (plain(MAIN, "http://b.example/"), ["redirects.insecure.subsequent"]),
}
HTTPS_REDIRECTS = {
    "none": ((), []),
    "further": ((WWW,), []),
    "at once in the clear": (("http://a.example/",), ["redirects.insecure.initial"]),
    "later in the clear": ((WWW, "http://a.example/"), ["redirects.insecure.subsequent"]),
    "too many": ((WWW, MAIN, WWW, MAIN), ["redirects.too_many"]),
}
MODERN = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
TLS = {
    "good": (PreloadTls(version="TLSv1.2", suite=MODERN), []),
    "TLS 1.3": (PreloadTls(version="TLSv1.3", suite="TLS_AES_128_CCM_SHA256"), []),
    "closed": (PreloadTls(connects=False), ["domain.tls.cannot_connect"]),
    "bad chain": (PreloadTls(chain_is_valid=False), ["domain.tls.invalid_cert_chain"]),
    "SHA-1": (PreloadTls(chain_has_sha1=True), ["domain.tls.sha1"]),
    "obsolete": (
        PreloadTls(version="TLSv1.2", suite="TLS_RSA_WITH_AES_128_CBC_SHA"),
        ["tls.obsolete_cipher_suite"],
    ),
}
WWW_TLS = {
    "closed": (PreloadTls(www_connects=False, www_has_tls=False), []),
    "not asked": (PreloadTls(), []),
    "www": (PreloadTls(www_connects=True, www_has_tls=True), []),
    "www without TLS": (
        PreloadTls(www_connects=True, www_has_tls=False),
        ["domain.www.no_tls"],
    ),
    "www not closed": (
        PreloadTls(www_connects=True, www_has_tls=True, www_close_failed=1),
        ["internal.domain.www.first_dial.no_close"],
    ),
    "www not closed after TLS": (
        PreloadTls(www_connects=True, www_has_tls=True, www_close_failed=2),
        ["internal.domain.www.second_dial.no_close"],
    ),
}
REMOVABLE = {
    "max-age=0": [],
    "max-age=300; unknown;": [],
    FULL: ["header.removable.contains.preload"],
    "": ["header.removable.missing.max_age"],
    "preload": ["header.removable.contains.preload", "header.removable.missing.max_age"],
    "max-age=x": [
        "header.parse.max_age.non_digit_characters",
        "header.removable.missing.max_age",
    ],
}


def codes(issues):
    return [each.code for each in issues]


@pytest.mark.parametrize("value", PARSED, ids=lambda value: repr(value[:50]))
def test_parsing(value):
    age, subdomains, preload, expected = PARSED[value]
    header = parse_preload_header(value)
    assert header.max_age_seconds == age
    assert (header.include_subdomains, header.preload) == (subdomains, preload)
    assert codes(header.issues) == expected


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_preloadable_values(value):
    assert codes(judge_preload_value(value)) == VALUES[value]


def test_eighteen_weeks_are_enough_for_who_came_early():
    early = {"least_seconds": EIGHTEEN_WEEKS_SECONDS}
    rest = "; includeSubDomains; preload"
    assert codes(judge_preload_value(f"max-age=10886400{rest}", **early)) == []
    assert codes(judge_preload_value(f"max-age=10886399{rest}", **early)) == [
        "header.preloadable.max_age.below_18_weeks"
    ]


@pytest.mark.parametrize("value", REMOVABLE, ids=repr)
def test_removable_values(value):
    assert codes(judge_removable_value(value)) == REMOVABLE[value]
    assert codes(judge_preload_response([value], removal=True)) == REMOVABLE[value]


def test_responses():
    assert codes(judge_preload_response([])) == ["response.no_header"]
    assert codes(judge_preload_response([FULL, FULL])) == ["response.multiple_headers"]
    assert codes(judge_preload_response([FULL])) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_domains(domain):
    assert codes(judge_domain(domain, REGISTERED.get)) == DOMAINS[domain]


@pytest.mark.parametrize("case", HTTP_REDIRECTS)
def test_redirects_of_plain_http(case):
    seen, expected = HTTP_REDIRECTS[case]
    assert codes(judge_http_redirects(seen, "a.example", main_is_fine=True)) == expected


def test_a_first_redirect_without_hsts_is_not_told_twice():
    seen, _ = HTTP_REDIRECTS["without HSTS"]
    assert judge_http_redirects(seen, "a.example", main_is_fine=False) == ()
    seen, _ = HTTP_REDIRECTS["unreachable"]
    told = judge_http_redirects(seen, "a.example", main_is_fine=False)
    assert codes(told) == ["redirects.follow_error"]


@pytest.mark.parametrize("space", ["\x85", "\xa0", "\u2028"])
def test_what_is_no_space_to_the_site_is_not_trimmed(space):
    found = codes(judge_preload_value(FULL.replace(";", f"{space};", 1)))
    assert "header.parse.max_age.non_digit_characters" in found


@pytest.mark.parametrize("case", HTTPS_REDIRECTS)
def test_redirects_of_https(case):
    chain, expected = HTTPS_REDIRECTS[case]
    assert codes(judge_https_redirects(PreloadRedirects(url=MAIN, chain=chain))) == expected


@pytest.mark.parametrize("case", TLS)
def test_tls(case):
    seen, expected = TLS[case]
    assert codes(judge_tls(seen)) == expected


@pytest.mark.parametrize("case", WWW_TLS)
def test_tls_of_the_www_name(case):
    seen, expected = WWW_TLS[case]
    assert codes(judge_www(seen)) == expected


def test_every_code_has_a_case():
    told = {code for *_, found in PARSED.values() for code in found}
    for table in (VALUES, DOMAINS, REMOVABLE):
        told |= {code for found in table.values() for code in found}
    for table in (HTTP_REDIRECTS, HTTPS_REDIRECTS, TLS, WWW_TLS):
        told |= {code for _, found in table.values() for code in found}
    told |= {"header.preloadable.max_age.below_18_weeks"}
    told |= {"response.no_header", "response.multiple_headers"}
    assert told == set(preload_codes())


def test_warnings_are_no_errors():
    assert not has_errors(judge_preload_value(f"{FULL};"))
    assert has_errors(judge_preload_value("max-age=1"))


def test_what_is_repeated_of_a_header_is_safe_to_show():
    [issue] = parse_preload_header("\x1b[31m\u202eevil" + "x" * 500).issues
    assert issue.evidence.isprintable()
    assert issue.evidence.startswith("\\x1B[31m\\x202Eevil")
    assert len(issue.evidence) < 300
