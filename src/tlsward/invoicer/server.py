"""Running the service: a socket, uvicorn, its own TLS or none, until a signal."""

import contextlib
import logging
import os
import signal
import socket
import ssl
from collections.abc import Iterator

import uvicorn

from tlsward.errors import UsageError
from tlsward.invoicer.connection import HEAD_LIMIT_BYTES, PatientConnection
from tlsward.invoicer.log import Log, ServerLog
from tlsward.invoicer.service import Service
from tlsward.invoicer.settings import InvoicerSettings, TlsFiles
from tlsward.invoicer.tls import ReloadingTls

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
        self._tls = ReloadingTls(tls, log) if tls is not None else None
        host, port = listen
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
        tls = self._tls
        return uvicorn.Config(
            self.service,
            http=PatientConnection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            # `forwarding` does this, for the proxies that the operator named.
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            h11_max_incomplete_event_size=HEAD_LIMIT_BYTES,
            ssl_context_factory=None if tls is None else lambda *_: _context_of(tls),
        )

    async def serve(self) -> bool:
        """Serve until a signal, or until `server.should_exit`; return whether it began to."""
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(_server_log(self._log))
            stack.callback(self._listener.close)
            if self._tls is not None:
                await stack.enter_async_context(self._tls.watching())
            try:
                await self.server.serve([self._listener])
            except SystemExit:  # uvicorn's word for a start that failed, which it has logged
                return False
        return True


def _context_of(tls: ReloadingTls) -> ssl.SSLContext:
    return tls.context


def ignore_signals_after_shutdown() -> None:
    """Have a signal end the server and not, when uvicorn raises it once more, the process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)


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
