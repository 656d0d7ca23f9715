"""Top-level labels that the public DNS does not have and is not going to."""

from functools import cache

from tlsward.facts.data_file import DataFile, read_data_file


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    not_delegated: frozenset[str]


@cache
def labels_not_delegated() -> frozenset[str]:
    """Return the labels, in lower case."""
    return read_data_file("special_names.json", _File).not_delegated
