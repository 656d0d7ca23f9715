"""Replies that no real server gives: forged, malformed, cut. Who sends them is a fake."""

import asyncio
import contextlib
import itertools

import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsward.net import loop
from tlsward.net.dns import DnsClient
from tlsward.net.name_server import NameServer


def answered(questions):
    """Ask as the commands do."""
    return loop.run(questions, datagrams=True)


#: Answer section of one A record with a name that points at the question.
ADDRESS = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\xc0\0\2\1"


class ScriptedServer(asyncio.DatagramProtocol):
    """Sends whatever `script` makes of a query, and keeps what it was asked."""

    def __init__(self, script):
        self.script, self.asked = script, []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.asked.append(data)
        for reply in self.script(data[:2], question_of(data)):
            self.transport.sendto(reply, addr)


def question_of(query):
    return query[12 : query.index(b"\0", 12) + 5]


@contextlib.asynccontextmanager
async def scripted(script, over_tcp=None, *, address="127.0.0.1"):
    """Yield a server; `over_tcp` is what it sends over TCP, where nobody listens without it."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: ScriptedServer(script), local_addr=(address, 0)
    )
    port = transport.get_extra_info("sockname")[1]

    async def serve(reader, writer):
        try:
            query = await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
            writer.write(over_tcp(query[:2], question_of(query)))
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    listening = None
    if over_tcp is not None:
        listening = await asyncio.start_server(serve, address, port)
    try:
        yield NameServer(address, port), server
    finally:
        transport.close()
        if listening is not None:
            listening.close()
            await listening.wait_closed()


def ask(script, over_tcp=None, *, times=1, timeout_seconds=1.0):
    async def ask_it():
        async with scripted(script, over_tcp) as (at, server):
            client = DnsClient([at], timeout_seconds=timeout_seconds)
            questions = (client.resolve("a.example", "A") for _ in range(times))
            return await asyncio.gather(*questions), server.asked

    return answered(ask_it())


def reply(identifier, question, *, flags=0x8180, counts=(1, 0, 0, 0), body=b""):
    numbers = (flags, *counts)
    return identifier + b"".join(each.to_bytes(2) for each in numbers) + question + body


def no_such_name(identifier, question):
    return reply(identifier, question, flags=0x8183)


def with_address(identifier, question):
    return reply(identifier, question, counts=(1, 1, 0, 0), body=ADDRESS)


def cut(identifier, question):
    return reply(identifier, question, flags=0x8380)


def framed(octets):
    return len(octets).to_bytes(2) + octets


def test_each_question_is_asked_once():
    answers, asked = ask(lambda *query: [no_such_name(*query)], times=5)
    assert [answer.status for answer in answers] == ["nxdomain"] * 5
    # And the root, to learn whether the server validates.
    assert len(asked) == 2
    assert asked[0][2:4] == b"\x01\x20"  # RD and AD
    assert asked[0].endswith(b"\0\0\x29\x04\xd0\0\0\x80\0\0\0")  # OPT: 1232 octets, DO


@pytest.mark.parametrize(
    ("flags", "status", "words"),
    [
        (0x8180, "nodata", None),
        (0x8181, "refused", "FORMERR"),
        (0x8182, "servfail", "SERVFAIL"),
        (0x8184, "refused", "NOTIMP"),
        (0x8185, "refused", "REFUSED"),
    ],
)
def test_what_a_server_may_say(flags, status, words):
    [answer], _ = ask(lambda *query: [reply(*query, flags=flags)])
    assert answer.status == status
    assert words is None or words in answer.reason


@pytest.mark.parametrize("address", ["::1", "0:0:0:0:0:0:0:1", "0::0001"])
def test_a_server_at_an_address_however_it_is_written(address):
    async def ask_it():
        over_udp, over_tcp = lambda *q: [cut(*q)], lambda *q: framed(with_address(*q))
        async with scripted(over_udp, over_tcp, address="::1") as (at, _):
            client = DnsClient([NameServer(address, at.port)], timeout_seconds=1)
            return await client.resolve("a.example", "A")

    assert answered(ask_it()).status == "records"


def test_case_of_the_question_does_not_count():
    [answer], _ = ask(lambda i, q: [with_address(i, q.replace(b"example", b"ExAmPlE"))])
    assert answer.status == "records"


FORGED = [
    lambda _, q: with_address(b"\0\0", q),  # of another query, but for one in 65536
    lambda i, q: with_address(i, q.replace(b"\1a", b"\1b")),
    lambda i, q: with_address(i, q[:-3] + b"\x1c\0\1"),  # another type
    lambda i, q: reply(i, q, flags=0x0180),  # a query
    lambda i, q: reply(i, q, flags=0x9180),  # another opcode
    lambda i, q: reply(i, q, flags=0xA980),  # an update
    lambda i, _: i + b"\x81\x80" + b"\0" * 8,  # no question, and no error that would excuse it
    lambda i, q: reply(i, q, counts=(2, 0, 0, 0)),
    lambda i, q: reply(i, q)[:-1],
    lambda i, q: reply(i, q) + b"junk",
    lambda i, q: reply(i, q, counts=(1, 1, 0, 0)),  # a record that is not there
    lambda i, q: reply(i, q, counts=(1, 65535, 0, 0), body=ADDRESS),
    # A name that points at itself, and one that points ahead.
    lambda i, q: reply(i, q, counts=(1, 1, 0, 0), body=b"\xc0\x1b" + ADDRESS[2:]),
    lambda i, q: reply(i, q, counts=(1, 1, 0, 0), body=b"\xc0\x40" + ADDRESS[2:]),
    # An address of three octets, and a CNAME longer than its name.
    lambda i, q: reply(i, q, counts=(1, 1, 0, 0), body=ADDRESS[:11] + b"\3\xc0\0\2"),
    lambda i, q: reply(i, q, counts=(1, 1, 0, 0), body=b"\xc0\x0c\0\5\0\1\0\0\0\0\0\3\0\0\0"),
    # An extended error whose text is no UTF-8.
    lambda i, q: reply(
        i, q, counts=(1, 0, 0, 1), body=b"\0\0\x29\4\xd0\0\0\0\0\0\x07\0\x0f\0\3\0\6\xff"
    ),
    lambda *_: b"x",
    lambda *_: b"x" * 40,
]


@pytest.mark.parametrize("forged", FORGED)
def test_what_makes_no_sense_is_no_answer(forged):
    [answer], _ = ask(lambda *query: [forged(*query)], timeout_seconds=0.2)
    assert (answer.status, answer.told, answer.records) == ("malformed", False, ())
    assert answer.reason.startswith("malformed answer of 127.0.0.1:")
    assert answer.reason.isprintable()


def test_the_true_reply_is_heard_after_forged_ones():
    [answer], _ = ask(lambda *query: [*(each(*query) for each in FORGED), with_address(*query)])
    assert answer.status == "records"


def test_empty_datagrams_are_not_an_answer_either():
    [answer], _ = ask(lambda *query: [b"", no_such_name(*query)])
    assert answer.status == "nxdomain"


def test_who_is_not_the_server_is_not_heard():
    async def ask_it():
        async with scripted(lambda *_: []) as (_, stranger):

            def by_a_stranger(identifier, question):
                for port in ports:
                    stranger.transport.sendto(
                        with_address(identifier, question), ("127.0.0.1", port)
                    )
                return []

            ports = []
            async with scripted(by_a_stranger) as (at, server):
                heard = server.datagram_received

                def note_port(data, addr):
                    ports.append(addr[1])
                    heard(data, addr)

                server.datagram_received = note_port
                client = DnsClient([at], timeout_seconds=0.2)
                return await client.resolve("a.example", "A"), ports

    answer, ports = answered(ask_it())
    assert ports
    assert answer.status == "timeout"


@given(st.binary(max_size=120), st.integers(0, 0xFFFF), st.tuples(*[st.integers(0, 3)] * 4))
@settings(max_examples=50, deadline=None)
def test_whatever_follows_the_identifier(body, flags, counts):
    def script(identifier, _):
        return [reply(identifier, b"", flags=flags | 0x8000, counts=counts, body=body)]

    [answer], _ = ask(script, timeout_seconds=0.02)
    assert not answer.told


def test_what_is_cut_comes_over_tcp():
    [answer], _ = ask(lambda *q: [cut(*q)], lambda *q: framed(with_address(*q)))
    assert answer.status == "records"


@pytest.mark.parametrize(
    ("over_tcp", "status", "words"),
    [
        (None, "timeout", "cannot be reached"),
        (lambda *_: b"", "timeout", "hung up in mid-reply"),
        (lambda *q: framed(with_address(*q))[:-1], "timeout", "hung up in mid-reply"),
        (lambda i, q: framed(with_address(bytes([i[0] ^ 1, i[1]]), q)), "malformed", "malformed"),
        (lambda *_: framed(b"x" * 40), "malformed", "malformed"),
        (lambda *_: framed(b""), "malformed", "malformed"),
    ],
)
def test_what_a_server_may_send_over_tcp(over_tcp, status, words):
    [answer], _ = ask(lambda *q: [cut(*q)], over_tcp)
    assert (answer.status, answer.told) == (status, False)
    assert words in answer.reason


def chain(count, *, last=()):
    """Return a script of `count` aliases in one reply, and `last` after them."""

    def script(identifier, question):
        asked = dns.message.from_wire(reply(identifier, question, flags=0x0100))
        made = dns.message.make_response(asked, recursion_available=True)
        names = ["a.example.", *(f"{number}.example." for number in range(count))]
        made.answer = [
            dns.rrset.from_text(name, 60, "IN", "CNAME", target)
            for name, target in itertools.pairwise(names)
        ]
        made.answer += [dns.rrset.from_text(names[-1], 60, "IN", *each) for each in last]
        return [made.to_wire()]

    return script


def test_aliases_of_one_reply():
    [answer], _ = ask(chain(3, last=[("A", "192.0.2.1", "192.0.2.2")]))
    assert answer.aliases == ("0.example", "1.example", "2.example")
    assert (answer.owner, len(answer.records)) == ("2.example", 2)


@pytest.mark.parametrize(
    "script", [chain(30, last=[("A", "192.0.2.1")]), chain(2, last=[("CNAME", "a.example.")])]
)
def test_aliases_without_end(script):
    [answer], _ = ask(script)
    assert (answer.status, answer.told) == ("loop", False)


def test_a_longer_chain_over_several_replies():
    def script(identifier, question):
        if question.startswith(b"\0"):
            return [reply(identifier, question)]
        label = question[1 : 1 + question[0]]
        number = 0 if label == b"a" else int(label)
        target = str(number + 1).encode()
        rdata = bytes([len(target)]) + target + b"\7example\0"
        body = b"\xc0\x0c\0\5\0\1\0\0\0\0" + len(rdata).to_bytes(2) + rdata
        return [reply(identifier, question, counts=(1, 1, 0, 0), body=body)]

    [answer], asked = ask(script)
    assert (answer.status, answer.reason) == ("loop", "more than 16 aliases")
    assert len(asked) < 20


def test_records_of_a_name_that_does_not_exist():
    def script(identifier, question):
        return [reply(identifier, question, flags=0x8183, counts=(1, 1, 0, 0), body=ADDRESS)]

    [answer], _ = ask(script)
    assert (answer.status, answer.told) == ("malformed", False)


def test_an_extended_error_is_told_and_safe():
    option = b"\0\x0f\0\x09\0\x06a \x1b[31m"
    body = b"\0\0\x29\x04\xd0\0\0\0\0" + len(option).to_bytes(2) + option
    [answer], _ = ask(
        lambda *query: [reply(*query, flags=0x8182, counts=(1, 0, 0, 1), body=body)],
    )
    assert "SERVFAIL: EDE 6 (DNSSEC Bogus): a " in answer.reason
    assert answer.reason.isprintable()


@pytest.mark.parametrize("name", ["a" * 64, "a..b", ".".join(["a" * 63] * 5), "\\999"])
def test_no_name_of_the_dns(name):
    async def ask_it():
        return await DnsClient([NameServer("192.0.2.1")]).resolve(name, "A")

    answer = answered(ask_it())
    assert answer.status == "nxdomain"
    assert answer.reason.startswith("no name of the DNS: ")
