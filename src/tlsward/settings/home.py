"""Where the program keeps what it may want again: TLSWARD_HOME."""

from collections.abc import Mapping
from pathlib import Path

from tlsward.errors import UsageError

HOME_VARIABLE = "TLSWARD_HOME"


def home_directory(environment: Mapping[str, str]) -> Path:
    """Return the directory of the program's own files, whether it is there or not.

    `TLSWARD_HOME`, else `tlsward` where the XDG base directories put data. Raises UsageError
    where the user that it is about has no home.
    """
    said = environment.get(HOME_VARIABLE)
    data = environment.get("XDG_DATA_HOME")
    try:
        if said:
            return Path(said).expanduser()
        return (Path(data) if data else Path("~/.local/share").expanduser()) / "tlsward"
    except RuntimeError:
        held = f"{HOME_VARIABLE}={said}: " if said else f"{HOME_VARIABLE} is not set, and "
        raise UsageError(f"{held}there is no home directory of such a user") from None


def trust_directory(environment: Mapping[str, str]) -> Path:
    """Return where newer data of the root stores are kept, whether it is there or not."""
    return home_directory(environment) / "trust"


def make_private_directory(directory: Path) -> None:
    """Make a directory and what is missing above it, for their owner alone; OSError as mkdir.

    `mkdir` with `parents` gives its mode to the last directory alone, and the XDG base
    directories want it for all that were missing.
    """
    for each in (*reversed(directory.parents), directory):
        each.mkdir(mode=0o700, exist_ok=True)
