"""Verdicts: findings, guideline levels and the letter grade."""

from typing import Literal

import msgspec

from tlsward.model.answer import Answer

Severity = Literal["blocking", "advisory"]
Level = Literal["modern", "intermediate", "old"]
#: What became of a requirement that is not looked at unless it is asked for.
Checked = Literal["met", "not met", "unknown", "not checked", "not applicable"]
MeasuredLevel = Literal["modern", "intermediate", "old", "non compliant", "bad", "unknown"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to change, `id` stable for ever: diffs, waivers and SARIF rest on it.

    `action` says it alone ("remove protocols TLSv1"). Findings that follow each other
    with the same `group` may be said in one line: the group's words and then the
    items, joined by ", " ("remove protocols TLSv1, TLSv1.1"). `group` and `item` are
    empty where a finding stands for itself.
    """

    id: str
    severity: Severity
    action: str
    why: str
    reference: str
    evidence: str
    group: str = ""
    item: str = ""


class LevelVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a level of the guideline is met, and what stands in the way.

    `unsettled` names the facts that the verdict would have needed and that could not
    be told, each with its reason: what makes `met` unknown. Under the key `bad` of an
    evaluation `met` says whether the configuration is bad.
    """

    met: Answer
    findings: tuple[Finding, ...] = ()
    unsettled: tuple[str, ...] = ()


class TargetVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The level asked for; `met` None when it could not be told. A gate passes on True alone.

    `hsts_min_age` says of the level's own demand on HSTS whether it is met, which takes a
    question of its own: where nobody asked, `met` is about the rest. It is not applicable to
    protocols that begin in the clear, which no browser speaks.
    """

    level: Level
    met: bool | None
    hsts_min_age: Checked = "not checked"


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """One guideline version's verdict.

    `levels` has a key for every level of the version, best first, and `bad` before
    them. `policy` names the caller's own changes to the guideline, if there were any.
    `oldest_clients` are those of the measured level; `not_checked` names what
    the guideline asks for and this evaluation did not look at.
    """

    guideline: str
    policy: str | None = None
    level: MeasuredLevel
    target: TargetVerdict | None = None
    levels: dict[str, LevelVerdict] = {}
    other_guidelines: dict[str, MeasuredLevel] = {}
    oldest_clients: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()


class GradeReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the grade is what it is; `cap` is the letter this reason caps it at, if any."""

    id: str
    text: str
    cap: str | None = None


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """A letter after SSL Labs' rating guide; `letter` is `?` where it could not be told."""

    letter: str
    score: int | None
    reasons: tuple[GradeReason, ...] = ()
    category_scores: dict[str, int] = {}
    guide: str = "2009r"
