"""`tlsward cert show`: every field and extension of a certificate, explained."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
Requests and keys of a file are explained as well; a private key itself is never shown.
A list is written out up to a bound, and says how many more there are.

\b
Examples:
  tlsward cert show server.pem
  tlsward cert show example.com --brief
  tlsward cert show starttls+smtp://mail.example.com
  openssl req -in site.csr | tlsward cert show -
  tlsward cert show server.p12 --format json

Exit codes: 0 it was shown, whatever it says; 2 the call is wrong, or the file no certificate;
3 the host showed none.

{DERIVATION}
"""


@click.command("show", epilog=EPILOG)
@click.argument("source", metavar="FILE|HOST|-")
@click.option("--brief", is_flag=True, help="Leave out what the fields mean.")
@text_or_json
@settings_options("cert")
def show(source: str, *, brief: bool, form: Literal["text", "json"], **given: object) -> int:
    """Explain every field and extension of certificates, in plain sentences.

    What each one says, why it matters, and what a browser does with it: for people as
    text, for programs as JSON with stable keys.
    """
    settings = settings_in_effect(given)
    from tlsward.cli.cert.show_run import run_show

    return run_show(source, form, settings, brief=brief)
