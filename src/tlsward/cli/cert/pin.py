"""`tlsward cert pin`: the SHA-256 pins of public keys."""

from typing import TYPE_CHECKING, Literal

import click

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json
from tlsward.errors import UsageError
from tlsward.settings.table import Settings

if TYPE_CHECKING:
    from tlsward.cli.certificate_source import Source
    from tlsward.pki.key_holders import KeyHolder

EPILOG = f"""\b
A pin is the Base64 SHA-256 of a public key (RFC 7469 section 2.4), one a line: of each
certificate, request and key of a file in its order, of each certificate of a host's chains.

\b
Examples:
  tlsward cert pin server.pem
  tlsward cert pin --index 2 fullchain.pem     the intermediate's
  tlsward cert pin server.key                  before there is a certificate
  tlsward cert pin --leaf example.com
  openssl s_client … -showcerts | tlsward cert pin -

Exit codes: 0 every pin was told; 2 the call is wrong; 3 one could not be told.

{DERIVATION}
"""


@click.command("pin", epilog=EPILOG)
@click.argument("source", metavar="FILE|HOST|-")
@click.option(
    "--index",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only the Nth: of a file, or of each chain of a host, where 1 is the leaf.",
)
@click.option("--leaf", is_flag=True, help="Only that of the end entity.")
@text_or_json
@settings_options("cert")
def pin(
    source: str, index: int | None, leaf: bool, form: Literal["text", "json"], **given: object
) -> int:
    """Print the SHA-256 pins of public keys.

    Of a file, of standard input (-) or of a host; of RSA, EC and Edwards keys alike. The
    octets are those that stand in the certificate.
    """
    if leaf and index is not None:
        raise UsageError("--leaf and --index exclude each other")
    return run_pin(source, index, form, settings_in_effect(given), leaf=leaf)


def run_pin(
    argument: str, index: int | None, form: str, settings: Settings, *, leaf: bool = False
) -> int:
    """Print the pins of a source; return the exit code."""
    from tlsward.cli.certificate_source import Unseen, read_source, unseen_words
    from tlsward.cli.output import open_output
    from tlsward.cli.root import complain
    from tlsward.report.key_holders import holder_words, render_pins, render_pins_json

    with open_output(settings.output) as output:
        read = read_source(argument, settings)
        if isinstance(read, Unseen):
            complain(f"{read.name}: {read.reason}")
            if form == "json":
                output.write(render_pins_json(read.name, (), read.reason))
                output.commit()
            return COULD_NOT_TELL
        holders = _chosen(read, index, leaf=leaf)
        untold = [holder for holder in holders if holder.pin is None]
        unseen = unseen_words(read.missed)
        if form == "json":
            output.write(render_pins_json(read.name, holders, unseen))
        else:
            output.write(render_pins(holders))
        output.commit()
    for holder in untold:
        complain(f"{read.name}: {holder_words(holder)}: {holder.reason}")
    if unseen is not None:
        complain(f"{read.name}: {unseen}")
    return COULD_NOT_TELL if untold or unseen is not None else HOLDS


def _chosen(source: "Source", index: int | None, *, leaf: bool) -> "list[KeyHolder]":
    """Return whose pins are wanted, each once. Raises UsageError where there are none."""
    from tlsward.pki.key_holders import holder_of_certificate, key_holders

    if source.bundle is not None:
        if leaf:
            return [_leaf(source)]
        holders = [list(key_holders(source.bundle))]
    else:
        index = 1 if leaf else index
        holders = [[holder_of_certificate(o) for o in c.certificates] for c in source.chains]
    if index is not None:
        longest = max(map(len, holders))
        if index > longest:
            raise UsageError(f"{source.name}: --index {index}: there are {longest}")
        holders = [chain[index - 1 : index] for chain in holders]
    flat = [holder for chain in holders for holder in chain]
    # A file is shown as it is; of a host's chains the intermediates are often the same.
    return flat if source.is_file else list({holder.encoded: holder for holder in flat}.values())


def _leaf(source: "Source") -> "KeyHolder":
    from tlsward.cli.end_entity import end_entity_of
    from tlsward.pki.key_holders import holder_of_certificate

    return holder_of_certificate(end_entity_of(source).der)
