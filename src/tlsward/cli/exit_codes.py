"""What the exit code of every command means, and how several become one."""

from collections.abc import Iterable

HOLDS = 0
DOES_NOT_HOLD = 1
WRONG_CALL = 2
COULD_NOT_TELL = 3
INTERRUPTED = 130

#: With several results the worst wins, in this order.
WORST_FIRST = (WRONG_CALL, COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS)


def worst(codes: Iterable[int]) -> int:
    """Return the worst of the exit codes; where nothing was measured, nothing was told."""
    found = set(codes)
    return next((code for code in WORST_FIRST if code in found), COULD_NOT_TELL)
