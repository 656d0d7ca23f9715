"""Two bars for each label, side by side."""

from collections.abc import Iterator

from tlsward.model.lesson import Bars
from tlsward.report.lesson.shapes import WIDTH, line, picture, rectangle, text
from tlsward.report.markup import Markup

_HEIGHT = 250.0
_TOP, _FLOOR = 44.0, 216.0
_LEFT = 8.0


def bars_picture(figure: Bars) -> Markup:
    """Return the bars with their labels below and a legend above."""
    words = f"How often each letter stands in {figure.first_name} and in {figure.second_name}"
    return picture(_HEIGHT, words, *_legend(figure), *_bars(figure))


def _legend(figure: Bars) -> Iterator[Markup]:
    yield rectangle(_LEFT, 8, 14, 14, "fill-soft", round_=3)
    yield text(_LEFT + 22, 20, figure.first_name, "soft")
    left = _LEFT + 50 + 8 * len(figure.first_name)
    yield rectangle(left, 8, 14, 14, "fill-warn", round_=3)
    yield text(left + 22, 20, figure.second_name, "soft")


def _bars(figure: Bars) -> Iterator[Markup]:
    most = max(*figure.first, *figure.second, 0.01)
    width = (WIDTH - 2 * _LEFT) / len(figure.labels)
    yield line(_LEFT, _FLOOR, WIDTH - _LEFT, _FLOOR, "hair")
    rows = zip(figure.labels, figure.first, figure.second, strict=True)
    for index, (label, one, other) in enumerate(rows):
        left = _LEFT + index * width
        for share, offset, style in ((one, 3.0, "fill-soft"), (other, width / 2, "fill-warn")):
            height = share / most * (_FLOOR - _TOP)
            if height:
                bar = (left + offset, _FLOOR - height, width / 2 - 4, height)
                yield rectangle(*bar, style, round_=2)
        yield text(left + width / 2 - 1, _FLOOR + 20, label, "mono middle")
