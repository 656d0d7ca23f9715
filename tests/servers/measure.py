"""Measures what the laboratory's servers truly serve, with clients that are not ours.

    cd tests && python -m servers.measure [--write] [NAME ...]

Prints the counts; `--write` puts the truth into truth.json. It takes minutes, so tests
read the file. A suite is served where a full handshake succeeded with any client.
"""

import argparse
import itertools
import json
import tempfile
from pathlib import Path
from typing import Any

from servers import clients
from servers.catalogue import CATALOGUE, TRUTH_FILE
from servers.laboratory import Laboratory, Running
from servers.starttls import past_starttls
from servers.traits import alpn, measure_traits

PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
CLIENTS = {
    "OpenSSL 3.0": clients.openssl_suites,
    "OpenSSL 3.0, TLS 1.3": clients.tls13_suites,
    "JSSE 17": clients.jsse_suites,
    "OpenSSL 1.0.1g": clients.old_openssl_suites,
    "GnuTLS": clients.gnutls_suites,
}


def choice(server: Running, protocol: str, first: str, second: str) -> list[str]:
    """Offer two suites in both orders; return what was chosen, less where we cannot ask."""
    if protocol == "TLSv1.3":
        pairs = ((first, second), (second, first))
        answers = [clients.tls13_handshake(server, pair) for pair in pairs]
    elif protocol == "SSLv3":
        answers = clients.old_openssl_choices(server, first, second)
    else:
        names = clients.openssl_names()
        iana = {name: iana for iana, name in names.items()}
        pairs = ((names[first], names[second]), (names[second], names[first]))
        answers = [
            iana.get(clients.python_handshake(server, protocol, pair) or "") for pair in pairs
        ]
    return [answer for answer in answers if answer]


def measure_order(server: Running, protocol: str, suites: set[str]) -> str:
    """Tell whose order counts, from pairs of suites that one client got one by one."""
    votes = set()
    for first, second in itertools.islice(itertools.combinations(sorted(suites), 2), 10):
        chosen = choice(server, protocol, first, second)
        if len(chosen) == 2:
            votes.add("server" if chosen[0] == chosen[1] else "client")
    return votes.pop() if len(votes) == 1 else "unknown"


def measure_chacha20_first(server: Running, protocol: str, suites: set[str]) -> str | None:
    """Tell whether a server with an order of its own moves ChaCha20 up for who lists it first."""
    chacha = {name for name in suites if "CHACHA20" in name}
    rivals = {name for name in suites if "_AES_256_GCM_" in name or "_AES_128_GCM_" in name}
    # With another key exchange the server may have other reasons.
    pairs = [
        (first, second)
        for first in sorted(chacha)
        for second in sorted(rivals)
        if first.split("CHACHA20")[0] == second.split("AES")[0]
    ]
    answers = [choice(server, protocol, *pair) for pair in pairs]
    moved = [answer for answer in answers if len(answer) == 2 and answer[0] != answer[1]]
    return ("yes" if moved else "no") if any(answers) else None


def measure(server: Running) -> dict[str, Any]:
    """Return one entry of truth.json."""
    by_client = {name: ask(server) for name, ask in CLIENTS.items()}
    found = set().union(*by_client.values())
    # SSL 3.0 knows no extensions. JSSE serves more to a hello that has them all the same.
    bare = {suite for protocol, suite in by_client["OpenSSL 1.0.1g"] if protocol == "SSLv3"}
    extended = {suite for protocol, suite in found if protocol == "SSLv3"} - bare
    found -= {("SSLv3", suite) for suite in extended}
    suites = {
        protocol: sorted(suite for served, suite in found if served == protocol)
        for protocol in PROTOCOLS
        if any(served == protocol for served, _ in found)
    }
    asked_by = {"SSLv3": "OpenSSL 1.0.1g", "TLSv1.3": "OpenSSL 3.0, TLS 1.3"}
    alone = {
        protocol: {
            suite
            for served, suite in by_client[asked_by.get(protocol, "OpenSSL 3.0")]
            if served == protocol
        }
        for protocol, names in suites.items()
        if len(names) > 1 and protocol != "SSLv2"
    }
    order = {
        protocol: measure_order(server, protocol, {n for n in names if "CHACHA20" not in n})
        for protocol, names in alone.items()
    }
    moves = {
        measure_chacha20_first(server, protocol, alone[protocol])
        for protocol in ("TLSv1.2", "TLSv1.3")
        if order.get(protocol) == "server"
    }
    keys = clients.certificate_keys(server) | {
        key
        for key in ("rsa", "ecdsa")
        if any(f"_{key.upper()}_" in name for names in suites.values() for name in names)
    }
    return {
        "counts": {protocol: len(names) for protocol, names in suites.items()},
        "seen_by": {
            name: sum(1 for _ in seen) for name, seen in by_client.items() if len(seen) > 0
        },
        "order": order,
        "chacha20_first": "yes" if "yes" in moves else "no" if "no" in moves else None,
        "groups": {
            protocol: list(clients.groups(server, protocol))
            for protocol in ("TLSv1.2", "TLSv1.3")
            if protocol in suites
        },
        "certificate_keys": sorted(keys),
        "alpn": alpn(server, suites),
        "traits": {
            name: "yes" if has else "no"
            for name, has in measure_traits(server, suites).items()
            if has is not None
        },
        "suites": suites,
        "ssl3_with_extensions": sorted(extended),
    }


def main() -> None:
    """Measure the servers named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the truth into truth.json")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("names", nargs="*", metavar="NAME", default=[])
    options = parser.parse_args()
    if options.list:
        print("\n".join(CATALOGUE))
        return
    for name in options.names or CATALOGUE:
        with tempfile.TemporaryDirectory() as directory:
            laboratory = Laboratory(Path(directory))
            try:
                with past_starttls(laboratory.start(name)) as server:
                    entry = measure(server)
            finally:
                laboratory.stop()
        print(name, {key: value for key, value in entry.items() if key != "suites"}, flush=True)
        if options.write:
            truths = json.loads(TRUTH_FILE.read_text()) if TRUTH_FILE.exists() else {}
            truths[name] = entry
            text = json.dumps({key: truths[key] for key in CATALOGUE if key in truths}, indent=1)
            TRUTH_FILE.write_text(text + "\n")


if __name__ == "__main__":
    main()
