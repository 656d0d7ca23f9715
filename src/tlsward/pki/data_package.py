"""Files of the data packages, read without importing the packages.

`cryptodatahub` costs seconds to import and `certifi` pulls in `importlib.resources`; their
files are all that is wanted. Where the caller keeps newer ones in a directory of its own (see
`keep_updates_in`), those are read: `DIRECTORY/PACKAGE/VERSION/path`.
"""

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import NamedTuple

#: The packages, and the files of each that are read.
DATA_FILES = {
    "certifi": ("cacert.pem",),
    "cryptodatahub": (
        "common/root-certificate.json",
        "common/certificate-transparency-log.json",
        "common/entity.json",
    ),
}
#: Releases: `2026.10.19`, also `2026.10.19.post1`; nothing that comes before one.
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}(?:\.post\d{1,4})?")


class Source(NamedTuple):
    """Where a package's files are read: its version, and whether it was updated by us."""

    version: str
    updated: Path | None = None


class _Updates:
    directory: Path | None = None


def keep_updates_in(directory: Path | None) -> None:
    """Say where newer data are kept; the program's roof does so once, before all reading."""
    _Updates.directory = directory
    source.cache_clear()


def package_file(package: str, path: str) -> bytes | None:
    """Return the content of a file of a package, None where there is none."""
    found = source(package)
    if found is not None and found.updated is not None:
        try:
            return (found.updated / path).read_bytes()
        except OSError:
            return None
    return _installed_file(package, path)


@cache
def source(package: str) -> Source | None:
    """Return which version of a package's data is read; None where there is none at all."""
    installed = installed_version(package)
    newest = max(updates(package), key=lambda each: version_key(each.name), default=None)
    if newest is not None and (
        installed is None or version_key(newest.name) > version_key(installed)
    ):
        return Source(newest.name, newest)
    return None if installed is None else Source(installed)


def updates(package: str) -> Iterator[Path]:
    """Yield the directories of the versions of a package that are kept, all files in place."""
    if _Updates.directory is None:
        return
    try:
        found = sorted((_Updates.directory / package).iterdir())
    except OSError:
        return
    for each in found:
        if is_release(each.name) and all((each / path).is_file() for path in DATA_FILES[package]):
            yield each


def is_release(version: str) -> bool:
    """Return whether a text is the version of a release."""
    return _VERSION.fullmatch(version) is not None


def version_key(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by: their numbers, without zeros at the end."""
    numbers = [int(number) for number in re.findall(r"\d{1,9}", version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@cache
def installed_version(package: str) -> str | None:
    """Return the version of an installed package, by the name of its metadata's directory.

    Both packages have versions of numbers alone; `importlib.metadata` would read all of the
    metadata for it.
    """
    spec = _spec(package)
    for location in _locations(package) if spec else ():
        for found in sorted(Path(location).parent.glob(f"{package}-*.dist-info")):
            version = found.name.removeprefix(f"{package}-").removesuffix(".dist-info")
            if is_release(version):
                return version
    if spec is None:
        return None
    import importlib.metadata

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _installed_file(package: str, path: str) -> bytes | None:
    spec = _spec(package)
    if spec is None:
        return None
    for location in _locations(package):
        file = Path(location) / path
        try:
            # A package inside a zip file is read by its own loader.
            if spec.loader is not None and hasattr(spec.loader, "get_data"):
                octets = spec.loader.get_data(str(file))
                return octets if isinstance(octets, bytes) else None
            return file.read_bytes()
        except OSError:
            continue
    return None


def _locations(package: str) -> list[str]:
    spec = _spec(package)
    return list(spec.submodule_search_locations or ()) if spec else []


def _spec(package: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
