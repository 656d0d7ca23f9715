"""The bench's command line; see README.md beside this file.

one        each scanner on each server, at each round-trip time
many       a list of hosts at once
questions  rounds and connections per question of tlsward's own scans
start-up   CPU of `tlsward --help`
all        the peers installed, everything measured, RESULTS.md written anew (the default)
up         the servers alone, until interrupted
"""

import argparse
import datetime as dt
import json
import os
import platform
import shlex
import signal
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.lab import BULK, Lab
from benchmarks.measurement import adopt_orphans, cpu_of, measure
from benchmarks.scanners import MANY_HOSTS, ONE_HOST, command
from benchmarks.servers import DOMAIN, SERVERS
from benchmarks.table import Row, cost_table, markdown, question_table

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent


class Bench:
    """The options of one call and the lab they apply to."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.directory = options.directory.resolve()
        self.output = self.directory / "out"
        self.output.mkdir(parents=True, exist_ok=True)
        paths = [str(_ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}

    def one(self, lab: Lab) -> tuple[list[Row], list[Row]]:
        """Return the runs, and the reports of tlsward's own with where they come from."""
        runs: list[Row] = []
        reports: list[Row] = []
        hopeless: set[tuple[object, ...]] = set()
        for rtt in self.options.rtt:
            lab.link.set_round_trip(rtt)
            for turn in range(self.options.runs):
                for scan in self.options.scan:
                    for server in self.options.servers:
                        for name in self.options.scanners:
                            key = {"scan": scan, "rtt ms": rtt, "server": server, "scanner": name}
                            template = ONE_HOST[name].get(scan)
                            if template is None or tuple(key.values()) in hopeless:
                                continue
                            out = self.output / f"{name}-{scan}-{server}-{rtt}ms-{turn}"
                            row = self._run(lab, template, key, out, SERVERS[server].host)
                            runs.append(row)
                            if row["timed_out"]:
                                hopeless.add(tuple(key.values()))
                            elif name == "tlsward":
                                reports.append({**key, "report": _report(out)})
        return runs, reports

    def many(self, lab: Lab) -> list[Row]:
        runs: list[Row] = []
        targets = self.output / "targets"
        hosts = self.options.hosts
        targets.write_text("".join(f"t{i}.{DOMAIN}:443\n" for i in range(hosts)))
        for rtt in self.options.rtt:
            lab.link.set_round_trip(rtt)
            for name in self.options.scanners:
                for scan in self.options.scan:
                    template = MANY_HOSTS.get(name, {}).get(scan)
                    if template is None:
                        continue
                    key: Row = {"scan": scan, "rtt ms": rtt, "scanner": name, "hosts": hosts}
                    out = self.output / f"many-{name}-{scan}-{rtt}ms"
                    row = self._run(lab, template, key, out, "", str(targets))
                    row["hosts/s"] = f"{hosts / float(str(row['wall'])):.1f}"
                    runs.append(row)
        return runs

    def start_up(self) -> str:
        words = [*shlex.split(self.options.tlsward), "--help"]
        cpu_of(words, self.environment)  # compiles and warms the page cache
        seconds = [cpu_of(words, self.environment) for _ in range(10)]
        return markdown(
            ("command", "CPU s, median of 10", "least", "most"),
            [
                (
                    "`tlsward --help`",
                    f"{statistics.median(seconds):.3f}",
                    f"{min(seconds):.3f}",
                    f"{max(seconds):.3f}",
                )
            ],
        )

    def _run(
        self, lab: Lab, template: str, key: Row, out: Path, host: str, targets: str = ""
    ) -> Row:
        out.unlink(missing_ok=True)
        server = SERVERS.get(str(key.get("server")))
        values = {
            "tlsward": self.options.tlsward,
            "peers": str(self.options.peers.resolve()),
            "host": host,
            "port": "443",
            "ip": server.address if server else "",
            "ca": str(lab.root),
            "out": str(out),
            "targets": targets,
        }
        cost = measure(
            lab.link,
            command(template, values),
            out.with_name(out.name + ".log"),
            limit_seconds=self.options.limit,
            settle_seconds=self.options.settle,
            environment=self.environment,
        )
        say = f"wall {cost.wall:.2f} cpu {cost.cpu:.2f} connections {cost.connections}"
        say += f" status {cost.status}{' GAVE UP' if cost.timed_out else ''}"
        print(*key.values(), say, file=sys.stderr, flush=True)
        return {**key, **asdict(cost)}


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    bench = Bench(options)
    if options.what == "start-up":
        print(bench.start_up())
        return
    if os.geteuid() != 0:
        raise SystemExit("the bench needs root: it makes network namespaces")
    if options.what == "all":
        install = ["sh", str(_HERE / "install-peers.sh"), str(options.peers), sys.executable]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    adopt_orphans()
    with Lab(bench.directory / "lab", options.name) as lab:
        _BRANCHES[options.what](bench, lab)


def _one(bench: Bench, lab: Lab) -> None:
    runs, _ = bench.one(lab)
    _keep(bench, "one", runs)
    print(cost_table(runs, ("scan", "rtt ms", "server", "scanner")))


def _many(bench: Bench, lab: Lab) -> None:
    runs = bench.many(lab)
    _keep(bench, "many", runs)
    print(cost_table(runs, ("scan", "rtt ms", "scanner", "hosts", "hosts/s")))


def _questions(bench: Bench, lab: Lab) -> None:
    bench.options.scanners = ["tlsward"]
    bench.options.runs = 1
    _, reports = bench.one(lab)
    print(question_table(_titled(reports)))


def _all(bench: Bench, lab: Lab) -> None:
    runs, reports = bench.one(lab)
    _keep(bench, "one", runs)
    many = bench.many(lab)
    _keep(bench, "many", many)
    slowest = max(bench.options.rtt)
    first: dict[str, Row] = {}
    for report in reports:
        if report["rtt ms"] == slowest:
            first.setdefault(f"{report['scan']} {report['server']}", report)
    results = _HERE / "RESULTS.md"
    results.write_text(
        "# Results\n\n"
        f"{_circumstances(bench, lab)}\n"
        "Wall time is the median over the runs, with its range; the other columns are medians.\n"
        "`other cores` is what the rest of the machine, nginx included, used meanwhile.\n\n"
        "## One host\n\n"
        + cost_table(_sorted(runs), ("scan", "rtt ms", "server", "scanner"))
        + f"\n## Connections (and rounds) per question, tlsward at {slowest} ms\n\n"
        + question_table(_titled(list(first.values())))
        + f"\n## {bench.options.hosts} hosts\n\n"
        + cost_table(many, ("scan", "rtt ms", "scanner", "hosts", "hosts/s"))
        + "\n## Start-up\n\n"
        + bench.start_up()
    )
    print(results.read_text())


def _up(bench: Bench, lab: Lab) -> None:
    lab.link.set_round_trip(bench.options.rtt[0])
    print(f"{bench.options.rtt[0]} ms over {lab.link.kind}; authority {lab.root}")
    for server in SERVERS.values():
        print(f"  {server.host}:443 = {server.address}:443")
    print("scan from the other side: " + " ".join(lab.link.on_client("COMMAND")), flush=True)
    signal.pause()


_BRANCHES = {"one": _one, "many": _many, "questions": _questions, "all": _all, "up": _up}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", default="all", choices=[*_BRANCHES, "start-up"])
    parser.add_argument("--rtt", type=_numbers, default=[0, 100], help="ms (0,100)")
    parser.add_argument("--scan", type=_words, default=["full", "quick"], help="(full,quick)")
    parser.add_argument("--servers", type=_words, default=["intermediate", "old", "modern", "zoo"])
    parser.add_argument("--scanners", type=_words, default=list(ONE_HOST))
    parser.add_argument("--hosts", type=int, default=100, help="for many hosts (100)")
    parser.add_argument("-n", "--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=300, help="seconds a run may take (300)")
    parser.add_argument("--settle", type=float, default=30, help="wait for a quiet machine (30 s)")
    parser.add_argument("--tlsward", default=_own_command(), help="(%(default)s)")
    parser.add_argument("--peers", type=Path, default=_ROOT / ".bench" / "peers")
    parser.add_argument("--directory", type=Path, default=_ROOT / ".bench", help="(%(default)s)")
    parser.add_argument("--name", default="tlsbench", help="of the network namespaces")
    options = parser.parse_args()
    for given, known in ((options.servers, SERVERS), (options.scanners, ONE_HOST)):
        unknown = [word for word in given if word not in known]
        if unknown:
            parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    if options.hosts > BULK:
        parser.error(f"at most {BULK} hosts")
    return options


def _own_command() -> str:
    installed = Path(sys.executable).with_name("tlsward")
    return str(installed) if installed.exists() else f"{sys.executable} -m tlsward"


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _report(path: Path) -> dict[str, object]:
    document = json.loads(path.read_text())
    return document[0] if isinstance(document, list) else document


def _titled(reports: list[Row]) -> list[tuple[str, dict[str, object]]]:
    return [(f"{row['scan']}, {row['server']}", row["report"]) for row in reports]  # type: ignore[misc]


def _sorted(runs: list[Row]) -> list[Row]:
    def place(run: Row) -> tuple[object, ...]:
        order = (list(SERVERS).index(str(run["server"])), list(ONE_HOST).index(str(run["scanner"])))
        return (run["scan"], run["rtt ms"], *order)

    return sorted(runs, key=place)  # type: ignore[arg-type]


def _keep(bench: Bench, name: str, runs: list[Row]) -> None:
    (bench.directory / f"{name}.json").write_text(json.dumps(runs, indent=1))


def _circumstances(bench: Bench, lab: Lab) -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().split("\n") if "model name" in line]
    processor = names[0].split(":")[1].strip() if names else platform.machine()
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True)
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} x {processor}, "
        f"Linux {platform.release().split('-')[0]}, CPython {platform.python_version()}, "
        f"{openssl.stdout.split(' (')[0].strip()}; "
        f"the link is a {lab.link.kind} where it has a length; {bench.options.runs} runs each.\n"
    )


if __name__ == "__main__":
    main()
