"""`tlsward trust stores`: each root store, how many roots it has, and how new its data are."""

import sys
from datetime import UTC, datetime
from typing import Literal

import click

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
Examples:
  tlsward trust stores
  tlsward trust stores --format json

Exit codes: 0 every store has data; 2 the call is wrong; 3 a store has none.

{DERIVATION}
"""


@click.command("stores", epilog=EPILOG)
@text_or_json
@settings_options("trust")
def stores(form: Literal["text", "json"], **given: object) -> int:
    """List the root stores and their data.

    How many roots each has, how many of them it believes with limits alone, the package
    and version of the data, the day they are known to be as new as, and how old they are.
    """
    settings = settings_in_effect(given)
    from tlsward.cli.output import is_terminal, open_output
    from tlsward.cli.scan_run import read_certificates
    from tlsward.pki.store_listing import trust_stores
    from tlsward.pki.stores import Stores
    from tlsward.report.trust_stores import render_stores, render_stores_json

    private = None if settings.ca_file is None else read_certificates(settings.ca_file)
    with open_output(settings.output) as output:
        found = trust_stores(Stores.load(private), datetime.now(UTC))
        color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
        output.write(
            render_stores_json(found) if form == "json" else render_stores(found, color=color)
        )
        output.commit()
    return HOLDS if all(store.roots for store in found) else COULD_NOT_TELL
