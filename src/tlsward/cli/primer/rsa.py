"""`tlsward primer rsa`: a key of two halves."""

import click

from tlsward.cli.options import settings_in_effect
from tlsward.cli.primer.options import NUMBERS, WRONG_NUMBERS, Form, lesson_options, write_lesson
from tlsward.errors import UsageError

EPILOG = f"""\b
Numbers are decimal, or hexadecimal after 0x. P and Q are two primes of up to 2048 bits, E has
no common divisor with (P - 1)(Q - 1), and MESSAGE is a number below P times Q.

\b
Examples:
  tlsward primer rsa
  tlsward primer rsa 17 13 5 123
  tlsward primer rsa 61 53 17

{WRONG_NUMBERS}
"""


@click.command("rsa", epilog=EPILOG, context_settings=NUMBERS)
@click.argument("numbers", nargs=-1, metavar="[P Q E [MESSAGE]]")
@lesson_options()
def rsa(numbers: tuple[str, ...], form: Form, **given: object) -> int:
    """Tell how an RSA key is made, encrypts and signs, and why padding matters.

    Without numbers: 17 13 5 123.
    """
    settings = settings_in_effect(given)
    if len(numbers) not in {0, 3, 4}:
        raise UsageError(
            f"rsa: give none, three or four numbers (P Q E [MESSAGE]), not {len(numbers)}"
        )
    from tlsward.primer.lessons import rsa as lesson
    from tlsward.primer.numbers import read_number

    names = ("p", "q", "e", "message")
    read = [read_number(text, name) for text, name in zip(numbers, names, strict=False)]
    return write_lesson(lesson.rsa(*read), form, settings)
