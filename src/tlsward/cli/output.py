"""Where a report goes: standard output, or a file that is written whole or not at all."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TextIO

from tlsward.errors import UsageError


class Output(Protocol):
    """What takes a report piece by piece; `closed` when nobody reads on."""

    closed: bool

    def write(self, text: str) -> None:
        """Take a piece of the report."""
        ...

    def commit(self) -> None:
        """Say that the report is whole."""
        ...


class StandardOutput:
    """Standard output. Once its reader is gone, what follows is dropped quietly."""

    def __init__(self) -> None:
        self.closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave standard output open."""

    def write(self, text: str) -> None:
        """Print at once, so that a reader of JSON lines sees each as it comes."""
        if self.closed:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding or "ascii"
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
            sys.stdout.flush()
        except BrokenPipeError:
            self.closed = True
            forget_standard_output()

    def commit(self) -> None:
        """Nothing is left to do."""


class FileOutput:
    """A file that takes its name when it is whole; a failure leaves what was there before."""

    def __init__(self, name: str) -> None:
        import tempfile  # 5 ms of compression libraries, which standard output needs not

        self.closed = False
        self._path = Path(name)
        self._temporary: str | None = None
        try:
            # Through a link, so that the link stays and its file changes.
            self._path = self._path.resolve()
            if self._path.is_dir():
                raise UsageError(f"{name}: cannot be written: it is a directory")
            handle, self._temporary = tempfile.mkstemp(
                prefix=f".{self._path.name}.", dir=self._path.parent
            )
            self._stream: TextIO = os.fdopen(handle, "w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{name}: cannot be written: {error.strerror or error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what was not committed."""
        self._stream.close()
        if self._temporary is not None:
            Path(self._temporary).unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Write to the temporary file beside the one that was named."""
        self._stream.write(text)

    def commit(self) -> None:
        """Give the file its name, with the mode a new file would have."""
        if self._temporary is None:
            return
        self._stream.flush()
        os.fsync(self._stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        mode = self._path.stat().st_mode & 0o777 if self._path.exists() else 0o666 & ~mask
        Path(self._temporary).chmod(mode)
        Path(self._temporary).replace(self._path)
        self._temporary = None


def open_output(name: str | None) -> StandardOutput | FileOutput:
    """Return the output of a name: `-` and None are standard output."""
    if name is None or name == "-":
        return StandardOutput()
    # A device or a pipe cannot be replaced, and need not: nothing reads it half-written.
    if Path(name).exists() and not Path(name).is_file() and not Path(name).is_dir():
        return StreamOutput(name)
    return FileOutput(name)


class StreamOutput(StandardOutput):
    """A device or named pipe, written as it comes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        try:
            self._stream = Path(name).open("w", encoding="utf-8")  # noqa: SIM115 - until __exit__
        except OSError as error:
            raise UsageError(f"{name}: cannot be written: {error.strerror or error}") from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._stream.close()

    def write(self, text: str) -> None:
        """Write at once."""
        self._stream.write(text)
        self._stream.flush()


def forget_standard_output() -> None:
    """Keep Python from complaining, at its exit, of a reader that is gone."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at this stream."""
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False
