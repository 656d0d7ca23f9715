"""The section with the verdict, and those that say why."""

from collections.abc import Iterator
from textwrap import wrap

from tlsward.model.evaluation import Evaluation, Grade, MeasuredLevel
from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison
from tlsward.report.findings import in_lines, shown_findings, shown_levels
from tlsward.report.http_layer import not_checked_words, unlooked_words
from tlsward.report.style import Line, plain, styled
from tlsward.report.words import level_words, nothing_seen

LEVEL_STYLES = {
    "modern": "good",
    "intermediate": "good",
    "old": "warn",
    "unknown": "warn",
    "non compliant": "bad",
    "bad": "bad",
}
#: Reasons for an unknown verdict that are named; the section Unknowns has them all.
MOST_UNSETTLED = 3
#: Where sentences are wrapped.
COLUMNS = 96


def analyzer_lines(result: ScanResult) -> list[Line]:
    """Return the level, what stands in the way of better ones, and the grade."""
    evaluation = result.evaluation
    if evaluation is None:
        return [styled(f"not evaluated: {result.reason or result.status}", "warn")]
    lines = [*_missed_line(evaluation)]
    level = evaluation.level
    lines.append((("* Mozilla evaluation: ", ""), (level, LEVEL_STYLES[level])))
    if nothing_seen(result):
        lines.append(styled(f"  - {result.reason or result.status}", "warn"))
        lines += _target_line(evaluation)
        return lines
    lines += _finding_lines(evaluation)
    lines += _missing_level_line(evaluation)
    lines += _target_line(evaluation)
    policy = f" changed by policy {evaluation.policy}" if evaluation.policy else ""
    lines.append(plain(f"* Guideline: {evaluation.guideline}{policy}"))
    if evaluation.other_guidelines:
        lines.append(plain("* Other guidelines"))
        lines += _other_guidelines(evaluation)
    if result.grade is not None:
        lines += _grade_lines(result.grade)
    return lines


def _missed_line(evaluation: Evaluation) -> Iterator[Line]:
    target = evaluation.target
    if target is not None and target.met is False:
        words = f'Measured level "{evaluation.level}" does not match target level "{target.level}"'
        yield styled(words, "bad")


def _target_line(evaluation: Evaluation) -> Iterator[Line]:
    target = evaluation.target
    if target is not None and target.met is True:
        yield styled(f'  - target level "{target.level}" is met', "good")
        unlooked = unlooked_words(evaluation)
        if unlooked:
            yield styled(f"  - {unlooked}", "warn")
    elif target is not None and target.met is None:
        yield styled(f'  - could not tell whether target level "{target.level}" is met', "warn")


def _missing_level_line(evaluation: Evaluation) -> Iterator[Line]:
    target = evaluation.target
    if target is not None and target.level not in evaluation.levels:
        words = f"guideline {evaluation.guideline} has no {target.level} level, a better one counts"
        yield styled(f"  - {words}", "dim")


def _finding_lines(evaluation: Evaluation) -> Iterator[Line]:
    for level in shown_levels(evaluation):
        verdict = evaluation.levels[level]
        for advice in in_lines(verdict.findings):
            blocking = any(finding.severity == "blocking" for finding in advice.findings)
            yield (
                (f"  - for {level} level: ", ""),
                (advice.action, "bad" if blocking else "warn"),
            )
        if verdict.met == "unknown":
            reasons = "; ".join(verdict.unsettled[:MOST_UNSETTLED])
            told = "whether it is bad" if level == "bad" else f"{level} level"
            yield styled(f"  - {told} could not be told: {reasons}", "warn")
    if evaluation.oldest_clients:
        yield plain(f"  - oldest clients: {', '.join(evaluation.oldest_clients)}")
    if evaluation.not_checked:
        yield styled(f"  - not checked: {not_checked_words(evaluation)}", "dim")


def _other_guidelines(evaluation: Evaluation) -> Iterator[Line]:
    """Join versions with one level: `5.1, 5.2, 5.3: intermediate`."""
    versions: dict[MeasuredLevel, list[str]] = {}
    for version, level in evaluation.other_guidelines.items():
        versions.setdefault(level, []).append(version)
    for level, names in versions.items():
        yield ((f"  - {', '.join(names)}: ", ""), (level_words(level), LEVEL_STYLES[level]))


def _grade_lines(grade: Grade) -> Iterator[Line]:
    style = {"A": "good", "B": "warn", "?": "warn"}.get(grade.letter[:1], "bad")
    score = "" if grade.score is None else f" (score {grade.score})"
    yield (("* Grade: ", ""), (grade.letter, style), (score, ""))
    for reason in grade.reasons:
        cap = f" (caps at {reason.cap})" if reason.cap else ""
        yield plain(f"  - {reason.text}{cap}")


def reason_lines(result: ScanResult) -> list[Line]:
    """Return why each finding matters and where that is written, each reason once."""
    if result.evaluation is None:
        return []
    reasons: dict[tuple[str, str], list[str]] = {}
    for _, finding in shown_findings(result.evaluation):
        words = finding.item or finding.action
        reasons.setdefault((finding.why, finding.reference), []).append(words)
    lines: list[Line] = []
    for (why, reference), subjects in reasons.items():
        lines.append(((", ".join(dict.fromkeys(subjects)), "bold"),))
        lines += [plain(f"  {line}") for line in wrap(why, COLUMNS)]
        lines.append(styled(f"  {reference}", "dim"))
    return lines


def baseline_lines(comparison: Comparison | None) -> list[Line]:
    """Return what is new since the baseline; nothing without one."""
    if comparison is None:
        return []
    if not comparison.found:
        return [styled("this target is not in the baseline: everything is new", "warn")]
    lines: list[Line] = [styled(f"new: {identifier}", "bad") for identifier in comparison.new]
    lines += [styled(f"gone: {identifier}", "good") for identifier in comparison.gone]
    lines += [
        styled(f"could not be told, unlike in the baseline: {reason}", "warn")
        for reason in comparison.unsettled
    ]
    known = len(comparison.known)
    words = (
        "known finding of the baseline remains"
        if known == 1
        else ("known findings of the baseline remain")
    )
    lines.append(plain(f"{known} {words}"))
    return lines
