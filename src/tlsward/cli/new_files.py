"""Several files that are written together: looked at before, whole, and without loss.

Each is written under another name beside its place and takes its own when all of them are
there. What is there already is kept unless the caller says otherwise, even where it comes
into being meanwhile. Private keys are for their owner alone from the first octet on.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tlsward.errors import UsageError

_PUBLIC, _PRIVATE = 0o666, 0o600


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file to write; `private` for keys, which none but the owner may read."""

    path: Path
    content: bytes
    private: bool = False


def write_new_files(
    files: Sequence[NewFile], *, force: bool = False, never: Sequence[Path] = ()
) -> None:
    """Write files. Raises UsageError where one cannot be; without `force` none is written then.

    Without `force` none that is there is replaced; those of `never` are not replaced even
    with it: they are what is read.
    """
    for file in files:
        if any(_is_same(file.path, read) for read in never):
            raise UsageError(f"{file.path}: it is the file that is read, and is not written over")
        if not force and os.path.lexists(file.path):
            raise _is_there(file.path)
        if file.path.is_dir():
            raise UsageError(f"{file.path}: cannot be written: it is a directory")
    waiting: list[tuple[str, NewFile]] = []
    placed: list[Path] = []
    try:
        for file in files:
            waiting.append((_written_beside(file), file))  # noqa: PERF401 - one may fail
        for temporary, file in waiting:
            _put_in_place(temporary, file, force=force)
            placed.append(file.path)
    except UsageError:
        if not force:  # else what was there before is gone, and the new is better than nothing
            for path in placed:
                path.unlink(missing_ok=True)
        raise
    finally:
        for temporary, _ in waiting:
            Path(temporary).unlink(missing_ok=True)


def _written_beside(file: NewFile) -> str:
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{file.path.name}.", dir=file.path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(file.content)
            stream.flush()
            os.fsync(handle)
    except BaseException as error:
        if temporary is not None:  # it may have a private key in it
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_be_written(file, error) from None
        raise
    mask = os.umask(0)
    os.umask(mask)
    Path(temporary).chmod(_PRIVATE if file.private else _PUBLIC & ~mask)
    return temporary


def _put_in_place(temporary: str, file: NewFile, *, force: bool) -> None:
    """Give a file its name; a link fails where the name was taken since it was looked at."""
    try:
        if not force:
            try:
                file.path.hardlink_to(temporary)
            except FileExistsError:
                raise _is_there(file.path) from None
            except OSError:  # a file system without links, such as FAT
                if os.path.lexists(file.path):
                    raise _is_there(file.path) from None
            else:
                return
        Path(temporary).replace(file.path)
    except OSError as error:
        raise _cannot_be_written(file, error) from None


def _is_there(path: Path) -> UsageError:
    return UsageError(f"{path}: it is there already; --force writes over it")


def _cannot_be_written(file: NewFile, error: OSError) -> UsageError:
    return UsageError(f"{file.path}: cannot be written: {error.strerror or error}")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
