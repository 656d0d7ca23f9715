"""`tlsward primer`: worked examples of what TLS is made of."""

import click

from tlsward.cli.lazy_group import Entry, LazyGroup

COMMANDS = {
    "caesar": Entry(
        "tlsward.cli.primer.caesar", "caesar", "A cipher and its key, and breaking it."
    ),
    "seal": Entry("tlsward.cli.primer.seal", "seal", "Seals on messages: hash and HMAC."),
    "diffie-hellman": Entry(
        "tlsward.cli.primer.diffie_hellman", "diffie_hellman", "A secret agreed on in public."
    ),
    "rsa": Entry("tlsward.cli.primer.rsa", "rsa", "A key of two halves: encrypt and sign."),
    "chain": Entry("tlsward.cli.primer.chain", "chain", "A chain of trust, link by link."),
    "handshake": Entry(
        "tlsward.cli.primer.handshake", "handshake", "A live handshake, drawn message by message."
    ),
    "forward-secrecy": Entry(
        "tlsward.cli.primer.forward_secrecy",
        "forward_secrecy",
        "What a stolen key opens of recorded sessions.",
    ),
    "record": Entry(
        "tlsward.cli.primer.record", "record", "Record a session of your own for that lesson."
    ),
    "page": Entry("tlsward.cli.primer.page", "page", "All lessons as one HTML page with pictures."),
}

EPILOG = """\b
Examples:
  tlsward primer caesar
  tlsward primer diffie-hellman 23 5 6 15
  tlsward primer rsa 61 53 17 65
  tlsward primer page -o primer.html
"""


@click.group("primer", cls=LazyGroup, table=COMMANDS, epilog=EPILOG)
def primer() -> None:
    """Teach the ground under TLS by worked examples.

    Each lesson tells its steps one by one, with every number. Without numbers it is the
    worked example of textbooks; numbers of your own that cannot be used are refused with
    the reason. The order to read them in is the one below.
    """
