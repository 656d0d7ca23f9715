"""One connection of the HTTP server: uvicorn's, with the patience and the manners it lacks.

llhttp, which reads the requests here, has no limit of its own to a head, to the fields that follow
a body or to the words beside a chunk's size; and uvicorn waits for ever for a request that never
ends, and tells of a broken one in plain text.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tlsward.invoicer.problems import MEDIA_TYPE
from tlsward.invoicer.security_headers import ALWAYS
from tlsward.invoicer.values import Problem

if TYPE_CHECKING:
    from uvicorn.config import Config

#: From the connection, or from the first byte of a further request, to the end of its head.
HEAD_SECONDS = 10.0
HEAD_LIMIT_BYTES = 16 * 1024
MOST_CONNECTIONS = 1000
#: Requests of one connection that wait for the answer to those before them.
MOST_AHEAD = 32
_HEADERS = b"".join(
    b"%b: %b\r\n" % (name.encode(), value.encode())
    for name, value in {**ALWAYS, "Cache-Control": "no-store"}.items()
)


class PatientConnection(HttpToolsProtocol):
    """An HTTP/1.1 connection that is closed when a request's head does not arrive in time."""

    def __init__(self, config: "Config", *more: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(config, *more, **named)
        self._patience: asyncio.TimerHandle | None = None
        self._refused = False
        self._owed: str | None = None
        #: Between the first byte of a request and the end of its head, or of its last chunk.
        self._in_head = self._in_message = False
        #: Octets of the head so far, and those of all kinds since something came of them.
        self._head_bytes = self._idle_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait, unless there are too many connections already."""
        if len(self.connections) >= MOST_CONNECTIONS:
            transport.abort()
        super().connection_made(transport)
        self._begin_to_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; refuse what is no HTTP, and what does not come to an end."""
        if self._refused:
            return
        self._unset_keepalive_if_required()
        self._idle_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Whoever wants another protocol goes on in this one, and with a further connection:
            # what follows might be of either.
            if self.cycle is not None:
                self.cycle.keep_alive = False
            self._refused = True
        except httptools.HttpParserError:
            self.send_400_response("this is not HTTP/1.1")
            return
        if self._idle_bytes > HEAD_LIMIT_BYTES:
            self.send_400_response("this is not HTTP/1.1")
        elif self._in_head or self.cycle is None or self.cycle.response_complete:
            self._begin_to_wait()

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._in_head = self._in_message = True
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; those after a body (trailers) say nothing here.

        uvicorn would add them to the headers that the application has read already.
        """
        self._count(len(name) + len(value))
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Have the request answered."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            # RFC 9112 section 3.2; llhttp leaves it to its user.
            raise ValueError("a request names its host once")
        if len(self.pipeline) >= MOST_AHEAD:
            raise ValueError("too many requests before their answers")
        super().on_headers_complete()
        self._in_head = False
        self._idle_bytes = 0
        self._stop_waiting()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the next byte begins another request."""
        self._in_message = False
        self._idle_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the rest of what has begun: of a further head, or of a body nobody read."""
        was_last = not self.pipeline
        super().on_response_complete()
        if self._owed is not None and was_last and not self.transport.is_closing():
            self._refuse(self._owed)
        elif self._in_head or (self._in_message and self.cycle.response_complete):
            self._begin_to_wait()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request in its turn, and hear no more on this connection."""
        self._refused = True
        self._stop_waiting()
        self.logger.warning("%s: from %s", msg, self.client[0] if self.client else "unknown")
        cycle = self.cycle
        if not self._in_head and self.pipeline:
            # Its body broke before anybody began to answer it; those before it are answered.
            self.pipeline.popleft()
            self._owed = msg
        elif self._in_head and cycle is not None and not cycle.response_complete:
            self._owed = msg
        elif cycle is None or self._in_head or not cycle.response_started:
            self._refuse(msg)
        else:
            self.transport.close()

    def _refuse(self, msg: str) -> None:
        """Send the answer in the shape that every error has, with the headers of every answer."""
        problem = Problem(title="Bad Request", status=400, detail=msg, request_id="")
        body = msgspec.json.encode(problem)
        self.transport.write(
            b"%b%bcontent-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (STATUS_LINE[400], _HEADERS, MEDIA_TYPE.encode(), len(body), body)
        )
        self.transport.close()

    def _count(self, octets: int) -> None:
        self._head_bytes += octets
        if self._head_bytes > HEAD_LIMIT_BYTES:
            raise ValueError(f"a head of more than {HEAD_LIMIT_BYTES} octets")

    def _begin_to_wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
