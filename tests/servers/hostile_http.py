"""Servers whose TLS is sound and whose HTTP is not: fakes that no package provides.

A script is a function of one TLS connection on which a request came. Connections without a
request, which are all of a scan's but a few, are ended when the client leaves.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

from servers.laboratory import HOST

Script = Callable[[ssl.SSLSocket, threading.Event], None]

#: Terminal escapes, markup of three kinds, what XML cannot hold, and octets beyond ASCII.
EVIL = b"\x1b[2J\x1b]0;t\x07\x08\x01<script>alert(1)</script>&\"'|`[x](http://x)@all\x9b31m\xff\xfe"


class Counted:
    """What a server saw: connections, and requests on them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections = 0
        self.requests = 0


@contextlib.contextmanager
def hostile_http(
    script: Script, certificate: str, key: str, *, alpn: tuple[str, ...] = ()
) -> Iterator[Counted]:
    """Serve every request with the script; yields the port and the counts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    stopped = threading.Event()
    threads: list[threading.Thread] = []
    lock = threading.Lock()

    def converse(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            with context.wrap_socket(connection, server_side=True) as secured:
                if not secured.recv(65536):
                    return
                with lock:
                    counted.requests += 1
                script(secured, stopped)

    def accept() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            counted.connections += 1
            threads.append(threading.Thread(target=converse, args=(connection,), daemon=True))
            threads[-1].start()

    with socket.create_server((HOST, 0), backlog=128) as listener:
        counted = Counted(listener.getsockname()[1])
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield counted
        finally:
            stopped.set()
            listener.shutdown(socket.SHUT_RDWR)
    acceptor.join(5)
    for thread in threads:
        thread.join(5)


def saying(octets: bytes) -> Script:
    """Answer each request with these octets, and close."""

    def script(connection: ssl.SSLSocket, stopped: threading.Event) -> None:
        del stopped
        connection.sendall(octets)

    return script


def silent(connection: ssl.SSLSocket, stopped: threading.Event) -> None:
    """Take the request, and never say a word."""
    del connection
    stopped.wait(30)


def dripping(connection: ssl.SSLSocket, stopped: threading.Event) -> None:
    """Send one header for ever, an octet at a time: never silent, never done."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nA: ")
    while not stopped.wait(0.05):
        connection.sendall(b"x")


def flooding(connection: ssl.SSLSocket, stopped: threading.Event) -> None:
    """Send header lines without end, as fast as they are read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stopped.is_set():
        connection.sendall(b"A: b\r\n" * 1000)


def response(*headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Return an HTTP/1.1 response without a body."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: 0", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


EVIL_PAGE = response(
    b"Server: nginx/1.0 " + EVIL,
    b"Strict-Transport-Security: max-age=" + EVIL,
    b"Content-Security-Policy: " + EVIL,
    b"X-Frame-Options: " + EVIL,
    b"Referrer-Policy: " + EVIL,
    b"Permissions-Policy: " + EVIL,
    b"Content-Encoding: " + EVIL,
    b"Content-Type: " + EVIL,
    b"Alt-Svc: " + EVIL,
    b"Set-Cookie: " + EVIL + b"=secret-of-a-cookie",
    b"Location: " + EVIL,
)

#: What makes HTTP untold, with words of the reason.
UNTOLD: dict[str, tuple[Script, tuple[str, ...], str]] = {
    "silent": (silent, (), "silent for 0.5 seconds"),
    "dripping": (dripping, (), "no whole answer within 2 seconds"),
    "flooding": (flooding, (), "too long"),
    "closes": (saying(b""), (), "closed the connection"),
    "broken HTTP/1.1": (saying(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), (), "a malformed HTTP"),
    "cut off": (saying(b"HTTP/1.1 200 OK\r\nStrict-Tran"), (), "a malformed HTTP"),
    "interim for ever": (saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 99), (), "interim"),
    "h2 agreed on, not spoken": (saying(response()), ("h2",), "closed the connection"),
    "h2 that says goodbye": (
        # SETTINGS, then GOAWAY of ENHANCE_YOUR_CALM (RFC 9113 sections 6.5 and 6.8).
        saying(b"\0\0\0\x04\0\0\0\0\0" + b"\0\0\x08\x07\0\0\0\0\0" + bytes(4) + b"\0\0\0\x0b"),
        ("h2",),
        "HTTP/2",
    ),
}
