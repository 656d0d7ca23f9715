"""What `tlsward dns` does: the records of one host, and their report."""

import sys
from typing import Literal

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.targets import parse_target
from tlsward.errors import UsageError
from tlsward.model.dns import HostRecords
from tlsward.model.target import Target
from tlsward.net.addresses import literal_family
from tlsward.net.dns import DnsClient
from tlsward.net.host_records import host_records
from tlsward.net.loop import run
from tlsward.net.name_server import parse_nameserver
from tlsward.report.host_records import render_host_records, render_host_records_json
from tlsward.settings.table import Settings


def run_dns(argument: str, form: Literal["text", "json"], settings: Settings) -> int:
    """Ask for the records of a host and report them; return the exit code."""
    target = parse_target(argument)
    if literal_family(target.host) is not None:
        raise UsageError(f"{argument!r}: an address has no such records; name a host")
    if settings.nameserver is not None:
        parse_nameserver(settings.nameserver)
    with open_output(settings.output) as output:
        records = run(_records(target, settings), datagrams=True)
        if form == "json":
            output.write(render_host_records_json(records))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_host_records(records, color=color))
        output.commit()
    return COULD_NOT_TELL if records.reason is not None or records.unknowns else HOLDS


async def _records(target: Target, settings: Settings) -> HostRecords:
    client = DnsClient.of(settings.nameserver, timeout_seconds=settings.timeout)
    return await host_records(client, target.host, target.port, starttls=target.starttls)
