"""HTTP/2 as no package misbehaves: fakes, made with the server side of h2 itself."""

import asyncio

import h2.config
import h2.connection
import pytest

from tlsward.model.http import HeaderLine
from tlsward.net.fetch_backend import FetchError
from tlsward.net.fetch_url import FetchUrl
from tlsward.net.http_connection import ask

URL = FetchUrl(scheme="https", host="a.example", port=443, target="/x?y")


class Stream:
    """A connection to a server that answers a request with what `answer` does, then closes."""

    def __init__(self, answer):
        self.server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.server.initiate_connection()
        self.answer = answer
        self.asked = []

    async def write(self, octets, silence_seconds):
        for event in self.server.receive_data(octets):
            if type(event).__name__ == "RequestReceived":
                self.asked = event.headers
                self.answer(self.server)

    async def read(self, most, silence_seconds):
        return self.server.data_to_send(most)

    def raw(self, octets):
        """Send octets of no protocol."""
        self.server.data_to_send = lambda most=None: octets


def answered(answer):
    stream = Stream(answer)
    return asyncio.run(ask(stream, URL, http2=True, silence_seconds=1)), stream


def test_a_request_and_its_answer():
    headers = [(":status", "200"), ("server", "x"), ("set-cookie", "a=b"), ("set-cookie", "c=d")]
    answer, stream = answered(lambda server: server.send_headers(1, headers))
    assert answer.status == 200
    assert answer.headers == tuple(HeaderLine(*field) for field in headers[1:])
    asked = {bytes(name): bytes(value) for name, value in stream.asked}
    assert asked[b":authority"] == b"a.example"
    assert asked[b":path"] == b"/x?y"
    assert asked[b":scheme"] == b"https"


def test_interim_responses_are_passed_over():
    def answer(server):
        server.send_headers(1, [(":status", "103"), ("link", "</a>")])
        server.send_headers(1, [(":status", "204")], end_stream=True)

    assert answered(answer)[0].status == 204


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda server: server.reset_stream(1, 11), "it reset the stream (error 11)"),
        (lambda server: server.close_connection(11), "it ended HTTP/2 (error 11)"),
        (lambda server: server.close_connection(13), "it wants HTTP/1.1 (error 13)"),
        (lambda server: server.reset_stream(1, 13), "it wants HTTP/1.1 (error 13)"),
        (lambda server: None, "it closed the connection without an answer"),
        (
            lambda server: server.send_headers(
                1, [(":status", "200"), *(("a", "b") for _ in range(600))]
            ),
            "it sends more than 512 header lines",
        ),
    ],
)
def test_what_is_no_answer(answer, reason):
    with pytest.raises(FetchError) as raised:
        answered(answer)
    assert str(raised.value) == reason


def unchecked(fields):
    """Answer with fields as they stand."""

    def answer(server):
        server.config.validate_outbound_headers = False
        server.config.normalize_outbound_headers = False
        server.send_headers(1, fields, end_stream=True)

    return answer


def test_space_around_a_value_is_let_by():
    """RFC 9113 section 8.2.1 forbids it, servers send it as configured, and browsers read it."""
    fields = [(":status", "200"), ("server", " x\t")]
    assert answered(unchecked(fields))[0].headers == (HeaderLine("server", " x\t"),)


@pytest.mark.parametrize(
    "fields",
    [
        [("server", "x")],
        [(":status", "20")],
        [(":status", "200"), (":status", "404")],
        [(":status", "200"), (":path", "/")],
        [("server", "x"), (":status", "200")],
        [(":status", "200"), ("Server", "x")],
        [(":status", "200"), ("", "x")],
        [(":status", "200"), ("a b", "x")],
        [(":status", "200"), ("a:b", "x")],
        [(":status", "200"), ("a\x1b", "x")],
        [(":status", "200"), ("a", "x\r\nserver: y")],
        [(":status", "200"), ("a", "x\ny")],
        [(":status", "200"), ("a", "x\0")],
        [(":status", "200"), ("connection", "close")],
        [(":status", "200"), ("transfer-encoding", "chunked")],
        [(":status", "200"), ("content-length", "1"), ("content-length", "2")],
    ],
)
def test_a_malformed_response_is_none(fields):
    with pytest.raises(FetchError, match="a malformed HTTP/2 answer: "):
        answered(unchecked(fields))


def ended(last_stream, error, size):
    """Answer after a GOAWAY, in pieces of a size."""

    def answer(server):
        before = server.data_to_send()
        server.send_headers(1, [(":status", "200")], end_stream=True)
        goaway = (
            bytes.fromhex("000008 07 00 00000000") + last_stream.to_bytes(4) + error.to_bytes(4)
        )
        octets = before + goaway + server.data_to_send()
        pieces = iter([octets[i : i + size] for i in range(0, len(octets), size)])
        server.data_to_send = lambda most=None: next(pieces, b"")

    return answer


@pytest.mark.parametrize("last_stream", [1, 2**31 - 1])
@pytest.mark.parametrize("size", [1, 1000])
def test_a_server_that_ends_may_still_answer(last_stream, size):
    """RFC 9113 section 6.8: streams up to the last one it names are served."""
    assert answered(ended(last_stream, 0, size))[0].status == 200


@pytest.mark.parametrize(("last_stream", "error"), [(0, 0), (1, 11)])
def test_a_server_that_ends_for_good_does_not(last_stream, error):
    with pytest.raises(FetchError, match=rf"it ended HTTP/2 \(error {error}\)"):
        answered(ended(last_stream, error, 1))


def test_interim_responses_without_end():
    def answer(server):
        for _ in range(20):
            server.send_headers(1, [(":status", "103")])

    with pytest.raises(FetchError, match="it sends interim responses without end"):
        answered(answer)


def test_octets_of_another_protocol_without_end():
    stream = Stream(lambda server: None)
    stream.raw(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4)
    with pytest.raises(FetchError, match="no headers within 262144 bytes"):
        asyncio.run(ask(stream, URL, http2=True, silence_seconds=1))


def test_pings_without_end():
    stream = Stream(lambda server: None)

    async def read(most, silence_seconds):
        stream.server.ping(b"12345678")
        return stream.server.data_to_send() * 200

    stream.server.data_to_send()
    stream.read = read
    stream.write = lambda octets, silence_seconds: asyncio.sleep(0)
    with pytest.raises(FetchError):
        asyncio.run(ask(stream, URL, http2=True, silence_seconds=1))
