"""Where the program keeps what it may want again: TLSWARD_HOME."""

from collections.abc import Mapping
from pathlib import Path

HOME_VARIABLE = "TLSWARD_HOME"


def home_directory(environment: Mapping[str, str]) -> Path:
    """Return the directory of the program's own files, whether it is there or not.

    `TLSWARD_HOME`, else `tlsward` where the XDG base directories put data.
    """
    said = environment.get(HOME_VARIABLE)
    if said:
        return Path(said).expanduser()
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path("~/.local/share").expanduser()) / "tlsward"


def make_private_directory(directory: Path) -> None:
    """Make a directory and what is missing above it, for their owner alone; OSError as mkdir.

    `mkdir` with `parents` gives its mode to the last directory alone, and the XDG base
    directories want it for all that were missing.
    """
    for each in (*reversed(directory.parents), directory):
        each.mkdir(mode=0o700, exist_ok=True)
