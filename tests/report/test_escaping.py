"""Nothing that a server says reaches a terminal, a browser or a parser as more than text."""

import re
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.servers import HOSTILE, hostile
from tlsward.model.scan_result import ScanResult
from tlsward.report import FORMATS, render
from tlsward.report.escape import inert, json_escaped, printable
from tlsward.report.markdown import safe
from tlsward.report.style import draw, plain

#: Categories of characters that a terminal obeys or that change how others are read.
UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def unsafe_in(document):
    return {c for c in document if unicodedata.category(c) in UNSAFE and c != "\n"}


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_lets_a_control_character_through(form):
    assert unsafe_in(render([hostile()], form)) == set()


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_hidden_is_shown(form):
    assert re.search(r"\\+(x1b|u001b)", render([hostile()], form))


def test_a_text_cannot_make_a_line_or_a_section_of_its_own():
    lines = render([hostile()], "text").splitlines()
    assert [line for line in lines if line.startswith("--- ")].count("--- Trust ---") == 1


def test_colour_cannot_be_forged():
    coloured = render([hostile()], "text", color=True)
    assert "\x1b[2J" not in coloured
    assert "\x1b]" not in coloured


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("::error::no", r"\x3a:error::no"),
        ("a ::set-env name=PATH::/tmp", r"a \x3a:set-env name=PATH::/tmp"),
        ("##vso[task.setvariable variable=a]b", r"\x23#vso[task.setvariable variable=a]b"),
        ("x##[command]y", r"x\x23#[command]y"),
        ("##teamcity[buildStop]", r"\x23#teamcity[buildStop]"),
        ("2001:db8::1 and fe80::1", "2001:db8::1 and fe80::1"),
        ("::1 and std::string::size", "::1 and std::string::size"),
        ("## heading", "## heading"),
    ],
)
def test_a_text_is_no_command_to_the_logger_of_a_pipeline(said, shown):
    assert inert(said) == shown
    assert draw([plain(said)], color=False) == f"{shown}\n"


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()
        self.attributes = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_html_has_no_tag_but_its_own_and_nothing_that_acts():
    tags = Tags()
    tags.feed(render([hostile()], "html"))
    assert "script" not in tags.seen
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert "src" not in tags.attributes
    assert "style" not in tags.attributes


def test_xml_is_well_formed_and_keeps_the_words():
    root = ET.fromstring(render([hostile()], "junit"))
    texts = [case.get("name") for case in root.iter("testcase")]
    assert any("<script>" in text for text in texts)


def test_json_keeps_the_very_characters_where_utf8_can():
    text = HOSTILE.replace("\ud800", "")
    result = msgspec.structs.replace(hostile(), reason=text)
    # Everything else still has the lone surrogate, which UTF-8 cannot hold: it is escaped.
    decoded = msgspec.json.decode(render([result], "json"), type=ScanResult)
    assert "\\ud800" in decoded.target.sni
    clean = ScanResult(
        **{name: getattr(result, name) for name in ("tlsward_version", "status", "started_at")},
        target=msgspec.structs.replace(result.target, sni=None, address=None),
        duration_ms=1,
        reason=text,
    )
    decoded = msgspec.json.decode(render([clean], "json"), type=ScanResult)
    assert decoded.reason == text


@given(st.text())
def test_printable_never_lets_an_unsafe_character_through(text):
    shown = printable(text)
    assert unsafe_in(shown) == set()
    assert "\n" not in shown
    assert printable(shown) == shown


@given(st.text())
def test_printable_leaves_harmless_text_alone(text):
    if not unsafe_in(text) and "\n" not in text and text.isprintable():
        assert printable(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_escaping_changes_no_value(text):
    document = msgspec.json.encode({"key": text}).decode()
    escaped = json_escaped(document)
    assert unsafe_in(escaped) == set()
    assert msgspec.json.decode(escaped) == {"key": text}


@given(st.text())
def test_markdown_is_escaped_wherever_it_could_mean_something(text):
    assert re.search(r"(?<!\\)(\\\\)*[`*_\[\]<>|#@&]", safe(text)) is None
