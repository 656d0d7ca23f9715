"""RFC 6797: its examples, its grammar to the letter, and what is thought of a policy."""

import pytest

from tlsward.http.hsts import (
    LARGEST_AGE_SECONDS,
    HstsPolicy,
    build_hsts,
    duration_words,
    is_long_enough,
    judge_hsts,
    next_stage_seconds,
    parse_hsts,
    received_hsts,
)

#: Section 6.2, and what section 6.1 makes of the same in other clothes.
VALID = {
    "max-age=31536000": HstsPolicy(max_age_seconds=31536000),
    "max-age=15768000 ; includeSubDomains": HstsPolicy(
        max_age_seconds=15768000, include_subdomains=True
    ),
    'max-age="31536000"': HstsPolicy(max_age_seconds=31536000),
    "max-age=0": HstsPolicy(max_age_seconds=0),
    "max-age=0; includeSubDomains": HstsPolicy(max_age_seconds=0, include_subdomains=True),
    "MAX-AGE=1;INCLUDESUBDOMAINS": HstsPolicy(max_age_seconds=1, include_subdomains=True),
    "includeSubDomains; max-age=7": HstsPolicy(max_age_seconds=7, include_subdomains=True),
    ";;max-age=7;;": HstsPolicy(max_age_seconds=7),
    "max-age=7;": HstsPolicy(max_age_seconds=7),
    " \tmax-age = 7\t; ": HstsPolicy(max_age_seconds=7),
    'max-age="\\7"': HstsPolicy(max_age_seconds=7),
    "max-age=007": HstsPolicy(max_age_seconds=7),
    "max-age=7; preload": HstsPolicy(max_age_seconds=7, preload=True),
    f"max-age={'9' * 5000}": HstsPolicy(max_age_seconds=LARGEST_AGE_SECONDS),
}
INVALID = {
    "": "max-age is missing",
    ";": "max-age is missing",
    "includeSubDomains": "max-age is missing",
    "max-age": "max-age is not in seconds: no value",
    "max-age=": "max-age: has no value",
    "max-age=-1": "max-age is not in seconds: '-1'",
    "max-age=1.5": "max-age is not in seconds: '1.5'",
    "max-age=1y": "max-age is not in seconds: '1y'",
    'max-age=""': "max-age is not in seconds: ''",
    "max-age=\u0661": "max-age: '\\x661' is neither token nor quoted",
    'max-age="7': "max-age: its quotes are not closed",
    "max-age='7'": "max-age is not in seconds: ''7''",
    "max-age=7; max-age=7": "max-age appears more than once",
    "max-age=7; MAX-AGE=8": "MAX-AGE appears more than once",
    "max-age=7; includeSubDomains; includesubdomains": "includesubdomains appears more than once",
    "max-age=7; a; A": "A appears more than once",
    "max-age=7; includeSubDomains=1": "includeSubDomains must not have a value",
    "max-age=7, max-age=8": "max-age: '7, max-age=8' is neither token nor quoted",
    "max-age=7 includeSubDomains": "max-age: '7 includeSubDomains' is neither token nor quoted",
    "max-age=7; (x)": "'(x)' is no name",
    "max-age=7; =x": "'' is no name",
    "max-age=7;" + "a" * 20_000: "longer than 16384 characters",
}


@pytest.mark.parametrize("value", VALID, ids=lambda value: value[:40])
def test_valid_fields(value):
    field = parse_hsts(value)
    assert field.invalid is None
    assert field.policy == VALID[value]


@pytest.mark.parametrize("value", INVALID, ids=lambda value: repr(value[:40]))
def test_invalid_fields_are_ignored_as_a_whole(value):
    field = parse_hsts(value)
    assert field.policy is None
    assert field.invalid == INVALID[value]
    assert field.invalid.isprintable()


def test_unknown_directives_are_passed_over_and_told():
    field = parse_hsts('max-age=7; foo; bar="a;b"; preload=1')
    assert field.policy == HstsPolicy(max_age_seconds=7)
    assert field.ignored == tuple(f"{n} is unknown to RFC 6797" for n in ("foo", "bar", "preload"))


def test_the_first_of_several_fields_counts():
    received = received_hsts(["max-age=1", "max-age=2"], secure=True, host="a.example")
    assert received.policy == HstsPolicy(max_age_seconds=1)
    ids = [each.id for each in judge_hsts(received, least_age_seconds=1)]
    assert ids[0] == "http.hsts.several"


def test_an_invalid_first_field_is_not_replaced_by_the_second():
    received = received_hsts(["max-age", "max-age=2"], secure=True, host="a.example")
    assert received.policy is None


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"secure": False, "host": "a.example"}, "over plain HTTP"),
        ({"secure": True, "host": "192.0.2.1"}, "named by its address"),
        ({"secure": True, "host": "[2001:db8::1]"}, "named by its address"),
        ({"secure": True, "host": "2001:db8::1"}, "named by its address"),
        ({"secure": True, "host": "a.example", "verified": "no"}, "the certificate"),
    ],
)
def test_where_a_field_is_ignored(how, reason):
    received = received_hsts(["max-age=7"], **how)
    assert received.policy is None
    assert reason in received.reason
    assert is_long_enough(received, 1) == "no"


@pytest.mark.parametrize(
    ("value", "findings"),
    [
        ("max-age=63072000; includeSubDomains", {"good": ["long"]}),
        ("max-age=63072000", {"good": ["long"], "note": ["without-subdomains"]}),
        ("max-age=300; includeSubDomains", {"weak": ["too-short"]}),
        ("max-age=0", {"weak": ["forgets"]}),
        ("max-age", {"bad": ["invalid"]}),
        (
            "max-age=63072000; includeSubDomains; preload; x",
            {"good": ["long"], "note": ["preload", "unknown-directive"]},
        ),
    ],
)
def test_judgements(value, findings):
    received = received_hsts([value], secure=True, host="a.example")
    found = {}
    for each in judge_hsts(received, least_age_seconds=63_072_000):
        found.setdefault(each.grade, []).append(each.id.removeprefix("http.hsts."))
    assert found == findings


@pytest.mark.parametrize("how", [{"host": "192.0.2.1"}, {"host": "a.example", "verified": "no"}])
def test_what_is_ignored_is_not_called_good(how):
    def ids(value):
        found = judge_hsts(received_hsts([value], secure=True, **how), least_age_seconds=300)
        return [each.id.removeprefix("http.hsts.") for each in found]

    assert ids("max-age=300; includeSubDomains") == ["ignored"]
    assert ids("max-age=299; includeSubDomains") == ["ignored", "too-short"]


def test_nothing_is_missing():
    received = received_hsts([], secure=True, host="a.example")
    assert [each.id for each in judge_hsts(received, least_age_seconds=1)] == ["http.hsts.missing"]


def test_stages():
    stages, age = [], None
    while (age := next_stage_seconds(age)) is not None:
        stages.append(age)
    assert stages == [300, 604_800, 2_592_000, 63_072_000]
    assert next_stage_seconds(0) == 300


def test_what_is_built_is_read_again():
    value = build_hsts(31_536_000, include_subdomains=True, preload=True)
    assert value == "max-age=31536000; includeSubDomains; preload"
    assert parse_hsts(value).policy == HstsPolicy(
        max_age_seconds=31_536_000, include_subdomains=True, preload=True
    )
    with pytest.raises(ValueError, match="negative"):
        build_hsts(-1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (300, "300 (5 minutes)"),
        (31_536_000, "31536000 (1 year)"),
        (63_072_000, "63072000 (2 years)"),
        (604_800, "604800 (7 days)"),
        (7, "7 seconds"),
        (0, "0 seconds"),
        (90_061, "90061 (1 days)"),
    ],
)
def test_durations(seconds, words):
    assert duration_words(seconds) == words
