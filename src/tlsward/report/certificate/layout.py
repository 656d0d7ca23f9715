"""Where the boxes of a chain of trust stand: leaf at the bottom, each issuer above.

A certificate stands above all that it certifies, so ways that part and meet again become
a diamond.
"""

import itertools
from collections.abc import Sequence

import msgspec

from tlsward.model.chain_of_trust import ChainOfTrust, TrustWay

#: Ways that are drawn; more than these nobody could follow with the eye.
MOST_WAYS = 12
_SWEEPS = 4


class Node(msgspec.Struct, frozen=True):
    """A certificate by its SHA-256, or an issuer that is missing by its name."""

    key: str
    missing: bool = False


class Edge(msgspec.Struct, frozen=True):
    """A signature: `issuer` signed `subject`. `trusted` is the best of the ways over it."""

    subject: Node
    issuer: Node
    trusted: str


class Layout(msgspec.Struct, frozen=True):
    """Rows of nodes from the leaf up, the signatures, and the ways left out."""

    rows: tuple[tuple[Node, ...], ...]
    edges: tuple[Edge, ...]
    ways: tuple[TrustWay, ...]
    left_out: int


def layout(chain: ChainOfTrust) -> Layout:
    """Return the boxes of a chain row by row, so ordered that few arrows cross."""
    drawn = chain.ways[:MOST_WAYS]
    paths = [nodes_of(way) for way in drawn]
    level: dict[Node, int] = {}
    for path in paths:
        for height, node in enumerate(path):
            level[node] = max(level.get(node, 0), height)
    rows: list[list[Node]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for node, height in level.items():
        rows[height].append(node)
    edges = _edges(drawn, paths)
    _order(rows, edges)
    return Layout(
        rows=tuple(map(tuple, rows)),
        edges=tuple(edges),
        ways=drawn,
        left_out=len(chain.ways) - len(drawn),
    )


def nodes_of(way: TrustWay) -> list[Node]:
    """Return the boxes of one way, from the leaf on."""
    nodes = [Node(fingerprint) for fingerprint in way.fingerprints]
    if way.missing is not None:
        nodes.append(Node(way.missing, missing=True))
    return nodes


def _edges(ways: Sequence[TrustWay], paths: Sequence[Sequence[Node]]) -> list[Edge]:
    answers: dict[tuple[Node, Node], set[str]] = {}
    for way, path in zip(ways, paths, strict=True):
        for subject, issuer in itertools.pairwise(path):
            answers.setdefault((subject, issuer), set()).add(way.trusted)
    return [
        Edge(subject, issuer, next(each for each in ("yes", "unknown", "no") if each in found))
        for (subject, issuer), found in answers.items()
    ]


def _order(rows: list[list[Node]], edges: Sequence[Edge]) -> None:
    """Put each node near the middle of its neighbours, upwards and downwards in turn."""
    neighbours: dict[Node, list[Node]] = {}
    for edge in edges:
        neighbours.setdefault(edge.subject, []).append(edge.issuer)
        neighbours.setdefault(edge.issuer, []).append(edge.subject)
    place: dict[Node, float] = {}
    for row in rows:
        _note(row, place)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            weights = {
                node: _middle([place[each] for each in neighbours.get(node, ())], place[node])
                for node in row
            }
            row.sort(key=weights.__getitem__)
            _note(row, place)


def _note(row: Sequence[Node], place: dict[Node, float]) -> None:
    """Note where the nodes of a row stand, the middle of the row being 0."""
    for index, node in enumerate(row):
        place[node] = index - (len(row) - 1) / 2


def _middle(places: Sequence[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise
