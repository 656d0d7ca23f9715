"""Questions to real DNS servers: Knot and BIND with authority, Unbound that validates."""

import socket

import pytest

from servers.zones import name_servers
from tlsward.net import loop
from tlsward.net.dns import DnsClient, weakest
from tlsward.net.name_server import NameServer, parse_nameserver
from tlsward.net.record_data import address


def answered(questions):
    """Ask as the commands do."""
    return loop.run(questions, datagrams=True)


@pytest.fixture(scope="module")
def servers(laboratory):
    return name_servers(laboratory)


def ask(server, *questions, timeout_seconds=5.0):
    async def all_of_them():
        client = DnsClient.of(server, timeout_seconds=timeout_seconds)
        return [await client.resolve(name, kind) for name, kind in questions]

    return answered(all_of_them())


def test_a_secure_answer(servers):
    [answer] = ask(servers.resolver, ("WWW.secure.test.", "A"))
    assert (answer.status, answer.dnssec, answer.owner) == ("records", "secure", "www.secure.test")
    assert [address(each) for each in answer.records] == ["192.0.2.1"]


def test_dnssec_as_the_resolver_tells_it(servers):
    secure, insecure, bogus = ask(
        servers.resolver,
        ("www.secure.test", "A"),
        ("www.insecure.test", "A"),
        ("www.bogus.test", "A"),
    )
    assert [each.dnssec for each in (secure, insecure, bogus)] == ["secure", "insecure", "bogus"]
    assert bogus.status == "servfail"
    assert not bogus.told
    assert bogus.reason.startswith("DNSSEC validation fails: ")
    assert "EDE 6 (DNSSEC Bogus)" in bogus.reason


def test_insecure_is_told_without_having_seen_a_secure_answer(servers):
    [answer] = ask(servers.resolver, ("www.insecure.test", "A"))
    assert answer.dnssec == "insecure"


@pytest.mark.parametrize("server", ["careless", "knot"])
def test_who_does_not_validate_tells_nothing_of_dnssec(servers, server):
    [answer] = ask(getattr(servers, server), ("www.secure.test", "A"))
    assert (answer.status, answer.dnssec) == ("records", "unknown")
    assert ask(servers.bind, ("www.insecure.test", "A"))[0].dnssec == "unknown"


def test_what_is_not_there(servers):
    nothing, nobody = ask(
        servers.resolver, ("nodata.secure.test", "A"), ("absent.secure.test", "A")
    )
    assert (nothing.status, nothing.dnssec, nothing.told) == ("nodata", "secure", True)
    assert (nobody.status, nobody.dnssec, nobody.told) == ("nxdomain", "secure", True)
    assert nobody.reason == "no such name: absent.secure.test"


def test_aliases(servers):
    alias, outward, back = ask(
        servers.resolver,
        ("alias.secure.test", "A"),
        ("outward.secure.test", "A"),
        ("to-secure.insecure.test", "A"),
    )
    assert alias.aliases == ("second.secure.test", "www.secure.test")
    assert alias.dnssec == "secure"
    assert (outward.aliases, outward.dnssec) == (("www.plain.test",), "insecure")
    assert (back.owner, back.dnssec) == ("www.secure.test", "insecure")


def test_an_alias_that_the_server_does_not_follow(servers):
    """Knot stays in the zone that it was asked for, and has the other one as well."""
    outward, elsewhere = ask(
        servers.knot, ("outward.secure.test", "A"), ("same-server.secure.test", "A")
    )
    assert (outward.status, outward.owner) == ("records", "www.plain.test")
    assert [address(each) for each in elsewhere.records] == ["192.0.2.66"]


def test_an_alias_to_a_zone_of_which_the_server_knows_nothing(servers):
    [answer] = ask(servers.bind, ("to-secure.insecure.test", "A"))
    assert (answer.status, answer.told) == ("refused", False)
    assert answer.aliases == ("www.secure.test",)
    assert "REFUSED" in answer.reason


@pytest.mark.parametrize("server", ["resolver", "knot"])
def test_aliases_in_a_circle(servers, server):
    [answer] = ask(getattr(servers, server), ("loop.secure.test", "A"))
    assert not answer.told
    assert answer.status in {"loop", "servfail"}


@pytest.mark.parametrize("server", ["resolver", "knot", "bind"])
def test_what_does_not_fit_a_datagram_comes_over_tcp(servers, server):
    name, count = ("big.insecure.test", 1100) if server == "bind" else ("many.secure.test", 120)
    [answer] = ask(getattr(servers, server), (name, "CAA"))
    assert answer.status == "records"
    assert len(answer.records) == count


def test_a_server_that_says_nothing():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        [answer] = ask(server, ("www.example", "A"), timeout_seconds=0.3)
        # It was asked several times, in case a datagram was lost.
        silent.settimeout(1)
        asked = {silent.recvfrom(2048)[0] for _ in range(3)}
    assert (answer.status, answer.told) == ("timeout", False)
    assert answer.reason == f"no answer of the DNS server {server}"
    assert len(asked) == 1


def test_nobody_there(laboratory):
    [answer] = ask(f"127.0.0.1:{next(laboratory.ports)}", ("www.example", "A"))
    assert (answer.status, answer.dnssec) == ("timeout", "unknown")
    assert "cannot be reached" in answer.reason


def test_the_next_server_is_asked(servers, laboratory):
    working = parse_nameserver(servers.resolver)

    async def ask_two(first):
        client = DnsClient([first, working], timeout_seconds=6)
        return await client.resolve("www.secure.test", "A")

    assert answered(ask_two(NameServer("127.0.0.1", next(laboratory.ports)))).status == "records"
    # REFUSED is no answer either.
    assert answered(ask_two(parse_nameserver(servers.bind))).status == "records"


def test_a_name_that_no_zone_can_have(servers):
    [answer] = ask(servers.resolver, ("_443._tcp." + ".".join(["a" * 60] * 4), "TLSA"))
    assert answer.status == "nxdomain"


def test_localhost_is_nobodys_to_answer():
    v4, v6, caa = ask(
        "192.0.2.1:1", ("localhost", "A"), ("x.localhost", "AAAA"), ("localhost", "CAA")
    )
    assert address(v4.records[0]) == "127.0.0.1"
    assert address(v6.records[0]) == "::1"
    assert caa.status == "nodata"


def test_the_weakest_state():
    assert weakest(["secure", "secure"]) == "secure"
    assert weakest(["secure", "insecure"]) == "insecure"
    assert weakest(["insecure", "unknown"]) == "unknown"
    assert weakest(["bogus", "unknown"]) == "bogus"
    assert weakest([]) == "unknown"


def test_nothing_is_asked_when_the_time_is_over():
    client = DnsClient.of("192.0.2.1", timeout_seconds=5.0, lasting_seconds=-1.0)
    answer = answered(client.resolve("a.example", "A"))
    assert (answer.status, answer.told) == ("timeout", False)
    assert "the time for all questions is over" in (answer.reason or "")
