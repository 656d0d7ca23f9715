"""`tlsward cert check`: everything known of a certificate, and one exit code."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json
from tlsward.model.certificate_check import CHECKS

EPILOG = f"""\b
The checks, in their order:
  trust         a root store vouches for it (--store: each of these)
  name          it is for the host, or for --host
  dates         it is within its validity
  chain         what is served suffices to get to a root
  key           the key is not known to others and cannot be worked out
  revocation    neither it nor an issuer was revoked; CRLs and responders are asked
  staple        a staple is served where the certificate demands one (must-staple)
  transparency  browsers' policies on log timestamps are satisfied (public authorities)
  lint          no rule was broken that was in force when it was issued
  lifetime      it is not due for renewal (--least-days: so many are left)
  caa, dane     the DNS lets its issuer issue it, and TLSA records match; with --dns

\b
Examples:
  tlsward cert check example.com
  tlsward cert check example.com --least-days 14 --store mozilla --store apple
  tlsward cert check fullchain.pem --host example.com --ca-file ca.pem --offline
  tlsward cert check starttls+smtp://mail.example.com --dns --format json

Exit codes: 0 every check holds or does not apply, and one holds; 1 one does not hold; 2 the
call is wrong; 3 one could not be told, or none applies. What --offline or --skip leave out is
not part of the verdict.

{DERIVATION}
"""


@click.command("check", epilog=EPILOG)
@click.argument("source", metavar="FILE|HOST|-")
@click.option("--host", "hostname", metavar="NAME", help="The name a file's certificate is for.")
@click.option(
    "--store",
    "stores",
    multiple=True,
    metavar="STORE",
    help="A store that must trust it; repeatable.",
)
@click.option(
    "--least-days",
    type=click.IntRange(0),
    metavar="N",
    help="Days of life it must have left, instead of the moment to renew it.",
)
@click.option(
    "--skip",
    "left_out",
    metavar="CHECK,…",
    help=f"Leave these checks out: {', '.join(CHECKS)}.",
)
@click.option(
    "--acme-directory",
    metavar="URL",
    help="Where to ask when to renew, for an issuer whose directory is not known.",
)
@click.option("--offline", is_flag=True, help="Fetch nothing: revocation is then not checked.")
@text_or_json
@settings_options("cert", "cert check")
def check(
    source: str,
    hostname: str | None,
    stores: tuple[str, ...],
    least_days: int | None,
    left_out: str | None,
    acme_directory: str | None,
    *,
    offline: bool,
    form: Literal["text", "json"],
    **given: object,
) -> int:
    """Judge a certificate as a whole, and let a pipeline fail where it falls short.

    Of a host every certificate is judged that clients get which name it, of a file the end
    entity with the rest as its chain. Revocation lists and responders are asked unless
    --offline.
    """
    from tlsward.cli.cert.check_run import Asked, run_check

    asked = Asked(
        hostname=hostname,
        stores=stores,
        least_days=least_days,
        skip=tuple(filter(None, (name.strip() for name in (left_out or "").split(",")))),
        offline=offline,
        acme_directory=acme_directory,
    )
    return run_check(source, form, asked, settings_in_effect(given))
