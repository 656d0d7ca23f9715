"""`tlsward primer record`: one session of the reader's own, recorded on its way."""

import click

from tlsward.cli.options import settings_in_effect, settings_options

EPILOG = """\b
A client of yours connects to this machine instead of to HOST, and notices nothing: every
octet is passed on as it comes. What is recorded is what anybody on the way could have kept,
and no key is needed for it. tlsward primer forward-secrecy then tries the server's key on it.
Record your own sessions alone.

\b
Examples:
  tlsward primer record localhost:443 --listen 9443 -o own.json
  openssl s_client -connect 127.0.0.1:9443 -tls1_2 -cipher kRSA
  tlsward primer forward-secrecy --recording own.json --key server.key

Exit codes: 0 the session is recorded; 2 the call is wrong; 3 nothing came by.
"""


@click.command("record", epilog=EPILOG)
@click.argument("host", metavar="HOST[:PORT]")
@click.option(
    "--listen",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="The port on 127.0.0.1 that the client connects to; 0 is any that is free.  [default: 0]",
)
@settings_options("primer")
def record(host: str, listen: int, **given: object) -> int:
    """Stand between one client of yours and HOST, and record what passes (tlsward.recording/1)."""
    settings = settings_in_effect(given)
    from tlsward.cli.primer.record_run import run_record

    return run_record(host, listen, settings)
