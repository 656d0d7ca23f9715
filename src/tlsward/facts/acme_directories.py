"""Which ACME directory (RFC 8555 section 7.1.1) an issuer has."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class AcmeDirectory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The directory of an issuer, which is named by the organisation in its subject."""

    organisation: str
    url: str
    reference: str


class _File(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    directories: tuple[AcmeDirectory, ...]


@cache
def acme_directories() -> dict[str, AcmeDirectory]:
    """Return the directories by the organisation of their issuers."""
    found = read_data_file("acme_directories.json", _File).directories
    return {each.organisation: each for each in found}
