"""What was fetched and stays true for a while, kept in files: CRLs until their time is up.

A file is named after the SHA-256 of its URL and has a line that says what it is before
the octets. It is written whole under another name and then renamed, so that no reader
sees half of one; what is damaged all the same is as good as absent. The cache never
fails: where it cannot be read or written, everything is fetched anew.

Nothing is believed for being here. Who takes a CRL out of the cache checks its signature
as if it had just been fetched.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from tlsward.settings.home import make_private_directory

#: Octets that all files together may have, unless the caller says otherwise.
LARGEST_CACHE_BYTES = 512 << 20
#: The line before the octets: a URL of a certificate is much shorter than half of this.
_LONGEST_HEADING = 8192
_SUFFIX = ".fetched"


class _Heading(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    until: datetime
    sha256: str


class FetchCache:
    """Files of one directory, which is made (for its owner alone) with the first of them.

    A directory that belongs to somebody else, or that others may write to, is not used.
    """

    def __init__(self, directory: Path, *, limit_bytes: int = LARGEST_CACHE_BYTES) -> None:
        self._directory = directory
        self._limit_bytes = limit_bytes

    def get(self, url: str, now: datetime) -> bytes | None:
        """Return what is kept of a URL and still of use at `now`, else None."""
        try:
            if not self._ours():
                return None
            handle = os.open(self._path(url), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                if os.fstat(handle).st_size > self._limit_bytes:
                    return None
                heading = msgspec.json.decode(file.readline(_LONGEST_HEADING), type=_Heading)
                if heading.url != url or heading.until < now:
                    return None
                octets = file.read()
        except (OSError, msgspec.DecodeError, ValueError, TypeError):
            return None
        return octets if hashlib.sha256(octets).hexdigest() == heading.sha256 else None

    def put(self, url: str, octets: bytes, *, until: datetime) -> None:
        """Keep what a URL gave until a moment; what ends first gives way where room is short."""
        heading = _Heading(url=url, until=until, sha256=hashlib.sha256(octets).hexdigest())
        line = msgspec.json.encode(heading) + b"\n"
        size = len(line) + len(octets)
        if size > self._limit_bytes or len(line) > _LONGEST_HEADING:
            return
        with contextlib.suppress(OSError, ValueError, OverflowError):
            make_private_directory(self._directory)
            if self._ours():
                self._make_room(size)
                self._write(self._path(url), line, octets, until)

    def _path(self, url: str) -> Path:
        return self._directory / (hashlib.sha256(url.encode()).hexdigest() + _SUFFIX)

    def _ours(self) -> bool:
        """Return whether the directory is ours, and nobody else may write to it."""
        found = self._directory.stat(follow_symlinks=False)
        others = stat.S_IWGRP | stat.S_IWOTH
        return (
            stat.S_ISDIR(found.st_mode)
            and found.st_uid == os.geteuid()
            and not found.st_mode & others
        )

    def _write(self, path: Path, line: bytes, octets: bytes, until: datetime) -> None:
        handle, name = tempfile.mkstemp(dir=self._directory, prefix="writing-")  # mode 0600
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(line)
                file.write(octets)
            # The file's own time tells, without reading it, when it may go.
            os.utime(temporary, (until.timestamp(), until.timestamp()))
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _make_room(self, wanted_bytes: int) -> None:
        entries = sorted(self._entries())
        total = wanted_bytes + sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= self._limit_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """Yield until when each file is of use, its size and its path.

        Half-written ones of a process that died are among them, with the time they were
        begun, so that they go first.
        """
        with os.scandir(self._directory) as entries:
            for entry in entries:
                if not entry.name.endswith(_SUFFIX) and not entry.name.startswith("writing-"):
                    continue
                with contextlib.suppress(OSError):
                    found = entry.stat(follow_symlinks=False)
                    yield found.st_mtime, found.st_size, Path(entry.path)
