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
