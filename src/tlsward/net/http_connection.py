"""One request on one connection, over HTTP/1.1 or HTTP/2, up to the end of the headers.

Every header line is kept as it came: in its order, repeated ones too, with the case of its
name. The body is not wanted and not read; what a server may send before its headers end is
bounded.
"""

import re
from collections.abc import Iterable

import h2.config
import h2.connection
import h2.errors
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
_OCTETS = re.compile(r"(?:\bbytearray\()?\bb('[^']*'|\"[^\"]*\")\)?")
#: HTTP/2 (RFC 9113 sections 4.1, 5.1.1, 6.8): the one stream that is opened here.
_FRAME_HEAD_OCTETS = 9
_GOAWAY = 0x07
#: Names of fields, and octets that no value has (RFC 9113 section 8.2.1).
_FIELD_NAME = re.compile(rb"[!-9;-@\[-~]+\Z")
_NO_VALUE = re.compile(rb"[\0\r\n]")
#: Fields that are of one connection of HTTP/1.1 alone (section 8.2.2).
_OF_ONE_CONNECTION = frozenset(
    {b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade"}
)
_STREAM = 1


class WantsHttp1Error(FetchError):
    """The request is to be made over HTTP/1.1 (RFC 9113 section 7, HTTP_1_1_REQUIRED)."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came before the body."""

    status: int
    version: str
    headers: tuple[HeaderLine, ...]


async def ask(
    stream: AsyncNetworkStream, url: FetchUrl, *, http2: bool, silence_seconds: float
) -> Answer:
    """Send a GET and return what comes before the body.

    Raises FetchError, its message safe to show, for what is no answer, WantsHttp1Error among
    them, and httpcore2's errors for a connection that breaks.
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
    # Fields are checked below: h2 wants no space around a value, which servers send and
    # browsers read.
    how = h2.config.H2Configuration(
        client_side=True, header_encoding=None, validate_inbound_headers=False
    )
    connection = h2.connection.H2Connection(how)
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
    connection.send_headers(_STREAM, [*pseudo, *lower], end_stream=True)
    received, interim = 0, 0
    pending = bytearray()
    while True:
        await stream.write(connection.data_to_send(), silence_seconds)
        data = await stream.read(_READ_BYTES, silence_seconds)
        received += len(data)
        if received > MOST_OCTETS:
            raise FetchError(f"no headers within {MOST_OCTETS} bytes")
        if not data:
            raise FetchError("it closed the connection without an answer")
        pending += data
        for event in connection.receive_data(_frames(pending)):
            if isinstance(event, h2.events.ResponseReceived):
                return _http2_answer(event.headers or [])
            if isinstance(event, h2.events.InformationalResponseReceived):
                interim += 1
                if interim > MOST_INTERIM:
                    raise FetchError("it sends interim responses without end")
            if isinstance(event, h2.events.StreamReset | h2.events.ConnectionTerminated):
                raise _ended(event)


def _ended(event: h2.events.StreamReset | h2.events.ConnectionTerminated) -> FetchError:
    code = int(event.error_code or 0)
    if code == h2.errors.ErrorCodes.HTTP_1_1_REQUIRED:
        return WantsHttp1Error(f"it wants HTTP/1.1 (error {code})")
    what = "reset the stream" if isinstance(event, h2.events.StreamReset) else "ended HTTP/2"
    return FetchError(f"it {what} (error {code})")


def _frames(pending: bytearray) -> bytes:
    """Take whole frames from what was received, without a GOAWAY that leaves our stream open.

    h2 takes a connection for closed by any GOAWAY; but streams up to the one that it names are
    still served (RFC 9113 section 6.8), and servers send it before their last answer.
    """
    taken, start = bytearray(), 0
    while len(pending) - start >= _FRAME_HEAD_OCTETS:
        head = start + _FRAME_HEAD_OCTETS
        end = head + int.from_bytes(pending[start : start + 3])
        if end > len(pending):
            break
        payload = pending[head : head + 8]
        last, error = int.from_bytes(payload[:4]) & 0x7FFFFFFF, int.from_bytes(payload[4:])
        ends_later = pending[start + 3] == _GOAWAY and len(payload) == 8 and not error
        if not (ends_later and last >= _STREAM):
            taken += pending[start:end]
        start = end
    del pending[:start]
    return bytes(taken)


def _http2_answer(headers: "Iterable[tuple[bytes, bytes]]") -> Answer:
    """Return the answer. Raises FetchError for a malformed one (RFC 9113 sections 8.2, 8.3.2)."""
    fields = [(bytes(name), bytes(value)) for name, value in headers]
    name, status = fields.pop(0) if fields else (b"", b"")
    if name != b":status" or re.fullmatch(rb"[0-9]{3}", status) is None:
        raise FetchError("a malformed HTTP/2 answer: it has no status")
    for name, value in fields:
        shown = printable(name)[:60]
        if _FIELD_NAME.match(name) is None or name in _OF_ONE_CONNECTION:
            raise FetchError(f"a malformed HTTP/2 answer: there is no header '{shown}'")
        if _NO_VALUE.search(value) is not None:
            raise FetchError(
                f"a malformed HTTP/2 answer: the value of {shown} has a line end or NUL"
            )
    return Answer(status=int(status), version="HTTP/2", headers=_lines(fields))


def _words(error: Exception) -> str:
    # The libraries show octets as Python writes them.
    return _OCTETS.sub(r"\1", printable(str(error).encode())[:200])


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
