"""`tlsward trust`: the root stores themselves."""

import click

from tlsward.cli.lazy_group import Entry, LazyGroup

COMMANDS = {
    "stores": Entry("tlsward.cli.trust.stores", "stores", "List the root stores and their data."),
    "show": Entry("tlsward.cli.trust.show", "show", "List a store's roots, or tell all of a root."),
    "update": Entry("tlsward.cli.trust.update", "update", "Get newer data of the root stores."),
}

EPILOG = """\b
Examples:
  tlsward trust stores
  tlsward trust show mozilla
  tlsward trust show "ISRG Root X1"
  tlsward trust update
"""


@click.group("trust", cls=LazyGroup, table=COMMANDS, epilog=EPILOG)
def trust() -> None:
    """Show the root stores, what is in them, and bring them up to date.

    The stores are those of Mozilla, Microsoft, Apple, Android, Java and Chrome, from the
    packages certifi and cryptodatahub.
    """
