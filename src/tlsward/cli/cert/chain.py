"""`tlsward cert chain`: a chain as served, and every way from its leaf to the roots."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options

EPILOG = f"""\b
Each way is shown with the stores that have its root, or with the reason why it fails. The
figure (--format svg) is one file without scripts, for a browser or a document.

\b
Examples:
  tlsward cert chain example.com
  tlsward cert chain fullchain.pem --ca-file ca.pem
  tlsward cert chain example.com --fetch-issuers
  tlsward cert chain example.com --format svg --output chain.svg

Exit codes: 0 a root store trusts it (with --ca-file: the store named private does); 1 none
does; 2 the call is wrong; 3 it could not be told. Of a host every chain has to be trusted
that it serves to clients which name it.

{DERIVATION}
"""


@click.command("chain", epilog=EPILOG)
@click.argument("source", metavar="FILE|HOST|-")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json", "svg"]),
    default="text",
    help="What to print.  [default: text]",
)
@settings_options("cert", "cert chain")
def chain(source: str, form: Literal["text", "json", "svg"], **given: object) -> int:
    """Show the chain of trust: as served, and all ways to the roots of the stores."""
    settings = settings_in_effect(given)
    from tlsward.cli.cert.chain_run import run_chain

    return run_chain(source, form, settings)
