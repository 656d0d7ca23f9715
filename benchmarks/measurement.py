"""What one run of one scanner costs.

Wall seconds; CPU seconds, user and system, of the scanner and of everything it started,
orphans included; TCP connections and bytes from the kernel's counters of the scanners'
namespace; and what the rest of the machine, the servers included, used meanwhile.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.link import Link

_PR_SET_CHILD_SUBREAPER = 36
_POLL_SECONDS = 0.002


@dataclass(frozen=True, kw_only=True)
class Cost:
    """`other_cores` is the mean number of processors that others used during the run."""

    wall: float
    cpu: float
    status: int | None
    timed_out: bool
    memory_mib: float
    other_cores: float
    connections: int
    retransmissions: int
    bytes_up: int
    bytes_down: int


def adopt_orphans() -> None:
    """Become the parent of what scanners leave behind, so that its CPU is counted too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(
    link: Link,
    command: list[str],
    output: Path,
    *,
    limit_seconds: float,
    settle_seconds: float,
    environment: dict[str, str],
) -> Cost:
    """Run the command on the scanners' side with its text in `output`, and count.

    Waits first, at most `settle_seconds`, for a quiet machine; kills the run after
    `limit_seconds`.
    """
    _settle(settle_seconds)
    before, busy, start = link.counters(), _busy_seconds(), time.monotonic()
    with output.open("wb") as text:
        child = subprocess.Popen(
            link.on_client(*command),
            stdin=subprocess.DEVNULL,
            stdout=text,
            stderr=subprocess.STDOUT,
            cwd=output.parent,
            env=environment,
            start_new_session=True,
        )
    cpu, memory, timed_out = 0.0, 0, False
    status: int | None = None
    try:
        while status is None:
            pid, code, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                if not timed_out and time.monotonic() - start > limit_seconds:
                    timed_out = True
                    os.killpg(child.pid, signal.SIGKILL)
                time.sleep(_POLL_SECONDS)
                continue
            cpu += usage.ru_utime + usage.ru_stime
            memory = max(memory, usage.ru_maxrss)
            if pid == child.pid:
                status = child.returncode = os.waitstatus_to_exitcode(code)
        wall = time.monotonic() - start
        busy = _busy_seconds() - busy
    finally:
        _end_session(child.pid)
    cpu += _reap()
    counted = link.counters().since(before)
    return Cost(
        wall=wall,
        cpu=cpu,
        status=status,
        timed_out=timed_out,
        memory_mib=memory / 1024,
        other_cores=max(0.0, busy - cpu) / wall,
        **counted,
    )


def cpu_of(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of a command that needs no server, such as `--help`."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment
    )
    _, code, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(code)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime


def _settle(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        busy = _busy_seconds()
        time.sleep(1)
        if _busy_seconds() - busy < 0.25:
            return


def _busy_seconds() -> float:
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")


def _end_session(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _reap() -> float:
    """CPU of orphans that came back to us."""
    cpu = 0.0
    time.sleep(0.05)
    while True:
        try:
            # The bench's own servers are children as well: they never end here.
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return cpu
        if pid == 0:
            return cpu
        cpu += usage.ru_utime + usage.ru_stime
