"""What the fields of certificates mean, in plain sentences for people who do not know X.509.

A section of `data/certificate_fields.json` is a kind of field (`extensions`, `purposes`);
its entries are found by object identifier where the field has one, by a word of ours
where not.
"""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class FieldFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field: what people call it, what it is good for, and where it is defined."""

    key: str
    name: str
    meaning: str
    reference: str


class _Strength(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    algorithm: str
    size: int
    bits: int


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    fields: tuple[FieldFacts, ...]
    attributes: tuple[FieldFacts, ...]
    extensions: tuple[FieldFacts, ...]
    basic_constraints: tuple[FieldFacts, ...]
    key_usages: tuple[FieldFacts, ...]
    purposes: tuple[FieldFacts, ...]
    policies: tuple[FieldFacts, ...]
    policy_parts: tuple[FieldFacts, ...]
    general_names: tuple[FieldFacts, ...]
    other_names: tuple[FieldFacts, ...]
    identifiers: tuple[FieldFacts, ...]
    locations: tuple[FieldFacts, ...]
    tls_features: tuple[FieldFacts, ...]
    timestamps: tuple[FieldFacts, ...]
    template_parts: tuple[FieldFacts, ...]
    organization_parts: tuple[FieldFacts, ...]
    statements: tuple[FieldFacts, ...]
    statement_types: tuple[FieldFacts, ...]
    netscape_types: tuple[FieldFacts, ...]
    strengths: tuple[_Strength, ...]


#: The sections that hold fields.
SECTIONS = tuple(
    name
    for name in _File.__struct_fields__
    if name not in {*DataFile.__struct_fields__, "strengths"}
)


def field_facts(section: str, key: str) -> FieldFacts | None:
    """Return what is known of a field. Raise KeyError for a section that there is not."""
    return all_fields()[section].get(key)


@cache
def all_fields() -> dict[str, dict[str, FieldFacts]]:
    """Return every field by section and key."""
    read = _read()
    return {section: {entry.key: entry for entry in getattr(read, section)} for section in SECTIONS}


def key_strength(algorithm: str, size: int) -> int | None:
    """Return the strength of a public key in bits of a symmetric one; None where not known.

    It is at least that: sizes between two of the table have the strength of the smaller.
    A key below the smallest of its kind has 0, which no other has.
    """
    rows = [row for row in _read().strengths if row.algorithm == algorithm]
    if not rows:
        return None
    return max((row.bits for row in rows if row.size <= size), default=0)


@cache
def _read() -> _File:
    return read_data_file("certificate_fields.json", _File)
