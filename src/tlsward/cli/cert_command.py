"""`tlsward cert`: everything there is to do with certificates in files and on hosts."""

import click

from tlsward.cli.lazy_group import Entry, LazyGroup

COMMANDS = {
    "show": Entry("tlsward.cli.cert.show", "show", "Explain every field and extension."),
    "chain": Entry("tlsward.cli.cert.chain", "chain", "Draw the ways from a leaf to the roots."),
    "split": Entry("tlsward.cli.cert.split", "split", "Split end entity and chain into files."),
    "pin": Entry("tlsward.cli.cert.pin", "pin", "Print the SHA-256 pins of public keys."),
    "match": Entry("tlsward.cli.cert.match", "match", "Tell whether key and certificate belong."),
    "lint": Entry("tlsward.cli.cert.lint", "lint", "Check by the rules in force when issued."),
    "check": Entry("tlsward.cli.cert.check", "check", "Judge a certificate as a whole; a gate."),
}

EPILOG = """\b
Examples:
  tlsward cert show server.pem
  tlsward cert chain example.com
  tlsward cert check example.com && deploy
"""


@click.group("cert", cls=LazyGroup, table=COMMANDS, epilog=EPILOG)
def cert() -> None:
    """Work with certificates: of a file, of standard input (-), or of a host.

    A name with a slash, or one of a file that is there, is a file; all else is a host as
    tlsward scan takes it. To name a host where such a file is, write https://HOST.
    """
