"""Newer data of the root stores, checked before they take the place of what is read now."""

from collections.abc import Mapping
from datetime import date

import msgspec

from tlsward.pki.data_package import DATA_FILES, Source, is_release, source, version_key
from tlsward.pki.root_programs import (
    PUBLIC_STORES,
    RootCertificate,
    by_their_subjects,
    certificates_in_pem,
    date_of_version,
    newest_timestamp,
    root_programs,
    roots_of_all_programs,
)

#: A store whose new data have less than this part of its present roots is not believed.
LEAST_PART = 0.5


class UnfitDataError(ValueError):
    """Data that do not take the place of others; the words say why."""


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one package: `present` and `offered` versions, and whether it is newer.

    `reason` says why the offered one is not taken although it is newer; `day` is the day that
    its data are known to be as new as.
    """

    package: str
    present: str | None
    offered: str
    newer: bool
    day: date | None = None
    reason: str | None = None


def considered(package: str, version: str, files: Mapping[str, bytes]) -> Update:
    """Return whether the data files of a version, by their paths, are to be taken."""
    present = source(package)
    update = Update(
        package=package,
        present=None if present is None else present.version,
        offered=version,
        newer=is_newer(version, present),
    )
    if not update.newer:
        return update
    try:
        return msgspec.structs.replace(update, day=_checked(package, version, files))
    except UnfitDataError as error:
        return msgspec.structs.replace(update, reason=str(error))


def is_newer(version: str, present: Source | None) -> bool:
    """Return whether a version comes after the one that is read now."""
    return present is None or version_key(version) > version_key(present.version)


def _checked(package: str, version: str, files: Mapping[str, bytes]) -> date | None:
    """Return the day of the data. Raises UnfitDataError."""
    if not is_release(version):
        raise UnfitDataError(f"{version} is no release")
    missing = [path for path in DATA_FILES[package] if not files.get(path)]
    if missing:
        raise UnfitDataError(f"it has no {missing[0]}")
    if package == "certifi":
        encoded = certificates_in_pem(files["cacert.pem"])
        roots = [RootCertificate(der, frozenset({"mozilla"}), {}) for der in encoded]
        _check_numbers(roots, ("mozilla",))
        return date_of_version(version)
    roots = list(roots_of_all_programs(files["common/root-certificate.json"]).values())
    _check_numbers(roots, PUBLIC_STORES)
    day = newest_timestamp(files["common/certificate-transparency-log.json"])
    known = root_programs().dates.get(package)
    if day is None:
        raise UnfitDataError("its list of logs has no date")
    if known is not None and day < known:
        raise UnfitDataError(f"its data are of {day}, older than those of {known}")
    return day


def _check_numbers(roots: list[RootCertificate], stores: tuple[str, ...]) -> None:
    """Refuse data in which a store has lost most of its roots, as cut-off files would have."""
    readable = _counted(roots)
    present = _counted([each for those in root_programs().by_subject.values() for each in those])
    for store in stores:
        count = readable.get(store, 0)
        if count == 0 or count < LEAST_PART * present.get(store, 0):
            raise UnfitDataError(
                f"it has {count} readable roots for {store}, not {present.get(store, 0)} as now"
            )


def _counted(roots: list[RootCertificate]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for those in by_their_subjects(roots).values():
        for each in those:
            for store in each.stores:
                counts[store] = counts.get(store, 0) + 1
    return counts
