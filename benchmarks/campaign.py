"""Runs of scanners, one after another, so that none disturbs another."""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.lab import Lab
from benchmarks.measurement import cpu_of, measure
from benchmarks.scanners import MANY_HOSTS, ONE_HOST, command
from benchmarks.servers import DOMAIN, SERVERS
from benchmarks.table import Row

_SOURCE = Path(__file__).resolve().parent.parent / "src"
_START_UPS = 10


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What is to be run, and within which bounds; `tlsward` may be several words."""

    tlsward: str
    peers: Path
    output: Path
    round_trips: Sequence[int]
    scans: Sequence[str]
    scanners: Sequence[str]
    limit_seconds: float
    settle_seconds: float

    def one_host(self, lab: Lab, servers: Sequence[str], runs: int) -> Iterator[Row]:
        """Each scanner on each server; turns alternate, so that a slow minute hits all.

        A row of tlsward's has its `report`. A combination that took too long once is not
        tried again.
        """
        hopeless: set[tuple[object, ...]] = set()
        for rtt in self.round_trips:
            lab.link.set_round_trip(rtt)
            for turn in range(runs):
                for scan, server, scanner in self._combinations(servers):
                    key: Row = {"scan": scan, "rtt ms": rtt, "server": server, "scanner": scanner}
                    template = ONE_HOST[scanner].get(scan)
                    if template is None or tuple(key.values()) in hopeless:
                        continue
                    out = self.output / f"{scanner}-{scan}-{server}-{rtt}ms-{turn}"
                    host = {"host": SERVERS[server].host, "ip": SERVERS[server].address}
                    row = self._run(lab, template, key, out, host)
                    if row["timed_out"]:
                        hopeless.add(tuple(key.values()))
                    elif scanner == "tlsward":
                        row["report"] = json.loads(out.read_text())
                    yield row

    def many_hosts(self, lab: Lab, hosts: int) -> Iterator[Row]:
        """Each scanner on a list of hosts; those that take no list are left out."""
        targets = self.output / "targets"
        targets.write_text("".join(f"t{i}.{DOMAIN}:443\n" for i in range(hosts)))
        for rtt in self.round_trips:
            lab.link.set_round_trip(rtt)
            for scan in self.scans:
                for scanner in self.scanners:
                    template = MANY_HOSTS.get(scanner, {}).get(scan)
                    if template is None:
                        continue
                    key: Row = {"scan": scan, "rtt ms": rtt, "hosts": hosts, "scanner": scanner}
                    out = self.output / f"many-{scanner}-{scan}-{rtt}ms"
                    row = self._run(lab, template, key, out, {"targets": str(targets)})
                    pace = f"{hosts / float(str(row['wall'])):.1f}"
                    yield {**row, "hosts/s": "" if row["timed_out"] else pace}

    def start_up(self) -> list[float]:
        """CPU seconds of `tlsward --help`, some times over."""
        words = [*shlex.split(self.tlsward), "--help"]
        cpu_of(words, _environment())  # compiles, and warms the page cache
        return [cpu_of(words, _environment()) for _ in range(_START_UPS)]

    def _combinations(self, servers: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        for scan in self.scans:
            for server in servers:
                for scanner in self.scanners:
                    yield scan, server, scanner

    def _run(self, lab: Lab, template: str, key: Row, out: Path, values: dict[str, str]) -> Row:
        out.unlink(missing_ok=True)
        common = {
            "tlsward": self.tlsward,
            "peers": str(self.peers),
            "port": "443",
            "ca": str(lab.root),
            "out": str(out),
        }
        cost = measure(
            lab.link,
            command(template, {**common, **values}),
            out.with_name(out.name + ".log"),
            limit_seconds=self.limit_seconds,
            settle_seconds=self.settle_seconds,
            environment=_environment(),
        )
        said = f"wall {cost.wall:.2f} cpu {cost.cpu:.2f} connections {cost.connections}"
        said += f" status {cost.status}{' GAVE UP' if cost.timed_out else ''}"
        print(*key.values(), said, file=sys.stderr, flush=True)
        return {**key, **asdict(cost), "link": lab.link.kind}


def _environment() -> dict[str, str]:
    paths = [str(_SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
