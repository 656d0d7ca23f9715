"""The HTTP server itself: limits, patience, what is no HTTP, and its end."""

import asyncio
import contextlib
import json
import re
import socket
import threading
import time

import pytest

from invoicer.live import HOST, client_context, live, tls_files
from tlsward.errors import UsageError
from tlsward.invoicer import connection, slow_readers
from tlsward.invoicer.server import Running
from tlsward.invoicer.settings import InvoicerSettings
from tlsward.invoicer.values import ChargeDraft, InvoiceDraft


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with live(tmp_path_factory.mktemp("live")) as running:
        yield running


def spoken(running, octets, *, shut=True):
    """What the server answers to octets before it closes the connection."""
    with socket.create_connection((HOST, running.port), timeout=20) as plain:
        plain.sendall(octets)
        if shut:
            plain.shutdown(socket.SHUT_WR)
        answer = b""
        while received := plain.recv(65536):
            answer += received
    return answer


@pytest.mark.parametrize(
    "octets",
    [b"\x16\x03\x01\x00\xff" * 9 + b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n x\r\n\r\n"],
)
def test_what_is_no_http_gets_the_one_shape_of_errors(served, octets):
    head, _, body = spoken(served, octets).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert json.loads(body)["status"] == 400


def test_a_head_without_end_is_refused(served):
    octets = b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"x" * 40000
    assert spoken(served, octets, shut=False).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_head_that_does_not_come_is_not_waited_for(served, monkeypatch, begun):
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    assert spoken(served, begun, shut=False) == b""


def test_nor_that_of_a_further_request(served, monkeypatch):
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    octets = b"GET /__version__ HTTP/1.1\r\nHost: a\r\n\r\nGET /__ver"
    assert spoken(served, octets, shut=False).count(b"HTTP/1.1") == 1


def test_head_has_the_headers_and_no_body(served):
    status, headers, body = served.answer("HEAD", "/__version__")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


def test_several_requests_in_one_go(served):
    octets = b"GET /__version__ HTTP/1.1\r\nHost: a\r\n\r\n" * 3
    last = b"GET /__version__ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert spoken(served, octets + last, shut=False).count(b"HTTP/1.1 200") == 4


def test_more_connections_than_there_may_be_are_dropped(served, monkeypatch):
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 0)
    with (
        socket.create_connection((HOST, served.port), timeout=20) as plain,
        contextlib.suppress(ConnectionResetError),
    ):
        assert plain.recv(1) == b""
    monkeypatch.undo()
    assert served.answer("GET", "/__version__")[0] == 200


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
def test_a_client_that_does_not_read_is_not_kept(laboratory, tmp_path, monkeypatch, secure):
    """Its answers fill every buffer on the way, and the server would wait for ever."""
    monkeypatch.setattr(slow_readers, "LOOK_SECONDS", 0.2)
    tls = tls_files(laboratory.credentials) if secure else None
    with live(tmp_path, tls=tls) as running, socket.socket() as plain:
        charge = ChargeDraft(type="x", amount=1, description="d" * 500)
        draft = InvoiceDraft(amount=1, charges=(charge,) * 100)
        for _ in range(20):
            running.run(running.running.service.invoices.create(draft))
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        plain.connect((HOST, running.port))
        context = client_context(laboratory.credentials.ca)
        client = context.wrap_socket(plain, server_hostname="localhost") if secure else plain
        head = (
            f"GET /invoices HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {running.token()}\r\n\r\n"
        )
        client.sendall(head.encode() * 30)  # answers of 30 MB in all
        while not [line for line in running.log if line.get("path") == "/invoices"]:
            time.sleep(0.01)
        while running.running.server.server_state.connections:
            time.sleep(0.01)
        client.close()


class Waiting:
    """A connection whose buffer has so much in it at each look."""

    def __init__(self, *sizes):
        self.sizes = list(sizes)
        self.aborted = False
        self.transport = self

    def get_write_buffer_size(self):
        return self.sizes.pop(0)

    def abort(self):
        self.aborted = True


def test_a_client_that_reads_slowly_is(monkeypatch):
    monkeypatch.setattr(slow_readers, "LOOK_SECONDS", 0)
    slow = Waiting(900_000, 800_000, 700_000, 0, 5000, 0, 0)
    stuck = Waiting(0, 70_000, 69_999, *[0] * 4)
    idle = Waiting(*[0] * 7)

    async def look():
        over = asyncio.Event()

        def connections():
            if slow.sizes:
                return [slow, stuck, idle]
            over.set()
            return []

        async with slow_readers.ending_slow_readers(connections):
            await over.wait()

    asyncio.run(look())
    assert [one.aborted for one in (slow, stuck, idle)] == [False, True, False]


def test_a_body_that_does_not_come_is_refused(served, monkeypatch):
    from tlsward.invoicer import body

    monkeypatch.setattr(body, "BODY_SECONDS", 0.2)
    head = (
        f"POST /invoice HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {served.token()}\r\n"
        "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
    )
    answer = spoken(served, head.encode(), shut=False)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_is_cut_off_leaves_a_line(served):
    head = (
        f"POST /invoice HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {served.token()}\r\n"
        "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
    )
    with socket.create_connection((HOST, served.port), timeout=20) as plain:
        plain.sendall(head.encode())
    while not [line for line in served.log if line.get("path") == "/invoice" and cut(line)]:
        time.sleep(0.01)
    assert not [line for line in served.log if line["event"] == "defect"]


def cut(line):
    """Whether a request ended before its body did: refused, or nobody was left to tell."""
    return line["status"] in {400, 499}


def test_a_request_under_way_is_finished_when_the_server_ends(tmp_path):
    """The answer comes whole, though the order to end was given before it began."""
    with live(tmp_path) as running:
        service, reached, go = running.running.service, threading.Event(), threading.Event()
        pages = service.invoices.page

        async def slow(**more):
            reached.set()
            await asyncio.to_thread(go.wait, 20)
            return await pages(**more)

        service.invoices.page = slow
        answers = []
        token = running.token()
        asking = threading.Thread(
            target=lambda: answers.append(
                running.answer("GET", "/invoices", Authorization=f"Bearer {token}")
            )
        )
        asking.start()
        reached.wait(20)
        running.running.server.should_exit = True
        while running.running.server.servers and running.running.server.servers[0].is_serving():
            time.sleep(0.01)
        go.set()
        asking.join()
    assert answers[0][0] == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, running.port), timeout=5)


def test_a_port_that_is_taken_is_said(served, tmp_path):
    settings = InvoicerSettings(database=f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(UsageError, match=f"--listen {HOST}:{served.port}: Address already in use"):
        Running(settings, None, listen=(HOST, served.port))


HEAD = b"Host: a\r\n"
POST = b"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
FURTHER = b"GET /__version__ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "octets",
    [
        # Whatever a proxy before it could read another way (RFC 9112 section 11.2).
        POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}\r",
        POST + b"Content-Length: 2, 2\r\n\r\n{}",
        POST + b"Content-Length: +2\r\n\r\n{}",
        POST + b"Content-Length: 0x2\r\n\r\n{}",
        POST + b"Content-Length: -1\r\n\r\n{}",
        POST + b"Content-Length : 2\r\n\r\n{}",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}x0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
        b"GET /__version__ HTTP/1.1\r\n\r\n",
        b"GET /__version__ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /__version__ HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        b"GET /__version__ HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        b"GET /__version__ HTTP/1.1\r\nHost: a\r\nX\x00Y: b\r\n\r\n",
        b"GET /__version__ HTTP/1.1\r\nHost: a\r\nX: b\x00c\r\n\r\n",
        b"GET /__version__ HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET /__version__ HTTP/3.0\r\nHost: a\r\n\r\n",
        b"GET /__version__\r\n\r\n",
        b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 9000 + b"\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2;" + b"x" * 40_000,
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 9000,
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: " + b"y" * 40_000,
    ],
)
def test_a_request_that_could_be_read_in_two_ways_is_refused(served, octets):
    answer = spoken(served, octets + FURTHER, shut=False)
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer


def test_what_is_broken_behind_others_costs_them_nothing(served):
    good = b"GET /__version__ HTTP/1.1\r\nHost: a\r\n\r\n"
    for broken in (b"GET\r\n\r\n", POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n"):
        answer = spoken(served, good * 2 + broken, shut=False)
        assert re.findall(rb"HTTP/1.1 (\d+) ", answer) == [b"200", b"200", b"400"]


def test_fields_behind_a_body_are_no_headers(served, monkeypatch):
    seen = []
    application = served.running.service._application

    async def noting(scope, receive, send):
        await application(scope, receive, send)
        seen.extend(scope.get("headers", ()))

    monkeypatch.setattr(served.running.service, "_application", noting)
    octets = (
        POST
        + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"2\r\n[]\r\n0\r\nAuthorization: Bearer x\r\nX-Forwarded-Proto: https\r\n\r\n"
    )
    assert spoken(served, octets, shut=False).startswith(b"HTTP/1.1 204 ")
    assert b"transfer-encoding" in dict(seen)
    assert not {b"authorization", b"x-forwarded-proto"} & {name for name, _ in seen}


@pytest.mark.parametrize(
    "wish",
    [
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    ],
)
def test_who_wants_another_protocol_gets_this_one_and_no_further_request(served, wish):
    octets = b"GET /__version__ HTTP/1.1\r\nHost: a\r\n" + wish + b"\r\n"
    answer = spoken(served, octets + FURTHER, shut=False)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer


@pytest.mark.parametrize(
    "octets",
    [
        b"GET http://a/__version__ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /__version__ HTTP/1.0\r\n\r\n",
        b"\r\n\r\nGET /__version__ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
)
def test_other_ways_to_write_a_request_are_read(served, octets):
    assert spoken(served, octets, shut=False).startswith(b"HTTP/1.1 200 ")


def test_empty_lines_do_not_keep_a_connection(served, monkeypatch):
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    octets = b"GET /__version__ HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection((HOST, served.port), timeout=20) as plain:
        plain.sendall(octets)
        assert plain.recv(65536).startswith(b"HTTP/1.1 200 ")
        plain.sendall(b"\r\n")
        assert plain.recv(65536) == b""


def test_a_body_that_nobody_reads_is_not_waited_for(served, monkeypatch):
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    octets = b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{"
    answer = spoken(served, octets, shut=False)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.count(b"HTTP/1.1 ") == 1
