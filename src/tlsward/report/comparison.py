"""What changed between two scans of one target, in findings: new, known, gone."""

from collections.abc import Iterable

import msgspec

from tlsward.model.evaluation import Evaluation
from tlsward.model.scan_result import ScanResult
from tlsward.report.findings import shown_levels
from tlsward.report.http_layer import to_be_mended

#: How the ids of findings begin that only HTTP can tell, those of a level among them.
_OF_HTTP = "http."


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Blocking findings by id against those of a baseline.

    `found` is False where the baseline has no scan of this target: everything is new
    then. `unsettled` is what could be told then and cannot be now, with the reason: a
    new finding may hide there. Findings of the HTTP layer that are to be mended count as well;
    they belong to no level, so that `new_http` and `unsettled_http` name them again: they fail
    a scan whose level is good enough too.
    """

    found: bool
    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    new_http: tuple[str, ...] = ()
    unsettled_http: tuple[str, ...] = ()


def compare(now: ScanResult, before: ScanResult | None) -> Comparison:
    """Compare two scans that were judged by the same guideline and for the same target."""
    present = _blocking(now.evaluation)
    present_http = to_be_mended(now)
    if before is None:
        return Comparison(
            found=False,
            new=(*present, *present_http),
            unsettled=_unsettled(now.evaluation),
            new_http=tuple(present_http),
        )
    accepted = _blocking(before.evaluation)
    accepted_http = to_be_mended(before)
    lost = () if _http_told(now) or not _http_told(before) else (f"http: {_http_reason(now)}",)
    new_http = tuple(name for name in present_http if name not in accepted_http)
    known_http = tuple(name for name in present_http if name in accepted_http)
    # What nobody saw now is not gone.
    gone = [
        name
        for name in (*accepted, *accepted_http)
        if name not in present
        and name not in present_http
        and (_http_told(now) or not name.startswith(_OF_HTTP))
    ]
    # Only what a whole scan could not tell is excused: one that failed could tell nothing.
    whole = before.status == "complete"
    unsettled_before = {_fact(reason) for reason in _unsettled(before.evaluation) if whole}
    return Comparison(
        found=True,
        new=(*(name for name in present if name not in accepted), *new_http),
        known=(*(name for name in present if name in accepted), *known_http),
        gone=tuple(gone),
        unsettled=(
            *(r for r in _unsettled(now.evaluation) if _fact(r) not in unsettled_before),
            *lost,
        ),
        new_http=new_http,
        unsettled_http=lost,
    )


def _http_told(result: ScanResult) -> bool:
    return result.http.get("state") == "yes"


def _http_reason(result: ScanResult) -> str:
    return result.http.get("reason") or "it was asked then and is not now (--http)"


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
