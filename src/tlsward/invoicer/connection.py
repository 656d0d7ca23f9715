"""One connection of the HTTP server: uvicorn's, with the patience and the manners it lacks.

uvicorn waits for ever for a request that never ends, and tells of a broken one in plain text.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import h11
import msgspec
from uvicorn.protocols.http.h11_impl import H11Protocol

from tlsward.invoicer.problems import MEDIA_TYPE
from tlsward.invoicer.values import Problem

if TYPE_CHECKING:
    from uvicorn.config import Config

#: From the connection, or from the first byte of a further request, to the end of its head.
HEAD_SECONDS = 10.0
HEAD_LIMIT_BYTES = 16 * 1024
MOST_CONNECTIONS = 1000


class PatientConnection(H11Protocol):
    """An HTTP/1.1 connection that is closed when a request's head does not arrive in time."""

    def __init__(self, config: "Config", *more: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(config, *more, **named)
        self._patience: asyncio.TimerHandle | None = None

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
        """Take bytes, and wait for the rest of a head that is not complete."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._patience is None:
            self._begin_to_wait()

    def on_response_complete(self) -> None:
        """Wait for the rest of a further head, where its beginning came with the last request."""
        super().on_response_complete()
        begun, _ = self.conn.trailing_data
        if begun and self._patience is None and self.cycle.response_complete:
            self._begin_to_wait()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - in uvicorn's words
        """Answer a request that is none in the shape that every error has."""
        problem = Problem(
            title="Bad Request", status=400, detail="this is not HTTP/1.1", request_id=""
        )
        body = msgspec.json.encode(problem)
        head = h11.Response(
            status_code=400,
            reason=b"Bad Request",
            headers=[
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        )
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _begin_to_wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
