"""What a scan loads, and when: the first hello waits for nothing that only comes after it."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent / "src"
AFTER_THE_FIRST_HELLO = ("tlsward.assess", "tlsward.pki.deployment", "tlsward.report.json_document")


def test_judges_and_reports_are_not_loaded_before_the_first_hello():
    program = (
        "import sys, tlsward.cli.scan_run, tlsward.scan.engine\n"
        f"print([name for name in {AFTER_THE_FIRST_HELLO!r} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"
