"""`tlsward dns`: what the DNS says of a host."""

from typing import Literal

import click

from tlsward.cli.options import DERIVATION, settings_in_effect, settings_options, text_or_json

EPILOG = f"""\b
HOST is written as for tlsward scan: a name, name:port, https://name,
starttls+smtp://name. TLSA and HTTPS records are those of the port.

\b
Examples:
  tlsward dns example.com
  tlsward dns starttls+smtp://mail.example.com
  tlsward dns --nameserver 192.0.2.53 example.com:8443
  tlsward dns --format json example.com

\b
Exit codes: 0 all was told, whatever it is; 2 the call is wrong;
3 could not tell: no such name, a silent resolver, a bogus signature.

{DERIVATION}
"""


@click.command("dns", epilog=EPILOG)
@click.argument("host", metavar="HOST[:PORT]")
@text_or_json
@settings_options("dns")
def dns(host: str, form: Literal["text", "json"], **given: object) -> int:
    """Show the names and records of a host.

    Aliases and addresses, which authorities may issue for it (CAA, and where that was
    found), what browsers learn before they connect (HTTPS: protocols, hints, ECH), TLSA
    records, and whether DNSSEC holds, as the resolver tells it.
    """
    settings = settings_in_effect(given)
    from tlsward.cli.dns_run import run_dns

    return run_dns(host, form, settings)
