"""Running the service: a socket, uvicorn, its own TLS or none, until a signal."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Iterator
from typing import Any, cast

import uvicorn

from tlsward.errors import UsageError
from tlsward.invoicer.connection import MOST_CONNECTIONS, PatientConnection
from tlsward.invoicer.log import Log, ServerLog
from tlsward.invoicer.service import Service
from tlsward.invoicer.settings import InvoicerSettings, TlsFiles
from tlsward.invoicer.slow_readers import ending_slow_readers
from tlsward.invoicer.tls import ReloadingTls
from tlsward.invoicer.tls_connection import TlsConnection

BACKLOG = 1024
IDLE_SECONDS = 15
#: What is under way when a signal comes has so long to end.
GRACE_SECONDS = 10


class Running:
    """One server of one service. `port` is the one asked for, or a free one for 0.

    Raises UsageError for an address that cannot be listened at, and for TLS files that are wrong.
    """

    def __init__(
        self,
        settings: InvoicerSettings,
        log: Log,
        *,
        listen: tuple[str, int],
        tls: TlsFiles | None = None,
    ) -> None:
        self.service = Service(settings, log)
        self._log = log
        self._tls = ReloadingTls(tls, log, settings.pins) if tls is not None else None
        self._tls_connections: set[TlsConnection] = set()
        host, port = listen
        self._host = host
        try:
            self._listener = socket.create_server(
                (host, port),
                family=socket.AF_INET6 if ":" in host else socket.AF_INET,
                backlog=BACKLOG,
            )
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "cannot be used"
            raise UsageError(f"--listen {host}:{port}: {reason}") from None
        self.port: int = self._listener.getsockname()[1]
        self.server = uvicorn.Server(self._config())

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self.service,
            # A function does for a class: uvicorn calls it for each connection.
            http=cast("type[asyncio.Protocol]", self._connection),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # `forwarding` does this, for the proxies that the operator named.
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )

    def _connection(self, *more: Any, **named: Any) -> asyncio.Protocol:  # noqa: ANN401
        connection = PatientConnection(*more, **named)
        if self._tls is None:
            return connection
        return TlsConnection(connection, self._tls.context, self._tls_connections, MOST_CONNECTIONS)

    def _connections(self) -> set[PatientConnection]:
        return cast("set[PatientConnection]", self.server.server_state.connections)

    async def serve(self) -> None:
        """Serve until a signal, or until `server.should_exit`; raises DatabaseError."""
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(_server_log(self._log))
            stack.callback(self._listener.close)
            stack.push_async_callback(self.service.stop)
            await self.service.start()
            if self._tls is not None:
                await stack.enter_async_context(self._tls.watching())
            await stack.enter_async_context(ending_slow_readers(self._connections))
            self._log.info("listening", host=self._host, port=self.port, tls=self._tls is not None)
            try:
                await self.server.serve([self._listener])
            finally:
                for connection in tuple(self._tls_connections):  # handshakes under way
                    connection.transport.abort()
                # Aborted transports close in the next turn of the loop.
                await asyncio.sleep(0)


def end_on_signals(server: uvicorn.Server) -> None:
    """Have a signal end the server, before uvicorn listens for signals as well as after.

    When it has ended uvicorn raises the signal once more, and that is not to end the process.
    """

    def end(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


@contextlib.contextmanager
def _server_log(log: Log) -> Iterator[None]:
    handler = ServerLog(log)
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
