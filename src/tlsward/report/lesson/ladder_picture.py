"""Two who talk, and their messages one below the other."""

from collections.abc import Iterator

from tlsward.model.lesson import Arrow, Ladder, Remark
from tlsward.report.lesson.shapes import (
    WIDTH,
    arrow,
    line,
    picture,
    rectangle,
    text,
    wrapped,
)
from tlsward.report.markup import Markup

_LEFT, _RIGHT = 70.0, WIDTH - 70.0
_TOP = 54.0
_COLUMNS = 76


def ladder_picture(figure: Ladder) -> Markup:
    """Return the ladder; what nobody between the two can read stands on a green ground."""
    rungs: list[Markup] = []
    top = _TOP
    for rung in figure.rungs:
        drawn, height = _remark(rung, top) if isinstance(rung, Remark) else _arrow(rung, top)
        rungs += drawn
        top += height
    bottom = top + 8
    rails = [line(x, 40, x, bottom, "rail") for x in (_LEFT, _RIGHT)]
    heads = [*_head(figure.left, _LEFT), *_head(figure.right, _RIGHT)]
    names = ", ".join(rung.name for rung in figure.rungs if isinstance(rung, Arrow))
    words = f"Messages between {figure.left} and {figure.right}: {names}"
    return picture(bottom + 10, words, *rails, *rungs, *heads)


def _head(name: str, x: float) -> Iterator[Markup]:
    yield rectangle(x - 52, 4, 104, 34, "card")
    yield text(x, 26, name, "name middle")


def _arrow(rung: Arrow, top: float) -> tuple[list[Markup], float]:
    carried = wrapped(rung.carries, _COLUMNS, 2) if rung.carries else []
    height = 40.0 + 16 * len(carried)
    style = "good" if rung.sealed else "warn"
    parts: list[Markup] = []
    if rung.sealed:
        parts.append(rectangle(_LEFT + 8, top, _RIGHT - _LEFT - 16, height - 4, "tint-good"))
    parts.append(text(_LEFT + 20, top + 17, rung.name, f"name {style if rung.sealed else ''}"))
    note = f"encrypted, {rung.note}" if rung.sealed else rung.note
    parts.append(text(_RIGHT - 20, top + 17, note, "small soft", "end"))
    y = top + 26
    begin, end = (_LEFT, _RIGHT - 2) if rung.sender == "left" else (_RIGHT, _LEFT + 2)
    parts.append(arrow(begin, y, end, y, style))
    for index, words in enumerate(carried):
        parts.append(text(_LEFT + 20, y + 16 + 16 * index, words, "small soft"))
    return parts, height + 4


def _remark(rung: Remark, top: float) -> tuple[list[Markup], float]:
    lines = wrapped(rung.text, _COLUMNS - 6, 3)
    height = 14.0 + 16 * len(lines)
    parts = [rectangle(_LEFT - 30, top + 2, _RIGHT - _LEFT + 60, height, "note")]
    for index, words in enumerate(lines):
        parts.append(text(WIDTH / 2, top + 20 + 16 * index, words, "small key middle"))
    return parts, height + 10
