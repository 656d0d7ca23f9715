"""Questions to real DNS servers: Knot and BIND with authority, Unbound that validates."""

import asyncio
import socket

import pytest

from servers.zones import name_servers
from tlsward.errors import UsageError
from tlsward.net.dns import DnsClient, parse_nameserver, system_servers, weakest
from tlsward.net.dns_transport import NameServer
from tlsward.net.loop import run
from tlsward.net.record_data import address


@pytest.fixture(scope="module")
def servers(laboratory):
    return name_servers(laboratory)


def ask(server, *questions, timeout_seconds=5.0):
    async def all_of_them():
        client = DnsClient.of(server, timeout_seconds=timeout_seconds)
        return [await client.resolve(name, kind) for name, kind in questions]

    return run(all_of_them())


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
    assert "dnssec bogus" in bogus.reason


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

    assert run(ask_two(NameServer("127.0.0.1", next(laboratory.ports)))).status == "records"
    # REFUSED is no answer either.
    assert run(ask_two(parse_nameserver(servers.bind))).status == "records"


class ScriptedServer(asyncio.DatagramProtocol):
    """Replies what it is told to, which no real server does; it keeps what it was asked."""

    def __init__(self, script):
        self.script, self.asked = script, []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.asked.append(data)
        question = data[12 : data.index(b"\0", 12) + 5]
        for reply in self.script(data[:2], question):
            self.transport.sendto(reply, addr)


def ask_scripted(script, times=1):
    async def ask_it():
        transport, server = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: ScriptedServer(script), local_addr=("127.0.0.1", 0)
        )
        at = NameServer("127.0.0.1", transport.get_extra_info("sockname")[1])
        client = DnsClient([at], timeout_seconds=1)
        answers = await asyncio.gather(*(client.resolve("a.example", "A") for _ in range(times)))
        transport.close()
        return answers, server.asked

    return run(ask_it())


def no_such_name(identifier, question):
    return identifier + b"\x81\x83\0\1\0\0\0\0\0\0" + question


def test_each_question_is_asked_once():
    answers, asked = ask_scripted(lambda *query: [no_such_name(*query)], times=5)
    assert [answer.status for answer in answers] == ["nxdomain"] * 5
    # And the root, to learn whether the server validates.
    assert len(asked) == 2
    assert asked[0][2:4] == b"\x01\x20"  # RD and AD
    assert asked[0].endswith(b"\0\0\x29\x04\xd0\0\0\x80\0\0\0")  # OPT: 1232 octets, DO


@pytest.mark.parametrize(
    ("script", "status", "words"),
    [
        (lambda i, q: [i + b"\x81\x80\0\1\0\1\0\0\0\0" + q], "malformed", "malformed answer"),
        (lambda i, q: [i + b"\x81\x80\0\1\0\0\0\0\0\0" + q], "nodata", None),
        (lambda i, q: [i + b"\x81\x82\0\1\0\0\0\0\0\0" + q], "servfail", "SERVFAIL"),
        (lambda i, q: [i + b"\x81\x84\0\1\0\0\0\0\0\0" + q], "refused", "NOTIMP"),
        # Cut, but there is nobody at the TCP port.
        (lambda i, q: [i + b"\x83\x80\0\1\0\0\0\0\0\0" + q], "timeout", "cannot be reached"),
        # Noise and an answer to something else before the right one.
        (
            lambda i, q: (
                [
                    b"",
                    b"x",
                    b"\x00\x00" + b"y" * 20,
                    no_such_name(i, b"\x01b\x00\x00\x01\x00\x01"),
                    no_such_name(i, q),
                ]
            ),
            "nxdomain",
            "no such name",
        ),
        # Nothing but noise is silence.
        (lambda i, q: [b"x" * 40], "timeout", "no answer"),
    ],
)
def test_what_a_server_may_send(script, status, words):
    [answer], _ = ask_scripted(script)
    assert answer.status == status
    assert words is None or words in answer.reason


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


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.1", NameServer("192.0.2.1", 53)),
        ("192.0.2.1:5353", NameServer("192.0.2.1", 5353)),
        ("2001:db8::1", NameServer("2001:db8::1", 53)),
        ("[2001:db8::1]", NameServer("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", NameServer("2001:db8::1", 5353)),
    ],
)
def test_nameservers(text, server):
    assert parse_nameserver(text) == server
    assert parse_nameserver(str(server)) == server


@pytest.mark.parametrize(
    "text", ["ns.example", "192.0.2.1:0", "192.0.2.1:99999", "[::1", "", ":53"]
)
def test_no_nameserver(text):
    with pytest.raises(UsageError, match="--nameserver"):
        parse_nameserver(text)


def test_the_systems_servers():
    assert system_servers()


def test_the_weakest_state():
    assert weakest(["secure", "secure"]) == "secure"
    assert weakest(["secure", "insecure"]) == "insecure"
    assert weakest(["insecure", "unknown"]) == "unknown"
    assert weakest(["bogus", "unknown"]) == "bogus"
    assert weakest([]) == "unknown"
