"""`tlsward primer handshake`: a live handshake, message by message."""

import click

from tlsward.cli.options import DERIVATION, settings_in_effect
from tlsward.cli.primer.options import Form, lesson_options

EPILOG = f"""\b
Without a host it is an endpoint that is started here for the lesson, once with TLS 1.2 and
once with TLS 1.3. Of a host both are asked for, and what it serves is drawn.

\b
Examples:
  tlsward primer handshake
  tlsward primer handshake example.com

Exit codes: 0 a handshake was drawn; 2 the call is wrong; 3 none was made.

{DERIVATION}
"""


@click.command("handshake", epilog=EPILOG)
@click.argument("host", metavar="[HOST]", required=False)
@lesson_options("inspect")
def handshake(host: str | None, form: Form, **given: object) -> int:
    """Draw the handshakes of live connections: each message, its size, its time, its content."""
    settings = settings_in_effect(given)
    from tlsward.cli.primer.handshake_run import run_handshake

    return run_handshake(host, form, settings)
