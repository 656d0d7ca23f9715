"""`tlsward scan`: the options; what it does is in `scan_run`."""

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options

EPILOG = f"""\b
TARGET is one of
  example.com  example.com:8443  192.0.2.1  [2001:db8::1]:443
  https://example.com/  starttls+smtp://mail.example.com:25
  @FILE  a list, one target a line, # begins a comment
  -      the same from standard input

\b
Examples:
  tlsward scan example.com
  tlsward scan example.com --target-level intermediate --guideline 6.0
  tlsward scan starttls+smtp://mail.example.com
  tlsward scan www.example.com --connect 192.0.2.7 --quick
  tlsward scan @hosts.txt --format jsonl -o results.jsonl
  tlsward scan example.com --target-level modern --baseline before.json

\b
Exit codes: 0 at or above the target level (without one: scanned), 1 below it,
2 the call is wrong, 3 could not tell. Of several targets the worst: 2, 3, 1, 0.

{DERIVATION}
"""


@click.command("scan", epilog=EPILOG)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@settings_options("scan")
def scan(targets: tuple[str, ...], **given: object) -> int:
    """Scan endpoints and judge them by Mozilla's guideline."""
    settings = settings_in_effect(given)
    from tlsward.cli.scan_run import run_scan

    return run_scan(targets, settings)
