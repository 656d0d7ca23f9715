"""TLS around a connection of the HTTP server.

asyncio and uvloop drop the alert of a failed handshake, so that whoever asks cannot tell a
refused version from a broken line. Here it is sent, and each connection begins with the
context of the moment, which is how a new certificate is served without a restart.
"""

import asyncio
import contextlib
import ssl
from typing import Any, cast

HANDSHAKE_SECONDS = 10.0
_READ_BYTES = 65536


class TlsConnection(asyncio.Protocol):
    """The server's end of TLS; `inner` sees the octets below it, once the handshake is done.

    `open_ones` are all connections like this one; at `most` of them a further one is dropped.
    """

    def __init__(
        self,
        inner: asyncio.Protocol,
        context: ssl.SSLContext,
        open_ones: "set[TlsConnection]",
        most: int,
    ) -> None:
        self._inner = inner
        self._open_ones = open_ones
        self._most = most
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._established = False
        self._paused = False
        self._patience: asyncio.TimerHandle | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the client's hello."""
        self.transport = cast("asyncio.Transport", transport)
        if len(self._open_ones) >= self._most:
            self.transport.abort()
        self._open_ones.add(self)
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(HANDSHAKE_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take octets of the connection."""
        self._incoming.write(data)
        self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the inner one, if it was ever told of the connection."""
        self._open_ones.discard(self)
        self._stop_waiting()
        if self._established:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Have the inner one wait until the client has read."""
        if self._established:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Have the inner one go on."""
        if self._established:
            self._inner.resume_writing()

    def write(self, data: bytes) -> None:
        """Send octets of the inner one."""
        if data and not self.transport.is_closing():
            self.tls.write(data)
            self._flush()

    def close(self) -> None:
        """Say that nothing follows (close_notify), and close."""
        if not self.transport.is_closing():
            with contextlib.suppress(ssl.SSLError):
                self.tls.unwrap()  # the client's own close_notify is not waited for
            self._flush()
            self.transport.close()

    def pause_reading(self) -> None:
        """Give the inner one nothing for now."""
        self._paused = True
        self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Give it what came meanwhile, and what comes."""
        self._paused = False
        self.transport.resume_reading()
        asyncio.get_running_loop().call_soon(self._advance)

    def _advance(self) -> None:
        try:
            if not self._established:
                self.tls.do_handshake()
                self._established = True
                self._stop_waiting()
                self._inner.connection_made(TlsTransport(self))
            while not self._paused and not self.transport.is_closing():
                data = self.tls.read(_READ_BYTES)
                if not data:
                    self.close()
                    return
                self._inner.data_received(data)
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError:
            self._flush()  # the alert that says why
            self.transport.close()

    def _flush(self) -> None:
        if self._outgoing.pending and not self.transport.is_closing():
            self.transport.write(self._outgoing.read())

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class TlsTransport(asyncio.Transport):
    """What the inner protocol takes for its transport."""

    def __init__(self, connection: TlsConnection) -> None:
        super().__init__()
        self._connection = connection

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send octets."""
        self._connection.write(bytes(data))

    def close(self) -> None:
        """Close when all is sent."""
        self._connection.close()

    def abort(self) -> None:
        """Drop the connection without another octet."""
        self._connection.transport.abort()

    def is_closing(self) -> bool:
        """Return whether nothing more is sent."""
        return self._connection.transport.is_closing()

    def pause_reading(self) -> None:
        """Deliver nothing until `resume_reading`."""
        self._connection.pause_reading()

    def resume_reading(self) -> None:
        """Deliver again."""
        self._connection.resume_reading()

    def get_write_buffer_size(self) -> int:
        """Return how many octets wait to be sent, those of TLS around them included."""
        return self._connection.transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - asyncio's own
        """Return facts of the connection, those of TLS by asyncio's names for them."""
        if name == "ssl_object":
            return self._connection.tls
        if name == "sslcontext":
            return self._connection.tls.context
        return self._connection.transport.get_extra_info(name, default)
