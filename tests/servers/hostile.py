"""Hostile servers, scripted: fakes that no package provides, each a few lines of bytes.

A script is a function of one accepted connection. Every connection runs in a thread of
its own; leaving the `with` block ends them all. Their bytes are written out by hand, so
that a fault in tlsward's own encoders cannot hide itself.
"""

import contextlib
import functools
import os
import random
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator

from servers.laboratory import HOST, Running

Script = Callable[[socket.socket, threading.Event], None]

ALERT, HANDSHAKE = 21, 22
FATAL, WARNING = 2, 1
DECODE_ERROR, USER_CANCELED = 50, 90
SERVER_HELLO, CERTIFICATE = 2, 11
ECDHE_RSA_AES128_GCM = 0xC02F


@contextlib.contextmanager
def hostile(script: Script) -> Iterator[int]:
    """Serve every connection with the script; yields the port."""
    stopped = threading.Event()
    threads: list[threading.Thread] = []

    def converse(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            script(connection, stopped)

    def accept() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(30)
            threads.append(threading.Thread(target=converse, args=(connection,), daemon=True))
            threads[-1].start()

    with socket.create_server((HOST, 0), backlog=128) as listener:
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stopped.set()
            listener.shutdown(socket.SHUT_RDWR)
    acceptor.join(5)
    for thread in threads:
        thread.join(5)


def record(content_type: int, payload: bytes, version: int = 0x0303) -> bytes:
    """Return one TLS record (RFC 5246 section 6.2.1)."""
    return struct.pack("!BHH", content_type, version, len(payload)) + payload


def handshake(message_type: int, body: bytes) -> bytes:
    """Return one handshake message (RFC 5246 section 7.4)."""
    return struct.pack("!I", message_type << 24 | len(body)) + body


def server_hello(version: int = 0x0303, suite: int = ECDHE_RSA_AES128_GCM) -> bytes:
    """Return a ServerHello without session id or extensions (RFC 5246 section 7.4.1.3)."""
    return handshake(
        SERVER_HELLO,
        struct.pack("!H", version) + os.urandom(32) + b"\0" + struct.pack("!H", suite) + b"\0",
    )


def read_record(connection: socket.socket) -> bytes:
    """Return the next record's payload, or what there was before the end."""
    header = read_exactly(connection, 5)
    if len(header) < 5:
        return header
    return read_exactly(connection, int.from_bytes(header[3:5]))


def read_exactly(connection: socket.socket, length: int) -> bytes:
    """Return so many bytes, or fewer where the client ends first."""
    data = b""
    while len(data) < length and (more := connection.recv(length - len(data))):
        data += more
    return data


def hang(connection: socket.socket, stopped: threading.Event) -> None:
    """Keep the connection open, and read so that nothing is reset, until the client leaves."""
    while not stopped.is_set():
        if select.select([connection], [], [], 0.05)[0] and not connection.recv(65536):
            return


def plain_http(connection: socket.socket, stopped: threading.Event) -> None:
    """HTTP where TLS should be: any request gets a 400 in clear."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def silent(connection: socket.socket, stopped: threading.Event) -> None:
    """Accept, and never say a word."""
    hang(connection, stopped)


def byte_a_second(connection: socket.socket, stopped: threading.Event) -> None:
    """Send the beginning of a good ServerHello, one byte each second."""
    for byte in record(HANDSHAKE, server_hello()):
        if stopped.wait(1):
            return
        connection.sendall(bytes([byte]))
    hang(connection, stopped)


def endless(connection: socket.socket, stopped: threading.Event) -> None:
    """Send well-formed handshake records that never end a message."""
    read_record(connection)
    connection.sendall(record(HANDSHAKE, server_hello()))
    start = struct.pack("!I", CERTIFICATE << 24 | 0xFFFFFF)
    connection.sendall(record(HANDSHAKE, start))
    filler = record(HANDSHAKE, b"\x30" * 16384)
    while not stopped.is_set():
        connection.sendall(filler)


@functools.cache
def sixteen_megabytes() -> bytes:
    """Return a Certificate message as long as its length field can say."""
    certificate = b"\x30\x82\x3f\xf0" + bytes(0x3FF0)
    entry = len(certificate).to_bytes(3) + certificate
    entries = entry * ((0xFFFFFF - 3) // len(entry))
    return handshake(CERTIFICATE, len(entries).to_bytes(3) + entries)


def many_certificates(connection: socket.socket, stopped: threading.Event) -> None:
    """Send a Certificate message of 16 MB."""
    message = sixteen_megabytes()
    read_record(connection)
    connection.sendall(record(HANDSHAKE, server_hello()))
    for start in range(0, len(message), 16384):
        connection.sendall(record(HANDSHAKE, message[start : start + 16384]))
    hang(connection, stopped)


def alert_storm(connection: socket.socket, stopped: threading.Event) -> None:
    """Send warning alerts without end."""
    read_record(connection)
    storm = record(ALERT, bytes([WARNING, USER_CANCELED])) * 500
    while not stopped.is_set():
        connection.sendall(storm)


def random_bytes(connection: socket.socket, stopped: threading.Event) -> None:
    """Send noise, the same in every run."""
    connection.sendall(random.Random(8446).randbytes(4096))
    hang(connection, stopped)


def reset_at_once(connection: socket.socket, stopped: threading.Event) -> None:
    """Reset the connection as soon as it is accepted."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_at_once(connection: socket.socket, stopped: threading.Event) -> None:
    """Close the connection as soon as it is accepted."""
    connection.shutdown(socket.SHUT_WR)
    hang(connection, stopped)


def close_after_server_hello(connection: socket.socket, stopped: threading.Event) -> None:
    """Answer with a ServerHello and hang up: not support."""
    read_record(connection)
    connection.sendall(record(HANDSHAKE, server_hello()))
    connection.shutdown(socket.SHUT_WR)
    hang(connection, stopped)


def wrong_version(connection: socket.socket, stopped: threading.Event) -> None:
    """Answer with a ServerHello of a version that nobody offered."""
    read_record(connection)
    connection.sendall(record(HANDSHAKE, server_hello(version=0x0305)))
    hang(connection, stopped)


def smtp_454(connection: socket.socket, stopped: threading.Event) -> None:
    """SMTP that offers STARTTLS and then says it is not available now (RFC 3207)."""
    connection.sendall(b"220 server.test ESMTP\r\n")
    replies = {
        b"EHLO": b"250-server.test\r\n250 STARTTLS\r\n",
        b"STARTTLS": b"454 4.7.0 TLS not available due to temporary reason\r\n",
        b"QUIT": b"221 2.0.0 Bye\r\n",
    }
    with connection.makefile("rb") as lines:
        for line in lines:
            verb = line.split()[0].upper() if line.split() else b""
            connection.sendall(replies.get(verb, b"502 5.5.2 Error\r\n"))


SCRIPTS: dict[str, Script] = {
    "plain HTTP": plain_http,
    "silent": silent,
    "a byte a second": byte_a_second,
    "endless": endless,
    "16 MB of certificates": many_certificates,
    "alert storm": alert_storm,
    "random bytes": random_bytes,
    "reset at once": reset_at_once,
    "closed at once": close_at_once,
    "closed after ServerHello": close_after_server_hello,
    "wrong version": wrong_version,
}


def offered_suites(client_hello: bytes) -> int:
    """Count the suites of a ClientHello message (RFC 5246 section 7.4.1.2)."""
    after_random = 4 + 2 + 32
    after_session = after_random + 1 + client_hello[after_random]
    return int.from_bytes(client_hello[after_session : after_session + 2]) // 2


def before(backend: Running, refuses: Callable[[bytes, int], bytes | None]) -> Script:
    """Return a script that passes connections on to a real server, unless it refuses them.

    `refuses` gets the first record's payload and the connection's number, from 1; what it
    returns is sent instead of an answer, and b"" resets the connection.
    """
    numbers = iter(range(1, 1 << 30))

    def script(connection: socket.socket, stopped: threading.Event) -> None:
        number = next(numbers)
        header = read_exactly(connection, 5)
        payload = read_exactly(connection, int.from_bytes(header[3:5])) if header else b""
        answer = refuses(payload, number)
        if answer == b"":
            reset_at_once(connection, stopped)
            return
        if answer is not None:
            connection.sendall(answer)
            return
        with socket.create_connection((backend.host, backend.port), 10) as onward:
            onward.sendall(header + payload)
            relay(connection, onward, stopped)

    return script


def relay(one: socket.socket, other: socket.socket, stopped: threading.Event) -> None:
    """Carry bytes both ways until either side is done."""
    while not stopped.is_set():
        for source in select.select([one, other], [], [], 0.05)[0]:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)


def no_more_suites_than(most: int) -> Callable[[bytes, int], bytes | None]:
    """Refuse a hello with more suites with a decode_error, as wolfSSL does beyond 150."""

    def refuses(payload: bytes, number: int) -> bytes | None:
        if payload[:1] == b"\x01" and offered_suites(payload) > most:
            return record(ALERT, bytes([FATAL, DECODE_ERROR]))
        return None

    return refuses


def no_longer_than(most: int) -> Callable[[bytes, int], bytes | None]:
    """Close on a hello of more bytes, as servers with a fixed buffer do."""
    return lambda payload, _number: b"" if len(payload) > most else None


def reset_after(connections: int) -> Callable[[bytes, int], bytes | None]:
    """Reset every connection after the first few, as a rate limit does."""
    return lambda _payload, number: b"" if number > connections else None
