"""What the invoicer answers in a second on one core: `python -m benchmarks.invoicer`.

wrk asks on one processor, the service answers on another. On a machine that does other work
too, the wall says little, so the service's own processor time is told beside it, and what an
application of two lines costs in the same server at the same time.
"""

import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PORT = 28123
SECONDS = 8
CONNECTIONS = 16
INVOICES = 200
TICKS = os.sysconf("SC_CLK_TCK")

FLOOR = f"""
import uvicorn
async def app(scope, receive, send):
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"ok"}})
uvicorn.run(app, port={PORT}, http="httptools", lifespan="off", access_log=False, log_level="error")
"""


NOTES = """\
Where the machine was busy with other things, the second column of numbers is the one to read: it
leaves out the time that the service waited for a processor, though not what sharing a core and
its caches costs. The application of two lines is what the HTTP server alone takes. To any request
the service adds the checks of its border, the headers that a browser is owed, and a line of log; to
those that read, the database.

Measured by `python -m benchmarks.invoicer`.
"""


class Row(NamedTuple):
    """One measurement: requests in a second, in one of processor time, and waits in ms."""

    name: str
    per_second: float
    per_processor_second: float
    half: str
    most: str


@contextmanager
def serving(command: list[str], directory: Path) -> Iterator[int]:
    """Run a server on the first processor; yields its process id."""
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, stderr=log)
    os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
    try:
        _wait(process)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/__version__", timeout=5):
                return
        except OSError:
            if process.poll() is not None:
                sys.exit("the server ended")
            time.sleep(0.1)


def processor_seconds(pid: int) -> float:
    """Return the processor time of all threads of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measured(name: str, pid: int, path: str, token: str = "") -> Row:
    """Have wrk ask for a path, from the last processor."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "--latency"]
    command += ["-H", f"Authorization: Bearer {token}"] if token else []
    pinned = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]
    before = processor_seconds(pid)
    out = subprocess.run(
        [*pinned, *command, f"http://127.0.0.1:{PORT}{path}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    used = processor_seconds(pid) - before
    if "Non-2xx" in out:
        sys.exit(out)
    requests = int(re.search(r"(\d+) requests in", out)[1])
    return Row(
        name,
        float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
        requests / used,
        re.search(r"^\s+50%\s+(\S+)", out, re.MULTILINE)[1],
        re.search(r"^\s+99%\s+(\S+)", out, re.MULTILINE)[1],
    )


def fill(token: str) -> None:
    """Make invoices to read."""
    charges = [{"type": "item", "amount": 100, "description": "one of two"}] * 2
    body = json.dumps({"amount": 200, "charges": charges}).encode()
    said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for _ in range(INVOICES):
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}/invoice", body, said)
        urllib.request.urlopen(request, timeout=10).close()


def machine() -> str:
    """Return what this was measured on."""
    models = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return f"{len(models)} x {models[0]}; Linux {platform.release()}"


def campaign() -> list[Row]:
    """Measure the floor, then the service."""
    with tempfile.TemporaryDirectory(prefix="tlsward-bench-") as name:
        directory = Path(name)
        with serving([sys.executable, "-c", FLOOR], directory) as pid:
            rows = [measured("an application of two lines", pid, "/")]
        tlsward = [sys.executable, "-m", "tlsward", "invoicer"]
        token = subprocess.run(
            [*tlsward, "token"], cwd=directory, capture_output=True, text=True, check=True
        ).stdout.strip()
        with serving([*tlsward, "serve", "--listen", f"127.0.0.1:{PORT}"], directory) as pid:
            fill(token)
            rows.append(measured("GET /__version__", pid, "/__version__"))
            rows.append(measured("GET /invoice/7", pid, "/invoice/7", token))
            rows.append(measured("GET /invoices, 20 of them", pid, "/invoices", token))
    return rows


def page(rows: list[Row], load: float) -> str:
    """Return the Markdown of a campaign."""
    lines = [
        "# What the invoicer answers on one core",
        "",
        (
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}; {machine()}; CPython "
            f"{platform.python_version()}; SQLite; plain HTTP; wrk with {CONNECTIONS} "
            f"connections for {SECONDS} s."
        ),
        f"Load of the machine when it began: {load:.1f} on {os.cpu_count()} processors.",
        "",
        "| request | per second | per second of processor time | half within | 99 % within |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.name} | {row.per_second:.0f} | {row.per_processor_second:.0f} | {row.half} "
        f"| {row.most} |"
        for row in rows
    ]
    return "\n".join([*lines, "", NOTES])


if __name__ == "__main__":
    at_start = os.getloadavg()[0]
    (HERE / "INVOICER.md").write_text(page(campaign(), at_start))
    print((HERE / "INVOICER.md").read_text())
