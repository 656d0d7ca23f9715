"""The words of the primer's lessons, and what they compare with.

A text is a template in the manner of `str.format`: its numbers are those of the lesson.
"""

from functools import cache
from typing import Literal

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file

Topic = Literal["caesar", "seal", "diffie-hellman", "rsa", "chain", "handshake", "forward-secrecy"]


class StepText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The heading of a step and what is said under it."""

    title: str
    text: str


class LessonText(DataFile, frozen=True, kw_only=True):
    """All words of a lesson; `steps` and `conclusions` are told or not as the numbers are.

    `words` are single phrases by name, for tables and pictures.
    """

    topic: Topic
    title: str
    introduction: str
    steps: dict[str, StepText]
    conclusions: dict[str, str]
    words: dict[str, str]


class LetterFrequencies(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often each letter stands in English text, as percentages."""

    percentages: dict[str, float]


class PageText(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page of all lessons says before them."""

    introduction: str


@cache
def page_text() -> PageText:
    """Return the words of the page."""
    return read_data_file("primer/page.json", PageText)


@cache
def lesson_text(topic: Topic) -> LessonText:
    """Return the words of a lesson."""
    return read_data_file(f"primer/{topic}.json", LessonText)


@cache
def letter_frequencies() -> dict[str, float]:
    """Return the share of each letter in English text, a to z; they add up to 1."""
    known = read_data_file("primer/letter_frequencies.json", LetterFrequencies).percentages
    total = sum(known.values())
    return {letter: known[letter] / total for letter in sorted(known)}
