"""The sections of the text report and their order."""

from collections.abc import Iterator, Sequence

from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.style import Line, draw, styled
from tlsward.report.text import analyzers, certificate, ciphers, more
from tlsward.report.words import headline, nothing_seen, status_style


def render_text(
    results: Sequence[ScanResult],
    *,
    color: bool = False,
    comparisons: Sequence[Comparison | None] = (),
) -> str:
    """Return the reports of all results, one after another, an empty line between them."""
    lines: list[Line] = []
    for index, result in enumerate(results):
        if index:
            lines.append(())
        comparison = comparisons[index] if index < len(comparisons) else None
        lines += _report(result, comparison)
    return draw(lines, color=color)


def _report(result: ScanResult, comparison: Comparison | None) -> Iterator[Line]:
    title, state = headline(result)
    yield ((title, "bold"), (" ", ""), (state, status_style(result)))
    sections = {
        "Certificate": certificate.certificate_lines(result),
        "Trust": certificate.trust_lines(result),
        "Ciphers Evaluation": ciphers.cipher_lines(result),
        "Analyzers": analyzers.analyzer_lines(result),
        "Baseline": analyzers.baseline_lines(comparison),
    }
    if not nothing_seen(result):
        sections |= _more_sections(result)
    for name, lines in sections.items():
        if lines:
            yield ()
            yield styled(f"--- {name} ---", "heading")
            yield from lines


def _more_sections(result: ScanResult) -> dict[str, list[Line]]:
    return {
        "Reasons": analyzers.reason_lines(result),
        "Protocols": more.protocol_lines(result),
        "Groups": more.group_lines(result),
        "Session": more.session_lines(result),
        "Extensions": more.extension_lines(result),
        "HTTP": more.http_lines(result),
        "Weaknesses": more.weakness_lines(result),
        "Unknowns": more.unknown_lines(result),
    }
