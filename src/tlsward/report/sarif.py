"""SARIF 2.1.0 (OASIS standard): findings as code scanning and editors take them.

A rule is a kind of finding, a result one finding of one target. A blocking finding is a
`warning`, and an `error` where a target level was asked for and is missed for it; advice
is a `note`. Those of the HTTP layer are in `sarif_http`. What could not be told is a
notification of the invocation, which was then not successful: a reader that counts results
alone cannot take silence for a pass.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tlsward.model.evaluation import Evaluation, Finding
from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.findings import rule_of, shown_findings
from tlsward.report.http_layer import not_checked_words
from tlsward.report.json_document import encode_foreign
from tlsward.report.sarif_http import http_results
from tlsward.report.words import aware, headline, target_name, target_uri

SCHEMA_URI = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render_sarif(
    results: Sequence[ScanResult], *, comparisons: Sequence[Comparison | None] = ()
) -> str:
    """Return one SARIF log with one run for all results."""
    rules: dict[str, dict[str, Any]] = {}
    found: list[dict[str, Any]] = []
    invocations: list[dict[str, Any]] = []
    for index, result in enumerate(results):
        comparison = comparisons[index] if index < len(comparisons) else None
        invocations.append(_invocation(result, comparison))
        if result.evaluation is not None:
            found += _results(result, result.evaluation, rules, comparison)
        found += http_results(result, rules, comparison, _location(result))
    driver: dict[str, Any] = {"name": "tlsward", "rules": list(rules.values())}
    if results:
        driver["version"] = results[0].tlsward_version
    run = {
        "tool": {"driver": driver},
        "invocations": invocations,
        "results": found,
        "columnKind": "unicodeCodePoints",
    }
    return encode_foreign({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]})


def _results(
    result: ScanResult,
    evaluation: Evaluation,
    rules: dict[str, dict[str, Any]],
    comparison: Comparison | None,
) -> list[dict[str, Any]]:
    found = []
    for level, finding in shown_findings(evaluation):
        rule = rules.setdefault(rule_of(finding), _rule(finding))
        written = {
            "ruleId": rule["id"],
            "ruleIndex": list(rules).index(rule["id"]),
            "level": _level(evaluation, finding),
            "message": {"text": _message(result, level, finding)},
            "locations": [_location(result)],
            "partialFingerprints": {
                "tlswardFinding/v1": f"{target_uri(result.target)} {finding.id}"
            },
            "properties": {
                "finding": finding.id,
                "guideline": evaluation.guideline,
                "forLevel": level,
                "evidence": finding.evidence,
            },
        }
        if comparison is not None and finding.severity == "blocking":
            written["baselineState"] = "new" if finding.id in comparison.new else "unchanged"
        found.append(written)
    return found


def _rule(finding: Finding) -> dict[str, Any]:
    # Why differs from one thing to remove to the next, so results say it, not the rule.
    words = finding.group or finding.action
    rule: dict[str, Any] = {
        "id": rule_of(finding),
        "shortDescription": {"text": words},
        "fullDescription": {"text": f"What the guideline asks for: {words}."},
        "help": {"text": f"Each result says why. The first one rests on {finding.reference}"},
        "defaultConfiguration": {"level": "warning" if finding.severity == "blocking" else "note"},
    }
    if finding.reference.startswith("https://"):
        rule["helpUri"] = finding.reference
    return rule


def _level(evaluation: Evaluation, finding: Finding) -> str:
    if finding.severity != "blocking":
        return "note"
    target = evaluation.target
    return "error" if target is not None and target.met is False else "warning"


def _message(result: ScanResult, level: str, finding: Finding) -> str:
    evidence = f" Seen: {finding.evidence}." if finding.evidence else ""
    where = target_name(result.target)
    return f"{where}, for {level} level: {finding.action}. {finding.why}{evidence}"


def _location(result: ScanResult) -> dict[str, Any]:
    uri = target_uri(result.target)
    return {
        # Code scanning asks for a place in a file; an endpoint has but one.
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
        "logicalLocations": [
            {"fullyQualifiedName": target_name(result.target), "kind": "resource"}
        ],
    }


def _invocation(result: ScanResult, comparison: Comparison | None) -> dict[str, Any]:
    notifications = [
        {
            "level": "warning",
            "message": {"text": f"{unknown.fact} could not be told: {unknown.reason}"},
            "locations": [_location(result)],
        }
        for unknown in result.unknowns
    ]
    notifications += [
        {
            "level": "warning",
            "message": {"text": f"could not be told, unlike in the baseline: {reason}"},
            "locations": [_location(result)],
        }
        for reason in (comparison.unsettled if comparison is not None else ())
    ]
    if result.evaluation is not None and result.evaluation.not_checked:
        words = f"not checked: {not_checked_words(result.evaluation)}"
        notifications.append(
            {"level": "note", "message": {"text": words}, "locations": [_location(result)]}
        )
    if result.status != "complete":
        title, words = headline(result)
        notifications.insert(
            0,
            {
                "level": "error",
                "message": {"text": f"{title}: {words}"},
                "locations": [_location(result)],
            },
        )
    return {
        "executionSuccessful": result.status == "complete",
        "startTimeUtc": _utc(result.started_at),
        "toolExecutionNotifications": notifications,
        "properties": {"target": target_uri(result.target), "status": result.status},
    }


def _utc(when: datetime) -> str:
    return aware(when).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
