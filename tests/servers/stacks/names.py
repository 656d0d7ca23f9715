"""DNS servers: Knot and BIND with authority over zones, Unbound that validates for clients.

Knot has the signed zones, from the root down, and BIND those without signatures. Unbound
knows the root's key alone, so what it calls secure was followed down from there.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from servers.laboratory import HOST, Bench, CouldNotStartError, Launch
from servers.stacks.web import Starter

HEAD = "$ORIGIN {origin}\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n"


def program(bench: Bench, name: str) -> str:
    """Return a copy of a server's program.

    Debian's AppArmor profiles keep the one in its own place away from the laboratory's files.
    """
    source = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if source is None:
        raise CouldNotStartError(f"{name} is missing; `make servers` installs it")
    return shutil.copy(source, bench.directory / name)


def zone_text(zone: str, records: str) -> str:
    """Return a zone file: the records with what every zone needs before them."""
    origin = zone if zone == "." else f"{zone}."
    return HEAD.format(origin=origin) + f"ns A {HOST}\n" + records


def sign(directory: Path, zone: str, records: str) -> tuple[str, str]:
    """Return a zone signed by BIND's own program with a fresh key, and the DS of that key."""
    directory.mkdir(parents=True, exist_ok=True)
    unsigned = directory / "unsigned.zone"
    unsigned.write_text(zone_text(zone, records))
    make_key = ["dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-f", "KSK", zone]
    # -z: the one key signs everything; -S finds it.
    signing = ["dnssec-signzone", "-q", "-S", "-z", "-o", zone, "-f", "signed.zone", unsigned.name]
    for command in (make_key, signing):
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CouldNotStartError(f"{' '.join(command)}: {done.stderr}")
    [delegation] = directory.glob("dsset-*")
    return (directory / "signed.zone").read_text(), delegation.read_text()


def altered(signed: str, before: str, after: str) -> str:
    """Return a signed zone in which one record no longer is what was signed."""
    changed = signed.replace(before, after)
    assert changed != signed
    return changed


def knot(zones: Mapping[str, str]) -> Starter:
    """Return how to start Knot with zones: their texts by name."""

    def start(bench: Bench) -> Launch:
        stanzas = []
        for number, (zone, text) in enumerate(zones.items()):
            bench.write(f"{number}.zone", text)
            stanzas.append(f'  - domain: "{zone}"\n    file: {number}.zone\n')
        conf = bench.write(
            "knot.conf",
            f"""
server:
  rundir: {bench.directory}
  listen: {HOST}@{bench.port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: {bench.directory}
template:
  - id: default
    storage: {bench.directory}
    zonefile-sync: -1
    journal-content: none
zone:
{"".join(stanzas)}""",
        )
        return Launch(command=[program(bench, "knotd"), "-c", str(conf)])

    return start


def bind(zones: Mapping[str, str]) -> Starter:
    """Return how to start BIND with zones: their texts by name."""

    def start(bench: Bench) -> Launch:
        stanzas = []
        for number, (zone, text) in enumerate(zones.items()):
            path = bench.write(f"{number}.zone", text)
            stanzas.append(
                f'zone "{zone}" {{ type primary; file "{path}"; check-names ignore; }};\n'
            )
        conf = bench.write(
            "named.conf",
            f"""
options {{
  directory "{bench.directory}";
  listen-on port {bench.port} {{ {HOST}; }};
  listen-on-v6 {{ none; }};
  recursion no;
  dnssec-validation no;
  pid-file none;
  session-keyfile none;
  max-udp-size 1232;
  max-records-per-type 0;
}};
controls {{ }};
{"".join(stanzas)}""",
        )
        return Launch(command=[program(bench, "named"), "-g", "-n", "1", "-c", str(conf)])

    return start


def unbound(authorities: Mapping[str, int], root_ds: str | None) -> Starter:
    """Return how to start Unbound that asks the ports given by zone.

    It validates from `root_ds`, the DS of the root's key; with None it does not validate.
    """

    def start(bench: Bench) -> Launch:
        stubs = "".join(
            f'stub-zone:\n  name: "{zone}"\n  stub-addr: {HOST}@{port}\n'
            for zone, port in authorities.items()
        )
        anchors = [re.sub(r"\s+", " ", line) for line in (root_ds or "").splitlines()]
        trust = "".join(f"  trust-anchor: '{line}'\n" for line in anchors if line)
        conf = bench.write(
            "unbound.conf",
            f"""
server:
  interface: {HOST}@{bench.port}
  do-ip6: no
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "{bench.directory}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  do-not-query-localhost: no
  module-config: "{"validator " if root_ds else ""}iterator"
  qname-minimisation: no
  ede: yes
  local-zone: "test." nodefault
{trust}remote-control:
  control-enable: no
{stubs}""",
        )
        return Launch(command=[program(bench, "unbound"), "-d", "-c", str(conf)])

    return start
