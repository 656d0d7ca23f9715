"""Lessons as JSON: `tlsward.primer/1`."""

import msgspec

from tlsward.model.lesson import Lesson
from tlsward.report.json_document import encode

SCHEMA = "tlsward.primer/1"


def render_lesson_json(lesson: Lesson) -> str:
    """Return a lesson as indented JSON; its numbers are in `results`, as text."""
    document = {"schema": SCHEMA, **msgspec.to_builtins(lesson)}
    return msgspec.json.format(encode(document), indent=2) + "\n"
