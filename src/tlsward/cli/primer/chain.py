"""`tlsward primer chain`: a chain of trust, link by link."""

import click

from tlsward.cli.options import DERIVATION, settings_in_effect
from tlsward.cli.primer.options import Form, lesson_options

EPILOG = f"""\b
Without a name it is the chain of a throw-away authority that is made for the lesson.

\b
Examples:
  tlsward primer chain
  tlsward primer chain example.com
  tlsward primer chain fullchain.pem --ca-file ca.pem

Exit codes: 0 the lesson was told, whatever the chain is worth; 2 the call is wrong; 3 the host
showed no certificate. Whether a chain is to be trusted is what tlsward cert check tells.

{DERIVATION}
"""


@click.command("chain", epilog=EPILOG)
@click.argument("source", metavar="[FILE|HOST|-]", required=False)
@lesson_options("cert")
def chain(source: str | None, form: Form, **given: object) -> int:
    """Tell a chain of certificates: who signs whom, and which signature checks with which key."""
    settings = settings_in_effect(given)
    from tlsward.cli.primer.chain_run import run_chain

    return run_chain(source, form, settings)
