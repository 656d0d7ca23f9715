"""What `tlsward cert lint` does: read, lint, report."""

import sys
from datetime import UTC, datetime
from typing import Literal

import msgspec

from tlsward.cli.certificate_source import Unseen, read_source
from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.cli.options import read_bytes
from tlsward.cli.output import is_terminal, open_output
from tlsward.errors import UsageError
from tlsward.model.lint_report import LintedChain, LintReport
from tlsward.pki.lint import SEVERITIES
from tlsward.pki.lint.chain import Manner, lint_chain, read_all
from tlsward.pki.lint.deep import require_pkilint
from tlsward.pki.stores import Stores
from tlsward.pki.weak_keys import KnownKeys, shared_moduli
from tlsward.report.lint import render_lint, render_lint_json
from tlsward.settings.table import Settings


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the options of the command say."""

    level: Literal["error", "warning", "notice"] = "error"
    public: bool | None = None
    deep: bool = False
    weak_keys: tuple[str, ...] = ()


def run_lint(argument: str, form: Literal["text", "json"], asked: Asked, settings: Settings) -> int:
    """Lint what an argument stands for and report it; return the exit code."""
    if asked.deep:
        require_pkilint()
    known = _known_keys(asked.weak_keys)
    with open_output(settings.output) as output:
        report = _linted(argument, asked, known, settings)
        if form == "json":
            output.write(render_lint_json(report))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_lint(report, color=color))
        output.commit()
    return _exit_code(report)


def _linted(argument: str, asked: Asked, known: KnownKeys | None, settings: Settings) -> LintReport:
    source = read_source(argument, settings)
    if isinstance(source, Unseen):
        return LintReport(source=source.name, level=asked.level, reason=source.reason)
    if not any(chain.certificates for chain in source.chains):
        raise UsageError(f"{source.name}: there is no certificate in it to lint")
    stores = Stores.load()
    manner = Manner(
        now=datetime.now(UTC),
        public=asked.public,
        served=source.target is not None,
        deep=asked.deep,
        known=known,
    )
    shared = shared_moduli(read_all([der for each in source.chains for der in each.certificates]))
    chains = tuple(
        LintedChain(
            certificates=lint_chain(each.certificates, stores, manner, shared),
            hostname=each.hostname,
            protocols=each.protocols,
        )
        for each in source.chains
    )
    return LintReport(
        source=source.name,
        level=asked.level,
        fails=_fails(chains, asked.level),
        chains=chains,
        missed=source.missed,
    )


def _known_keys(names: tuple[str, ...]) -> KnownKeys | None:
    known = None
    for name in names:
        listed = KnownKeys.read(read_bytes(name), name=name)
        known = listed if known is None else known.joined(listed)
    return known


def _fails(chains: tuple[LintedChain, ...], level: str) -> bool:
    failing = SEVERITIES[: SEVERITIES.index(level) + 1]
    return any(
        finding.severity in failing
        for chain in chains
        for certificate in chain.certificates
        for finding in certificate.findings
    )


def _exit_code(report: LintReport) -> int:
    """Return the code: a finding is one whatever else could not be read."""
    if report.fails:
        return DOES_NOT_HOLD
    certificates = [each for chain in report.chains for each in chain.certificates]
    if (
        report.reason is not None
        or report.missed
        or any(each.error is not None or each.unchecked for each in certificates)
    ):
        return COULD_NOT_TELL
    return HOLDS
