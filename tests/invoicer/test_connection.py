"""What a connection answers does not depend on the pieces that the octets came in.

The transport is a fake: on a real one nobody can say where a piece ends.
"""

import asyncio
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.server import ServerState

from tlsward.invoicer.connection import HEAD_LIMIT_BYTES, MOST_AHEAD, PatientConnection


class Transport(asyncio.Transport):
    """Keeps what is written, and takes nothing more once it is closed."""

    def __init__(self):
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data):
        if not self.closed:
            self.written += data

    def close(self):
        self.closed = True

    abort = close

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        pass

    resume_reading = pause_reading


async def echo(scope, receive, send):
    """Answer with the path, the names of the headers and the body."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        more = message["more_body"]
    names = b",".join(name for name, _ in scope["headers"])
    said = b"|".join([scope["path"].encode("utf-8", "surrogateescape"), names, body])
    length = (b"content-length", str(len(said)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": said})


def answered(pieces):
    """What a connection writes to these pieces, and whether it is closed then."""

    async def run():
        transport = Transport()
        config = Config(echo, lifespan="off", ws="none", log_config=None)
        connection = PatientConnection(config, ServerState(), {})
        connection.connection_made(transport)
        for piece in pieces:
            if transport.closed:
                break
            connection.data_received(piece)
            for _ in range(2 * MOST_AHEAD):  # the tasks of the requests so far
                await asyncio.sleep(0)
        closed = transport.closed
        connection.connection_lost(None)
        await asyncio.sleep(0)
        return transport.written, closed

    return asyncio.run(run())


PARTS = st.lists(
    st.sampled_from(
        [
            b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
            b"POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ",
            (
                b"POST /d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"4;x=y\r\nGET \r\n0\r\nLate: field\r\n\r\n"
            ),
            b"GET /e HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
            b"GET /f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            b"GET /g HTTP/1.0\r\n\r\n",
            b"GET /h HTTP/1.1\r\n\r\n",
            b"nonsense\r\n\r\n",
            b"\r\n",
            b"GET /i HTTP/1.1\r\nHo",
        ]
    ),
    min_size=1,
    max_size=4,
)


def test_each_request_is_answered_in_its_turn():
    octets = (
        b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        b"POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET "
        b"GET /f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    written, closed = answered([octets])
    bodies = re.findall(rb"/[a-z]+\|[^|]*\|(?:GET )?", written)
    assert bodies == [b"/a|host|", b"/c|host,content-length|GET ", b"/f|host,connection|"]
    assert closed


@given(PARTS, st.lists(st.integers(1, 300), max_size=8))
@settings(max_examples=300, deadline=None)
def test_the_answer_is_the_same_in_whatever_pieces(parts, cuts):
    octets = b"".join(parts)
    places = sorted({0, *(cut for cut in cuts if cut < len(octets)), len(octets)})
    pieces = [octets[one:other] for one, other in itertools.pairwise(places)]
    whole, in_pieces = answered([octets]), answered(pieces)
    assert in_pieces == whole
    assert b"late" not in whole[0]


@given(st.binary(max_size=300), PARTS)
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_answered_or_waited_for(octets, parts):
    written, closed = answered([octets, *parts])
    statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", written)
    assert set(statuses) <= {b"200", b"400"}
    assert closed or b"400" not in statuses


@pytest.mark.parametrize("size", [1, 1000, HEAD_LIMIT_BYTES * 2])
def test_a_head_has_an_end_in_whatever_pieces(size):
    octets = b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * (HEAD_LIMIT_BYTES + size)
    written, closed = answered([octets[n : n + size] for n in range(0, len(octets), size)])
    assert written.startswith(b"HTTP/1.1 400 ")
    assert closed


def test_requests_that_come_ahead_of_their_answers_are_not_without_number():
    written, closed = answered([b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n" * 3000])
    assert written.count(b"HTTP/1.1 200 ") == MOST_AHEAD + 1
    assert b"connection: close" in written
    assert closed
