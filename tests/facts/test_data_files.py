import datetime as dt
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tlsward.facts.data_file import DATA

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted(DATA.rglob("*.json"))
NAMES = [path.relative_to(DATA).as_posix() for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_data_file_says_where_it_is_from(path):
    file = json.loads(path.read_bytes())
    assert len(file["source"]) > 10
    assert dt.date.fromisoformat(file["date"]) <= dt.datetime.now(dt.UTC).date()
    assert file["licence"]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_numbers_are_given_in_hex_too(path):
    for rows in json.loads(path.read_bytes()).values():
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and "hex" in row:
                assert int(row["hex"], 16) == row["code"]


@pytest.mark.parametrize("script", ["make_cipher_suites", "make_guidelines"])
def test_made_files_are_what_their_script_makes(script, tmp_path):
    made = runpy.run_path(str(ROOT / "scripts" / f"{script}.py"))
    before = {path: path.read_bytes() for path in FILES}
    target = {"make_cipher_suites": "DATA", "make_guidelines": "NORMALISED"}[script]
    main = made["main"]
    main.__globals__[target] = tmp_path
    main()
    written = list(tmp_path.glob("*.json"))
    assert written
    for path in written:
        kept = DATA / ("guidelines" if script == "make_guidelines" else "") / path.name
        assert path.read_bytes() == before[kept]


def test_importing_facts_reads_no_file():
    modules = ", ".join(
        path.stem for path in (ROOT / "src/tlsward/facts").glob("*.py") if path.stem != "__init__"
    )
    code = (
        "import sys, pathlib; opened = []\n"
        "sys.addaudithook(lambda e, a: e == 'open' and opened.append(str(a[0])))\n"
        f"from tlsward.facts import {modules}\n"
        "sys.exit(any(name.endswith('.json') for name in opened))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
