"""Puts the words of a lesson and its numbers together."""

from collections.abc import Mapping, Sequence

from tlsward.facts.lessons import LessonText, Topic, lesson_text
from tlsward.model.lesson import Figure, Grid, Lesson, Step, Value


class Teller:
    """Tells one lesson: each step's words are looked up by its name in the texts."""

    def __init__(self, topic: Topic) -> None:
        self._text: LessonText = lesson_text(topic)
        self._steps: list[Step] = []

    def step(
        self,
        name: str,
        *,
        values: Sequence[Value] = (),
        grid: Grid | None = None,
        figure: Figure | None = None,
        quoted: Sequence[str] = (),
        **numbers: object,
    ) -> None:
        """Add a step; `numbers` are what its words speak of."""
        text = self._text.steps[name]
        self._steps.append(
            Step(
                title=text.title.format(**numbers),
                text=text.text.format(**numbers),
                values=tuple(values),
                grid=grid,
                figure=figure,
                quoted=tuple(quoted),
            )
        )

    def word(self, name: str, **numbers: object) -> str:
        """Return a phrase."""
        return self._text.words[name].format(**numbers)

    def word_or(self, name: str, otherwise: str) -> str:
        """Return a phrase, or `otherwise` where there is none of that name."""
        return self._text.words.get(name, otherwise)

    def lesson(self, results: Mapping[str, object], conclusion: str = "") -> Lesson:
        """Return the lesson; numbers and octets among the results become text."""
        return Lesson(
            topic=self._text.topic,
            title=self._text.title,
            introduction=self._text.introduction,
            steps=tuple(self._steps),
            conclusion=self._text.conclusions[conclusion],
            results={name: _written(value) for name, value in results.items()},
        )


def octets(count: int) -> str:
    """Return a number of octets in words."""
    return "1 octet" if count == 1 else f"{count} octets"


def _written(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
