"""From a scan to its verdicts: weaknesses, levels of every guideline version, the grade."""

from datetime import datetime

import msgspec

from tlsward.assess import guideline as listed_rules
from tlsward.assess import observatory as observatory_rules
from tlsward.assess.grade import grade_of
from tlsward.assess.hsts import seen_hsts
from tlsward.assess.measured import Measured, measure
from tlsward.assess.rule import Rule, verdict, verdict_in_brief
from tlsward.assess.vulnerabilities import with_vulnerabilities
from tlsward.facts import guidelines
from tlsward.facts.guidelines import Guideline, GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.evaluation import (
    Evaluation,
    Level,
    LevelVerdict,
    MeasuredLevel,
    TargetVerdict,
)
from tlsward.model.scan_result import ScanResult

#: Levels from the best down. A target is met by its own level or a better one.
BEST_FIRST: tuple[Level, ...] = ("modern", "intermediate", "old")

#: The one version that is judged by the Observatory's rules.
_OBSERVATORY_VERSION = "4.0"


def assess(
    result: ScanResult,
    *,
    guideline: str | Guideline = "latest",
    target: Level | None = None,
    now: datetime,
) -> ScanResult:
    """Return the scan with its weaknesses, its evaluation and its grade filled in.

    `guideline` is a version, `latest`, or a version with levels of the caller's own;
    `now` the moment certificates are judged at, aware of its time zone. Judging a scan
    again replaces what an earlier judgement said. Raise UnknownGuidelineError for a
    version nobody published.
    """
    chosen = guidelines.guideline(guideline) if isinstance(guideline, str) else guideline
    scan = with_vulnerabilities(measure(result, now))
    return msgspec.structs.replace(
        scan.result,
        evaluation=evaluate(scan, chosen, target),
        grade=grade_of(scan),
    )


def evaluate(scan: Measured, chosen: Guideline, target: Level | None) -> Evaluation:
    """Return the verdicts of one guideline version, and the levels under the others."""
    levels = _verdicts(scan, chosen)
    measured = measured_level(levels)
    return Evaluation(
        guideline=chosen.version,
        level=measured,
        target=None if target is None else _target_verdict(scan, chosen, levels, target),
        levels=levels,
        other_guidelines={
            version: _level_in_brief(scan, guidelines.guideline(version))
            for version in guidelines.guideline_versions()
            if version != chosen.version
        },
        oldest_clients=_oldest_clients(chosen, measured),
        not_checked=_not_checked(scan, chosen),
    )


def _target_verdict(
    scan: Measured, chosen: Guideline, levels: dict[str, LevelVerdict], target: Level
) -> TargetVerdict:
    # A version without the target's level (6.0 has no `old`) is met by the next better.
    level = chosen.levels.get(target) or _weakest(chosen)
    return TargetVerdict(
        level=target,
        met=is_met(levels, target),
        hsts_min_age=seen_hsts(scan.result).lasts(level.hsts_min_age),
    )


def _not_checked(scan: Measured, chosen: Guideline) -> tuple[str, ...]:
    names = _rules_of(chosen).not_checked
    if seen_hsts(scan.result).standing == "not asked":
        return names
    return tuple(name for name in names if name != "hsts_min_age")


def measured_level(levels: dict[str, LevelVerdict]) -> MeasuredLevel:
    """Return the level of record: bad, or the best level met, or non compliant."""
    if levels["bad"].met == YES:
        return "bad"
    for name in BEST_FIRST:
        if name in levels and levels[name].met == YES:
            return name
    if any(levels[name].met == UNKNOWN for name in BEST_FIRST if name in levels):
        return "unknown"
    return "non compliant"


def is_met(levels: dict[str, LevelVerdict], target: Level) -> bool | None:
    """Return whether the target or a better level is met; None where that could not be told."""
    if levels["bad"].met == YES:
        return False
    enough = BEST_FIRST[: BEST_FIRST.index(target) + 1]
    answers = [levels[name].met for name in enough if name in levels]
    if YES in answers:
        return True
    return None if UNKNOWN in answers else False


class _Rules(msgspec.Struct, frozen=True):
    """The tables a guideline version is judged by."""

    levels: tuple[Rule, ...]
    order: tuple[Rule, ...]
    bad: tuple[Rule, ...]
    not_checked: tuple[str, ...]


def _rules_of(chosen: Guideline) -> _Rules:
    if chosen.version == _OBSERVATORY_VERSION:
        return _Rules(
            observatory_rules.RULES,
            observatory_rules.ORDER_RULES,
            observatory_rules.BAD_RULES,
            observatory_rules.NOT_CHECKED,
        )
    return _Rules(listed_rules.RULES, (), listed_rules.BAD_RULES, listed_rules.NOT_CHECKED)


def _verdicts(scan: Measured, chosen: Guideline) -> dict[str, LevelVerdict]:
    rules = _rules_of(chosen)
    bad = _as_badness(verdict(rules.bad, scan, _weakest(chosen)))
    levels = {"bad": bad}
    for name, level in _best_first(chosen):
        judged = _unless_bad(verdict(rules.levels, scan, level), bad)
        if judged.met == YES and rules.order:
            advice = verdict(rules.order, scan, level).findings
            judged = msgspec.structs.replace(judged, findings=judged.findings + advice)
        levels[name] = judged
    return levels


def _level_in_brief(scan: Measured, chosen: Guideline) -> MeasuredLevel:
    rules = _rules_of(chosen)
    bad = _as_badness(verdict_in_brief(rules.bad, scan, _weakest(chosen)))
    if bad.met == YES:
        return "bad"
    levels = {"bad": bad}
    for name, level in _best_first(chosen):
        levels[name] = _unless_bad(verdict_in_brief(rules.levels, scan, level), bad)
        if levels[name].met == YES:
            break
    return measured_level(levels)


def _as_badness(judged: LevelVerdict) -> LevelVerdict:
    """Turn "no bad rule was broken" into "not bad"."""
    opposite: dict[Answer, Answer] = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    return msgspec.structs.replace(judged, met=opposite[judged.met])


def _unless_bad(judged: LevelVerdict, bad: LevelVerdict) -> LevelVerdict:
    """Take back a level that is met while the configuration may still prove bad."""
    if judged.met == YES and bad.met == UNKNOWN:
        return msgspec.structs.replace(judged, met=UNKNOWN, unsettled=bad.unsettled)
    return judged


def _best_first(chosen: Guideline) -> list[tuple[str, GuidelineLevel]]:
    return [(name, chosen.levels[name]) for name in BEST_FIRST if name in chosen.levels]


def _weakest(chosen: Guideline) -> GuidelineLevel:
    return _best_first(chosen)[-1][1]


def _oldest_clients(chosen: Guideline, measured: MeasuredLevel) -> tuple[str, ...]:
    level = chosen.levels.get(measured)
    return level.oldest_clients if level is not None else ()
