"""JSON lines: one ScanResult a line, to be written and read one by one."""

from collections.abc import Sequence

from tlsward.model.scan_result import ScanResult
from tlsward.report.json_document import encode


def render_json_lines(results: Sequence[ScanResult]) -> str:
    """Return each result on a line of its own."""
    return "".join(encode(result) + "\n" for result in results)
