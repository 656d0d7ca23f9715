"""Values of issue properties to the letter of RFC 8659 section 4.2 and RFC 8657."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.pki.caa_value import MalformedValueError, parse_issue_value

#: The grammar written down once more, rule by rule, as one expression.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
WSP = r"[ \t]*"
PARAMETER = rf"{LABEL}{WSP}={WSP}[\x21-\x3A\x3C-\x7E]*"
PARAMETERS = rf"{PARAMETER}(?:{WSP};{WSP}{PARAMETER})*"
GRAMMAR = re.compile(
    rf"{WSP}(?:{LABEL}(?:\.{LABEL})*{WSP})?(?:;{WSP}(?:{PARAMETERS}{WSP})?)?", re.ASCII
)


@pytest.mark.parametrize(
    ("value", "issuer", "parameters"),
    [
        # Those of the RFC's own section 4.2 and others.
        ("ca1.example.net", "ca1.example.net", ()),
        ("ca1.example.net; account=230123", "ca1.example.net", (("account", "230123"),)),
        (";", "", ()),
        ("", "", ()),
        (" \t; ", "", ()),
        ("CA1.Example.NET", "ca1.example.net", ()),
        ("localhost", "localhost", ()),
        ("a--b.example", "a--b.example", ()),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", ()),
        ("ca.example;", "ca.example", ()),
        ("ca.example ;  a = b ;c=", "ca.example", (("a", "b"), ("c", ""))),
        ("; policy=ev", "", (("policy", "ev"),)),
        ("ca.example; a=b=c,d:e", "ca.example", (("a", "b=c,d:e"),)),
        ("ca.example; a-b=1", "ca.example", (("a-b", "1"),)),
    ],
)
def test_well_formed(value, issuer, parameters):
    read = parse_issue_value(value)
    assert (read.issuer, read.parameters) == (issuer, parameters)
    assert read.unsatisfiable is None


@pytest.mark.parametrize(
    "value",
    [
        "%%%%",  # the RFC's own example
        "ca.example.",
        ".ca.example",
        "ca..example",
        "-ca.example",
        "ca-.example",
        "ca_1.example",
        "ca.example other.example",
        "ca.example, other.example",
        "https://ca.example",
        "ca.example; a",
        "ca.example; =b",
        "ca.example; a=b;",
        "ca.example; a=b; ",
        "ca.example;;",
        "ca.example; -a=b",
        "ca.example; a_b=c",
        "ca.example; a=b c",
        'ca.example; a="b c"',
        "ca.example; a=\N{LATIN SMALL LETTER U WITH DIAERESIS}",
        "c\N{LATIN SMALL LETTER A WITH ACUTE}.example",
        "ca.example\n",
        "ca.example; a=b\x7f",
        "\N{ARABIC-INDIC DIGIT ONE}.example",
    ],
)
def test_malformed(value):
    with pytest.raises(MalformedValueError):
        parse_issue_value(value)


@given(st.text(alphabet=st.sampled_from('aZ9-.;= \t_%"\x7f\u0661'), max_size=16))
def test_it_is_the_grammar(value):
    expected = GRAMMAR.fullmatch(value) is not None
    try:
        parse_issue_value(value)
    except MalformedValueError:
        assert not expected
    else:
        assert expected


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(value):
    try:
        parse_issue_value(value)
    except MalformedValueError as error:
        words = str(error)
    else:
        words = ""
    assert words.isprintable() or not words


def test_time_grows_with_length_alone():
    for value in ("a-" * 100_000, "a." * 100_000, ";" * 100_000, "a;" + "a=b;" * 50_000):
        with pytest.raises(MalformedValueError):
            parse_issue_value(value)


def test_parameters_of_rfc_8657():
    read = parse_issue_value(
        "ca.example; accounturi=https://ca.example/acct/1; validationmethods=dns-01,ca-foo"
    )
    assert read.account_uri == "https://ca.example/acct/1"
    assert read.validation_methods == ("dns-01", "ca-foo")
    assert read.unsatisfiable is None


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("accounturi=https://a.example/1; accounturi=https://a.example/1", "more than one account"),
        ("accounturi=", "no URI"),
        ("accounturi=nonsense", "no URI"),
        ("validationmethods=dns-01; validationmethods=http-01", "more than one validation"),
        ("validationmethods=", "no list of methods"),
        ("validationmethods=dns-01,", "no list of methods"),
        ("validationmethods=dns_01", "no list of methods"),
    ],
)
def test_what_nothing_satisfies(parameters, words):
    assert words in parse_issue_value(f"ca.example; {parameters}").unsatisfiable
