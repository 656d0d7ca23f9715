"""The command line: parse, call one function, render. Exit codes are in `exit_codes`."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `tlsward` with these arguments (default: those of the process) and exit."""
    from tlsward.cli.root import run

    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))
