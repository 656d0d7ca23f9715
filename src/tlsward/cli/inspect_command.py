"""`tlsward inspect`: one connection, from the hello to the tickets."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
TARGET is written as for tlsward scan: host, host:port, [v6]:port,
https://host, starttls+smtp://host:25.

\b
Examples:
  tlsward inspect example.com
  tlsward inspect 192.0.2.7:8443 --sni example.com
  tlsward inspect starttls+imap://mail.example.com
  tlsward inspect example.com --format json

Exit codes: 0 a handshake was made, whatever it showed; 2 the call is wrong; 3 none was made.

{DERIVATION}
"""


@click.command("inspect", epilog=EPILOG)
@click.argument("target", metavar="TARGET")
@text_or_json
@settings_options("inspect")
def inspect(target: str, form: Literal["text", "json"], **given: object) -> int:
    """Show one connection in full.

    The chain with subjects and issuers, protocol, cipher suite, session and tickets, and
    the handshake message by message with sizes and times.
    """
    settings = settings_in_effect(given)
    from tlsward.cli.inspect_run import run_inspect

    return run_inspect(target, form, settings)
