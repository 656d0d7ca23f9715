"""Numbers as a reader gives them, and as they are shown."""

import re

from tlsward.errors import UsageError
from tlsward.primer.primes import primality

#: The largest number that is computed with, in bits: that of the largest keys in use.
MOST_BITS = 4096
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:[_ ][0-9]+)*")
_HEXADECIMAL = re.compile(r"0[xX][0-9A-Fa-f]+(?:[_ :][0-9A-Fa-f]+)*")
#: More digits than this are of a number that is too large anyway; Python itself refuses to
#: read more than 4300.
_MOST_DIGITS = 1300
#: Numbers with more digits are shown by their beginning and end.
_WHOLE_DIGITS = 48
#: The same in a row of a table, which has several.
_BRIEF_DIGITS = 12


def read_number(text: str, name: str, *, most_bits: int = MOST_BITS) -> int:
    """Return the whole number that a reader wrote, in decimal or, after 0x, in hexadecimal.

    Raises UsageError for what is none or too large; `name` is what it is called there.
    """
    digits = text.strip()
    decimal = _DECIMAL.fullmatch(digits)
    if decimal is None and _HEXADECIMAL.fullmatch(digits) is None:
        shown = digits if len(digits) <= _WHOLE_DIGITS else digits[:_WHOLE_DIGITS] + "…"
        raise UsageError(f"{name}: {shown!r} is not a whole number")
    bare = re.sub("[_ :]", "", digits)
    if len(bare) > _MOST_DIGITS:
        raise UsageError(f"{name}: a number of more than {most_bits} bits is not computed with")
    number = int(bare, 10 if decimal else 16)
    check_size(number, name, most_bits=most_bits)
    return number


def check_size(number: int, name: str, *, most_bits: int = MOST_BITS) -> None:
    """Raise UsageError for a number of more bits than are computed with."""
    if number.bit_length() > most_bits:
        bits = number.bit_length()
        raise UsageError(f"{name}: it has {bits} bits; more than {most_bits} are not computed with")


def check_prime(number: int, name: str, why: str) -> bool:
    """Return whether a number is prime for certain, or merely passed a test.

    Raises UsageError, with the reason, for one that is not; `why` says what a prime is
    needed for.
    """
    found = primality(number)
    if found.prime:
        return found.certain
    shown = shortened(number)
    if number < 2:
        reason = "primes begin at 2"
    elif found.factor is not None:
        reason = f"it is {shortened(found.factor)} times {shortened(number // found.factor)}"
    else:
        reason = f"the test of Miller and Rabin shows it with the base {shortened(found.witness)}"
    raise UsageError(f"{name}: {shown} is not a prime: {reason}; {why}")


def shortened(number: int | None) -> str:
    """Return a number in decimal, a long one by its first and last digits and its bits."""
    if number is None:
        return "none"
    digits = str(number)
    if len(digits) <= _WHOLE_DIGITS:
        return digits
    return f"{digits[:16]}…{digits[-16:]} ({number.bit_length()} bits)"


def brief(number: int) -> str:
    """Return a number for a table: of a long one the first and last digits alone."""
    digits = str(abs(number))
    if len(digits) > _BRIEF_DIGITS:
        digits = f"{digits[:4]}…{digits[-4:]}"
    return f"-{digits}" if number < 0 else digits
