"""`tlsward hpkp`: HTTP Public Key Pinning, which is history."""

import click

from tlsward.cli.lazy_group import Entry, LazyGroup

COMMANDS = {
    "build": Entry("tlsward.cli.hpkp.build", "build", "Print a header value; wants a backup key."),
    "check": Entry("tlsward.cli.hpkp.check", "check", "Judge a header value, or a host's; a gate."),
}

EPILOG = """\b
No browser heeds the header any more: Chrome ended it with 72 (January 2019), Firefox with 72
(January 2020), the others never began. Old ones that still do can be locked out by it.

\b
Examples:
  tlsward hpkp build server.pem --backup spare.key
  tlsward hpkp check example.com
"""


@click.group("hpkp", cls=LazyGroup, table=COMMANDS, epilog=EPILOG)
def hpkp() -> None:
    """Build and check Public-Key-Pins headers (RFC 7469)."""
