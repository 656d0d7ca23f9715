"""Bad servers: each scan ends in time, with the right status, and claims nothing it cannot know."""

import asyncio
import time
import tracemalloc

import msgspec
import pytest

from servers import hostile
from servers.cases import servers
from servers.catalogue import truth
from servers.laboratory import HOST
from tlsward.model.target import Target
from tlsward.scan.engine import scan
from tlsward.scan.settings import ScanSettings

DEADLINE_SECONDS = 6.0
HASTY = ScanSettings(timeout_seconds=0.5, deadline_seconds=DEADLINE_SECONDS)
#: Never more at once than this, whatever a server sends.
MOST_MEMORY_BYTES = 48 << 20
NOT_TLS = {"plain HTTP", "random bytes"}
#: What these send says nothing of what they support.
SILENT = {"silent", "a byte a second"}


def scan_port(port, settings=HASTY, starttls=None):
    target = Target(host=HOST, port=port, sni="server.test", starttls=starttls)
    return asyncio.run(scan(target, settings))


@pytest.mark.parametrize("name", hostile.SCRIPTS)
def test_a_hostile_server_ends_within_the_deadline(name):
    with hostile.hostile(hostile.SCRIPTS[name]) as port:
        began = time.monotonic()
        result = scan_port(port)
        took = time.monotonic() - began
    assert took < DEADLINE_SECONDS + 2
    assert result.status != "complete"
    assert "yes" not in result.protocols.values()
    assert result.cipher_suites == ()
    if name in NOT_TLS:
        assert result.status == "not_tls"
    if name in SILENT:
        assert "no" not in result.protocols.values()
        assert result.unknowns


@pytest.mark.parametrize("name", ["endless", "16 MB of certificates", "alert storm"])
def test_memory_is_bounded(name):
    hostile.sixteen_megabytes()  # the server's memory, not ours
    tracemalloc.start()
    try:
        with hostile.hostile(hostile.SCRIPTS[name]) as port:
            # Few connections: under the tracer every one takes twenty times as long.
            scan_port(port, msgspec.structs.replace(HASTY, max_connections=8))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY_BYTES


def test_smtp_that_puts_tls_off_tells_nothing():
    with hostile.hostile(hostile.smtp_454) as port:
        result = scan_port(port, starttls="smtp")
    assert result.status != "complete"
    assert set(result.protocols.values()) <= {"unknown"}


@servers(["nginx-weak"])
@pytest.mark.parametrize(
    "refuses",
    [hostile.no_more_suites_than(128), hostile.no_longer_than(1028), hostile.no_longer_than(512)],
    ids=["128 suites", "1028 bytes", "512 bytes"],
)
def test_a_server_that_bears_no_long_hello_is_read_all_the_same(real_server, refuses):
    picky = hostile.before(real_server, refuses)
    with hostile.hostile(picky) as port:
        result = scan_port(port, ScanSettings(quick=True))
    found = {
        protocol: {s.iana_name for s in result.cipher_suites if protocol in s.protocols}
        for protocol in truth(real_server.name).suites
    }
    assert found == {p: set(names) for p, names in truth(real_server.name).suites.items()}


@servers(["nginx-weak"])
def test_a_rate_limit_makes_no_wrong_no(real_server):
    limited = hostile.before(real_server, hostile.reset_after(20))
    with hostile.hostile(limited) as port:
        result = scan_port(port, ScanSettings(timeout_seconds=1, deadline_seconds=20))
    expected = truth(real_server.name).suites
    assert all(result.protocols[protocol] in {"yes", "unknown"} for protocol in expected)
    for suite in result.cipher_suites:
        assert all(suite.iana_name in expected[protocol] for protocol in suite.protocols)
    assert result.status == "incomplete"


def test_a_closed_port_is_unreachable():
    with hostile.hostile(hostile.silent) as port:
        pass
    result = scan_port(port)
    assert result.status == "unreachable"
    assert set(result.protocols.values()) <= {"unknown"}


def test_a_list_is_unharmed_by_one_bad_target():
    async def both(good, bad):
        targets = (Target(host=HOST, port=port, sni="server.test") for port in (good, bad))
        return await asyncio.gather(*(scan(target, HASTY) for target in targets))

    with hostile.hostile(hostile.plain_http) as good, hostile.hostile(hostile.endless) as bad:
        first, second = asyncio.run(both(good, bad))
    assert first.status == "not_tls"
    assert second.status != "complete"
