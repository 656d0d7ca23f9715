"""What the lessons' commands share: their options, and how a lesson is written."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tlsward.cli.exit_codes import HOLDS
from tlsward.cli.options import settings_options, text_or_json
from tlsward.settings.table import Settings

if TYPE_CHECKING:
    from tlsward.model.lesson import Lesson

Form = Literal["text", "json"]
F = TypeVar("F", bound=Callable[..., Any])

#: Numbers may be negative, and a minus is not to begin an option then.
NUMBERS = {"ignore_unknown_options": True}
WRONG_NUMBERS = "Exit codes: 0 the lesson was told; 2 a number cannot be used, and why."


def lesson_options(*commands: str) -> Callable[[F], F]:
    """Return a decorator that gives a command its options: the form, and those of the table."""
    settings = settings_options(*(commands or ("primer",)))

    def decorate(function: F) -> F:
        return text_or_json(settings(function))

    return decorate


def write_lesson(lesson: "Lesson", form: Form, settings: Settings) -> int:
    """Write a lesson to where the settings say, and return the exit code."""
    from tlsward.cli.output import is_terminal, open_output

    with open_output(settings.output) as output:
        if form == "json":
            from tlsward.report.lesson.document import render_lesson_json

            output.write(render_lesson_json(lesson))
        else:
            from tlsward.report.lesson.text import render_lesson

            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_lesson(lesson, color=color))
        output.commit()
    return HOLDS
