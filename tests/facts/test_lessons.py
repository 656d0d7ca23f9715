"""The words of the lessons."""

import re
import string
from typing import get_args

import pytest

from tlsward.facts.lessons import Topic, lesson_text, letter_frequencies, page_text

TOPICS = get_args(Topic)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_lesson_is_whole(topic):
    text = lesson_text(topic)
    assert text.topic == topic
    assert text.introduction.endswith(".")
    assert text.steps
    assert text.conclusions
    for step in text.steps.values():
        assert step.title
        assert step.text.endswith((".", "}"))
    for words in (*text.conclusions.values(), text.introduction):
        assert "{" not in words


@pytest.mark.parametrize("topic", TOPICS)
def test_templates_have_names_alone(topic):
    text = lesson_text(topic)
    templates = [part for step in text.steps.values() for part in (step.title, step.text)]
    for template in (*templates, *text.words.values()):
        fields = [
            field for _, field, _, _ in string.Formatter().parse(template) if field is not None
        ]
        assert all(re.fullmatch("[a-z_]+", field) for field in fields)


def test_frequencies_are_of_all_letters():
    assert "".join(letter_frequencies()) == string.ascii_lowercase


def test_the_page_has_words():
    assert page_text().introduction
