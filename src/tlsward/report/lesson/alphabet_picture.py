"""A cipher disk: the plain alphabet outside, turned within it what stands for each letter."""

import math
from collections.abc import Iterator

from tlsward.model.lesson import Alphabet
from tlsward.report.lesson.shapes import circle, line, picture, rectangle, text
from tlsward.report.markup import Markup

_HEIGHT = 380.0
_X, _Y = 190.0, _HEIGHT / 2
_OUTER, _RING, _INNER = 176.0, 138.0, 100.0


def alphabet_picture(figure: Alphabet) -> Markup:
    """Return the disk, and beside it some letters with what becomes of them."""
    places = figure.plain.find(figure.cipher[:1])
    parts = [
        circle(_X, _Y, _OUTER, "card"),
        circle(_X, _Y, _RING, "tint-warn"),
        circle(_X, _Y, _INNER, "card"),
        *_letters(figure),
        text(_X, _Y - 18, "key", "soft middle"),
        text(_X, _Y + 32, str(places), "huge middle"),
        *_examples(figure),
    ]
    words = f"A disk of two alphabets: {figure.plain} outside, {figure.cipher} inside"
    return picture(_HEIGHT, words, *parts)


def _letters(figure: Alphabet) -> Iterator[Markup]:
    count = len(figure.plain)
    for index, (plain, cipher) in enumerate(zip(figure.plain, figure.cipher, strict=True)):
        angle = 2 * math.pi * index / count
        sine, cosine = math.sin(angle), math.cos(angle)
        between = angle + math.pi / count
        side, up = math.sin(between), math.cos(between)
        yield line(
            _X + _INNER * side, _Y - _INNER * up, _X + _OUTER * side, _Y - _OUTER * up, "hair"
        )
        for letter, radius, style in ((plain, 157, "letter"), (cipher, 119, "letter warn")):
            yield text(_X + radius * sine, _Y - radius * cosine + 6, letter, f"{style} middle")


def _examples(figure: Alphabet) -> Iterator[Markup]:
    """Yield the first letters as pairs, one below the other."""
    left, top = 440.0, 62.0
    yield text(left, top - 24, "each letter becomes the one", "soft")
    yield text(left, top - 6, "that stands below it on the disk", "soft")
    for row, (plain, cipher) in enumerate(zip(figure.plain[:6], figure.cipher[:6], strict=True)):
        y = top + 14 + row * 44
        yield rectangle(left, y, 44, 34, "card")
        yield text(left + 22, y + 23, plain, "letter middle")
        yield text(left + 64, y + 23, "→", "soft middle")
        yield rectangle(left + 84, y, 44, 34, "tint-warn")
        yield text(left + 106, y + 23, cipher, "letter warn middle")
    yield text(left, top + 300, f"… and so on, {len(figure.plain)} letters", "soft")
