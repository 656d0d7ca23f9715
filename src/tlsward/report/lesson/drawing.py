"""The pictures of a lesson in a terminal's letters."""

from collections.abc import Iterator

from tlsward.model.lesson import Alphabet, Arrow, Bars, Box, Figure, Flow, Ladder, Link, Mixing
from tlsward.report.escape import printable
from tlsward.report.style import Line, padded, plain, width

#: Columns of a whole lesson, and those before what belongs to a step.
WIDTH = 80
INDENT = 3
#: Texts are not folded more narrowly, whatever is beside them.
_LEAST = 8
_BAR = 20
_LADDER = 60
_BOX = 54


def draw_figure(figure: Figure) -> Iterator[Line]:
    """Yield the lines of a picture."""
    if isinstance(figure, Alphabet):
        return _alphabet(figure)
    if isinstance(figure, Bars):
        return _bars(figure)
    if isinstance(figure, Ladder):
        return _ladder(figure)
    return _mixing(figure) if isinstance(figure, Mixing) else _flow(figure)


def folded(text: str, columns: int) -> list[str]:
    """Return a text, made printable, in lines of at most so many columns.

    It is broken at spaces, and where there is none within a line, anywhere.
    """
    columns = max(_LEAST, columns)
    lines: list[str] = []
    line = ""
    for word in printable(text).split(" "):
        if line and len(line) + 1 + len(word) <= columns:
            line += f" {word}"
            continue
        if line:
            lines.append(line)
        while len(word) > columns:
            lines.append(word[:columns])
            word = word[columns:]  # noqa: PLW2901 - what is left of it
        line = word
    return [*lines, line] if line else lines


def _alphabet(figure: Alphabet) -> Iterator[Line]:
    yield (("plain   ", "dim"), (" ".join(figure.plain), ""))
    yield (("cipher  ", "dim"), (" ".join(figure.cipher), "warn"))


def _bars(figure: Bars) -> Iterator[Line]:
    most = max(*figure.first, *figure.second, 0.01)
    first, second = figure.first_name, figure.second_name
    gap = _BAR + 7
    yield (("   ", ""), *padded((first, "dim"), gap), (second, "dim"))
    for label, one, other in zip(figure.labels, figure.first, figure.second, strict=True):
        left, right = (round(share / most * _BAR) for share in (one, other))
        yield (
            (f"{label}  ", "dim"),
            *padded(("█" * left + f" {one * 100:.1f}", ""), gap),
            ("█" * right, "warn"),
            (f" {other * 100:.1f}" if other else "", ""),
        )


def _ladder(figure: Ladder) -> Iterator[Line]:
    gap = _LADDER + 2 - width(figure.left) - width(figure.right) + 4
    yield ((figure.left, "bold"), (" " * max(1, gap), ""), (figure.right, "bold"))
    rail = ("  │", "dim")
    for rung in figure.rungs:
        if not isinstance(rung, Arrow):
            for text in folded(rung.text, _LADDER - 5):
                yield (rail, *padded((f"  ∙ {text}", "good"), _LADDER), ("│", "dim"))
            continue
        note = f"  {rung.note}" if rung.note else ""
        sealed = "  (encrypted)" if rung.sealed else ""
        free = _LADDER - 2 - width(rung.name) - width(note) - width(sealed)
        yield (
            rail,
            (f"  {rung.name}", "bold"),
            (sealed, "good"),
            (note + " " * max(0, free), "dim"),
            ("│", "dim"),
        )
        stroke = "═" if rung.sealed else "─"
        style = "good" if rung.sealed else "warn"
        if rung.sender == "left":
            yield (("  ├", "dim"), (stroke * (_LADDER - 1) + "▶", style), ("│", "dim"))
        else:
            yield (rail, ("◀" + stroke * (_LADDER - 1), style), ("┤", "dim"))
        for text in folded(rung.carries, _LADDER - 5):
            yield (rail, *padded((f"    {text}", "dim"), _LADDER), ("│", "dim"))


def _mixing(figure: Mixing) -> Iterator[Line]:
    sides = (figure.left_secret, figure.left_public, figure.right_secret, figure.right_public)
    if max(map(width, sides)) > 22:
        yield from _long_mixing(figure)
        return
    column = 26
    yield (
        *padded((figure.left, "bold"), column),
        *padded(("everybody sees", "dim"), column),
        (figure.right, "bold"),
    )
    yield (*padded(("", ""), column), (figure.common, ""))
    yield (
        *padded((figure.left_secret, "warn"), column),
        *padded(("", ""), column),
        (figure.right_secret, "warn"),
    )
    yield (*padded((figure.left_public, ""), column), plain("───────────────────▶")[0])
    yield (
        *padded(("", ""), column),
        *padded(("◀───────────────────", ""), column),
        (figure.right_public, ""),
    )
    yield (
        *padded((figure.shared, "good"), column),
        *padded(("never sent", "dim"), column),
        (figure.shared, "good"),
    )


def _long_mixing(figure: Mixing) -> Iterator[Line]:
    """Yield an exchange of numbers too long for three columns, one below the other."""
    columns = max(width(figure.left), width(figure.right)) + 2
    for name, text, note, style in (
        ("", figure.common, "seen by everybody", ""),
        (figure.left, figure.left_secret, "kept", "warn"),
        (figure.right, figure.right_secret, "kept", "warn"),
        (figure.left, figure.left_public, "sent ▶", ""),
        (figure.right, figure.right_public, "◀ sent", ""),
        ("both", figure.shared, "never sent", "good"),
    ):
        first, *more = folded(text, WIDTH - INDENT - columns - 20) or [""]
        yield (*padded((name, "bold"), columns), (first, style), (f"  {note}", "dim"))
        for line in more:
            yield ((" " * columns, ""), (line, style))


def _flow(figure: Flow) -> Iterator[Line]:
    for index, box in enumerate(figure.boxes):
        yield from _box(box)
        if index < len(figure.links):
            yield from _link(figure.links[index])


def _box(box: Box) -> Iterator[Line]:
    titles = folded(box.title, _BOX - 4)
    lines = [line for each in box.lines for line in folded(each, _BOX - 4)]
    yield plain("┌" + "─" * (_BOX - 2) + "┐")
    for text in titles:
        yield (("│ ", ""), *padded((text, box.tone or "bold"), _BOX - 4), (" │", ""))
    for text in lines:
        yield (("│ ", ""), *padded((text, ""), _BOX - 4), (" │", ""))
    yield plain("└" + "─" * (_BOX - 2) + "┘")


def _link(link: Link) -> Iterator[Line]:
    stroke, head = ("✗", "✗") if link.broken else ("│", "▼")
    for text in folded(link.label, WIDTH - INDENT - 6) or [""]:
        yield ((f"   {stroke}  ", link.tone), (text, "dim"))
    yield ((f"   {head}", link.tone),)
