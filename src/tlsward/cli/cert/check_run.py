"""What `tlsward cert check` does: a file or host to chains, chains to checks and an exit code."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from tlsward.assess.certificate_check import Demands, checked
from tlsward.cli.certificate_source import Source, Unseen, read_source
from tlsward.cli.end_entity import arrangement_of
from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS, worst
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.scan_run import cache_directory, scan_settings
from tlsward.errors import UsageError
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.certificate_check import CHECKS, Check, CheckedCertificate
from tlsward.model.served_chain import ServedChain
from tlsward.net.loop import run
from tlsward.pki.stores import Stores
from tlsward.report.certificate_check import render_check, render_check_json
from tlsward.scan.authenticity import judge_chains
from tlsward.scan.settings import ScanSettings
from tlsward.settings.table import Settings

#: Checks that ask the network beyond the host; the first is left out by --offline, the
#: others are asked with --dns alone.
_FETCHED = ("revocation",)
_OF_THE_DNS = ("caa", "dane")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks beside the settings."""

    hostname: str | None = None
    stores: tuple[str, ...] = ()
    least_days: int | None = None
    skip: tuple[str, ...] = ()
    offline: bool = False
    acme_directory: str | None = None


def run_check(
    argument: str, form: Literal["text", "json"], asked: Asked, settings: Settings
) -> int:
    """Check the certificates of a file or host and report; return the exit code."""
    how = _how(asked, settings)
    stores = Stores.load(how.ca_file_pem, intermediates=how.intermediates_pem)
    demands = _demands(asked, stores, how)
    with open_output(settings.output) as output:
        source = read_source(argument, settings)
        certificates: Sequence[CheckedCertificate] = ()
        reason = source.reason if isinstance(source, Unseen) else None
        if isinstance(source, Source):
            certificates = _certificates(source, asked, how, stores, demands)
        if form == "json":
            output.write(render_check_json(source.name, certificates, reason=reason))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_check(source.name, certificates, reason=reason, color=color))
        output.commit()
    codes = {exit_code(each.checks) for each in certificates if each.counts}
    if isinstance(source, Source) and source.missed:
        codes.add(COULD_NOT_TELL)  # there may be a certificate that nobody looked at
    return worst(codes)


def exit_code(checks: Sequence[Check]) -> int:
    """Return the exit code of one certificate: a no before an unknown, as a gate has it.

    Where not one check applies, nothing was told.
    """
    answers = {check.holds for check in checks}
    if NO in answers:
        return DOES_NOT_HOLD
    return COULD_NOT_TELL if UNKNOWN in answers or YES not in answers else HOLDS


def _how(asked: Asked, settings: Settings) -> ScanSettings:
    how = scan_settings(settings)
    directory = asked.acme_directory
    if directory is not None and not directory.startswith(("https://", "http://")):
        raise UsageError(f"--acme-directory: {directory!r} is no URL; write https://HOST/PATH")
    if asked.offline:
        if settings.fetch_issuers or settings.dns:
            raise UsageError("--offline excludes --fetch-issuers and --dns")
        # A configuration file may ask for it, for scans.
        return msgspec.structs.replace(how, revocation=False)
    return msgspec.structs.replace(
        how,
        revocation="revocation" not in asked.skip,
        cache_directory=cache_directory(),
        renewal_information="lifetime" not in asked.skip,
        acme_directory=asked.acme_directory,
    )


def _demands(asked: Asked, stores: Stores, how: ScanSettings) -> Demands:
    for name in asked.skip:
        if name not in CHECKS:
            raise UsageError(f"--skip: there is no check {name!r} (known: {', '.join(CHECKS)})")
    for store in asked.stores:
        if store not in stores.names:
            known = ", ".join(stores.names)
            hint = "; --ca-file brings it" if store == "private" else ""
            raise UsageError(f"--store: there is no store {store!r} (known: {known}){hint}")
    left_out = (
        *asked.skip,
        *(_FETCHED if asked.offline else ()),
        *(() if how.dns else _OF_THE_DNS),
    )
    if not set(CHECKS) - set(left_out):
        raise UsageError("--skip: nothing is left to check")
    return Demands(
        now=datetime.now(UTC),
        hostname=asked.hostname,
        stores=asked.stores,
        least_days=asked.least_days,
        issuers_window=asked.acme_directory is not None,
        skip=frozenset(left_out),
    )


def _certificates(
    source: Source, asked: Asked, how: ScanSettings, stores: Stores, demands: Demands
) -> tuple[CheckedCertificate, ...]:
    """Judge every chain; a file without certificates has nothing to check."""
    if not source.chains:
        held = "nothing" if source.bundle is None else source.bundle.words
        raise UsageError(f"{source.name}: no certificate in it, only {held}")
    chains = source.chains
    if source.bundle is not None:
        order = arrangement_of(source.name, source.bundle)
        certificates = (order.end_entity, *order.chain, *order.roots, *order.unrelated)
        chains = (ServedChain(certificates=tuple(each.der for each in certificates)),)
    hostname = asked.hostname or (source.target and (source.target.sni or source.target.host))
    # The words are about the name that the certificates are compared with, whose ever it is.
    chains = tuple(msgspec.structs.replace(chain, hostname=hostname) for chain in chains)
    demands = msgspec.structs.replace(demands, hostname=hostname)
    judging = judge_chains(chains, source.target, how, stores, demands.now)
    judged = run(judging, datagrams=how.dns)
    # As a scan and `cert chain` have it: what only clients without server_name get does not
    # count, unless there is nothing else.
    all_count = all(each.served_with_sni == NO for each in judged.deployments)
    return tuple(
        CheckedCertificate(
            deployment=deployment,
            checks=checked(deployment, demands),
            counts=all_count or deployment.served_with_sni != NO,
        )
        for deployment in judged.deployments
    )
