"""The tree an explanation is: a field, its value, what that means, and what it is made of.

What is shown is bounded here: texts and lists by `pki.display`, octets by MOST_OCTETS.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec

from tlsward.facts.certificate_fields import field_facts
from tlsward.pki.display import MOST_ENTRIES, safe_text

#: Octets of a value that are shown in hexadecimal to people, more of what has no other
#: form, and to programs.
MOST_OCTETS = 32
MOST_UNKNOWN_OCTETS = 256
MOST_PLAIN_OCTETS = 4096
#: Entries of a list that its summary names.
MOST_IN_WORDS = 3

EntryT = TypeVar("EntryT")


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A field for people: every text is safe to show.

    `critical` is None where the field is no extension; `meaning` and `reference` are empty
    where there is nothing to say that its parent does not say; `wrong` that the value is
    not what the standard allows; `more` how many children are left out.
    """

    name: str
    value: str = ""
    meaning: str = ""
    reference: str = ""
    critical: bool | None = None
    wrong: bool = False
    children: tuple["Explained", ...] = ()
    more: int = 0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one value says: in words, part by part, and as plain data for programs.

    `plain` is made of None, bool, int, str, list and dict alone; `more` is how many
    children are left out.
    """

    text: str
    plain: Any
    children: tuple[Explained, ...] = ()
    more: int = 0


def explained(
    section: str,
    key: str,
    value: str = "",
    children: Iterable[Explained] = (),
    *,
    otherwise: str = "",
    wrong: bool = False,
    more: int = 0,
) -> Explained:
    """Return a field with its name and meaning out of the facts.

    `otherwise` is the key, in section `fields`, of what is said of a field that the section
    does not know; such a field is called by its own key.
    """
    facts = field_facts(section, key)
    name = facts.name if facts is not None else safe_text(key)
    if facts is None and otherwise:
        facts = field_facts("fields", otherwise)
    return Explained(
        name=name,
        value=value,
        meaning="" if facts is None else facts.meaning,
        reference="" if facts is None else facts.reference,
        children=tuple(children),
        wrong=wrong,
        more=more,
    )


def name_of(section: str, key: str) -> str:
    """Return what people call a field; its key where it is not known."""
    facts = field_facts(section, key)
    return safe_text(key) if facts is None else facts.name


def first_of(entries: Iterable[EntryT]) -> tuple[list[EntryT], int]:
    """Return as many entries as are shown of a list, and how many more there are."""
    rest = iter(entries)
    return list(islice(rest, MOST_ENTRIES)), sum(1 for _ in rest)


def counted(kind: str, first: Sequence[Any], more: int = 0) -> dict[str, Any]:
    """Return a list for programs: how many there are, and the first of them under `kind`."""
    return {"count": len(first) + more, kind: list(first)}


def in_hex(octets: bytes, most: int = MOST_OCTETS) -> str:
    """Return octets in hexadecimal for people: all, or the first and how many there are."""
    if len(octets) <= most:
        return octets.hex()
    return f"{octets[:most].hex()}… ({len(octets)} octets in all)"


def plain_octets(octets: bytes) -> dict[str, Any]:
    """Return octets for programs: how many, and the first of them in hexadecimal."""
    return {"size": len(octets), "hex": octets[:MOST_PLAIN_OCTETS].hex()}


def in_words(texts: Sequence[str], more: int = 0) -> str:
    """Return a summary of a list: the first few, and how many more."""
    more += max(0, len(texts) - MOST_IN_WORDS)
    shown = ", ".join(texts[:MOST_IN_WORDS])
    return f"{shown} and {more} more" if more else shown or "(nothing)"
