"""Bugs of ours: told on stderr with all that helps to mend them, and never taken for a verdict."""

import sys

from tlsward.report.escape import printable


def describe(error: Exception) -> str:
    """Return in one line what is wrong with this program."""
    words = printable(str(error))
    return f"a defect of tlsward: {type(error).__name__}" + (f": {words}" if words else "")


def report_defect(error: Exception) -> None:
    """Write the traceback to stderr."""
    import traceback

    for line in "".join(traceback.format_exception(error)).splitlines():
        print(printable(line), file=sys.stderr)
    print(f"tlsward: {describe(error)}; please report it", file=sys.stderr)
