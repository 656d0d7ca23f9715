"""Euclid's algorithm, extended: the greatest common divisor, and the inverse of a number."""

import msgspec


class EuclidRow(msgspec.Struct, frozen=True, kw_only=True):
    """One division: `dividend` = `quotient` * `divisor` + `remainder`.

    `coefficient` times the second number of the start leaves `remainder` when divided by
    the first.
    """

    dividend: int
    divisor: int
    quotient: int
    remainder: int
    coefficient: int


def euclid_table(modulus: int, number: int) -> tuple[EuclidRow, ...]:
    """Return the divisions that lead from two positive numbers to a remainder of 0.

    The divisor of the last row is their greatest common divisor. In each row
    `coefficient` * `number` is congruent to `remainder`, modulo `modulus`.
    """
    rows = []
    dividend, divisor = modulus, number
    before, coefficient = 0, 1
    while divisor:
        quotient, remainder = divmod(dividend, divisor)
        before, coefficient = coefficient, before - quotient * coefficient
        rows.append(
            EuclidRow(
                dividend=dividend,
                divisor=divisor,
                quotient=quotient,
                remainder=remainder,
                coefficient=coefficient,
            )
        )
        dividend, divisor = divisor, remainder
    return tuple(rows)


def greatest_common_divisor(rows: tuple[EuclidRow, ...]) -> int:
    """Return what a table found."""
    return rows[-1].divisor


def inverse(rows: tuple[EuclidRow, ...], modulus: int) -> int:
    """Return the number that times the second one is 1 modulo `modulus`.

    `rows` is the table of a modulus above 1 and of a number below it; ValueError where they
    have a common divisor, for then there is no such number.
    """
    if greatest_common_divisor(rows) != 1:
        raise ValueError(f"they have the common divisor {greatest_common_divisor(rows)}")
    # The row before the last is the one with remainder 1; a single row began with 1 itself.
    return rows[-2].coefficient % modulus if len(rows) > 1 else 1
