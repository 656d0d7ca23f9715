"""`tlsward hsts`: HTTP Strict Transport Security."""

import click

from tlsward.cli.lazy_group import Entry, LazyGroup

COMMANDS = {
    "build": Entry("tlsward.cli.hsts.build", "build", "Print a header value."),
    "check": Entry("tlsward.cli.hsts.check", "check", "Judge a header value, or a host's; a gate."),
}

EPILOG = """\b
Examples:
  tlsward hsts build --max-age 1y --include-subdomains
  tlsward hsts build --stages
  tlsward hsts check 'max-age=63072000; includeSubDomains'
  tlsward hsts check example.com --preload
"""


@click.group("hsts", cls=LazyGroup, table=COMMANDS, epilog=EPILOG)
def hsts() -> None:
    """Build and check Strict-Transport-Security headers (RFC 6797)."""
