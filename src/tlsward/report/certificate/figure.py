"""The chain of trust as a figure: SVG, self-contained, without scripts, light or dark.

What a certificate says becomes text by `report.markup` alone, which escapes it.
"""

from collections.abc import Iterator, Sequence

from tlsward.model.chain_of_trust import ChainOfTrust, TrustWay
from tlsward.report.certificate.box import (
    LINE_HEIGHT,
    PADDING,
    PILL_HEIGHT,
    WIDTH,
    Box,
    Line,
    box_of,
    wrapped,
)
from tlsward.report.certificate.layout import Edge, Layout, Node, layout
from tlsward.report.certificate.shown import reception, short_name
from tlsward.report.markup import Markup, element, join
from tlsward.report.words import moment

_MARGIN = 32
_GAP_ACROSS = 40
_GAP_UP = 66
_HEADING = 80
_LEGEND = 46
_LEAST_WIDTH = 640

STYLE = """
.figure { --back: #ffffff; --card: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #c6cdd5;
  --leaf: #0969da; --intermediate: #8250df; --root: #116329; --good: #116329;
  --good-back: #dafbe1; --bad: #a40e26; --warn: #7d4e00;
  font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .figure { --back: #0d1117; --card: #151b23;
  --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --leaf: #58a6ff; --intermediate: #bc8cff;
  --root: #56d364; --good: #56d364; --good-back: #12261e; --bad: #ff7b72; --warn: #e3b341 } }
.figure .back { fill: var(--back) }
.figure text { fill: var(--text) }
.figure .title { font-size: 19px; font-weight: 600 }
.figure .name { font-size: 15px; font-weight: 600 }
.figure .soft { fill: var(--soft) }
.figure .bad { fill: var(--bad) }
.figure .warn { fill: var(--warn) }
.figure .cross { fill: var(--intermediate) }
.figure .small, .figure .reason { font-size: 12px }
.figure .frame { fill: var(--card); stroke: var(--line); stroke-width: 1.25 }
.figure .missing .frame { fill: none; stroke: var(--bad); stroke-dasharray: 6 5 }
.figure .leaf .bar { fill: var(--leaf) }
.figure .intermediate .bar { fill: var(--intermediate) }
.figure .root .bar { fill: var(--root) }
.figure .missing .bar { fill: none }
.figure .pill { fill: var(--good-back); stroke: var(--good); stroke-width: 1 }
.figure .pill-text { fill: var(--good); font-size: 12px; font-weight: 500; text-anchor: middle }
.figure .edge { fill: none; stroke-width: 1.8 }
.figure .edge.yes { stroke: var(--good) }
.figure .edge.no { stroke: var(--bad); stroke-dasharray: 7 5 }
.figure .edge.unknown { stroke: var(--warn); stroke-dasharray: 2 4 }
.figure .head-yes { fill: var(--good) }
.figure .head-no { fill: var(--bad) }
.figure .head-unknown { fill: var(--warn) }
"""


def render_figure(name: str, chains: Sequence[ChainOfTrust]) -> str:
    """Return the chains of a source as one SVG document, one below the other."""
    parts: list[Markup] = []
    plans = [(chain, layout(chain)) for chain in chains]
    width = max(float(_LEAST_WIDTH), *(_width(plan) for _, plan in plans))
    top = float(_MARGIN)
    for number, (chain, plan) in enumerate(plans, 1):
        title = name if len(plans) == 1 else f"{name}, chain {number}"
        drawn, height = _chain(title, chain, plan, width)
        parts.append(element("g", *drawn, transform=f"translate(0 {_number(top)})"))
        top += height + _MARGIN
    size = (_number(width), _number(top))
    document = element(
        "svg",
        element("title", f"Chain of trust of {name}", id="title"),
        element("desc", " ".join(_description(chain) for chain in chains), id="desc"),
        Markup(f"<style>{STYLE}</style>"),
        element("defs", *(_arrow_head(answer) for answer in ("yes", "no", "unknown"))),
        element("rect", class_="back", x="0", y="0", width=size[0], height=size[1]),
        join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {size[0]} {size[1]}",
        width=size[0],
        height=size[1],
        role="img",
        class_="figure",
        **{"aria-labelledby": "title desc"},
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'


def _width(plan: Layout) -> float:
    most = max(map(len, plan.rows), default=1)
    return most * WIDTH + (most - 1) * _GAP_ACROSS + 2 * _MARGIN


def _chain(
    title: str, chain: ChainOfTrust, plan: Layout, width: float
) -> tuple[list[Markup], float]:
    """Return what a chain is drawn with, and its height."""
    boxes = {node: box_of(chain, node, plan.ways) for row in plan.rows for node in row}
    drawn = list(_heading(title, chain))
    places: dict[Node, tuple[float, float]] = {}
    top = float(_HEADING)
    for row in reversed(plan.rows):
        tallest = max(boxes[node].total for node in row)
        left = (width - len(row) * WIDTH - (len(row) - 1) * _GAP_ACROSS) / 2
        for node in row:
            places[node] = (left, top + tallest - boxes[node].total)
            left += WIDTH + _GAP_ACROSS
        top += tallest + _GAP_UP
    # What is trusted is drawn last, over what is not.
    edges = sorted(plan.edges, key=lambda edge: ("no", "unknown", "yes").index(edge.trusted))
    drawn += [_edge(edge, places, boxes) for edge in edges]
    drawn += [_box(box, *places[node]) for node, box in boxes.items()]
    top += -_GAP_UP + 30 if plan.rows else 20
    drawn += list(_legend(plan, chain, top))
    return drawn, top + _LEGEND


def _heading(title: str, chain: ChainOfTrust) -> Iterator[Markup]:
    line = wrapped(f"Chain of trust of {title}", 60, 1)[0]
    yield _text(_MARGIN, 18, line, "title")
    told = reception(
        chain.protocols, chain.served_with_sni, chain.served_without_sni, chain.hostname
    )
    yield _text(_MARGIN, 40, f"as of {moment(chain.now)}", "soft")
    if told:
        yield _text(_MARGIN, 58, wrapped(told, 80, 1)[0], "soft")


def _legend(plan: Layout, chain: ChainOfTrust, top: float) -> Iterator[Markup]:
    if not plan.rows:
        yield _text(_MARGIN, top, "The leaf cannot be read: no way can be followed.", "bad")
        return
    text = "An arrow is a signature: from the issuer to what it certifies."
    if any(edge.trusted == "no" for edge in plan.edges):
        text += " Dashed: no store takes this way."
    yield _text(_MARGIN, top + 12, text, "small soft")
    if plan.left_out or not chain.complete:
        count = f"{plan.left_out} more ways" if plan.left_out else "More ways than were followed"
        yield _text(_MARGIN, top + 30, f"{count} are not drawn.", "small warn")


def _edge(edge: Edge, places: dict[Node, tuple[float, float]], boxes: dict[Node, Box]) -> Markup:
    """Return an arrow from the foot of the issuer's box to the head of the subject's."""
    left, top = places[edge.issuer]
    begin_x, begin_y = left + WIDTH / 2, top + boxes[edge.issuer].total
    left, top = places[edge.subject]
    # It ends where the subject's frame begins, or what stands above that.
    end_x, end_y = left + WIDTH / 2, top - 7
    bend = max(28.0, abs(end_y - begin_y) * 0.45)
    points = [
        f"M{_number(begin_x)} {_number(begin_y)}",
        f"C{_number(begin_x)} {_number(begin_y + bend)}",
        f"{_number(end_x)} {_number(end_y - bend)}",
        f"{_number(end_x)} {_number(end_y)}",
    ]
    return element(
        "path",
        class_=f"edge {edge.trusted}",
        d=" ".join(points),
        **{"marker-end": f"url(#head-{edge.trusted})"},
    )


def _arrow_head(answer: str) -> Markup:
    return element(
        "marker",
        element("path", class_=f"head-{answer}", d="M0 0L10 5L0 10z"),
        id=f"head-{answer}",
        viewBox="0 0 10 10",
        refX="5",
        refY="5",
        markerWidth="9",
        markerHeight="9",
        markerUnits="userSpaceOnUse",
        orient="auto",
    )


def _box(box: Box, left: float, top: float) -> Markup:
    parts = [element("title", box.full_name)]
    parts += [_pill(pill.text, left + pill.left, top + pill.top, pill.width) for pill in box.pills]
    baseline = top + box.pills_height
    for line in box.notes:
        baseline += LINE_HEIGHT[line.kind]
        parts.append(_line(line, left + 2, baseline - 5))
    frame = top + box.above
    parts.append(
        element(
            "rect",
            class_="frame",
            x=_number(left),
            y=_number(frame),
            width=str(WIDTH),
            height=_number(box.height),
            rx="8",
        )
    )
    parts.append(
        element(
            "rect",
            class_="bar",
            x=_number(left),
            y=_number(frame + 8),
            width="4",
            height=_number(box.height - 16),
            rx="2",
        )
    )
    baseline = frame + PADDING - 4
    for line in box.lines:
        baseline += LINE_HEIGHT[line.kind]
        parts.append(_line(line, left + PADDING + 4, baseline - 4))
    return element("g", *parts, class_=box.role)


def _pill(text: str, left: float, top: float, width: float) -> Markup:
    frame = element(
        "rect",
        class_="pill",
        x=_number(left),
        y=_number(top),
        width=_number(width),
        height=str(PILL_HEIGHT),
        rx="11",
    )
    return Markup(frame + _text(left + width / 2, top + 15, text, "pill-text"))


def _line(line: Line, left: float, baseline: float) -> Markup:
    return _text(left, baseline, line.text, f"{line.kind} {line.tone}".strip())


def _text(left: float, baseline: float, text: str, style: str) -> Markup:
    return element("text", text, x=_number(left), y=_number(baseline), class_=style)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _description(chain: ChainOfTrust) -> str:
    """Return the figure in sentences, for those who do not see it."""
    if not chain.ways:
        return "The leaf cannot be read."
    sentences = []
    for way in chain.ways:
        names = [short_name(chain.certificates[each].certificate) for each in way.fingerprints]
        sentences.append(f"{' is certified by '.join(names)}: {_worth(way)}.")
    return " ".join(sentences)


def _worth(way: TrustWay) -> str:
    words = []
    trusting = [each.store for each in way.stores if each.trusted == "yes"]
    if trusting:
        words.append(f"a root of {', '.join(trusting)}")
    words += [f"{each.store}: {each.reason}" for each in way.stores if each.trusted != "yes"]
    if way.reason is not None:
        words.append(way.reason)
    return "; ".join(words)
