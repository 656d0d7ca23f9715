"""Markdown, for a comment or a job summary: tables as GitHub's dialect has them."""

import re
from collections.abc import Iterator, Sequence

from tlsward.model.certificate import CertificateDeployment
from tlsward.model.evaluation import Evaluation
from tlsward.model.scan_result import PROTOCOLS, ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.escape import inert
from tlsward.report.findings import in_lines, shown_levels
from tlsward.report.http_layer import http_facts, not_checked_words, unlooked_words
from tlsward.report.text.authenticity import authenticity_rows
from tlsward.report.words import headline, key_words, leaf_of, level_words, target_title, validity

#: What means something within a line: markup, HTML and its entities, cells of a table,
#: mentions and references. What means something at its beginning alone (`-`, `+`, `1.`)
#: never stands there: every text comes after other words of its line.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&@$]|:(?=//)|(?<=www)\.)")


def render_markdown(
    results: Sequence[ScanResult], *, comparisons: Sequence[Comparison | None] = ()
) -> str:
    """Return a heading with what matters for each result."""
    blocks = []
    for index, result in enumerate(results):
        comparison = comparisons[index] if index < len(comparisons) else None
        blocks.append("\n".join(_report(result, comparison)) + "\n")
    return "\n".join(blocks)


def _report(result: ScanResult, comparison: Comparison | None) -> Iterator[str]:
    yield f"## {safe(target_title(result.target))}"
    yield ""
    yield f"Scan {safe(headline(result)[1])}."
    if result.evaluation is not None:
        yield from _evaluation(result, result.evaluation)
    if comparison is not None:
        yield from _baseline(comparison)
    if result.certificates:
        yield from _certificates(result)
    if result.protocols:
        yield ""
        yield from _table(
            ["protocol", "served"],
            [[name, result.protocols.get(name, "unknown")] for name in PROTOCOLS],
        )
    if result.cipher_suites:
        yield from _suites(result)
    if result.http:
        yield from _http(result)
    if result.unknowns:
        yield ""
        yield from _table(
            ["could not be told", "reason"], [[one.fact, one.reason] for one in result.unknowns]
        )


def _evaluation(result: ScanResult, evaluation: Evaluation) -> Iterator[str]:
    yield ""
    level = level_words(evaluation.level)
    yield f"**Mozilla evaluation: {safe(level)}** by guideline {safe(evaluation.guideline)}"
    if evaluation.target is not None:
        met = {True: "met", False: "not met", None: "could not be told"}[evaluation.target.met]
        yield ""
        rider = unlooked_words(evaluation)
        yield f"Target level {safe(evaluation.target.level)}: **{met}**" + (
            f"; {safe(rider)}" if rider else ""
        )
    if result.grade is not None:
        yield ""
        reasons = "; ".join(safe(reason.text) for reason in result.grade.reasons)
        yield f"Grade: **{safe(result.grade.letter)}**" + (f": {reasons}" if reasons else "")
    if evaluation.not_checked:
        yield ""
        yield f"Not checked: {safe(not_checked_words(evaluation))}"
    rows = [
        [
            level,
            advice.findings[0].severity,
            advice.action,
            " ".join(dict.fromkeys(finding.why for finding in advice.findings)),
        ]
        for level in shown_levels(evaluation)
        for advice in in_lines(evaluation.levels[level].findings)
    ]
    if rows:
        yield ""
        yield from _table(["for level", "", "change", "why"], rows)


def _baseline(comparison: Comparison) -> Iterator[str]:
    yield ""
    if not comparison.found:
        yield "This target is not in the baseline: everything is new."
        return
    yield (
        f"Since the baseline: {len(comparison.new)} new, {len(comparison.known)} known, "
        f"{len(comparison.gone)} gone."
    )
    for identifier in comparison.new:
        yield f"- new: {safe(identifier)}"
    for reason in comparison.unsettled:
        yield f"- could not be told, unlike in the baseline: {safe(reason)}"


def _certificates(result: ScanResult) -> Iterator[str]:
    yield ""
    yield from _table(
        ["certificate", "issuer", "key", "valid", "name matches", "trusted by", "not trusted by"],
        [_certificate(result, deployment) for deployment in result.certificates],
    )
    rows = [
        [key_words(deployment.key), name, answer, words]
        for deployment in result.certificates
        for (name, _), (answer, _), (words, _) in authenticity_rows(deployment)
    ]
    if rows:
        yield ""
        yield from _table(["of the certificate", "asked", "answer", "why"], rows)


def _certificate(result: ScanResult, deployment: CertificateDeployment) -> list[str]:
    leaf = leaf_of(deployment)
    if leaf is None:
        return ["none", "", "", "", "", "", ""]
    answers = {
        answer: ", ".join(store for store, said in deployment.trust.items() if said == answer)
        for answer in ("yes", "no")
    }
    return [
        leaf.subject or leaf.error or leaf.sha256,
        leaf.issuer,
        key_words(deployment.key),
        validity(leaf, result.started_at)[0],
        deployment.hostname_match,
        answers["yes"],
        answers["no"],
    ]


def _suites(result: ScanResult) -> Iterator[str]:
    yield ""
    yield from _table(
        ["prio", "cipher", "protocols", "pfs", "curves"],
        [
            [
                str(suite.priority),
                suite.openssl_name or suite.iana_name,
                ", ".join(suite.protocols),
                suite.forward_secrecy,
                ", ".join(suite.groups),
            ]
            for suite in result.cipher_suites
        ],
    )


def _http(result: ScanResult) -> Iterator[str]:
    yield ""
    yield from _table(["HTTP", ""], [[name, said] for name, said in http_facts(result)])
    if not result.http_findings:
        return
    yield ""
    yield from _table(
        ["of HTTP", "header", "finding", "change", "seen"],
        [
            [finding.grade, finding.header, finding.text, finding.advice, finding.evidence]
            for finding in result.http_findings
        ],
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(safe(cell) for cell in row) + " |"


def safe(text: str) -> str:
    """Return text that Markdown shows as it is: no link, no mention, no markup."""
    # `://` and `www.` would become links by themselves (GitHub's autolinks).
    return _SPECIAL.sub(r"\\\1", inert(text))
