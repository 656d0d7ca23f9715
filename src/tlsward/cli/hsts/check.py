"""`tlsward hsts check`: whether a header value, or what a host sends, is good enough."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
What has an =, a ; or a space in it is a value, all else a host or URL. Of a host the first
response counts, read as a browser reads it: over HTTPS with an accepted certificate, the
first field of several, and never for a host that is named by its address. --preload looks
at the root of the host, and beside port 443 at plain HTTP and the www name.

\b
Examples:
  tlsward hsts check 'max-age=63072000; includeSubDomains'
  tlsward hsts check example.com --min-age 1y
  tlsward hsts check example.com --preload
  tlsward hsts check 'max-age=300' --removal
  tlsward hsts check localhost:8443 --ca-file ca.pem

\b
Exit codes: 0 it is valid and strong enough; 1 it is not; 2 the call is wrong; 3 could not
tell.

{DERIVATION}
"""


@click.command("check", epilog=EPILOG)
@click.argument("subject", metavar="VALUE|TARGET")
@click.option(
    "--min-age",
    metavar="S|1y",
    help="The least max-age.  [default: what Mozilla's guideline wants, two years]",
)
@click.option(
    "--preload", is_flag=True, help="Judge by the rules of hstspreload.org, with its codes."
)
@click.option("--removal", is_flag=True, help="Judge whether the lists would take it off.")
@click.option(
    "--preload-list",
    metavar="FILE",
    help="Chrome's transport_security_state_static.json: tell whether the host is on it.",
)
@text_or_json
@settings_options("hsts check")
def check(
    subject: str,
    min_age: str | None,
    preload_list: str | None,
    form: Literal["text", "json"],
    *,
    preload: bool,
    removal: bool,
    **given: object,
) -> int:
    """Judge a Strict-Transport-Security header: its value, or what a host sends."""
    settings = settings_in_effect(given)
    from tlsward.cli.hsts.check_run import Asked, run_check

    asked = Asked(min_age=min_age, preload=preload, removal=removal, preload_list=preload_list)
    return run_check(subject, form, asked, settings)
