"""Why a finding matters and how it is worded: the texts that the judges speak in.

A kind of finding (`tls.suite.remove`) has one entry in `data/advice.json`. An entry
has a wording for every voice it is spoken in (`default` where nothing else is asked)
and may say for some reasons (`because`) why they are worse than the rule.
"""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`action` is a template; `group` the words that several findings may share in one line."""

    action: str
    group: str = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why something is to be changed, and where that can be read."""

    why: str
    reference: str


class Advice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said about one kind of finding."""

    kind: str
    words: dict[str, Words]
    why: str
    reference: str
    because: dict[str, Reason] = {}

    def wording(self, voice: str) -> Words:
        """Return the words of a voice, or the default ones where it has none."""
        return self.words.get(voice) or self.words["default"]

    def reason(self, cause: str) -> Reason:
        """Return why this cause matters, or why the kind does where it has no text of its own."""
        return self.because.get(cause) or Reason(why=self.why, reference=self.reference)


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    advice: tuple[Advice, ...]


@cache
def _by_kind() -> dict[str, Advice]:
    return {entry.kind: entry for entry in read_data_file("advice.json", _File).advice}


def advice(kind: str) -> Advice:
    """Return the texts for a kind of finding. Raise KeyError for a kind nobody wrote about."""
    return _by_kind()[kind]


def kinds() -> tuple[str, ...]:
    """Return every kind of finding that has a text."""
    return tuple(_by_kind())
