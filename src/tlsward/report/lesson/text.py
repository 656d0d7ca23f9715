"""A lesson as text: each step with its sentences, numbers, table and picture."""

from collections.abc import Iterator, Sequence

from tlsward.model.lesson import Grid, Lesson, Step, Value
from tlsward.report.lesson.drawing import INDENT, WIDTH, draw_figure, folded
from tlsward.report.style import Line, Piece, draw, padded, plain, styled, table, width

#: The widest name that values are aligned by.
_MOST_NAME = 18


def render_lesson(lesson: Lesson, *, color: bool = False) -> str:
    """Return a lesson as text, ended by a line feed."""
    return draw(_lines(lesson), color=color)


def _lines(lesson: Lesson) -> Iterator[Line]:
    yield styled(lesson.title, "bold")
    yield ()
    yield from map(plain, folded(lesson.introduction, WIDTH))
    for number, step in enumerate(lesson.steps, 1):
        yield ()
        for line in folded(f"{number}. {step.title}", WIDTH):
            yield styled(line, "heading")
        yield from _step(step)
    yield ()
    yield styled("In short", "heading")
    yield from _indented(map(plain, folded(lesson.conclusion, WIDTH - INDENT)))


def _step(step: Step) -> Iterator[Line]:
    yield from _indented(map(plain, folded(step.text, WIDTH - INDENT)))
    if step.grid is not None:
        yield ()
        yield from _indented(_grid(step.grid))
    if step.values:
        yield ()
        yield from _indented(_values(step.values))
    if step.figure is not None:
        yield ()
        yield from _indented(draw_figure(step.figure))
    if step.quoted:
        yield ()
        yield from _indented(((("│ ", "dim"), (line, "warn"))) for line in step.quoted)


def _values(values: Sequence[Value]) -> Iterator[Line]:
    """Yield names and values in two columns; a long value goes on below itself."""
    columns = min(_MOST_NAME, max(width(value.name) for value in values)) + 2
    # Even, so that octets in hex are not torn apart.
    room = (WIDTH - INDENT - columns) // 2 * 2
    widest = max(width(value.value) for value in values)
    for value in values:
        parts = folded(value.value, room) or [""]
        head = padded((value.name, "dim"), columns)
        if value.note and widest + 3 + width(value.note) <= room:
            yield (*head, *padded((parts[0], value.tone), widest + 3), (value.note, "dim"))
            continue
        yield (*head, (parts[0], value.tone))
        for part in parts[1:]:
            yield ((" " * columns, ""), (part, value.tone))
        for part in folded(value.note, room):
            yield ((" " * columns, ""), (part, "dim"))


def _grid(grid: Grid) -> list[Line]:
    rows: list[list[Piece]] = [[(head, "dim") for head in grid.heads]]
    rows += [[(cell, "") for cell in row] for row in grid.rows]
    return table(rows)


def _indented(lines: "Iterator[Line] | list[Line] | map[Line]") -> Iterator[Line]:
    for line in lines:
        yield ((" " * INDENT, ""), *line) if line else ()
