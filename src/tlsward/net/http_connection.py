"""One request on one connection, over HTTP/1.1 or HTTP/2, up to the end of the headers.

Every header line is kept as it came: in its order, repeated ones too, with the case of its
name. The body is not wanted and not read; what a server may send before its headers end is
bounded.
"""

from collections.abc import Iterable

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import h11
import msgspec
from httpcore2 import AsyncNetworkStream

from tlsward import __version__
from tlsward.model.http import HeaderLine
from tlsward.net.fetch_backend import FetchError
from tlsward.net.fetch_url import FetchUrl
from tlsward.wire.starttls.preamble import printable

USER_AGENT = f"tlsward/{__version__}"
#: Codings that the request allows, so that what a server compresses is seen to be.
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
#: Octets read before the headers end, and of all header lines.
MOST_OCTETS = 256 * 1024
MOST_HEADER_OCTETS = 64 * 1024
#: Header lines kept, and responses of status 1xx passed over.
MOST_LINES = 512
MOST_INTERIM = 16
_READ_BYTES = 16 * 1024
_ENOUGH_TO_TELL = len(b"HTTP/")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came before the body."""

    status: int
    version: str
    headers: tuple[HeaderLine, ...]


async def ask(
    stream: AsyncNetworkStream, url: FetchUrl, *, http2: bool, silence_seconds: float
) -> Answer:
    """Send a GET and return what comes before the body.

    Raises FetchError, its message safe to show, for what is no answer, and httpcore2's errors
    for a connection that breaks.
    """
    try:
        if http2:
            return await _ask_http2(stream, url, silence_seconds)
        return await _ask_http1(stream, url, silence_seconds)
    except h2.exceptions.ProtocolError as error:
        # HTTP/2 was agreed on in the handshake, so it is spoken there, if badly.
        raise FetchError(f"a malformed HTTP/2 answer: {_words(error)}") from error


async def _ask_http1(stream: AsyncNetworkStream, url: FetchUrl, silence_seconds: float) -> Answer:
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEADER_OCTETS)
    headers = [("Host", url.authority), *_request_headers(), ("Connection", "close")]
    request = h11.Request(method="GET", target=url.target, headers=headers)
    sent = (connection.send(request) or b"") + (connection.send(h11.EndOfMessage()) or b"")
    await stream.write(sent, silence_seconds)
    received, interim, begin = 0, 0, b""
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            kind = "a malformed" if begin.startswith(b"HTTP/") else "not an"
            raise FetchError(f"{kind} HTTP answer: {_words(error)}") from error
        if event is h11.NEED_DATA:
            data = await stream.read(_READ_BYTES, silence_seconds)
            received += len(data)
            if received > MOST_OCTETS:
                raise FetchError(f"its headers are longer than {MOST_OCTETS} bytes")
            begin = begin if len(begin) >= _ENOUGH_TO_TELL else begin + data
            if not data and received == 0:
                raise FetchError("it closed the connection without an answer")
            connection.receive_data(data)
        elif isinstance(event, h11.InformationalResponse):
            interim += 1
            if interim > MOST_INTERIM:
                raise FetchError("it sends interim responses without end")
        elif isinstance(event, h11.Response):
            version = event.http_version.decode("ascii")
            return Answer(
                status=event.status_code,
                version=f"HTTP/{version}",
                headers=_lines(event.headers.raw_items()),
            )
        else:
            raise FetchError("not an HTTP answer")


async def _ask_http2(stream: AsyncNetworkStream, url: FetchUrl, silence_seconds: float) -> Answer:
    connection = h2.connection.H2Connection(
        h2.config.H2Configuration(client_side=True, header_encoding=None)
    )
    connection.local_settings = h2.settings.Settings(
        client=True,
        initial_values={
            h2.settings.SettingCodes.ENABLE_PUSH: 0,
            h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE: MOST_HEADER_OCTETS,
        },
    )
    connection.initiate_connection()
    pseudo = [(":method", "GET"), (":scheme", url.scheme), (":authority", url.authority)]
    pseudo.append((":path", url.target))
    lower = [(name.lower(), value) for name, value in _request_headers()]
    connection.send_headers(1, [*pseudo, *lower], end_stream=True)
    received = 0
    while True:
        await stream.write(connection.data_to_send(), silence_seconds)
        data = await stream.read(_READ_BYTES, silence_seconds)
        received += len(data)
        if received > MOST_OCTETS:
            raise FetchError(f"no headers within {MOST_OCTETS} bytes")
        if not data:
            raise FetchError("it closed the connection without an answer")
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                return _http2_answer(event.headers or [])
            if isinstance(event, h2.events.StreamReset):
                raise FetchError(f"it reset the stream (error {int(event.error_code or 0)})")
            if isinstance(event, h2.events.ConnectionTerminated):
                raise FetchError(f"it ended HTTP/2 (error {int(event.error_code or 0)})")


def _http2_answer(headers: "Iterable[tuple[bytes, bytes]]") -> Answer:
    fields = [(bytes(name), bytes(value)) for name, value in headers]
    status = next((value for name, value in fields if name == b":status"), b"")
    if not status.isdigit() or len(status) != 3:
        raise FetchError("not an HTTP answer: it has no status")
    lines = _lines(field for field in fields if not field[0].startswith(b":"))
    return Answer(status=int(status), version="HTTP/2", headers=lines)


def _words(error: Exception) -> str:
    return printable(str(error).encode())[:200]


def _request_headers() -> list[tuple[str, str]]:
    return [
        ("User-Agent", USER_AGENT),
        ("Accept", "text/html,*/*;q=0.8"),
        ("Accept-Encoding", ACCEPT_ENCODING),
    ]


def _lines(fields: "Iterable[tuple[bytes, bytes]]") -> tuple[HeaderLine, ...]:
    lines = tuple(
        HeaderLine(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields
    )
    if len(lines) > MOST_LINES:
        # Cut, a header that follows would be taken for missing.
        raise FetchError(f"it sends more than {MOST_LINES} header lines")
    return lines
