"""Boxes that lead to each other: side by side where they are short, else one below the other."""

from collections.abc import Iterator

from tlsward.model.lesson import Box, Flow, Link
from tlsward.report.lesson.shapes import WIDTH, arrow, cross, picture, rectangle, text, wrapped
from tlsward.report.markup import Markup

#: Side by side there are three boxes at most, with texts of so many letters.
_MOST_ACROSS, _SHORT = 3, 24
_ACROSS, _GAP_ACROSS = 172.0, 98.0
_DOWN, _GAP_DOWN = 420.0, 46.0
_LINE = 18.0


def flow_picture(figure: Flow) -> Markup:
    """Return the flow."""
    words = " leads to ".join(box.title for box in figure.boxes)
    texts = [line for box in figure.boxes for line in (box.title, *box.lines)]
    if len(figure.boxes) <= _MOST_ACROSS and max(map(len, texts)) <= _SHORT:
        return _across(figure, words)
    return _down(figure, words)


def _across(figure: Flow, words: str) -> Markup:
    count = len(figure.boxes)
    tallest = max(_height(box, 20) for box in figure.boxes)
    height = max(tallest + 16, 96.0)
    gap = _GAP_ACROSS
    left = (WIDTH - count * _ACROSS - (count - 1) * gap) / 2
    parts: list[Markup] = []
    for index, box in enumerate(figure.boxes):
        parts += _box(box, left, (height - tallest) / 2, _ACROSS, tallest, 20)
        left += _ACROSS
        if index < len(figure.links):
            link = figure.links[index]
            parts += _link(link, left + 6, height / 2, left + gap - 6, height / 2)
            label = wrapped(link.label, 14, 4) if link.label else []
            above = (len(label) + 1) // 2
            for row, line in enumerate(label):
                y = height / 2 - 10 - 14 * (above - 1 - row)
                y += 18 if row >= above else 0
                parts.append(text(left + gap / 2, y, line, "tiny soft middle"))
            left += gap
    return picture(height, words, *parts)


def _down(figure: Flow, words: str) -> Markup:
    parts: list[Markup] = []
    top = 6.0
    left = (WIDTH - _DOWN) / 2
    for index, box in enumerate(figure.boxes):
        height = _height(box, 52)
        parts += _box(box, left, top, _DOWN, height, 52)
        top += height
        if index < len(figure.links):
            link = figure.links[index]
            parts += _link(link, WIDTH / 2, top + 4, WIDTH / 2, top + _GAP_DOWN - 4)
            if link.label:
                style = f"small {link.tone or 'soft'}"
                parts.append(text(WIDTH / 2 + 20, top + _GAP_DOWN / 2 + 5, link.label, style))
            top += _GAP_DOWN
    return picture(top + 6, words, *parts)


def _height(box: Box, columns: int) -> float:
    lines = len(wrapped(box.title, columns, 2)) + sum(
        len(wrapped(line, columns, 2)) for line in box.lines
    )
    return 22 + _LINE * lines


def _box(
    box: Box, left: float, top: float, width: float, height: float, columns: int
) -> Iterator[Markup]:
    yield rectangle(left, top, width, height, f"card edge-{box.tone or 'plain'}")
    baseline = top + 25
    for line in wrapped(box.title, columns, 2):
        yield text(left + width / 2, baseline, line, f"name {box.tone} middle")
        baseline += _LINE
    for each in box.lines:
        for line in wrapped(each, columns, 2):
            yield text(left + width / 2, baseline, line, "mono middle")
            baseline += _LINE


def _link(link: Link, from_x: float, from_y: float, to_x: float, to_y: float) -> Iterator[Markup]:
    yield arrow(from_x, from_y, to_x, to_y, link.tone or "plain")
    if link.broken:
        yield cross((from_x + to_x) / 2, (from_y + to_y) / 2, "bad")
