"""`tlsward primer diffie-hellman`: a secret agreed on in public."""

import click

from tlsward.cli.options import settings_in_effect
from tlsward.cli.primer.options import NUMBERS, WRONG_NUMBERS, Form, lesson_options, write_lesson
from tlsward.errors import UsageError

EPILOG = f"""\b
Numbers are decimal, or hexadecimal after 0x. P is a prime of up to 4096 bits, G a number
whose powers are many, A and B are the two secrets, between 2 and P - 2.

\b
Examples:
  tlsward primer diffie-hellman
  tlsward primer diffie-hellman 23 5 6 15
  tlsward primer diffie-hellman 2147483647 7 123456789 987654321

{WRONG_NUMBERS}
"""


@click.command("diffie-hellman", epilog=EPILOG, context_settings=NUMBERS)
@click.argument("numbers", nargs=-1, metavar="[P G A B]")
@lesson_options()
def diffie_hellman(numbers: tuple[str, ...], form: Form, **given: object) -> int:
    """Tell the key exchange of Diffie and Hellman, and what an eavesdropper can do.

    First with the numbers given (without: 23 5 6 15), then with the groups of TLS.
    """
    settings = settings_in_effect(given)
    if len(numbers) not in {0, 4}:
        raise UsageError(f"diffie-hellman: give none or four numbers (P G A B), not {len(numbers)}")
    from tlsward.primer.lessons import diffie_hellman as lesson
    from tlsward.primer.numbers import read_number

    read = [read_number(text, name) for text, name in zip(numbers, "pgab", strict=False)]
    return write_lesson(lesson.diffie_hellman(*read), form, settings)
