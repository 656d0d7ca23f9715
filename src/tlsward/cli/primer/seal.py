"""`tlsward primer seal`: message authentication."""

import click

from tlsward.cli.options import settings_in_effect
from tlsward.cli.primer.options import Form, lesson_options, write_lesson

EPILOG = """\b
The key of an example is no secret: never give one that protects something.

\b
Examples:
  tlsward primer seal
  tlsward primer seal "pay 100 to Bob" --key "of the example" --tampered "pay 900 to Bob"

Exit codes: 0 the lesson was told; 2 message or key cannot be used, and why.
"""


@click.command("seal", epilog=EPILOG)
@click.argument("message", required=False)
@click.option("--key", help="A key for the example.")
@click.option("--tampered", metavar="TEXT", help="What the message is changed into on its way.")
@lesson_options()
def seal(
    message: str | None, key: str | None, tampered: str | None, form: Form, **given: object
) -> int:
    """Tell how MESSAGE is sealed with a key, and how a change on its way is noticed."""
    settings = settings_in_effect(given)
    from tlsward.primer.lessons.seal import KEY, MESSAGE, sealed

    told = sealed(MESSAGE if message is None else message, KEY if key is None else key, tampered)
    return write_lesson(told, form, settings)
