"""`tlsward trust show`: the roots of a store, or everything that is known of a root."""

import sys
from datetime import UTC, datetime
from typing import Literal

import click

from tlsward.cli.exit_codes import DOES_NOT_HOLD, HOLDS
from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
Examples:
  tlsward trust show chrome
  tlsward trust show "ISRG Root X1"
  tlsward trust show 96bcec06264976f37460779acf28c5a7
  tlsward trust show entrust --format json

\b
Exit codes: 0 there is such a root; 1 no store has one; 2 the call is wrong.

{DERIVATION}
"""


@click.command("show", epilog=EPILOG)
@click.argument("wanted", metavar="STORE|FINGERPRINT|NAME")
@text_or_json
@settings_options("trust")
def show(wanted: str, form: Literal["text", "json"], **given: object) -> int:
    """List a store's roots, or tell all of a root.

    STORE is mozilla, microsoft, apple, android, java or chrome. A root is named by the
    SHA-256 of its certificate, or by its first eight digits or more, or by a part of
    its subject.
    """
    settings = settings_in_effect(given)
    from tlsward.cli.output import is_terminal, open_output
    from tlsward.cli.root import complain
    from tlsward.cli.scan_run import read_certificates
    from tlsward.errors import UsageError
    from tlsward.pki.store_listing import roots_named, roots_of_store
    from tlsward.pki.stores import Stores
    from tlsward.report.trust_stores import render_roots, render_roots_json, render_store

    if not wanted.strip():
        raise UsageError("name a store, a fingerprint or a part of a root's name")
    private = None if settings.ca_file is None else read_certificates(settings.ca_file)
    with open_output(settings.output) as output:
        known, now = Stores.load(private), datetime.now(UTC)
        listed = wanted in known.names
        roots = (roots_of_store if listed else roots_named)(known, wanted, now)
        color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
        if form == "json":
            output.write(render_roots_json(roots))
        elif listed:
            output.write(render_store(wanted, roots, color=color))
        else:
            output.write(render_roots(roots, color=color))
        output.commit()
    if not roots:
        hint = "; --ca-file brings the store of that name" if wanted == "private" else ""
        complain(f"no store has a root called {wanted!r}{hint}")
    return HOLDS if roots else DOES_NOT_HOLD
