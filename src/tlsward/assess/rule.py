"""What a rule is, and how the verdict on a level follows from what its rules say.

A rule yields findings, and `Unsettled` for every fact it needed and the scan could
not tell. A level is missed where any finding blocks; it is unknown where nothing
blocks and anything is unsettled; only else is it met.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from tlsward.assess.measured import Measured
from tlsward.facts.advice import advice
from tlsward.facts.guidelines import GuidelineLevel
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.evaluation import Finding, LevelVerdict, Severity


class Unsettled(msgspec.Struct, frozen=True):
    """A fact a rule needed that the scan could not tell, with the reason."""

    fact: str
    reason: str


Statements = Iterator[Finding | Unsettled]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A row in a table of rules; `version` changes whenever the rule judges differently."""

    id: str
    version: int
    check: Callable[[Measured, GuidelineLevel], Statements]


def finding(
    kind: str,
    severity: Severity,
    evidence: str,
    *,
    item: str = "",
    id_item: str | None = None,
    voice: str = "default",
    cause: str = "",
    **words: str,
) -> Finding:
    """Return a finding in the words of the advice on its kind.

    `item` is what is to be removed or added and goes into the id after a colon
    (`id_item` where the id has another form); `cause` picks the reason given;
    `words` fill the template.
    """
    entry = advice(kind)
    wording = entry.wording(voice)
    reason = entry.reason(cause or item)
    suffix = item if id_item is None else id_item
    return Finding(
        id=f"{kind}:{suffix}" if suffix else kind,
        severity=severity,
        action=wording.action.format(item=item, **words),
        why=reason.why,
        reference=reason.reference,
        evidence=evidence,
        group=wording.group,
        item=item if wording.group else "",
    )


def verdict(rules: Iterable[Rule], scan: Measured, level: GuidelineLevel) -> LevelVerdict:
    """Return the verdict of these rules on a level, with all findings."""
    findings: dict[str, Finding] = {}
    unsettled: dict[str, None] = {}
    for statement in _statements(rules, scan, level):
        if isinstance(statement, Unsettled):
            unsettled[f"{statement.fact}: {statement.reason}"] = None
        else:
            findings.setdefault(statement.id, statement)
    if any(found.severity == "blocking" for found in findings.values()):
        met = NO
    else:
        met = UNKNOWN if unsettled else YES
    return LevelVerdict(met=met, findings=tuple(findings.values()), unsettled=tuple(unsettled))


def verdict_in_brief(rules: Iterable[Rule], scan: Measured, level: GuidelineLevel) -> LevelVerdict:
    """Return the verdict alone, stopping at the first finding that blocks."""
    met = YES
    for statement in _statements(rules, scan, level):
        if isinstance(statement, Unsettled):
            met = UNKNOWN
        elif statement.severity == "blocking":
            return LevelVerdict(met=NO)
    return LevelVerdict(met=met)


def _statements(rules: Iterable[Rule], scan: Measured, level: GuidelineLevel) -> Statements:
    if scan.result.status != "complete":
        yield Unsettled("status", scan.result.reason or scan.result.status)
    for rule in rules:
        yield from rule.check(scan, level)
