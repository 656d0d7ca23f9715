"""The gate: from a result to an exit code. It opens on a measured pass and on nothing else."""

from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison


def exit_code(result: ScanResult, comparison: Comparison | None = None) -> int:
    """Return the exit code for one result.

    With a comparison (a baseline was given) only what is new since then fails; without a
    target level and a baseline a complete scan holds. A target that is met excuses what is new
    for a level, and nothing that is new at the HTTP layer.
    """
    if result.status != "complete" or result.evaluation is None:
        return COULD_NOT_TELL
    target = result.evaluation.target
    met = target is not None and target.met is True
    if comparison is not None:
        if comparison.new_http if met else comparison.new:
            return DOES_NOT_HOLD
        unsettled = comparison.unsettled_http if met else comparison.unsettled
        return COULD_NOT_TELL if unsettled else HOLDS
    if met:
        return HOLDS
    if target is None:
        return HOLDS
    return DOES_NOT_HOLD if target.met is False else COULD_NOT_TELL
