"""`tlsward primer caesar`: the substitution cipher."""

import click

from tlsward.cli.options import settings_in_effect
from tlsward.cli.primer.options import NUMBERS, Form, lesson_options, write_lesson
from tlsward.errors import UsageError

EPILOG = """\b
Examples:
  tlsward primer caesar
  tlsward primer caesar "meet me at noon" 3
  tlsward primer caesar --decrypt "phhw ph dw qrrq" 3
  tlsward primer caesar --break "haahjr aol zvbaolyu nhal ha khdu"

Exit codes: 0 the lesson was told; 2 the key or the text cannot be used, and why.
"""


@click.command("caesar", epilog=EPILOG, context_settings=NUMBERS)
@click.argument("text", required=False)
@click.argument("key", required=False)
@click.option("--decrypt", is_flag=True, help="TEXT is encrypted: decrypt it with KEY.")
@click.option("--break", "broken", is_flag=True, help="TEXT is encrypted: find the key.")
@lesson_options()
def caesar(
    text: str | None, key: str | None, decrypt: bool, broken: bool, form: Form, **given: object
) -> int:
    """Tell how TEXT is encrypted with KEY, a number of places, and broken without it.

    The key is 7 where none is given. Only the letters a to z are moved.
    """
    settings = settings_in_effect(given)
    if text is not None and text.startswith("--"):
        raise click.NoSuchOption(text)
    if decrypt and broken:
        raise UsageError("--decrypt needs the key and --break finds it: take one of them")
    if (decrypt or broken) and text is None:
        raise UsageError(f"--{'decrypt' if decrypt else 'break'}: give the encrypted text")
    if broken and key is not None:
        raise UsageError("--break finds the key: leave it out")
    if decrypt and key is None:
        raise UsageError("--decrypt: give the key after the text")
    from tlsward.primer.lessons import caesar as lesson
    from tlsward.primer.numbers import read_number

    places = lesson.KEY if key is None else read_number(key, "key")
    if broken:
        told = lesson.caesar_broken(text or "")
    elif decrypt:
        told = lesson.caesar_decrypted(text or "", places)
    else:
        told = lesson.caesar(lesson.TEXT if text is None else text, places)
    return write_lesson(told, form, settings)
