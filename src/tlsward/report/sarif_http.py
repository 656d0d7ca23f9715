"""Findings of the HTTP layer in SARIF: a rule for each kind, a result for each finding.

What is `weak` or `bad` is a warning, a `note` is a note; what is good is no result.
"""

from typing import Any

from tlsward.model.http import HeaderFinding
from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.http_layer import TO_BE_MENDED, http_identifier
from tlsward.report.words import target_name, target_uri


def http_results(
    result: ScanResult,
    rules: dict[str, dict[str, Any]],
    comparison: Comparison | None,
    location: dict[str, Any],
) -> list[dict[str, Any]]:
    """Return the results, and put the rules that they rest on among `rules`."""
    found = []
    for finding in result.http_findings:
        if finding.grade == "good":
            continue
        rules.setdefault(finding.id, _rule(finding))
        identifier = http_identifier(finding)
        mended = finding.grade in TO_BE_MENDED
        written: dict[str, Any] = {
            "ruleId": finding.id,
            "ruleIndex": list(rules).index(finding.id),
            "level": _level(finding),
            "message": {"text": _message(result, finding)},
            "locations": [location],
            "partialFingerprints": {
                "tlswardFinding/v1": f"{target_uri(result.target)} {identifier}"
            },
            "properties": {
                "finding": identifier,
                "grade": finding.grade,
                "header": finding.header,
                "evidence": finding.evidence,
            },
        }
        if comparison is not None and mended:
            written["baselineState"] = "new" if identifier in comparison.new_http else "unchanged"
        found.append(written)
    return found


def _level(finding: HeaderFinding) -> str:
    return "warning" if finding.grade in TO_BE_MENDED else "note"


def _rule(finding: HeaderFinding) -> dict[str, Any]:
    advice = f" To mend it: {finding.advice}." if finding.advice else ""
    rule: dict[str, Any] = {
        "id": finding.id,
        "shortDescription": {"text": finding.text},
        "fullDescription": {"text": f"{finding.text}{advice}"},
        "help": {"text": f"{finding.text}{advice} It rests on {finding.reference}"},
        "defaultConfiguration": {"level": _level(finding)},
    }
    if finding.reference.startswith("https://"):
        rule["helpUri"] = finding.reference
    return rule


def _message(result: ScanResult, finding: HeaderFinding) -> str:
    header = f"{finding.header}: " if finding.header else ""
    advice = f" To mend it: {finding.advice}." if finding.advice else ""
    evidence = f" Seen: {finding.evidence}." if finding.evidence else ""
    where = target_name(result.target)
    return f"{where}, HTTP, {finding.grade}: {header}{finding.text}{advice}{evidence}"
