"""Which of a target's addresses is scanned and inspected."""

import asyncio

import pytest

from servers import hostile
from tlsward.model.target import Target
from tlsward.net.addresses import Address, Unresolvable
from tlsward.scan import engine, inspect
from tlsward.scan.settings import ScanSettings

TARGET = Target(host="two.test", port=443, sni="two.test")


def address(literal, port):
    return Address(literal, port, 6 if ":" in literal else 4)


def resolves_to(monkeypatch, *found):
    async def addresses(target, settings):
        return list(found)

    monkeypatch.setattr(engine, "addresses", addresses)
    monkeypatch.setattr(inspect, "addresses", addresses)


def test_the_first_of_each_family_is_a_candidate():
    found = [address(literal, 443) for literal in ("::1", "::2", "192.0.2.1", "192.0.2.2")]
    assert engine.first_of_each_family(found) == [found[0], found[2]]
    assert engine.first_of_each_family(found[2:]) == found[2:3]
    assert engine.first_of_each_family(found[::-1]) == [found[3], found[1]]


def test_where_ipv6_takes_no_connection_ipv4_is_scanned(monkeypatch):
    with hostile.hostile(hostile.plain_http) as port:
        resolves_to(monkeypatch, address("::1", port), address("127.0.0.1", port))
        result = asyncio.run(engine.scan(TARGET, ScanSettings()))
    assert result.status == "not_tls"
    assert result.target.address == "127.0.0.1"


def test_an_address_that_answers_is_the_one(monkeypatch):
    with hostile.hostile(hostile.plain_http) as port:
        resolves_to(monkeypatch, address("127.0.0.1", port), address("::1", port))
        result = asyncio.run(engine.scan(TARGET, ScanSettings()))
    assert result.target.address == "127.0.0.1"


def test_where_none_takes_a_connection_the_first_is_told_of(monkeypatch):
    with hostile.hostile(hostile.plain_http) as port:
        pass
    resolves_to(monkeypatch, address("::1", port), address("127.0.0.1", port))
    result = asyncio.run(engine.scan(TARGET, ScanSettings()))
    assert result.status == "unreachable"
    assert result.target.address == "::1"


def test_inspect_turns_to_the_other_family_too(monkeypatch):
    with hostile.hostile(hostile.plain_http) as port:
        resolves_to(monkeypatch, address("::1", port), address("127.0.0.1", port))
        inspection = asyncio.run(inspect.inspect(TARGET, ScanSettings()))
    assert inspection.target.address == "127.0.0.1"
    assert "HTTP" in inspection.reason


def test_inspect_waits_for_two_silences_and_no_more():
    with hostile.hostile(hostile.silent) as port:
        target = Target(host="127.0.0.1", port=port, sni=None)
        inspection = asyncio.run(inspect.inspect(target, ScanSettings(timeout_seconds=0.2)))
    assert inspection.reason == "TLSv1.3: silent for 0.2 seconds; TLSv1.2: silent for 0.2 seconds"


def test_inspect_says_once_that_its_time_is_over():
    with hostile.hostile(hostile.silent) as port:
        target = Target(host="127.0.0.1", port=port, sni=None)
        settings = ScanSettings(timeout_seconds=5, deadline_seconds=0.2)
        inspection = asyncio.run(inspect.inspect(target, settings))
    assert inspection.reason.count("TLSv1.1") == 0


def test_the_name_that_cannot_be_resolved_is_named():
    settings = ScanSettings(connect="-no-name-:8443")
    result = asyncio.run(engine.scan(TARGET, settings))
    assert result.status == "unresolvable"
    assert "-no-name-" in result.reason

    async def nowhere(host, port, family):
        return Unresolvable(host=host, reason="no such name")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "resolve", nowhere)
        settings = ScanSettings(connect="front.test:8443")
        result = asyncio.run(engine.scan(TARGET, settings))
        assert result.reason == "front.test: no such name"
        result = asyncio.run(engine.scan(TARGET, ScanSettings()))
        assert result.reason == "no such name"
