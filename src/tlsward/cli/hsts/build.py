"""`tlsward hsts build`: a header value, or the values of a roll-out."""

import click

from tlsward.cli.exit_codes import HOLDS
from tlsward.errors import UsageError

EPILOG = """\b
A mistake cannot be taken back before max-age is over, but over HTTPS. So begin with minutes
and go on when a whole max-age has passed without trouble: --stages prints the values.

\b
Examples:
  tlsward hsts build
  tlsward hsts build --max-age 1y --include-subdomains
  tlsward hsts build --include-subdomains --stages
  tlsward hsts build --header >> headers.conf

Durations: seconds, or a number with s, m, h, d, w or y (365 days).
Exit codes: 0 it was printed; 2 the call is wrong.
"""


@click.command("build", epilog=EPILOG)
@click.option(
    "--max-age",
    "max_age",
    metavar="S|1y",
    help="How long browsers remember.  [default: what Mozilla's guideline wants, two years]",
)
@click.option("--include-subdomains", is_flag=True, help="All names below are meant too.")
@click.option(
    "--preload",
    is_flag=True,
    help="Ask for a place on browsers' lists, which is hard to undo and no longer recommended.",
)
@click.option("--stages", is_flag=True, help="The values of a roll-out, one a line.")
@click.option("--header", is_flag=True, help="The whole line, not the value alone.")
def build(
    max_age: str | None, *, include_subdomains: bool, preload: bool, stages: bool, header: bool
) -> int:
    """Print the value of a Strict-Transport-Security header."""
    from tlsward.cli.duration import parse_duration
    from tlsward.cli.exchanging import least_hsts_seconds
    from tlsward.cli.root import complain
    from tlsward.http.hsts import NAME, STAGES_SECONDS, build_hsts
    from tlsward.http.hsts_preload import YEAR_SECONDS

    seconds = least_hsts_seconds() if max_age is None else parse_duration(max_age, "--max-age")
    if preload:
        if not include_subdomains:
            raise UsageError("--preload: the lists want --include-subdomains as well")
        if seconds < YEAR_SECONDS:
            raise UsageError("--preload: the lists want a --max-age of a year at least")
        complain(
            "preload: hstspreload.org no longer recommends it; "
            "to be taken off the lists takes months"
        )
    # The last stage is what was asked for; preload comes with it, not before.
    steps = [each for each in STAGES_SECONDS if each < seconds] if stages else []
    values = [build_hsts(each, include_subdomains=include_subdomains) for each in steps]
    values.append(build_hsts(seconds, include_subdomains=include_subdomains, preload=preload))
    for value in values:
        click.echo(f"{NAME}: {value}" if header else value)
    return HOLDS
