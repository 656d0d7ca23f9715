"""What was measured, kept for each scanner, and RESULTS.md written from all that is kept.

So one scanner can be measured again without the others.
"""

import datetime as dt
import json
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Iterable
from pathlib import Path

from benchmarks.scanners import ONE_HOST, VERSIONS, command
from benchmarks.servers import SERVERS
from benchmarks.table import Row, cost_table, markdown, question_table

RESULTS = Path(__file__).with_name("RESULTS.md")
ONE_HOST_KEYS = ("scan", "rtt ms", "server", "scanner")
MANY_HOSTS_KEYS = ("scan", "rtt ms", "hosts", "scanner", "hosts/s")


class Store:
    """A directory with the latest runs of each kind and scanner."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def keep(self, kind: str, runs: Iterable[Row]) -> list[Row]:
        """Replace what there is of these scanners, run by run, and return the runs."""
        kept: dict[str, list[Row]] = {}
        today = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
        for run in runs:
            rows = kept.setdefault(str(run["scanner"]), [])
            rows.append({"date": today, **run})
            self._path(kind, str(run["scanner"])).write_text(json.dumps(rows, indent=1))
        return [row for rows in kept.values() for row in rows]

    def runs(self, kind: str) -> list[Row]:
        """Everything kept of a kind, in the order of the tables."""
        paths = [self._path(kind, scanner) for scanner in ONE_HOST]
        rows = [row for path in paths if path.exists() for row in json.loads(path.read_text())]
        return sorted(rows, key=_place)

    def _path(self, kind: str, scanner: str) -> Path:
        return self._directory / f"{kind}-{scanner}.json"


def write_results(store: Store, start_ups: list[float], peers: Path) -> str:
    """Write RESULTS.md from what is kept, and return it."""
    one, many = store.runs("one"), store.runs("many")
    text = f"""# Results

{_circumstances([*one, *many])}

{_versions(peers)}

Wall time is the median of the runs with their range, everything else the median. Connections and
bytes are the kernel's counts. `other cores` is what the rest of the machine, nginx included, used
meanwhile. How all this is measured is in [README.md](README.md).

## One host

{cost_table(one, ONE_HOST_KEYS)}
## Rounds and connections per question

tlsward at {_slowest(one)} ms; `48 in 5` is 48 connections in 5 rounds. Questions share
rounds, so the rounds of a column are not to be added up.

{question_tables(one)}
## Many hosts

All of them are one nginx with one worker, whose handshakes bound the wall time; the processor
time is the scanner's own.

{cost_table(many, MANY_HOSTS_KEYS) if many else "Not measured."}
## Start-up

{_start_up_table(start_ups)}"""
    RESULTS.write_text(text)
    return text


def question_tables(runs: list[Row]) -> str:
    """One table with the first report of each scan and server, at the longest distance."""
    reports: dict[str, dict[str, object]] = {}
    for run in runs:
        report = run.get("report")
        if isinstance(report, dict) and run["rtt ms"] == _slowest(runs):
            reports.setdefault(f"{run['scan']}, {run['server']}", report)
    return question_table(list(reports.items())) if reports else "Not measured."


def _slowest(runs: list[Row]) -> int:
    return max((int(str(run["rtt ms"])) for run in runs), default=0)


def _place(run: Row) -> tuple[object, ...]:
    server = list(SERVERS).index(str(run["server"])) if "server" in run else 0
    return (str(run["scan"]), int(str(run["rtt ms"])), server, _scanner_place(run))


def _scanner_place(run: Row) -> int:
    return list(ONE_HOST).index(str(run["scanner"]))


def _start_up_table(seconds: list[float]) -> str:
    figures = (statistics.median(seconds), min(seconds), max(seconds))
    return markdown(
        ("command", f"CPU s, median of {len(seconds)}", "least", "most"),
        [("`tlsward --help`", *(f"{figure:.3f}" for figure in figures))],
    )


def _circumstances(runs: list[Row]) -> str:
    dates = sorted({str(run["date"]) for run in runs})
    links = sorted({str(run["link"]) for run in runs if run["rtt ms"]})
    return (
        f"{' to '.join(dict.fromkeys([dates[0], dates[-1]]))}; {os.cpu_count()} x {_processor()}; "
        f"Linux {platform.release().split('-')[0]}; CPython {platform.python_version()}; "
        f"the link is a {' or '.join(links)} where it has a length."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def _versions(peers: Path) -> str:
    found = []
    for name, template in VERSIONS.items():
        words = command(template, {"peers": str(peers)})
        try:
            said = subprocess.run(words, capture_output=True, text=True, check=False)
        except OSError:
            continue
        version = re.search(r"\d+\.\d+(\.\d+)?", said.stdout + said.stderr)
        if version:
            found.append(f"{name} {version[0]}")
    return "Measured beside each other: " + ", ".join(found) + "."
