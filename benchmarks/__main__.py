"""The bench's command line; README.md beside this file says more.

all        peers installed, everything measured, RESULTS.md written (the default)
one        each scanner on each server, at each round-trip time
many       a list of hosts at once
questions  rounds and connections per question of tlsward's own scans
start-up   CPU of `tlsward --help`
results    RESULTS.md from what was measured last
up         the servers alone, until interrupted
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.campaign import Campaign
from benchmarks.lab import BULK, Lab
from benchmarks.measurement import adopt_orphans
from benchmarks.results import (
    MANY_HOSTS_KEYS,
    ONE_HOST_KEYS,
    Store,
    question_tables,
    write_results,
)
from benchmarks.scanners import ONE_HOST
from benchmarks.servers import SERVERS
from benchmarks.table import cost_table

_HERE = Path(__file__).resolve().parent
_DIRECTORY = _HERE.parent / ".bench"
_PARTS = ("all", "one", "many", "questions", "start-up", "results", "up")


def main() -> None:
    options = _options()
    directory = options.directory.resolve()
    campaign = Campaign(
        tlsward=options.tlsward,
        peers=options.peers.resolve(),
        output=directory / "out",
        round_trips=options.rtt,
        scans=options.scan,
        scanners=options.scanners,
        limit_seconds=options.limit,
        settle_seconds=options.settle,
    )
    campaign.output.mkdir(parents=True, exist_ok=True)
    store = Store(directory / "runs")
    if options.what == "start-up":
        print(*(f"{seconds:.3f}" for seconds in campaign.start_up()))
    elif options.what == "results":
        print(write_results(store, campaign.start_up(), campaign.peers))
    else:
        _in_the_lab(options, campaign, store)


def _in_the_lab(options: argparse.Namespace, campaign: Campaign, store: Store) -> None:
    if os.geteuid() != 0:
        raise SystemExit("the bench needs root: it makes network namespaces")
    if options.what == "all":
        install = ["sh", str(_HERE / "install-peers.sh"), str(campaign.peers), sys.executable]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    adopt_orphans()
    with Lab(options.directory.resolve() / "lab", options.name) as lab:
        if options.what == "up":
            _stay_up(lab, options.rtt[0])
        if options.what in {"one", "questions", "all"}:
            runs = store.keep("one", campaign.one_host(lab, options.servers, options.runs))
            if options.what == "one":
                print(cost_table(runs, ONE_HOST_KEYS))
            if options.what == "questions":
                print(question_tables(runs))
        if options.what in {"many", "all"}:
            runs = store.keep("many", campaign.many_hosts(lab, options.hosts))
            if options.what == "many":
                print(cost_table(runs, MANY_HOSTS_KEYS))
    if options.what == "all":
        print(write_results(store, campaign.start_up(), campaign.peers))


def _stay_up(lab: Lab, rtt: int) -> None:
    lab.link.set_round_trip(rtt)
    print(f"{rtt} ms over a {lab.link.kind}; the authority is {lab.root}")
    for server in SERVERS.values():
        print(f"  {server.host}:443 = {server.address}:443")
    print("scan from the other side: " + " ".join(lab.link.on_client("COMMAND")), flush=True)
    signal.pause()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", default="all", choices=_PARTS)
    parser.add_argument("--rtt", type=_numbers, default=[0, 100], help="ms (0,100)")
    parser.add_argument("--scan", type=_words, default=["full", "quick"], help="(full,quick)")
    parser.add_argument("--servers", type=_words, default=list(SERVERS), help="(all)")
    parser.add_argument("--scanners", type=_words, default=list(ONE_HOST), help="(all)")
    parser.add_argument("--hosts", type=int, default=100, help="for many hosts (100)")
    parser.add_argument("-n", "--runs", type=int, default=3, help="of each combination (3)")
    parser.add_argument("--limit", type=float, default=300, help="seconds a run may take (300)")
    parser.add_argument("--settle", type=float, default=30, help="wait for a quiet machine (30 s)")
    parser.add_argument("--tlsward", default=_own_command(), help="(%(default)s)")
    parser.add_argument("--peers", type=Path, default=_DIRECTORY / "peers")
    parser.add_argument("--directory", type=Path, default=_DIRECTORY, help="(%(default)s)")
    parser.add_argument("--name", default="tlsbench", help="of the network namespaces")
    options = parser.parse_args()
    if options.what == "questions":
        options.scanners, options.runs = ["tlsward"], 1
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


if __name__ == "__main__":
    main()
