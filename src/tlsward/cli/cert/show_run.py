"""What `tlsward cert show` does: read, explain, and write."""

import shutil
import sys
from datetime import UTC, datetime
from typing import Literal

from tlsward.cli.certificate_source import Source, Unseen, read_source
from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.root import complain
from tlsward.pki.bundle import Bundle
from tlsward.pki.certificate import parse_certificate
from tlsward.pki.explanation.certificate import explain
from tlsward.pki.explanation.keys import explain_key
from tlsward.pki.explanation.request import explain_request
from tlsward.pki.library import UnreadableError
from tlsward.pki.x509 import read_certificate
from tlsward.report.certificate.document import render_certificates_json
from tlsward.report.certificate.shown import Shown, ShownCertificate, ShownChain
from tlsward.report.certificate.text import COLUMNS, render_certificates
from tlsward.settings.table import Settings


def run_show(
    argument: str, form: Literal["text", "json"], settings: Settings, *, brief: bool
) -> int:
    """Explain what an argument stands for; return the exit code."""
    source = read_source(argument, settings)
    now = datetime.now(UTC)
    if isinstance(source, Unseen):
        complain(f"{source.name}: {source.reason}")
        if form == "text":
            return COULD_NOT_TELL
        shown = Shown(name=source.name, now=now, reason=source.reason)
    else:
        shown = shown_source(source, now)
    with open_output(settings.output) as output:
        if form == "json":
            output.write(render_certificates_json(shown, brief=brief))
        else:
            terminal = settings.output is None and is_terminal(sys.stdout)
            columns = min(COLUMNS, shutil.get_terminal_size().columns) if terminal else COLUMNS
            output.write(
                render_certificates(
                    shown,
                    brief=brief,
                    color=terminal and not settings.no_color,
                    columns=columns,
                )
            )
        output.commit()
    return COULD_NOT_TELL if isinstance(source, Unseen) else HOLDS


def shown_source(source: Source, now: datetime) -> Shown:
    """Return a source with all that is in it explained."""
    bundle = source.bundle or Bundle()
    return Shown(
        name=source.name,
        now=now,
        chains=tuple(
            ShownChain(
                certificates=tuple(_certificate(octets, now) for octets in chain.certificates),
                hostname=chain.hostname,
                protocols=chain.protocols,
                served_with_sni=chain.served_with_sni,
                served_without_sni=chain.served_without_sni,
            )
            for chain in source.chains
        ),
        requests=tuple(explain_request(request) for request in bundle.requests),
        keys=(
            *(explain_key(key.public_key(), private=True) for key in bundle.keys),
            *(explain_key(key, private=False) for key in bundle.public_keys),
        ),
        others=bundle.others,
        missed=source.missed,
    )


def _certificate(octets: bytes, now: datetime) -> ShownCertificate:
    try:
        found = explain(read_certificate(octets), now)
    except UnreadableError:
        return ShownCertificate(certificate=parse_certificate(octets))
    return ShownCertificate(certificate=found.certificate, explained=found)
