"""Two network namespaces and one link between them with a chosen round-trip time.

At 0 ms a plain veth pair; else netem on that pair, or a user-space delay line where the
kernel has no netem. The kernel's counters of the scanners' own namespace say exactly how
many connections were opened and how many bytes crossed.
"""

import subprocess
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from benchmarks.delay_line import start_delay_line, stop_delay_line

DEVICE = "bench0"
_CLIENT_ADDRESS, _SERVER_ADDRESS = "10.77.0.1", "10.77.0.2"
_SERVED = "10.78.0.0/16"
_ETHERNET_HEADER = 14


@dataclass(frozen=True, kw_only=True)
class Counters:
    """What the scanners' side did: TCP connections opened, bytes counted from the IP header."""

    connections: int
    retransmissions: int
    bytes_up: int
    bytes_down: int

    def since(self, earlier: Self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)}


class Link:
    """The two namespaces; `with Link(name) as link: link.set_round_trip(100)`."""

    def __init__(self, name: str) -> None:
        self.client, self.server = f"{name}-c", f"{name}-s"
        self.kind = "veth"
        self._line: int | None = None

    def __enter__(self) -> Self:
        if self._in_use():
            raise SystemExit(f"a bench is running in {self.server} already; --name picks another")
        self._remove()
        for namespace in (self.client, self.server):
            run("ip", "netns", "add", namespace)
            run("ip", "-n", namespace, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        self._cut()
        self._remove()

    def on_client(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.client, *command]

    def on_server(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.server, *command]

    def resolve_with(self, hosts: str) -> None:
        """Give the scanners' side a hosts file, and a resolver that fails at once."""
        etc = Path("/etc/netns") / self.client
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "hosts").write_text(hosts)
        (etc / "resolv.conf").write_text("nameserver 127.0.0.1\n")

    def set_round_trip(self, milliseconds: float) -> None:
        self._cut()
        self.kind = "veth"
        if milliseconds:
            self.kind = "netem" if self._has_netem() else "delay line"
        if self.kind == "delay line":
            self._line = start_delay_line((self.client, self.server), DEVICE, milliseconds / 2000)
        else:
            run(
                *("ip", "-n", self.client, "link", "add", DEVICE, "type", "veth"),
                *("peer", "name", DEVICE, "netns", self.server),
            )
        for namespace, address in ((self.client, _CLIENT_ADDRESS), (self.server, _SERVER_ADDRESS)):
            # One segment a packet, so that the counters see what a wire would.
            segments = () if self.kind == "delay line" else ("gso_max_segs", "1")
            run(
                "ip", "-n", namespace, "link", "set", DEVICE, "txqueuelen", "10000", *segments, "up"
            )
            run("ip", "-n", namespace, "addr", "add", f"{address}/24", "dev", DEVICE)
            if self.kind == "netem":
                run(
                    *("tc", "-n", namespace, "qdisc", "add", "dev", DEVICE, "root", "netem"),
                    *("limit", "100000", "delay", f"{milliseconds / 2}ms"),
                )
        run("ip", "-n", self.client, "route", "add", _SERVED, "via", _SERVER_ADDRESS)
        run("ip", "-n", self.server, "route", "replace", "local", _SERVED, "dev", "lo")

    def counters(self) -> Counters:
        text = run(*self.on_client("cat", "/proc/net/snmp", "/proc/net/dev"))
        names, values = (line.split()[1:] for line in text.splitlines() if line.startswith("Tcp:"))
        tcp = dict(zip(names, map(int, values), strict=True))
        line = next(line for line in text.splitlines() if line.strip().startswith(DEVICE))
        device = [int(word) for word in line.split(":")[1].split()]
        header = 0 if self.kind == "delay line" else _ETHERNET_HEADER
        return Counters(
            connections=tcp["ActiveOpens"],
            retransmissions=tcp["RetransSegs"],
            bytes_down=device[0] - header * device[1],
            bytes_up=device[8] - header * device[9],
        )

    def _in_use(self) -> bool:
        pids = subprocess.run(
            ["ip", "netns", "pids", self.server], capture_output=True, text=True, check=False
        )
        return bool(pids.stdout.strip())

    def _remove(self) -> None:
        for namespace in (self.client, self.server):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)
        etc = Path("/etc/netns") / self.client
        for name in ("hosts", "resolv.conf"):
            (etc / name).unlink(missing_ok=True)
        if etc.is_dir():
            etc.rmdir()

    def _cut(self) -> None:
        if self._line is not None:
            stop_delay_line(self._line)
            self._line = None
        subprocess.run(
            ["ip", "-n", self.client, "link", "del", DEVICE], capture_output=True, check=False
        )

    def _has_netem(self) -> bool:
        attempt = ["tc", "-n", self.server, "qdisc", "add", "dev", "lo", "root", "netem"]
        if subprocess.run([*attempt, "delay", "0ms"], capture_output=True, check=False).returncode:
            return False
        run("tc", "-n", self.server, "qdisc", "del", "dev", "lo", "root")
        return True


def run(*command: str) -> str:
    """Run a command that must succeed and return what it printed."""
    return subprocess.run(command, check=True, text=True, timeout=120, capture_output=True).stdout
