"""The key exchange of Diffie and Hellman as paint: what is mixed is not taken apart again."""

from collections.abc import Iterator

from tlsward.model.lesson import Mixing
from tlsward.report.lesson.shapes import (
    WIDTH,
    arrow,
    circle,
    line,
    picture,
    rectangle,
    text,
    wrapped,
)
from tlsward.report.markup import Markup

_LEFT, _MIDDLE, _RIGHT = 130.0, WIDTH / 2, WIDTH - 130.0
#: Heights of the rows: common, secret, mixed and sent, received, secret again, shared.
_ROWS = (78.0, 170.0, 262.0, 366.0, 458.0, 550.0)
_HEIGHT = 600.0
_RADIUS = 25.0


def mixing_picture(figure: Mixing) -> Markup:
    """Return the exchange row by row: each side mixes, sends, receives, and mixes again."""
    common, secret, sent, received, again, shared = _ROWS
    parts = [
        rectangle(_MIDDLE - 120, 40, 240, _HEIGHT - 56, "card"),
        text(_LEFT, 24, figure.left, "name middle"),
        text(_MIDDLE, 24, "everybody sees", "soft middle"),
        text(_RIGHT, 24, figure.right, "name middle"),
    ]
    for x in (_LEFT, _MIDDLE, _RIGHT):
        parts += _paint(x, common, "paint-common", figure.common if x == _MIDDLE else "")
    left, right = ("mixed-left", figure.left_public), ("mixed-right", figure.right_public)
    own = (("paint-left", figure.left_secret), ("paint-right", figure.right_secret))
    parts += _crossing(figure, sent, received)
    parts += _row(secret, *own)
    parts += _row(sent, left, right)
    parts += _row(received, right, left)
    parts += _row(again, *own)
    parts += _row(shared, ("mixed-all", figure.shared), ("mixed-all", figure.shared))
    parts += [
        text(_MIDDLE, shared - 4, "the same on both sides,", "good middle"),
        text(_MIDDLE, shared + 16, "and never sent", "good middle"),
    ]
    for upper, lower, sign in (
        (common, secret, "+"),
        (secret, sent, "="),
        (received, again, "+"),
        (again, shared, "="),
    ):
        parts += [text(x, (upper + lower) / 2 + 8, sign, "sign middle") for x in (_LEFT, _RIGHT)]
    words = (
        f"{figure.left} and {figure.right} mix a common paint with a secret one each, exchange "
        "the mixtures, add their secret once more, and both have the same colour"
    )
    return picture(_HEIGHT, words, *parts)


def _row(y: float, left: tuple[str, str], right: tuple[str, str]) -> Iterator[Markup]:
    yield from _paint(_LEFT, y, *left)
    yield from _paint(_RIGHT, y, *right)


def _paint(x: float, y: float, style: str, words: str) -> Iterator[Markup]:
    yield circle(x, y, _RADIUS, f"paint {style}")
    side = {_LEFT: -1, _RIGHT: 1}.get(x, 0)
    for index, line_ in enumerate(wrapped(words, 14 if side else 30, 3) if words else []):
        if side:
            anchor = "end" if side < 0 else "start"
            yield text(x + side * (_RADIUS + 8), y + 5 + 16 * index, line_, "mono", anchor)
        else:
            yield text(x, y + _RADIUS + 22 + 16 * index, line_, "mono middle")


def _crossing(figure: Mixing, sent: float, received: float) -> Iterator[Markup]:
    """Yield the two mixtures on their way to the other side, in sight of everybody."""
    yield line(_LEFT + _RADIUS + 6, sent, _MIDDLE - 88, sent, "stroke warn")
    yield line(_RIGHT - _RADIUS - 6, sent, _MIDDLE + 88, sent, "stroke warn")
    yield arrow(_MIDDLE - 62, sent, _RIGHT - _RADIUS - 6, received, "warn")
    yield arrow(_MIDDLE + 62, sent, _LEFT + _RADIUS + 6, received, "warn")
    for x, style, words in (
        (_MIDDLE - 62, "mixed-left", figure.left_public),
        (_MIDDLE + 62, "mixed-right", figure.right_public),
    ):
        yield circle(x, sent, _RADIUS - 4, f"paint {style}")
        yield text(x, sent - _RADIUS - 6, wrapped(words, 12, 1)[0], "mono middle")
