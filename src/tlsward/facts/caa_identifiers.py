"""By which names in CAA records an authority goes (RFC 8659 section 4.2)."""

import re
from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class CaaIdentifiers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority, the organisations its certificates call it, and its issuer domain names.

    `organisations` are as they stand in the O of issuer names, `domains` in lower case.
    """

    authority: str
    organisations: tuple[str, ...]
    domains: tuple[str, ...]


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    references: tuple[str, ...]
    authorities: tuple[CaaIdentifiers, ...]


@cache
def all_caa_identifiers() -> tuple[CaaIdentifiers, ...]:
    """Return every authority whose names are known."""
    return read_data_file("caa_identifiers.json", _File).authorities


def caa_identifiers(organisation: str) -> CaaIdentifiers | None:
    """Return the authority that an issuer's O names, None where nothing is known of it.

    Case, blanks, commas and full stops do not count: authorities change them.
    """
    return _by_organisation().get(_plain(organisation))


@cache
def _by_organisation() -> dict[str, CaaIdentifiers]:
    return {
        _plain(organisation): authority
        for authority in all_caa_identifiers()
        for organisation in authority.organisations
    }


def _plain(organisation: str) -> str:
    return re.sub(r"[\s.,]+", " ", organisation.casefold()).strip()
