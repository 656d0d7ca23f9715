"""A TLS server on the loopback address, made of nothing but Python's own ssl.

It runs an event loop in a thread of its own, so that it can be scanned by the loop of
the caller. TLS goes through a pair of memory buffers rather than asyncio's own
transport: a scan ends most of its handshakes half-way, which is nothing to log here.
Its policy can be changed while it serves, as a load balancer's can.
"""

import asyncio
import contextlib
import socket
import ssl
import tempfile
import threading
from pathlib import Path
from typing import Self, cast

from tlsward.sandbox.authority import Credentials
from tlsward.sandbox.policy import Policy

HOST = "127.0.0.1"
#: A client that says nothing for so long is cut off.
IDLE_SECONDS = 20.0
#: A scan may open all of its connections at once.
BACKLOG = 512
#: Enough for the request line and headers of any client that means well.
REQUEST_LIMIT_BYTES = 16384

_VERSIONS = {
    # The oldest that OpenSSL was built with; naming TLS 1.0 itself is deprecated in Python,
    # and SSL 3.0 is switched off by an option that every context is born with.
    "TLSv1": ssl.TLSVersion.MINIMUM_SUPPORTED,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def server_context(policy: Policy, credentials: Credentials) -> ssl.SSLContext:
    """Return an SSLContext that serves the policy, whatever the system's own policy says.

    Raises ssl.SSLError where this Python's OpenSSL cannot serve it, and KeyError for a
    range of protocols that does not begin at TLSv1, TLSv1.2 or TLSv1.3.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[policy.protocols[0]]
    context.maximum_version = _VERSIONS[policy.protocols[-1]]
    if policy.cipher_suites:
        # Security level 0, because OpenSSL 3 refuses SHA-1 signatures, and with them
        # everything before TLS 1.2, at any higher level.
        context.set_ciphers(":".join((*policy.cipher_suites, "@SECLEVEL=0")))
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ecdh_curve(policy.group)
    context.set_alpn_protocols(["http/1.1"])
    # The ssl module reads a key from a file alone.
    with tempfile.TemporaryDirectory(prefix="tlsward-") as directory:
        chain, key = Path(directory, "chain.pem"), Path(directory, "key.pem")
        chain.write_bytes(credentials.chain)
        key.write_bytes(credentials.key)
        context.load_cert_chain(chain, key)
    return context


class LocalEndpoint:
    """An HTTPS server on 127.0.0.1, serving while the `with` block lasts.

    `port` is the one asked for, or a free one. Raises OSError where the port is taken.
    """

    def __init__(self, policy: Policy, credentials: Credentials, *, port: int = 0) -> None:
        self.port = port
        self.connections = 0
        self._credentials = credentials
        self.reconfigure(policy)
        self._open: set[_Connection] = set()
        self._accepting: set[asyncio.Task[object]] = set()
        self._listener: socket.socket
        self._loop: asyncio.AbstractEventLoop
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox endpoint", daemon=True)

    def reconfigure(self, policy: Policy) -> None:
        """Serve another policy from the next connection on."""
        self.context = server_context(policy, self._credentials)
        self.policy = policy

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, self.port), backlog=BACKLOG)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        # Not asyncio's own Server: one that is closed while it accepts loses the socket.
        self._loop.add_reader(self._listener, self._accept)
        await self._stop.wait()
        self._loop.remove_reader(self._listener)
        self._listener.close()
        await asyncio.gather(*self._accepting)
        for connection in tuple(self._open):
            connection.abort()
        # Aborted transports close in the next turn of the loop.
        await asyncio.sleep(0)

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        task: asyncio.Task[object] = self._loop.create_task(
            self._loop.connect_accepted_socket(lambda: _Connection(self), accepted)
        )
        self._accepting.add(task)
        task.add_done_callback(self._accepting.discard)

    def opened(self, connection: "_Connection") -> None:
        """Count a connection, and remember it so that it can be ended."""
        self.connections += 1
        self._open.add(connection)

    def closed(self, connection: "_Connection") -> None:
        """Forget a connection."""
        self._open.discard(connection)


class _Connection(asyncio.Protocol):
    """One client: a handshake, then the same small page for every request."""

    def __init__(self, endpoint: LocalEndpoint) -> None:
        self._endpoint = endpoint
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = endpoint.context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._page = _page(endpoint.policy)
        self._established = False
        self._request = b""
        self._transport: asyncio.Transport
        self._idle: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.abort)
        self._endpoint.opened(self)

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        try:
            self._advance()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError:
            # The alert that says why is already in the buffer.
            self._flush()
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._idle.cancel()
        self._endpoint.closed(self)

    def abort(self) -> None:
        """Drop the connection without another byte."""
        self._transport.abort()

    def _advance(self) -> None:
        if not self._established:
            self._tls.do_handshake()
            self._established = True
            self._flush()
        while True:
            received = self._tls.read(4096)
            if not received:
                break
            self._request += received
            if b"\r\n\r\n" in self._request:
                self._tls.write(self._page)
                break
            if len(self._request) > REQUEST_LIMIT_BYTES:
                break
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()  # sends close_notify; the client's own is not waited for
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._outgoing.pending and not self._transport.is_closing():
            self._transport.write(self._outgoing.read())


def _page(policy: Policy) -> bytes:
    body = b"A sandbox endpoint of tlsward.\n"
    headers = [
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/plain",
        b"Content-Length: %d" % len(body),
        b"Connection: close",
    ]
    if policy.strict_transport_security is not None:
        headers.append(b"Strict-Transport-Security: max-age=%d" % policy.strict_transport_security)
    return b"\r\n".join(headers) + b"\r\n\r\n" + body
