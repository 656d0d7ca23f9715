"""Lines of text with styles, so that what is shown is escaped and colour comes last.

A line is made of pieces; each piece's text is escaped before its style is applied, so
no text of the network can hold an escape sequence and no escape of ours is lost.
"""

from collections.abc import Iterable, Sequence

from tlsward.report.escape import inert

#: Select Graphic Rendition parameters (ECMA-48 section 8.3.117) of each style.
STYLES = {
    "": "",
    "bold": "1",
    "dim": "2",
    "good": "32",
    "bad": "31",
    "warn": "33",
    "heading": "1;36",
}

Piece = tuple[str, str]
Line = Sequence[Piece]


def plain(text: str) -> Line:
    """Return a line without a style."""
    return ((text, ""),)


def styled(text: str, style: str) -> Line:
    """Return a line in one style."""
    return ((text, style),)


def answer_style(answer: str, *, good: str = "yes") -> str:
    """Return the style of a yes, no or unknown where `good` is the one wanted."""
    if answer == "unknown":
        return "warn"
    return "good" if answer == good else "bad"


def draw(lines: Iterable[Line], *, color: bool) -> str:
    """Return the lines as one text, each ended by a line feed."""
    return "".join(_draw_line(line, color=color) + "\n" for line in lines)


def width(text: str) -> int:
    """Return how many columns a text takes once it is escaped."""
    return len(inert(text))


def padded(piece: Piece, columns: int) -> Line:
    """Return a piece with spaces after it up to a width; the spaces have no style."""
    text, style = piece
    return ((text, style), (" " * max(0, columns - width(text)), ""))


def table(rows: Sequence[Sequence[Piece]], *, gap: int = 2) -> list[Line]:
    """Return rows as lines with aligned columns; the last column is not padded."""
    widths = [max(width(row[i][0]) for row in rows) for i in range(max(map(len, rows), default=0))]
    lines: list[Line] = []
    for row in rows:
        line: list[Piece] = []
        for index, piece in enumerate(row):
            if index + 1 < len(row):
                line += padded(piece, widths[index] + gap)
            else:
                line.append(piece)
        lines.append(line)
    return lines


def _draw_line(line: Line, *, color: bool) -> str:
    drawn = "".join(_draw_piece(text, style, color=color) for text, style in line)
    return drawn.rstrip(" ")


def _draw_piece(text: str, style: str, *, color: bool) -> str:
    safe = inert(text)
    code = STYLES[style]
    if not color or not code or not safe:
        return safe
    return f"\x1b[{code}m{safe}\x1b[0m"
