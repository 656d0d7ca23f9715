"""Read a data file of this package into typed values."""

from pathlib import Path
from typing import TypeVar

import msgspec

DATA = Path(__file__).resolve().parent / "data"


class DataFile(msgspec.Struct, frozen=True, kw_only=True):
    """What every data file says of itself: where it is from, of which day, under which licence."""

    source: str
    date: str
    licence: str


FileT = TypeVar("FileT", bound=DataFile)


def read_data_file(name: str, kind: type[FileT]) -> FileT:
    """Read `data/<name>` as a value of the given kind.

    Raises msgspec.ValidationError for a file that does not fit: a fault of ours, since
    the files are part of the package.
    """
    return msgspec.json.decode((DATA / name).read_bytes(), type=kind)
