"""`tlsward hpkp build`: a header value with a pin in use and one in reserve."""

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options
from tlsward.errors import UsageError

EPILOG = f"""\b
A SOURCE is a certificate, request, key, PKCS #7 or PKCS #12 file, a host, or a pin as
tlsward cert pin prints it. Of several certificates the first is pinned, which of a host is
its own; --index names another, --all pins every one (a bundle of authorities).

\b
The backup is of a key that is not in use, nor of an authority in the same chain: browsers
noted no pins without one (RFC 7469 section 2.5), and where the key in use is lost it is the
only way back.

\b
Examples:
  tlsward hpkp build server.pem --backup spare.key
  tlsward hpkp build fullchain.pem --index 2 --backup spare.csr --max-age 30d
  tlsward hpkp build example.com --backup spare.key --report-uri https://example.net/pins
  tlsward hpkp build authorities.pem --all --backup spare.key --report-only

\b
Exit codes: 0 it was printed; 2 the call is wrong; 3 a host did not show its certificate.

{DERIVATION}
"""


@click.command("build", epilog=EPILOG)
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
@click.option(
    "--backup",
    "backups",
    multiple=True,
    metavar="FILE|PIN",
    help="A key that is not in the chain; may be repeated.",
)
@click.option("--index", type=click.IntRange(min=1), metavar="N", help="Pin the Nth of a source.")
@click.option("--all", "every", is_flag=True, help="Pin everything in a source.")
@click.option("--max-age", default="60d", metavar="S|60d", help="How long.  [default: 60d]")
@click.option("--include-subdomains", is_flag=True, help="All names below are meant too.")
@click.option("--report-uri", metavar="URL", help="Where browsers report a refused chain.")
@click.option("--report-only", is_flag=True, help="Name the header that refuses nothing.")
@click.option("--header", is_flag=True, help="The whole line, not the value alone.")
@settings_options("cert")
def build(
    sources: tuple[str, ...],
    backups: tuple[str, ...],
    index: int | None,
    max_age: str,
    report_uri: str | None,
    *,
    every: bool,
    include_subdomains: bool,
    report_only: bool,
    header: bool,
    **given: object,
) -> int:
    """Print the value of a Public-Key-Pins header, which no browser heeds any more."""
    if every and index is not None:
        raise UsageError("--all and --index exclude each other")
    if not backups:
        raise UsageError("--backup: without a pin in reserve no browser takes note of the others")
    settings = settings_in_effect(given)
    from tlsward.cli.certificate_source import Unseen
    from tlsward.cli.duration import parse_duration
    from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
    from tlsward.cli.hpkp.pins import Pinned, pins_of
    from tlsward.cli.output import open_output
    from tlsward.cli.root import complain
    from tlsward.http.hpkp import LONGEST_WISE_SECONDS, NAME, REPORT_ONLY_NAME, build_hpkp

    seconds = parse_duration(max_age, "--max-age")
    with open_output(settings.output) as output:
        found: list[Pinned] = []
        for source in sources:
            pinned = pins_of(source, settings, index=index, every=every)
            if isinstance(pinned, Unseen):
                complain(f"{pinned.name}: {pinned.reason}")
                return COULD_NOT_TELL
            found.append(pinned)
        pins = [pin for each in found for pin in each.pins]
        spare: list[str] = []
        for source in backups:
            pinned = pins_of(source, settings, index=None, every=False)
            if isinstance(pinned, Unseen):
                complain(f"--backup {source}: no such file, and as a host: {pinned.reason}")
                return COULD_NOT_TELL
            spare += pinned.pins
        if set(spare) & set(pins):
            raise UsageError("--backup: it is a key that is in use already")
        if not set(spare).difference(*(each.beside for each in found)):
            raise UsageError(
                "--backup: every backup is of a key in the chain, and browsers want one that is "
                "not (RFC 7469 section 2.5)"
            )
        try:
            value = build_hpkp(
                pins,
                spare,
                max_age_seconds=seconds,
                include_subdomains=include_subdomains,
                report_uri=report_uri,
            )
        except ValueError as error:
            raise UsageError(str(error)) from None
        name = REPORT_ONLY_NAME if report_only else NAME
        output.write(f"{name}: {value}\n" if header else f"{value}\n")
        output.commit()
    for each in found:
        if each.unvalidated is not None:
            complain(
                f"{each.unvalidated}: no store validates its chain (--ca-file adds one): "
                "whoever answered is pinned"
            )
    complain(
        "no browser heeds this header since Firefox 72 (January 2020); see tlsward hpkp --help"
    )
    if seconds and not report_only:
        complain("old ones that do are locked out for max-age if both keys are lost or replaced")
    if seconds > LONGEST_WISE_SECONDS:
        complain("--max-age: more than 60 days is unwise (RFC 7469 section 4.1)")
    return HOLDS
