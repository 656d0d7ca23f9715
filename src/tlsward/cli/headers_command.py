"""`tlsward headers`: the HTTP headers of a host, shown, judged, and compared."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
TARGET is a host, host:port or an http:// or https:// URL, its path included. Redirects are
followed; every line of every response is shown, but no cookie's value. Where port 443 is
asked, or --http-port says so, plain HTTP is asked too, to see whether it redirects.

\b
--expect makes it a test of a deployment: the last response must have the header once, with
exactly this value. The case of the name and the space around do not count. Several lines of
it, a redirect to another host, or a status other than 2xx and 3xx fail, and so does HSTS
over plain HTTP. A certificate on the way that is not accepted leaves it open.

\b
Examples:
  tlsward headers example.com
  tlsward headers example.com --expect 'Strict-Transport-Security: max-age=63072000'
  tlsward headers https://example.com/login --fail-on bad
  tlsward headers localhost:8443 --ca-file ca.pem --http-version 1.1 --format json

\b
Exit codes: 0 what was expected holds (without --expect and --fail-on: there was an answer);
1 it does not; 2 the call is wrong; 3 could not tell.

{DERIVATION}
"""


@click.command("headers", epilog=EPILOG)
@click.argument("target", metavar="TARGET")
@click.option(
    "--expect",
    "expected",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="A header the last response must have; may be repeated.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["weak", "bad"]),
    help="Exit with 1 where a finding is of this grade or worse.",
)
@click.option(
    "--http-version",
    type=click.Choice(["1.1", "2"]),
    help="Offer this version of HTTP alone.  [default: both]",
)
@click.option(
    "--http-port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="Where plain HTTP is asked.  [default: 80 where the target's port is 443]",
)
@text_or_json
@settings_options("headers")
def headers(
    target: str,
    expected: tuple[str, ...],
    fail_on: Literal["weak", "bad"] | None,
    http_version: str | None,
    http_port: int | None,
    form: Literal["text", "json"],
    **given: object,
) -> int:
    """Show and judge the HTTP headers of a host, redirect by redirect."""
    settings = settings_in_effect(given)
    from tlsward.cli.headers_run import Asked, run_headers

    asked = Asked(
        expected=expected, fail_on=fail_on, http_version=http_version, http_port=http_port
    )
    return run_headers(target, form, asked, settings)
