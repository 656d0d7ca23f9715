"""Findings of linting: as text, as JSON."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from tlsward.facts.lint_rules import lint_rule
from tlsward.model.lint import LintFinding
from tlsward.model.lint_report import LintedCertificate, LintReport
from tlsward.report.json_document import encode
from tlsward.report.style import Line, draw, styled

SCHEMA = "tlsward.lint/1"
_STYLES = {"error": "bad", "warning": "warn", "notice": "dim"}
_WIDEST = len("warning")


def render_lint(report: LintReport, *, color: bool = False) -> str:
    """Return the findings as text, chain by chain, certificate by certificate."""
    return draw(_lines(report), color=color)


def render_lint_json(report: LintReport) -> str:
    """Return the findings as indented JSON."""
    document: dict[str, Any] = {"schema": SCHEMA, **msgspec.to_builtins(report)}
    for chain in document["chains"]:
        for certificate in chain["certificates"]:
            for finding in certificate["findings"]:
                finding["why"] = _why(finding["id"])
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _lines(report: LintReport) -> Iterator[Line]:
    if report.reason is not None:
        yield ((report.source, "bold"), (f": {report.reason}", "bad"))
        return
    for number, chain in enumerate(report.chains, start=1):
        if len(report.chains) > 1:
            spoken = f" ({', '.join(chain.protocols)})" if chain.protocols else ""
            yield styled(f"--- Chain {number} of {len(report.chains)}{spoken} ---", "heading")
        for certificate in chain.certificates:
            yield from _certificate(certificate)
            yield ()
    for missed in report.missed:
        yield (("There may be more: ", "warn"), (missed, ""))
    yield styled(_summary(report), "bad" if report.fails else "good")


def _certificate(certificate: LintedCertificate) -> Iterator[Line]:
    if certificate.error is not None:
        yield ((certificate.sha256, "bold"), (f": {certificate.error}", "bad"))
        return
    kind = "public" if certificate.public else "private"
    yield ((certificate.subject or certificate.sha256, "bold"),)
    yield (
        (f"  {certificate.role}, ", "dim"),
        (f"held to the rules of {kind} authorities: {certificate.public_because}", "dim"),
    )
    for part in certificate.unchecked:
        yield (("  could not be checked: ", "warn"), (part, ""))
    if not certificate.findings and not certificate.unchecked:
        yield styled("  nothing found", "good")
    for finding in certificate.findings:
        yield from _finding(finding)


def _finding(finding: LintFinding) -> Iterator[Line]:
    margin = "  " + " " * _WIDEST + "  "
    severity = finding.severity.ljust(_WIDEST)
    shown = f" ({finding.evidence})" if finding.evidence else ""
    yield (("  ", ""), (severity, _STYLES[finding.severity]), (f"  {finding.text}{shown}", ""))
    why = _why(finding.id)
    if why:
        yield ((margin + why, ""),)
    yield ((f"{margin}{finding.id}: {finding.reference}", "dim"),)


def _summary(report: LintReport) -> str:
    certificates = [each for chain in report.chains for each in chain.certificates]
    counts = Counter(finding.severity for each in certificates for finding in each.findings)
    said = [_counted(counts[severity], severity) for severity in ("error", "warning", "notice")]
    return f"{_counted(len(certificates), 'certificate')}: {', '.join(said)}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _why(identifier: str) -> str:
    rule = lint_rule(identifier)
    return "" if rule is None else rule.why
