"""The gate: from a result to an exit code. It opens on a measured pass and on nothing else."""

from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison


def exit_code(result: ScanResult, comparison: Comparison | None = None) -> int:
    """Return the exit code for one result.

    With a comparison (a baseline was given) only what is new since then fails; without a
    target level and a baseline a complete scan holds.
    """
    if result.status != "complete" or result.evaluation is None:
        return COULD_NOT_TELL
    target = result.evaluation.target
    if target is not None and target.met is True:
        return HOLDS
    if comparison is not None:
        if comparison.new:
            return DOES_NOT_HOLD
        return COULD_NOT_TELL if comparison.unsettled else HOLDS
    if target is None:
        return HOLDS
    return DOES_NOT_HOLD if target.met is False else COULD_NOT_TELL
