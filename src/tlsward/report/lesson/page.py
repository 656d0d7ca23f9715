"""Lessons as one HTML page: no script, nothing loaded from anywhere, light or dark.

As in `report.html_page` its content security policy allows its own style sheet alone.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence

from tlsward.model.lesson import Grid, Lesson, Step, Value
from tlsward.report.lesson.page_style import STYLE
from tlsward.report.lesson.pictures import picture_of
from tlsward.report.markup import Markup, element, join, table, text

_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
)
TITLE = "The ground under TLS"


def render_page(lessons: Sequence[Lesson], introduction: str) -> str:
    """Return all lessons as one page, in their order."""
    head = join(
        [
            Markup('<meta charset="utf-8">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup('<meta name="referrer" content="no-referrer">'),
            element("title", TITLE),
            Markup(f"<style>{STYLE}</style>"),
        ]
    )
    opening = element(
        "header",
        element("h1", TITLE),
        element("p", introduction, class_="lead"),
        element("nav", element("ol", *(_entry(lesson) for lesson in lessons))),
    )
    sections = [_lesson(number, lesson) for number, lesson in enumerate(lessons, 1)]
    page = element(
        "html",
        element("head", Markup("\n"), head, Markup("\n")),
        Markup("\n"),
        element("body", opening, element("main", join(sections))),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def _entry(lesson: Lesson) -> Markup:
    return element("li", element("a", lesson.title, href=f"#{lesson.topic}"))


def _lesson(number: int, lesson: Lesson) -> Markup:
    return element(
        "section",
        element("p", f"Lesson {number}", class_="number"),
        element("h2", lesson.title),
        element("p", lesson.introduction, class_="lead"),
        *(_step(each) for each in lesson.steps),
        element("div", element("h3", "In short"), element("p", lesson.conclusion), class_="short"),
        element(
            "p",
            "Of your own: ",
            element("code", f"tlsward primer {lesson.topic} --help"),
            class_="soft",
        ),
        id=lesson.topic,
    )


def _step(step: Step) -> Markup:
    return element(
        "div",
        element("h3", step.title),
        element("p", step.text),
        *_shown(step),
        class_="step",
    )


def _shown(step: Step) -> Iterator[Markup]:
    if step.grid is not None:
        yield _grid(step.grid)
    if step.values:
        yield _values(step.values)
    if step.figure is not None:
        yield element("figure", picture_of(step.figure))
    if step.quoted:
        # Each line by itself: a line feed within text is shown as an escape.
        yield element("pre", Markup("\n".join(map(text, step.quoted))))


def _grid(grid: Grid) -> Markup:
    return table(grid.heads, grid.rows)


def _values(values: Sequence[Value]) -> Markup:
    rows = (
        element(
            "tr",
            element("th", value.name, scope="row"),
            element(
                "td",
                element("span", value.value, class_=f"mono {value.tone}".strip()),
                element("span", value.note, class_="aside") if value.note else "",
            ),
        )
        for value in values
    )
    return element("div", element("table", element("tbody", *rows)), class_="wide values")
