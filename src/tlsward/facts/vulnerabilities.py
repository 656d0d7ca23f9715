"""What is known of each weakness a scan may report, by its id."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class VulnerabilityFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One known weakness.

    `bad` says that a server with it is bad whatever else it does, `blocks` that it
    meets no level; `implied` that removing a protocol or a suite which no level lists,
    or mending a size, removes it too, so that it needs no finding of its own.
    """

    id: str
    title: str
    bad: bool
    blocks: bool
    implied: bool
    why: str
    reference: str


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    vulnerabilities: tuple[VulnerabilityFacts, ...]


@cache
def _by_id() -> dict[str, VulnerabilityFacts]:
    found = read_data_file("vulnerabilities.json", _File).vulnerabilities
    return {entry.id: entry for entry in found}


def vulnerability(identifier: str) -> VulnerabilityFacts | None:
    """Return what is known of a weakness, None for an id nobody wrote about."""
    return _by_id().get(identifier)


def all_vulnerabilities() -> tuple[VulnerabilityFacts, ...]:
    """Return every weakness there is a text for."""
    return tuple(_by_id().values())
