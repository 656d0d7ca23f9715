"""`tlsward trust update`: newer data of the root stores, from the package index."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
Examples:
  tlsward trust update --dry-run
  tlsward trust update

The packages come from the index that pip is configured for (PIP_INDEX_URL, pip.conf), by
pip or, without it, by uv. They are kept under TLSWARD_HOME and read from there as long as
they are newer than the installed ones.

\b
Exit codes: 0 the data are the newest there are; 2 the call is wrong, or there is no
installer; 3 could not tell: no index, or what it offers is not fit.

{DERIVATION}
"""


@click.command("update", epilog=EPILOG)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@text_or_json
@settings_options("trust")
def update(dry_run: bool, form: Literal["text", "json"], **given: object) -> int:
    """Get newer data of the root stores.

    The newest certifi and cryptodatahub are downloaded; only their files of data are taken,
    if they can be read, are newer than what is here, and no store has lost most of its roots.
    """
    settings = settings_in_effect(given)
    from tlsward.cli.trust.update_run import run_update

    return run_update(settings, form, dry_run=dry_run)
