"""Compares a text with the one that was agreed on.

`UPDATE_GOLDEN=1 python -m pytest tests/report` writes what is there now; the difference
is then looked at, and committed, by a person.
"""

import os
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "golden"


def check_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode(), f"{path.name} differs; see {__file__}"
