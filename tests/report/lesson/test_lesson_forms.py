"""A lesson as text, as JSON, and on the page: whole, escaped, and well-formed."""

import hashlib
import json
import re
from base64 import b64encode
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tlsward.model.lesson import (
    Alphabet,
    Arrow,
    Bars,
    Box,
    Flow,
    Grid,
    Ladder,
    Lesson,
    Link,
    Mixing,
    Remark,
    Step,
    Value,
)
from tlsward.report.lesson.document import render_lesson_json
from tlsward.report.lesson.drawing import WIDTH, draw_figure, folded
from tlsward.report.lesson.page import render_page
from tlsward.report.lesson.page_style import STYLE
from tlsward.report.lesson.pictures import picture_of
from tlsward.report.lesson.text import render_lesson
from tlsward.report.style import draw

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\"'&\x00"
LONG = "a" * 300


def every_figure(text):
    return (
        Alphabet(plain="abc", cipher="bca"),
        Bars(labels=("a",), first_name=text, first=(0.5,), second_name=text, second=(0.0,)),
        Ladder(
            left=text,
            right="server",
            rungs=(
                Arrow(sender="left", name=text, note=text, carries=text),
                Remark(text=text),
                Arrow(sender="right", name="Finished", sealed=True),
            ),
        ),
        Mixing(
            left="Alice",
            right=text,
            common=text,
            left_secret=text,
            right_secret="b = 15",
            left_public=text,
            right_public="B = 19",
            shared=text,
        ),
        Flow(
            boxes=(Box(title=text, lines=(text,), tone="bad"), Box(title="short")),
            links=(Link(label=text, broken=True, tone="bad"),),
        ),
    )


def lesson(text):
    steps = [
        Step(
            title=text,
            text=text,
            values=(Value(name=text, value=text, note=text, tone="good"),),
            grid=Grid(heads=(text, ""), rows=((text, text),)),
            quoted=(text,),
        ),
        *(Step(title="figure", text="", figure=figure) for figure in every_figure(text)),
    ]
    return Lesson(
        topic="caesar",
        title=text,
        introduction=text,
        steps=tuple(steps),
        conclusion=text,
        results={"text": text},
    )


@pytest.mark.parametrize("color", [False, True])
def test_text_is_escaped(color):
    drawn = render_lesson(lesson(HOSTILE), color=color)
    left = re.sub(r"\x1b\[[0-9;]*m", "", drawn) if color else drawn
    assert re.search("[\x00-\x09\x0b-\x1f\u202e]", left) is None


def test_json_is_a_document():
    document = json.loads(render_lesson_json(lesson(HOSTILE)))
    assert document["schema"] == "tlsward.primer/1"
    assert document["results"]["text"] == HOSTILE
    assert document["steps"][1]["figure"]["kind"] == "alphabet"
    assert "\x1b" not in render_lesson_json(lesson(HOSTILE))


@pytest.mark.parametrize("text", [HOSTILE, LONG, "", "plain words and more of them " * 9])
def test_pictures_are_well_formed(text):
    for figure in every_figure(text):
        root = ET.fromstring(picture_of(figure))
        assert root.tag == "svg"
        assert root.find("title").text
        assert root.find(".//script") is None


@pytest.mark.parametrize("text", [HOSTILE, LONG])
def test_the_page_runs_and_loads_nothing(text):
    page = render_page([lesson(text)], text)
    assert "<script" not in page
    assert re.search(r'\b(src|srcset|on\w+|style)="', page) is None
    assert set(re.findall(r'href="([^"]*)"', page)) == {"#caesar"}
    digest = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert f"style-src &#x27;sha256-{digest}" in page or f"style-src 'sha256-{digest}" in page
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_what_was_said_stands_in_lines():
    step = Step(title="said", text="", quoted=("GET / HTTP/1.1", "a\nb", "<b>"))
    page = render_page([msgspec.structs.replace(lesson("x"), steps=(step,))], "")
    assert "<pre>GET / HTTP/1.1\na\\x0ab\n&lt;b&gt;</pre>" in page


def test_every_class_of_a_picture_has_a_style():
    used = set()
    for figure in every_figure("words"):
        for each in re.findall(r'class="([^"]*)"', picture_of(figure)):
            used |= set(each.split())
    unstyled = {name for name in used if not re.search(rf"\.{re.escape(name)}\b", STYLE)}
    assert unstyled <= {"edge-plain", "head", "good", "bad"}


def test_nothing_is_wider_than_a_terminal():
    for figure in every_figure("short"):
        for line in draw(draw_figure(figure), color=False).splitlines():
            assert len(line) <= WIDTH - 3


def test_folding():
    assert folded("a bb ccc dddd", 8) == ["a bb ccc", "dddd"]
    assert folded("abcdefghijklm", 8) == ["abcdefgh", "ijklm"]
    assert folded("abcdefghijklm", -5) == ["abcdefgh", "ijklm"]
    assert folded("", 5) == []
    assert folded("aaa\u00a0bbbbb c", 8) == ["aaa\u00a0bbbb", "b c"]
