"""What `tlsward cert chain` does: read, follow all ways, and draw them."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from tlsward.cli.certificate_source import Source, Unseen, read_source
from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS, worst
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.root import complain
from tlsward.cli.scan_run import read_certificates, scan_settings
from tlsward.errors import UsageError
from tlsward.model.chain_of_trust import ChainOfTrust
from tlsward.net.loop import run
from tlsward.pki.stores import Stores
from tlsward.report.certificate.chain import render_chains, render_chains_json
from tlsward.report.certificate.figure import render_figure
from tlsward.scan.chains_of_trust import chains_of_trust
from tlsward.settings.table import Settings

Form = Literal["text", "json", "svg"]
_CODES = {"yes": HOLDS, "no": DOES_NOT_HOLD, "unknown": COULD_NOT_TELL}


def run_chain(argument: str, form: Form, settings: Settings) -> int:
    """Show the chains of what an argument stands for; return the exit code."""
    how = scan_settings(settings)
    stores = Stores.load(_pem(settings.ca_file), intermediates=_pem(settings.intermediates))
    source = read_source(argument, settings)
    if isinstance(source, Unseen):
        return _unseen(source, form, settings)
    if not source.chains:
        words = "" if source.bundle is None else f", only {source.bundle.words}"
        raise UsageError(f"{source.name}: there is no certificate in it{words}")
    now = datetime.now(UTC)
    in_order = not source.is_file
    chains = run(chains_of_trust(source.chains, how, stores, now, in_order=in_order))
    with open_output(settings.output) as output:
        output.write(_rendered(source, chains, form, settings))
        output.commit()
    return exit_code(chains)


def _unseen(source: Unseen, form: Form, settings: Settings) -> int:
    complain(f"{source.name}: {source.reason}")
    if form == "json":
        with open_output(settings.output) as output:
            output.write(render_chains_json(source.name, (), reason=source.reason))
            output.commit()
    return COULD_NOT_TELL


def exit_code(chains: Sequence[ChainOfTrust]) -> int:
    """Return the code for all chains that clients which name the host are served."""
    asked = [chain for chain in chains if chain.served_with_sni != "no"] or chains
    return worst(_CODES[chain.trusted] for chain in asked)


def _pem(name: str | None) -> bytes | None:
    return None if name is None else read_certificates(name)


def _rendered(
    source: Source, chains: Sequence[ChainOfTrust], form: Form, settings: Settings
) -> str:
    if form == "json":
        return render_chains_json(source.name, chains, missed=source.missed)
    if form == "svg":
        return render_figure(source.name, chains)
    color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
    return render_chains(source.name, chains, missed=source.missed, color=color)
