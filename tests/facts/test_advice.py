"""The texts that findings speak in."""

import re
import string

import pytest

from tlsward.facts.advice import advice, kinds
from tlsward.facts.grade import rating_guide
from tlsward.facts.vulnerabilities import all_vulnerabilities


def test_kinds_have_the_form_of_an_id():
    assert all(re.fullmatch(r"[a-z]+(\.[a-z-]+)+", kind) for kind in kinds())
    assert len(set(kinds())) == len(kinds())


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_is_whole(kind):
    entry = advice(kind)
    reasons = [entry.reason(""), *(entry.reason(cause) for cause in entry.because)]
    for reason in reasons:
        assert reason.why.endswith((".", ")"))
        assert reason.reference.startswith("https://")
    for words in entry.words.values():
        fields = {name for _, name, _, _ in string.Formatter().parse(words.action) if name}
        assert all(name.isidentifier() for name in fields)
        if words.group:
            assert words.action == words.group + " {item}"
    assert entry.wording("a voice it does not have") == entry.words["default"]


def test_a_kind_nobody_wrote_about_is_refused():
    with pytest.raises(KeyError):
        advice("tls.nothing")


def test_vulnerabilities_that_are_bad_block():
    for entry in all_vulnerabilities():
        assert entry.blocks or not entry.bad
        assert entry.reference.startswith("https://")


def test_the_rating_guide_is_whole():
    guide = rating_guide()
    assert sum(guide.weights.values()) == 100
    assert guide.letters[-1] == ("F", 0)
    for cap in guide.caps:
        assert cap.cap in guide.worst_first
    assert guide.rsa_equivalent(256) == 3072
    assert guide.rsa_equivalent(159) == 0
    assert guide.key_exchange_scores.score(2048) == 90
    assert guide.is_worse("T", "F")
    assert guide.is_worse("A-", "A")
