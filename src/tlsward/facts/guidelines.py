"""Versions of Mozilla's Server Side TLS guideline, one file each, in one form.

A key that a version does not have, and one that is null in it, read as None: the
guideline then asks for nothing of that kind. A new version is a new file.
"""

from functools import cache

import msgspec

from tlsward.errors import UnknownGuidelineError
from tlsward.facts.data_file import DATA, DataFile, read_data_file


class GuidelineLevel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one level of one version asks for.

    `cipher_suites` are those up to TLS 1.2 by OpenSSL's names in the guideline's order,
    `tls13_suites` those of TLS 1.3 by IANA's; `cipher_string` is OpenSSL's cipher
    string, which only 4.0 has. `groups` and `certificate_curves` have canonical names.
    Sizes are bits, lifespans days, `hsts_min_age` seconds.
    """

    name: str
    protocols: tuple[str, ...]
    cipher_suites: tuple[str, ...]
    tls13_suites: tuple[str, ...]
    groups: tuple[str, ...] | None
    certificate_types: tuple[str, ...]
    certificate_curves: tuple[str, ...] | None
    certificate_signatures: tuple[str, ...]
    rsa_key_size: int | None
    dh_param_size: int | None
    ecdh_param_size: int | None
    hsts_min_age: int
    ocsp_staple: bool | None
    server_preferred_order: bool | None
    maximum_certificate_lifespan: int | None
    recommended_certificate_lifespan: int | None
    oldest_clients: tuple[str, ...]
    cipher_string: str | None = None


class Guideline(DataFile, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version: its levels by name, best first, and why it says what it says.

    `reference` is where the guideline explains itself, `rationale` what sets the
    version apart from the one before; `published` a day or a month, None where it is
    not known.
    """

    version: str
    reference: str
    rationale: str
    published: str | None
    levels: dict[str, GuidelineLevel]


@cache
def guideline_versions() -> tuple[str, ...]:
    """Return the versions there are, oldest first."""
    versions = (path.stem for path in (DATA / "guidelines").glob("*.json"))
    return tuple(sorted(versions, key=lambda version: [int(part) for part in version.split(".")]))


def guideline(version: str = "latest") -> Guideline:
    """Return a version of the guideline, `latest` the newest.

    Raises UnknownGuidelineError for a version there is none of.
    """
    if version == "latest":
        version = guideline_versions()[-1]
    elif version not in guideline_versions():
        raise UnknownGuidelineError(version, guideline_versions())
    return _read(version)


@cache
def _read(version: str) -> Guideline:
    return read_data_file(f"guidelines/{version}.json", Guideline)
