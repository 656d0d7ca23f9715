"""JUnit XML: a suite a target, for continuous integration to show as tests.

A test fails where the exit code is 1, and has an error where it is 3: the scan itself,
the target level, and each finding. A blocking finding that fails nothing (no target level
was asked for, it is in the baseline, or it is advice) is a skipped test with its words.
"""

from collections.abc import Iterator, Sequence
from html import escape as escape_markup
from typing import Literal

import msgspec

from tlsward.model.evaluation import Evaluation, Finding
from tlsward.model.http import HeaderFinding
from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.escape import printable
from tlsward.report.findings import shown_findings
from tlsward.report.http_layer import TO_BE_MENDED, http_identifier, unlooked_words
from tlsward.report.words import aware, headline, target_name, target_title

State = Literal["passed", "failure", "error", "skipped"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One test: its name, how it went, and the words on it; `note` goes with one that passed."""

    name: str
    state: State = "passed"
    message: str = ""
    detail: str = ""
    note: str = ""


def render_junit(
    results: Sequence[ScanResult], *, comparisons: Sequence[Comparison | None] = ()
) -> str:
    """Return one document with a test suite for every result."""
    suites = []
    everything: list[Case] = []
    for index, result in enumerate(results):
        comparison = comparisons[index] if index < len(comparisons) else None
        cases = list(_cases(result, comparison))
        everything += cases
        suites.append(_suite(result, cases))
    totals = _attributes(
        name="tlsward",
        tests=len(everything),
        failures=_count(everything, "failure"),
        errors=_count(everything, "error"),
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}<testsuites{totals}>\n{''.join(suites)}</testsuites>\n"


def _cases(result: ScanResult, comparison: Comparison | None) -> Iterator[Case]:
    words = headline(result)[1]
    complete = result.status == "complete"
    yield Case(name="scan is complete", state="passed" if complete else "error", message=words)
    evaluation = result.evaluation
    if evaluation is not None:
        if evaluation.target is not None:
            yield _target_case(evaluation, comparison)
        for level, finding in shown_findings(evaluation):
            yield _finding_case(evaluation, level, finding, comparison)
    if result.http or (comparison is not None and comparison.unsettled_http):
        yield _http_case(result, comparison)
    for header_finding in result.http_findings:
        yield _header_case(header_finding, comparison)


def _target_case(evaluation: Evaluation, comparison: Comparison | None) -> Case:
    target = evaluation.target
    assert target is not None  # noqa: S101 - its only caller has looked
    name = f"{target.level} level of guideline {evaluation.guideline}"
    if target.met is True:
        return Case(name=name, note=unlooked_words(evaluation))
    measured = f'measured level "{evaluation.level}"'
    if target.met is None:
        unsettled = [reason for level in evaluation.levels.values() for reason in level.unsettled]
        detail = "\n".join(dict.fromkeys(unsettled))
        return Case(name=name, state="error", message=f"could not tell: {measured}", detail=detail)
    if comparison is not None and not comparison.new:
        return Case(name=name, state="skipped", message=f"{measured}, as in the baseline")
    message = f'{measured} does not match target level "{target.level}"'
    return Case(name=name, state="failure", message=message)


def _finding_case(
    evaluation: Evaluation, level: str, finding: Finding, comparison: Comparison | None
) -> Case:
    words = f"for {level} level: {finding.action}"
    detail = "\n".join(text for text in (finding.why, finding.reference, finding.evidence) if text)
    state: State = "skipped"
    if finding.severity == "advisory":
        words = f"advice, {words}"
    elif comparison is not None:
        if finding.id in comparison.new:
            state = "failure"
        else:
            words = f"known from the baseline, {words}"
    elif evaluation.target is None:
        words = f"no target level was asked for; {words}"
    elif evaluation.target.met is False:
        state = "failure"
    return Case(name=finding.id, state=state, message=words, detail=detail)


def _http_case(result: ScanResult, comparison: Comparison | None) -> Case:
    if result.http.get("state") == "yes":
        return Case(name="HTTP answers")
    lost = comparison.unsettled_http if comparison is not None else ()
    reason = lost[0].partition(": ")[2] if lost else result.http.get("reason", "no answer")
    words = f"could not be told: {reason}"
    return Case(name="HTTP answers", state="error" if lost else "skipped", message=words)


def _header_case(finding: HeaderFinding, comparison: Comparison | None) -> Case:
    identifier = http_identifier(finding)
    header = f"{finding.header}: " if finding.header else ""
    words = f"HTTP, {finding.grade}: {header}{finding.text}"
    if finding.grade == "good":
        return Case(name=identifier, note=words)
    detail = "\n".join(
        printable(text) for text in (finding.advice, finding.reference, finding.evidence) if text
    )
    state: State = "skipped"
    if comparison is not None and finding.grade in TO_BE_MENDED:
        if identifier in comparison.new_http:
            state = "failure"
        else:
            words = f"known from the baseline, {words}"
    return Case(name=identifier, state=state, message=words, detail=detail)


def _suite(result: ScanResult, cases: Sequence[Case]) -> str:
    attributes = _attributes(
        name=target_title(result.target),
        tests=len(cases),
        failures=_count(cases, "failure"),
        errors=_count(cases, "error"),
        skipped=_count(cases, "skipped"),
        time=f"{result.duration_ms / 1000:.3f}",
        timestamp=aware(result.started_at).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname=result.target.host,
    )
    classname = target_name(result.target)
    body = "".join(_case(case, classname) for case in cases)
    return f"  <testsuite{attributes}>\n{body}  </testsuite>\n"


def _case(case: Case, classname: str) -> str:
    attributes = _attributes(classname=classname, name=case.name)
    if case.state == "passed":
        if not case.note:
            return f"    <testcase{attributes}/>\n"
        told = f"      <system-out>{escape_markup(printable(case.note))}</system-out>\n"
        return f"    <testcase{attributes}>\n{told}    </testcase>\n"
    message = _attributes(message=case.message)
    return (
        f"    <testcase{attributes}>\n"
        f"      <{case.state}{message}>{_text(case.detail)}</{case.state}>\n"
        f"    </testcase>\n"
    )


def _count(cases: Sequence[Case], state: State) -> int:
    return sum(case.state == state for case in cases)


def _attributes(**values: str | int) -> str:
    return "".join(
        f' {name}="{escape_markup(printable(str(value)))}"' for name, value in values.items()
    )


def _text(text: str) -> str:
    return "\n".join(escape_markup(printable(line)) for line in text.split("\n"))
