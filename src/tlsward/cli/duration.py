"""Durations as a person writes them: `31536000`, `1y`, `60d`."""

import re

from tlsward.errors import UsageError

#: Seconds of each unit; a year has 365 days, as in every recommendation for max-age.
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
LONGEST_SECONDS = 2**32 - 1


def parse_duration(text: str, option: str) -> int:
    """Return seconds. Raises UsageError, which names the option."""
    found = re.fullmatch(r"([0-9]{1,12})([smhdwy]?)", text.strip())
    if found is None:
        known = ", ".join(unit for unit in UNITS if unit)
        raise UsageError(f"{option}: expected seconds or a number with {known}, not {text!r}")
    seconds = int(found.group(1)) * UNITS[found.group(2)]
    if seconds > LONGEST_SECONDS:
        raise UsageError(f"{option}: {text} is longer than anybody remembers")
    return seconds
