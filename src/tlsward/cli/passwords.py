"""Passwords of files: from a file, the environment, or the person at the terminal.

Never from the command line, which everybody on the machine can read.
"""

import os
import sys
from collections.abc import Callable

from tlsward.errors import UsageError
from tlsward.settings.table import Settings

VARIABLE = "TLSWARD_PASSWORD"
#: The longest password, in octets; a file with more is another file.
LONGEST = 4096


def password_for(name: str, settings: Settings) -> Callable[[], bytes] | None:
    """Return what gives the password of a file; None where there is nobody to ask.

    The file that `--password-file` names goes first, then TLSWARD_PASSWORD, which may be
    empty, then a hidden prompt, on a terminal alone.
    """
    if settings.password_file is not None:
        file_name = settings.password_file
        return lambda: read_password(file_name)
    said = os.environb.get(VARIABLE.encode())
    if said is not None:
        return lambda: said
    if _has_terminal():
        return lambda: _prompted(name)
    return None


def read_password(name: str) -> bytes:
    """Return the first line of a file, without its end. Raises UsageError."""
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - /dev/fd/3 is no path of the file system
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UsageError(f"{name!r}: not a file name") from None
    line = content.split(b"\n", 1)[0].removesuffix(b"\r")
    if len(line) > LONGEST:
        raise UsageError(f"{name}: a password of more than {LONGEST} octets")
    return line


def _has_terminal() -> bool:
    """Whether somebody can be asked; with `-` standard input is the file itself."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except ValueError:  # closed
        return False


def _prompted(name: str) -> bytes:
    import click

    from tlsward.report.escape import printable

    said: str = click.prompt(
        f"Password of {printable(name)}", hide_input=True, default="", show_default=False, err=True
    )
    return said.encode()
