"""The command line: parse, call one function, render. Exit codes are in `exit_codes`."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `tlsward` with these arguments (default: those of the process) and exit."""
    _open_standard_streams()
    from tlsward.cli.root import run

    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def _open_standard_streams() -> None:
    """Put the null device where a caller has closed standard input, output or error.

    Else the first sockets would get their numbers, and what is written to them.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
