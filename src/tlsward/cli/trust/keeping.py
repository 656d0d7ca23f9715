"""Where newer data of the root stores are kept: $TLSWARD_HOME/trust, for its owner alone."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from tlsward.errors import UsageError
from tlsward.pki.data_package import updates, version_key
from tlsward.settings.home import home_directory, make_private_directory

#: Versions of a package that are kept: one may be read while the next is put there.
MOST_VERSIONS = 2


def trust_directory() -> Path:
    """Return the directory, whether it is there or not."""
    return home_directory(os.environ) / "trust"


def believed_directory() -> Path | None:
    """Return the directory where it is there and nobody else could have written into it."""
    directory = trust_directory()
    try:
        found = directory.stat()
    except OSError:
        return None
    owned = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    written_by_others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return directory if owned and stat.S_ISDIR(found.st_mode) and not written_by_others else None


def keep(package: str, version: str, files: Mapping[str, bytes]) -> Path:
    """Put the data files of a version in their place, all or none; return the directory.

    Raises UsageError where that cannot be written, or is not the caller's own.
    """
    import shutil
    import tempfile

    try:
        directory = trust_directory()
        make_private_directory(directory)
        if believed_directory() is None:
            raise UsageError(f"{directory}: others may write there; make it yours alone (0700)")
        place = directory / package
        place.mkdir(mode=0o700, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
        try:
            for path, octets in files.items():
                _write(made / path, octets)
            made.rename(place / version)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _forget_old(package)
    except OSError as error:
        raise UsageError(f"{trust_directory()}: {error.strerror or error}") from None
    return place / version


def _write(file: Path, octets: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(octets)
        opened.flush()
        os.fsync(opened.fileno())


def _forget_old(package: str) -> None:
    import shutil

    kept = sorted(updates(package), key=lambda each: version_key(each.name))
    for old in kept[:-MOST_VERSIONS]:
        shutil.rmtree(old, ignore_errors=True)
