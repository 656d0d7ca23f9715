"""The figure of the chain of trust: well-formed, self-contained, escaped, and where things are."""

import re
from xml.etree import ElementTree as ET

import pytest

from report.certificate import chains
from report.certificate.test_chain import ALL
from report.golden_files import check_golden
from tlsward.report.certificate.box import WIDTH, wrapped
from tlsward.report.certificate.figure import render_figure
from tlsward.report.certificate.layout import layout

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text"}
DRAWN = [build for build in ALL if build is not chains.unreadable]


def parsed(*built):
    return ET.fromstring(render_figure("www.example.com:443", built))


@pytest.mark.parametrize("build", [chains.crossed, chains.diamond, chains.in_several_stores])
def test_figure(build):
    check_golden(f"chain.{build.__name__}.svg", render_figure("www.example.com:443", [build()]))


@pytest.mark.parametrize("build", ALL)
def test_it_is_self_contained(build):
    document = render_figure("www.example.com:443", [build()])
    root = ET.fromstring(document)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= ELEMENTS
    for each in root.iter():
        for attribute, value in each.attrib.items():
            assert not attribute.lower().startswith("on")
            assert "href" not in attribute.lower()
            assert "url(" not in value or re.fullmatch(r"url\(#head-\w+\)", value)
    outside = document.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "@import" not in outside
    assert "url(http" not in outside


@pytest.mark.parametrize("build", ALL)
def test_it_can_be_read_without_being_seen(build):
    root = parsed(build())
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.find(f"{SVG}title").text == "Chain of trust of www.example.com:443"
    assert root.find(f"{SVG}desc").text.endswith(".")


def test_it_is_told_in_words():
    words = parsed(chains.crossed()).find(f"{SVG}desc").text
    assert "is certified by CN=New Root X1,O=New Trust: a root of private." in words
    assert "private: expired on 2026-05-29" in words
    assert "unknown issuer: CN=Root That Nobody Has" in words


def test_what_is_hostile_stays_text():
    document = render_figure("<script>x</script>\x1b[2J", [chains.hostile()])
    assert "<script" not in document
    assert "<svg onload" not in document
    assert "\x1b" not in document
    assert "\u202e" not in document
    texts = "".join(ET.fromstring(document).itertext())
    assert "<script>alert(1)</script>" in texts
    check_golden("chain.hostile.svg", document)


def frames(root):
    for each in root.iter(f"{SVG}rect"):
        if each.get("class") == "frame":
            x, y, width, height = (float(each.get(key)) for key in ("x", "y", "width", "height"))
            yield x, y, x + width, y + height


@pytest.mark.parametrize("build", DRAWN)
def test_boxes_do_not_overlap_and_are_within_the_page(build):
    root = parsed(build())
    boxes = list(frames(root))
    assert boxes
    page = [float(number) for number in root.get("viewBox").split()]
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= page[2]
        assert top >= 0
        assert bottom <= page[3]
        for other in boxes[number + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_a_diamond():
    plan = layout(chains.diamond())
    assert [len(row) for row in plan.rows] == [1, 2, 1]
    assert len(plan.edges) == 4
    assert {edge.trusted for edge in plan.edges} == {"yes"}
    texts = "".join(parsed(chains.diamond()).itertext())
    assert texts.count("◆ one key, 2 certificates") == 2


def test_failing_ways_are_dashed_and_say_why():
    root = parsed(chains.crossed())
    answers = [each.get("class") for each in root.iter(f"{SVG}path") if each.get("d")[0] == "M"]
    assert answers.count("edge yes") == 2
    assert answers.count("edge no") == 4
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert "issuer not found" in texts
    assert "✗ private: expired on 2026-05-29:" in texts


def test_stores_stand_at_the_root():
    root = parsed(chains.in_several_stores())
    pills = [each.text for each in root.iter(f"{SVG}text") if each.get("class") == "pill-text"]
    assert pills == ["mozilla", "microsoft", "apple", "chrome"]
    for each in root.iter(f"{SVG}rect"):
        if each.get("class") == "pill":
            assert float(each.get("width")) < WIDTH


def test_several_chains_stand_below_one_another():
    root = parsed(chains.simple(), chains.crossed())
    titles = [each.text for each in root.iter(f"{SVG}text") if each.get("class") == "title"]
    assert titles == [
        "Chain of trust of www.example.com:443, chain 1",
        "Chain of trust of www.example.com:443, chain 2",
    ]


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("short", 10, ["short"]),
        ("one two three", 8, ["one two", "three"]),
        ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
        ("a" * 45, 10, ["a" * 10, "a" * 10, "a" * 9 + "…"]),
        ("信頼できる認証局", 10, ["信頼できる", "認証局"]),
        ("", 10, []),
    ],
)
def test_wrapping(text, columns, lines):
    assert wrapped(text, columns) == lines
