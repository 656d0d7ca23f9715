"""RFC 7469: its examples, its rules for pins, and what is thought of them now."""

import json

import pytest

from tlsward.http.hpkp import (
    PIN_OF_NOTHING,
    build_hpkp,
    is_pin,
    judge_hpkp,
    parse_hpkp,
    parse_pin_report,
    would_be_noted,
)

#: Section 2.1.5's pins.
ONE = "d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM="
TWO = "E9CZ9INDbd+2eRQozYqqbQ2yXLVKB9+xcprMF+44U1g="
THREE = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
#: Of public roots: ISRG Root X1, ISRG Root X2, Amazon Root CA 1.
ROOTS = (
    "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=",
    "diGVwiVYbubAI3RW4hB9xU8e/CH2GnkuvVFZE8zmgzI=",
    "++MBgDH5WGvL9Bcn5Be30cRcL0f5O+NyoXuWtQdX1aI=",
)
EXAMPLES = {
    f'max-age=3000; pin-sha256="{ONE}"; pin-sha256="{TWO}"': ((ONE, TWO), 3000, False, None),
    f'max-age=2592000; pin-sha256="{TWO}"; pin-sha256="{THREE}"': (
        *((TWO, THREE), 2592000, False),
        None,
    ),
    (
        f'max-age=2592000; pin-sha256="{TWO}"; pin-sha256="{THREE}"; '
        'report-uri="http://example.com/pkp-report"'
    ): ((TWO, THREE), 2592000, False, "http://example.com/pkp-report"),
    (
        f'pin-sha256="{ONE}"; pin-sha256="{THREE}"; '
        'max-age=10000; includeSubDomains; report-uri="https://other.example.net/pkp-report"'
    ): ((ONE, THREE), 10000, True, "https://other.example.net/pkp-report"),
}
PINS = f'pin-sha256="{ONE}"; pin-sha256="{TWO}"'
INVALID = {
    PINS: "max-age is missing",
    f"{PINS}; max-age": "max-age is not in seconds",
    f"{PINS}; max-age=x": "max-age is not in seconds",
    f"{PINS}; max-age=1; max-age=1": "max-age appears more than once",
    f"{PINS}; max-age=1; includeSubDomains=1": "includeSubDomains must not have a value",
    f"pin-sha256={ONE[:-1]}; max-age=1": "pin-sha256: the pin must stand in quotes",
    f'pin-sha256="{ONE[:-1]}"; max-age=1': f"pin-sha256: '{ONE[:-1]}' is no SHA-256 in Base64",
    'pin-sha256="AAAA"; max-age=1': "pin-sha256: 'AAAA' is no SHA-256 in Base64",
    f"{PINS}; max-age=1; report-uri=x": "report-uri: the URL must stand in quotes",
    f'{PINS}; max-age=1; report-uri="ftp://x/"': "report-uri is no http or https URL",
    f'{PINS}; max-age=1; report-uri="http://[x/"': "report-uri is no http or https URL",
}


@pytest.mark.parametrize("value", EXAMPLES)
def test_the_examples_of_the_rfc(value):
    policy = parse_hpkp(value).policy
    found = policy.pins, policy.max_age_seconds, policy.include_subdomains, policy.report_uri
    assert found == EXAMPLES[value]


@pytest.mark.parametrize("value", INVALID)
def test_invalid_fields(value):
    field = parse_hpkp(value)
    assert field.policy is None
    assert field.invalid == INVALID[value]


def test_report_only_needs_no_max_age():
    # Section 2.1.5, its example of Report-Only.
    value = f'{PINS}; report-uri="https://other.example.net/pkp-report"'
    assert parse_hpkp(value, report_only=True).policy.max_age_seconds is None
    assert parse_hpkp(value).policy is None


@pytest.mark.parametrize("age", ["max-age=0", "max-age=1", "max-age=soon", "max-age"])
def test_report_only_ignores_max_age(age):
    policy = parse_hpkp(f"{PINS}; {age}", report_only=True).policy
    assert (policy.pins, policy.max_age_seconds) == ((ONE, TWO), None)
    assert parse_hpkp(f"{PINS}; {age}; {age}", report_only=True).policy is None


@pytest.mark.parametrize(
    ("chain", "forgets"), [({ONE}, True), (None, True), ({THREE}, False), ({ONE, TWO}, False)]
)
def test_pins_that_are_taken_back_are_not_noted(chain, forgets):
    verdict = would_be_noted(parse_hpkp(f"{PINS}; max-age=0"), chain)
    assert (verdict.noted, verdict.forgets) == ("no", forgets)
    assert verdict.reason.startswith("max-age is 0") == forgets


def test_other_hashes_and_directives_are_passed_over():
    field = parse_hpkp(f"{PINS}; pin-sha512=x; max-age=1; strict")
    assert field.policy.pins == (ONE, TWO)
    assert field.ignored == (
        "pin-sha512: only SHA-256 is known",
        "strict is unknown to RFC 7469",
    )


@pytest.mark.parametrize(
    ("pins", "chain", "noted"),
    [
        ((ONE, TWO), {ONE, THREE}, "yes"),
        ((ONE, ONE), {ONE}, "no"),  # two copies are one
        ((ONE,), {ONE}, "no"),
        ((ONE, TWO), {THREE}, "no"),
        ((ONE, TWO), {ONE, TWO}, "no"),
        ((ONE, TWO), None, "unknown"),
        ((ONE,), None, "no"),
        (ROOTS[:2], set(ROOTS[:1]), "yes"),
    ],
)
def test_what_is_noted(pins, chain, noted):
    value = "; ".join([*(f'pin-sha256="{pin}"' for pin in pins), "max-age=1"])
    verdict = would_be_noted(parse_hpkp(value), chain)
    assert verdict.noted == noted
    if noted == "yes":
        assert set(verdict.matching) <= chain
        assert verdict.backups


@pytest.mark.parametrize(
    "how", [{"secure": False}, {"host": "192.0.2.1"}, {"host": "a.example", "verified": "no"}]
)
def test_where_nothing_is_noted(how):
    assert would_be_noted(parse_hpkp(f"{PINS}; max-age=1"), {ONE}, **how).noted == "no"


def ids(field, chain):
    verdict = would_be_noted(field, chain)
    return [each.id.removeprefix("http.hpkp.") for each in judge_hpkp(field, verdict)]


def test_it_is_always_said_that_browsers_ignore_it():
    assert ids(parse_hpkp("x"), None) == ["obsolete", "invalid"]
    assert ids(parse_hpkp(f"{PINS}; max-age=1"), {ONE}) == ["obsolete", "lock-out"]
    assert ids(parse_hpkp(f"{PINS}; max-age=1", report_only=True), {ONE}) == ["obsolete"]
    assert ids(parse_hpkp(f"{PINS}; max-age=0"), {ONE}) == ["obsolete"]
    assert ids(parse_hpkp(f"{PINS}; max-age=5184001"), {ONE})[-1] == "too-long"
    assert ids(parse_hpkp(f"{PINS}; max-age=5184000"), {ONE})[-1] == "lock-out"
    assert ids(parse_hpkp(f"{PINS}; max-age=1"), {THREE}) == ["obsolete", "not-noted"]
    nothing = f'{PINS}; pin-sha256="{PIN_OF_NOTHING}"; max-age=1; x'
    assert ids(parse_hpkp(nothing), {ONE})[1:] == [
        *("pin-of-nothing", "lock-out"),
        "unknown-directive",
    ]


def test_what_is_built_is_read_again():
    value = build_hpkp(
        [ONE, ONE],
        [TWO],
        max_age_seconds=5_184_000,
        include_subdomains=True,
        report_uri="https://a.example/pins",
    )
    policy = parse_hpkp(value).policy
    assert policy.pins == (ONE, TWO)
    assert policy.include_subdomains
    assert policy.report_uri == "https://a.example/pins"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"pins": [], "backups": [TWO]}, "no pin of the chain"),
        ({"pins": [ONE], "backups": []}, "backup"),
        ({"pins": [ONE], "backups": [ONE]}, "backup"),
        ({"pins": ["x"], "backups": [TWO]}, "no SHA-256"),
        ({"pins": [ONE], "backups": [PIN_OF_NOTHING]}, "hash of nothing"),
        ({"pins": [ONE], "backups": [TWO], "max_age_seconds": -1}, "negative"),
        ({"pins": [ONE], "backups": [TWO], "report_uri": 'https://a/"'}, "report-uri"),
    ],
)
def test_what_is_not_built(how, reason):
    how = {"max_age_seconds": 1, **how}
    with pytest.raises(ValueError, match=reason):
        build_hpkp(how.pop("pins"), how.pop("backups"), **how)


def test_pins():
    assert all(map(is_pin, (ONE, *ROOTS, PIN_OF_NOTHING)))
    assert not any(map(is_pin, ("", ONE[:-1], ONE + "=", ONE[:-2] + "N=", "\xe9" * 44)))


def test_the_report_of_the_rfc():
    """Section 3's example, its chains cut short."""
    report = {
        "date-time": "2014-04-06T13:00:50Z",
        "hostname": "www.example.com",
        "port": 443,
        "effective-expiration-date": "2014-05-01T12:40:50Z",
        "include-subdomains": False,
        "served-certificate-chain": ["-----BEGIN CERTIFICATE-----\n"],
        "validated-certificate-chain": ["-----BEGIN CERTIFICATE-----\n"],
        "known-pins": [f'pin-sha256="{ONE}"', f'pin-sha256="{TWO}"'],
        "something-new": 1,
    }
    read = parse_pin_report(json.dumps(report).encode())
    assert read.hostname == "www.example.com"
    assert read.date_time.year == 2014
    assert len(read.known_pins) == 2


@pytest.mark.parametrize(
    "octets", [b"", b"[]", b"{}", b'{"hostname": 1}', b"\xff", b"[" * 100_000, b" " * 300_000]
)
def test_what_is_no_report(octets):
    with pytest.raises(ValueError, match="report"):
        parse_pin_report(octets)


def test_the_hash_of_nothing_is_no_backup():
    field = parse_hpkp(f'pin-sha256="{ONE}"; pin-sha256="{PIN_OF_NOTHING}"; max-age=1')
    verdict = would_be_noted(field, {ONE})
    assert (verdict.noted, verdict.backups) == ("no", ())
    assert "the hash of nothing" in verdict.reason
