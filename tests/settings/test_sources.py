"""Values from the command line, the environment and the file, and what is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.settings import file
from tlsward.settings.parse import parse_text, parse_value
from tlsward.settings.resolve import resolve
from tlsward.settings.table import Settings, settings_table

TABLE = settings_table()


def test_nothing_said_is_the_default():
    assert resolve({}, {}, {}) == Settings()


def test_the_command_line_goes_before_the_environment_and_that_before_the_file():
    document = 'target_level = "old"\ntimeout = 1\nconcurrency = 1\n'
    values = file.read(document, "tlsward.toml")
    environment = {"TLSWARD_TARGET_LEVEL": "intermediate", "TLSWARD_TIMEOUT": "2"}
    settings = resolve({"target_level": "modern"}, environment, values)
    assert settings.target_level == "modern"
    assert settings.timeout == 2.0
    assert settings.concurrency == 1


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "5/s", 5.0),
        ("rate", "0.5", 0.5),
        ("timeout", "3s", 3.0),
        ("timeout", " 3 ", 3.0),
        ("only", "suites, order,", ("suites", "order")),
        ("quick", "yes", True),
        ("quick", "0", False),
        ("quick", "", False),
        ("family", "6", "6"),
        ("guideline", "5.7", "5.7"),
    ],
)
def test_texts(name, text, value):
    assert parse_text(TABLE[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("target_level", "excellent", "expected modern, intermediate or old, not 'excellent'"),
        ("concurrency", "0", "expected a whole number from 1, not 0"),
        ("concurrency", "1.5", "expected a whole number from 1, not '1.5'"),
        ("timeout", "0", "expected a number larger than 0, not 0.0"),
        ("timeout", "nan", "expected a number larger than 0, not nan"),
        ("timeout", "inf", "expected a number larger than 0, not inf"),
        ("rate", "-1/s", "expected a number larger than 0, not -1.0"),
        ("quick", "maybe", "expected yes or no, not 'maybe'"),
        ("sni", "", "it is empty"),
    ],
)
def test_texts_that_are_no_value(name, text, message):
    with pytest.raises(ValueError) as raised:
        parse_text(TABLE[name], text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "value", "parsed"),
    [
        ("quick", True, True),
        ("timeout", 3, 3.0),
        ("concurrency", 3, 3),
        ("guideline", 6.0, "6.0"),
        ("family", 4, "4"),
        ("only", ["suites"], ("suites",)),
        ("only", "suites", ("suites",)),
        ("rate", "5/s", 5.0),
    ],
)
def test_values_of_the_file(name, value, parsed):
    assert parse_value(TABLE[name], value) == parsed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quick", "yes"),
        ("quick", 1),
        ("timeout", True),
        ("concurrency", 1.5),
        ("only", [1]),
        ("sni", ["a"]),
        ("sni", 3),
        ("target_level", {}),
    ],
)
def test_values_of_the_file_that_are_none(name, value):
    with pytest.raises(ValueError, match=r"expected|not"):
        parse_value(TABLE[name], value)


def test_a_bad_variable_is_named():
    with pytest.raises(UsageError, match=r"^TLSWARD_TIMEOUT: expected a number larger than 0"):
        resolve({}, {"TLSWARD_TIMEOUT": "soon"}, {})


def test_a_bad_option_is_named():
    with pytest.raises(UsageError, match=r"^--concurrency: expected a whole number from 1"):
        resolve({"concurrency": "many"}, {}, {})


def test_every_problem_of_a_file_is_found_with_its_line():
    document = """\
# settings
timeout = 5
target-level = "modern"
format = "pdf"

[scan]
quick = true
"""
    values, problems = file.check(document)
    assert values == {"timeout": 5.0}
    assert [(p.line, p.text) for p in problems] == [
        (3, "target-level: there is no such setting; target_level?"),
        (
            4,
            "format: expected text, json, jsonl, sarif, junit, html, markdown or cbom, not 'pdf'",
        ),
        (6, "scan: there is no such setting"),
    ]
    with pytest.raises(UsageError, match=r"^my\.toml:3: target-level: "):
        file.read(document, "my.toml")


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("timeout = 5\nquick = maybe\n", 2),
        ("timeout = \n", 1),
        ('sni = "a', 1),
        ("a = 1\na = 2", 2),
    ],
)
def test_a_syntax_error_is_pointed_at(document, line):
    values, (problem,) = file.check(document)
    assert values == {}
    assert problem.line == line
    assert problem.text.startswith("not TOML: ")


@given(st.text())
def test_any_text_gives_values_or_problems(text):
    values, problems = file.check(text)
    lines = len(text.splitlines())
    assert all(1 <= problem.line <= max(1, lines) for problem in problems)
    assert set(values) <= set(TABLE)


@given(st.sampled_from(sorted(TABLE)), st.text())
def test_any_text_is_a_value_or_a_value_error(name, text):
    try:
        value = parse_text(TABLE[name], text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert getattr(resolve({name: text}, {}, {}), name) == value
