"""Which findings a report shows, and how those of one kind become one line."""

from collections.abc import Iterable, Iterator

import msgspec

from tlsward.model.evaluation import Evaluation, Finding

#: The level that a server is sent back to last of all: it asks for old suites, and what
#: stands in its way is only of interest to who has chosen it.
_LAST_RESORT = "old"


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One line: the action, and the findings it was said by (one, or several of a group)."""

    action: str
    findings: tuple[Finding, ...]


def shown_levels(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the levels whose findings are shown, the worst and then the best first.

    With a target: `bad` and the target's. Without: `bad` and from the best level down to
    the first that is met; where none is, all but `old`.
    """
    levels = [name for name in evaluation.levels if name != "bad"]
    shown = ["bad"] if "bad" in evaluation.levels else []
    if evaluation.target is not None:
        target = evaluation.target.level
        # A version without the target's level (6.0 has no `old`) is met by the next better.
        return (*shown, target if target in levels else levels[-1]) if levels else tuple(shown)
    met = next((name for name in levels if evaluation.levels[name].met == "yes"), None)
    if met is not None:
        return (*shown, *levels[: levels.index(met) + 1])
    return (*shown, *(name for name in levels if name != _LAST_RESORT))


def shown_findings(evaluation: Evaluation) -> Iterator[tuple[str, Finding]]:
    """Yield the findings shown, each with its level, and each id once at its first level."""
    seen: set[str] = set()
    for level in shown_levels(evaluation):
        for finding in evaluation.levels[level].findings:
            if finding.id not in seen:
                seen.add(finding.id)
                yield level, finding


def in_lines(findings: Iterable[Finding]) -> list[Advice]:
    """Join findings that follow each other in one group into one line each."""
    lines: list[Advice] = []
    for finding in findings:
        last = lines[-1].findings if lines else ()
        if finding.group and last and last[0].group == finding.group:
            joined = (*last, finding)
            items = ", ".join(one.item for one in joined)
            lines[-1] = Advice(action=f"{finding.group} {items}", findings=joined)
        else:
            lines.append(Advice(action=finding.action, findings=(finding,)))
    return lines


def rule_of(finding: Finding) -> str:
    """Return the rule a finding comes from: its id without the item."""
    return finding.id.partition(":")[0]
