"""What changed between two scans of one target, in findings: new, known, gone."""

from collections.abc import Iterable

import msgspec

from tlsward.model.evaluation import Evaluation
from tlsward.model.scan_result import ScanResult
from tlsward.report.findings import shown_levels


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Blocking findings by id against those of a baseline.

    `found` is False where the baseline has no scan of this target: everything is new
    then. `unsettled` is what could be told then and cannot be now, with the reason: a
    new finding may hide there.
    """

    found: bool
    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def compare(now: ScanResult, before: ScanResult | None) -> Comparison:
    """Compare two scans that were judged by the same guideline and for the same target."""
    present = _blocking(now.evaluation)
    if before is None:
        return Comparison(found=False, new=tuple(present), unsettled=_unsettled(now.evaluation))
    accepted = _blocking(before.evaluation)
    # Only what a whole scan could not tell is excused: one that failed could tell nothing.
    whole = before.status == "complete"
    unsettled_before = {_fact(reason) for reason in _unsettled(before.evaluation) if whole}
    return Comparison(
        found=True,
        new=tuple(identifier for identifier in present if identifier not in accepted),
        known=tuple(identifier for identifier in present if identifier in accepted),
        gone=tuple(identifier for identifier in accepted if identifier not in present),
        unsettled=tuple(
            reason for reason in _unsettled(now.evaluation) if _fact(reason) not in unsettled_before
        ),
    )


def _blocking(evaluation: Evaluation | None) -> dict[str, None]:
    """Return the blocking findings that count, by id: the target's, or those shown."""
    if evaluation is None:
        return {}
    return dict.fromkeys(
        finding.id
        for level in shown_levels(evaluation)
        for finding in evaluation.levels[level].findings
        if finding.severity == "blocking"
    )


def _unsettled(evaluation: Evaluation | None) -> tuple[str, ...]:
    if evaluation is None:
        return ("evaluation: none was made",)
    return tuple(
        dict.fromkeys(
            reason
            for level in shown_levels(evaluation)
            for reason in evaluation.levels[level].unsettled
        )
    )


def _fact(reason: str) -> str:
    return reason.partition(":")[0]


def same_target(one: ScanResult, other: ScanResult) -> bool:
    """Whether two scans are of the same endpoint, whatever address answered."""
    return _identity(one) == _identity(other)


def _identity(result: ScanResult) -> tuple[str, int, str | None, str | None]:
    target = result.target
    return target.host, target.port, target.sni, target.starttls


def matching(result: ScanResult, baseline: Iterable[ScanResult]) -> ScanResult | None:
    """Return the baseline's scan of the same endpoint: at the same address if there is one."""
    same = [before for before in baseline if same_target(result, before)]
    for before in same:
        if before.target.address == result.target.address:
            return before
    return same[-1] if same else None
