"""A lesson: something explained step by step, with its numbers, tables and pictures.

A picture is data here; `report.lesson` draws it in a terminal's letters or as SVG.
"""

from typing import Literal

import msgspec

#: How a value or a line is meant: nothing special, as it should be, broken, to be noticed.
Tone = Literal["", "good", "bad", "warn"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A number or text with its name, and in `note` what it is."""

    name: str
    value: str
    note: str = ""
    tone: Tone = ""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A table; every row has as many cells as there are heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Alphabet(msgspec.Struct, frozen=True, kw_only=True, tag="alphabet", tag_field="kind"):
    """Which letter stands for which: `cipher` has at each place what stands for `plain`'s."""

    plain: str
    cipher: str


class Bars(msgspec.Struct, frozen=True, kw_only=True, tag="bars", tag_field="kind"):
    """Two fractions (0 to 1) for each label, side by side."""

    labels: tuple[str, ...]
    first_name: str
    first: tuple[float, ...]
    second_name: str
    second: tuple[float, ...]


class Arrow(msgspec.Struct, frozen=True, kw_only=True, tag="arrow", tag_field="kind"):
    """A message on its way; `sealed` where nobody between the two can read it.

    `note` is its size, its time, or the like; `carries` says in words what is in it.
    """

    sender: Literal["left", "right"]
    name: str
    note: str = ""
    carries: str = ""
    sealed: bool = False


class Remark(msgspec.Struct, frozen=True, kw_only=True, tag="remark", tag_field="kind"):
    """What happens between two messages at both ends."""

    text: str


class Ladder(msgspec.Struct, frozen=True, kw_only=True, tag="ladder", tag_field="kind"):
    """Two who talk, and what they say to each other, in its order from above."""

    left: str
    right: str
    rungs: tuple[Arrow | Remark, ...]


class Mixing(msgspec.Struct, frozen=True, kw_only=True, tag="mixing", tag_field="kind"):
    """A Diffie-Hellman exchange: what is common, secret, sent, and shared in the end.

    All are words or numbers as they are to be shown.
    """

    left: str
    right: str
    common: str
    left_secret: str
    right_secret: str
    left_public: str
    right_public: str
    shared: str


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A thing in a flow: a title, and lines below it."""

    title: str
    lines: tuple[str, ...] = ()
    tone: Tone = ""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What leads from one box to the next; `broken` where nothing does."""

    label: str = ""
    broken: bool = False
    tone: Tone = ""


class Flow(msgspec.Struct, frozen=True, kw_only=True, tag="flow", tag_field="kind"):
    """Boxes, each leading to the next: one link less than there are boxes."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


Figure = Alphabet | Bars | Ladder | Mixing | Flow


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what is done and why in `text`, then what came of it.

    `quoted` are lines of something shown as it is: a text, a message, octets.
    """

    title: str
    text: str
    values: tuple[Value, ...] = ()
    grid: Grid | None = None
    figure: Figure | None = None
    quoted: tuple[str, ...] = ()


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson of the primer.

    `results` are its numbers by name, for programs: numbers are written in decimal and
    octets in hex, each whole, however long.
    """

    topic: str
    title: str
    introduction: str
    steps: tuple[Step, ...]
    conclusion: str
    results: dict[str, str] = {}
