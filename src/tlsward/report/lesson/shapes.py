"""Shapes of the pictures as SVG. Colours are classes, so that light and dark are the page's."""

from tlsward.report.escape import printable
from tlsward.report.markup import Markup, element

#: All pictures are so wide, and shrink with a narrow page.
WIDTH = 720.0


def number(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def picture(height: float, title: str, *parts: Markup) -> Markup:
    """Return a picture of the common width; `title` says in words what is drawn."""
    return element(
        "svg",
        element("title", title),
        *parts,
        viewBox=f"0 0 {number(WIDTH)} {number(height)}",
        role="img",
        class_="picture",
    )


def text(left: float, baseline: float, words: str, style: str = "", anchor: str = "") -> Markup:
    """Return a line of text; `anchor` is middle or end where it does not start there."""
    return element(
        "text",
        words,
        x=number(left),
        y=number(baseline),
        class_=style,
        **({"text-anchor": anchor} if anchor else {}),
    )


def rectangle(
    left: float, top: float, width: float, height: float, style: str, *, round_: float = 8
) -> Markup:
    """Return a rectangle with round corners."""
    return element(
        "rect",
        x=number(left),
        y=number(top),
        width=number(width),
        height=number(height),
        rx=number(round_),
        class_=style,
    )


def circle(x: float, y: float, radius: float, style: str) -> Markup:
    """Return a circle about a point."""
    return element("circle", cx=number(x), cy=number(y), r=number(radius), class_=style)


def line(from_x: float, from_y: float, to_x: float, to_y: float, style: str) -> Markup:
    """Return a straight line."""
    return element(
        "line",
        x1=number(from_x),
        y1=number(from_y),
        x2=number(to_x),
        y2=number(to_y),
        class_=style,
    )


def arrow(from_x: float, from_y: float, to_x: float, to_y: float, style: str) -> Markup:
    """Return a straight line with a head at its end."""
    length = max(1.0, ((to_x - from_x) ** 2 + (to_y - from_y) ** 2) ** 0.5)
    along_x, along_y = (to_x - from_x) / length, (to_y - from_y) / length
    back_x, back_y = to_x - 11 * along_x, to_y - 11 * along_y
    points = " ".join(
        f"{number(x)},{number(y)}"
        for x, y in (
            (to_x, to_y),
            (back_x - 5.5 * along_y, back_y + 5.5 * along_x),
            (back_x + 5.5 * along_y, back_y - 5.5 * along_x),
        )
    )
    head = element("polygon", points=points, class_=f"head {style}")
    return Markup(line(from_x, from_y, back_x, back_y, f"stroke {style}") + head)


def cross(x: float, y: float, style: str) -> Markup:
    """Return a cross over a point."""
    strokes = (
        line(x - 8, y - 8, x + 8, y + 8, f"stroke thick {style}"),
        line(x - 8, y + 8, x + 8, y - 8, f"stroke thick {style}"),
    )
    return Markup("".join(strokes))


def wrapped(words: str, columns: int, most: int = 4) -> list[str]:
    """Return words in lines of at most so many letters, the last cut where there are more."""
    lines: list[str] = []
    current = ""
    for word in printable(words).split(" "):
        if current and len(current) + 1 + len(word) > columns:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    lines.append(current)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + " …"]
    return [each if len(each) <= columns + 2 else each[: columns + 1] + "…" for each in lines]
