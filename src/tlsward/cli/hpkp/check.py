"""`tlsward hpkp check`: whether a browser of RFC 7469 would take note of the pins."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
What has an =, a ; or a space in it is a value, all else a host or URL. Pins are noted where
one is of the validated chain and one is not (RFC 7469 section 2.5): of a value that is told
with --chain alone. That no browser heeds the header is said, and fails nothing.

\b
Examples:
  tlsward hpkp check example.com
  tlsward hpkp check 'pin-sha256="…"; pin-sha256="…"; max-age=5184000' --chain fullchain.pem
  tlsward hpkp check localhost:8443 --ca-file ca.pem --report-only

\b
Exit codes: 0 the pins would be noted; 1 they would not; 2 the call is wrong; 3 could not
tell.

{DERIVATION}
"""


@click.command("check", epilog=EPILOG)
@click.argument("subject", metavar="VALUE|TARGET")
@click.option("--chain", metavar="FILE|TARGET", help="The chain that a value is judged against.")
@click.option("--report-only", is_flag=True, help="Judge Public-Key-Pins-Report-Only.")
@text_or_json
@settings_options("hpkp check")
def check(
    subject: str,
    chain: str | None,
    form: Literal["text", "json"],
    *,
    report_only: bool,
    **given: object,
) -> int:
    """Judge a Public-Key-Pins header: its value, or what a host sends."""
    settings = settings_in_effect(given)
    from tlsward.cli.hpkp.check_run import run_check

    return run_check(subject, chain, form, settings, report_only=report_only)
