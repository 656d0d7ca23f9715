"""What is known of weak keys: each weakness by its id, and keys that are published."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class KeyWeaknessFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in which a key can be weak; `broken` says that it can be used no more."""

    id: str
    broken: bool
    text: str
    reference: str


class PublishedKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key whose private half anyone can read: the SHA-256 of its SubjectPublicKeyInfo."""

    spki_sha256: str
    name: str
    reference: str


class _Weaknesses(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    weaknesses: tuple[KeyWeaknessFacts, ...]


class _Keys(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    keys: tuple[PublishedKey, ...]


@cache
def key_weakness_facts() -> dict[str, KeyWeaknessFacts]:
    """Return every weakness by its id."""
    found = read_data_file("key_weaknesses.json", _Weaknesses).weaknesses
    return {each.id: each for each in found}


@cache
def published_keys() -> dict[str, PublishedKey]:
    """Return the published keys by the SHA-256 of their SubjectPublicKeyInfo, in hex."""
    return {each.spki_sha256: each for each in read_data_file("published_keys.json", _Keys).keys}
