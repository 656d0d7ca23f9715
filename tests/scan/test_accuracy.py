"""Whatever the laboratory's servers truly serve, a scan finds: no more, no less, no other.

The truth was had with full handshakes of foreign clients, see servers/measure.py.
"""

import asyncio
import itertools

import msgspec
import pytest

from servers import clients
from servers.cases import servers
from servers.catalogue import CATALOGUE, truth
from servers.laboratory import HOST, NAME, Running
from servers.starttls import past_starttls
from servers.traits import APPLICATIONS
from tlsward.model.scan_result import ScanResult
from tlsward.model.target import Target
from tlsward.scan.engine import scan
from tlsward.scan.settings import ScanSettings


def scan_of(server: Running, settings: ScanSettings | None = None) -> ScanResult:
    target = Target(
        host=NAME, port=server.port, sni=server.sni, starttls=server.starttls, address=HOST
    )
    return asyncio.run(scan(target, settings or ScanSettings()))


@pytest.fixture(scope="module")
def scans():
    """Each server is scanned once, however many tests look at the result."""
    return {}


@pytest.fixture
def result(real_server, scans):
    if real_server.name not in scans:
        scans[real_server.name] = scan_of(real_server)
    return scans[real_server.name]


def suites_by_protocol(result):
    found: dict[str, set[str]] = {}
    for suite in result.cipher_suites:
        for protocol in suite.protocols:
            name = suite.openssl_name if protocol == "SSLv2" else suite.iana_name
            found.setdefault(protocol, set()).add(name)
    return found


@servers(CATALOGUE)
def test_protocols(real_server, result):
    expected = truth(real_server.name).suites
    assert result.status == "complete", (result.reason, result.unknowns)
    assert {p: a for p, a in result.protocols.items() if p in expected} == dict.fromkeys(
        expected, "yes"
    )
    assert {a for p, a in result.protocols.items() if p not in expected} <= {"no"}


@servers(CATALOGUE)
def test_every_suite_of_every_protocol(real_server, result):
    expected = truth(real_server.name)
    suites = {protocol: set(names) for protocol, names in expected.suites.items()}
    found = suites_by_protocol(result)
    if found.get("SSLv3", set()) > suites.get("SSLv3", set()):
        # Allowed, not required: suites of elliptic curves in SSL 3.0.
        suites["SSLv3"] |= set(expected.ssl3_with_extensions)
    differences = {
        protocol: {
            "missing": suites.get(protocol, set()) - found.get(protocol, set()),
            "wrong": found.get(protocol, set()) - suites.get(protocol, set()),
        }
        for protocol in suites | found
        if suites.get(protocol) != found.get(protocol)
    }
    assert differences == {}


@servers(CATALOGUE)
def test_whose_order_counts(real_server, result):
    expected = truth(real_server.name)
    assert {p: result.cipher_order.get(p) for p in expected.order} == expected.order
    if expected.chacha20_first is not None:
        assert result.cipher_order["chacha20_first"] == expected.chacha20_first


@servers(name for name in CATALOGUE if truth(name).order.get("TLSv1.2") == "server")
def test_a_servers_order_holds_against_openssl(real_server, result):
    """Two neighbours offered the wrong way round: the server takes the one we put first."""
    names = clients.openssl_names()
    with past_starttls(real_server) as server:
        listed = [
            names[suite.iana_name]
            for suite in result.cipher_suites
            if "TLSv1.2" in suite.protocols
            and suite.iana_name in names
            and "CHACHA20" not in suite.iana_name
            # OpenSSL refuses some, such as Diffie-Hellman with 768 bits.
            and clients.python_handshake(server, "TLSv1.2", [names[suite.iana_name]])
        ]
        swapped = {
            (first, second)
            for first, second in itertools.pairwise(listed)
            if clients.python_handshake(server, "TLSv1.2", [second, first]) != first
        }
    assert swapped == set()


@servers(CATALOGUE)
def test_groups(real_server, result):
    expected = truth(real_server.name).groups
    found = {
        protocol: {group.name for group in result.groups if protocol in group.protocols}
        for protocol in expected
    }
    assert found == {protocol: set(names) for protocol, names in expected.items()}


@servers(CATALOGUE)
def test_certificates(real_server, result):
    expected = truth(real_server.name).certificate_keys
    assert sorted({entry.key.algorithm for entry in result.certificates}) == sorted(expected)


@servers(CATALOGUE)
def test_traits(real_server, result):
    """Extensions, resumption, fallback and stapling, where OpenSSL can tell."""
    expected = truth(real_server.name).traits
    found = {
        "ocsp_stapling": result.ocsp_stapling,
        **msgspec.structs.asdict(result.extensions),
        **msgspec.structs.asdict(result.session),
    }
    assert {name: found[name] for name in expected} == expected


@servers(CATALOGUE)
def test_application_protocols(real_server, result):
    expected = truth(real_server.name).alpn
    assert [name for name in APPLICATIONS if name in result.extensions.alpn] == list(expected)
