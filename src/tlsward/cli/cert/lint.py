"""`tlsward cert lint`: rules that certificates break, by the day on which they were issued."""

from typing import Literal

import click

from tlsward.cli.options import (
    DERIVATION,
    complete_file,
    settings_in_effect,
    settings_options,
    text_or_json,
)

EPILOG = f"""\b
Rules of public authorities (CA/Browser Forum) are asked of certificates that show that one
issued them: by a policy, by timestamps of logs, or by a path to a public root. Of private
ones is asked what RFC 5280 says and clients enforce. --public and --private decide it.

\b
Examples:
  tlsward cert lint server.pem
  tlsward cert lint example.com --level warning
  tlsward cert lint --private intranet.pem
  tlsward cert lint --deep fullchain.pem --format json
  tlsward cert lint --weak-keys blacklist.RSA-2048 server.pem

Exit codes: 0 no finding of the level or above; 1 there is one; 2 the call is wrong; 3 a
certificate, or a part of it, could not be read, or there may be others.

{DERIVATION}
"""


@click.command("lint", epilog=EPILOG)
@click.argument("source", metavar="FILE|HOST|-")
@text_or_json
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "notice"]),
    default="error",
    help="The least severity that fails.  [default: error]",
)
@click.option(
    "--public/--private",
    "public",
    default=None,
    help="Ask the rules of public authorities of every certificate, or of none.",
)
@click.option("--deep", is_flag=True, help="Ask pkilint's rules as well (extra: tlsward[lint]).")
@click.option(
    "--weak-keys",
    multiple=True,
    metavar="FILE",
    shell_complete=complete_file,
    help="A list of known keys: openssl-blacklist's form, or SHA-256 of SPKI in hex. Repeatable.",
)
@settings_options("cert", "cert lint")
def lint(
    source: str,
    form: Literal["text", "json"],
    level: Literal["error", "warning", "notice"],
    *,
    public: bool | None,
    deep: bool,
    weak_keys: tuple[str, ...],
    **given: object,
) -> int:
    """Check certificates by the rules that were in force when they were issued.

    Each certificate of each chain; keys are checked for weaknesses, and for factors that
    they have in common.
    """
    from tlsward.cli.cert.lint_run import Asked, run_lint

    asked = Asked(level=level, public=public, deep=deep, weak_keys=weak_keys)
    return run_lint(source, form, asked, settings_in_effect(given))
