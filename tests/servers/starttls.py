"""Takes a connection past STARTTLS, so that clients that know none of it reach the TLS.

Written apart from tlsward's own preambles, which are what the servers are to test.
"""

import contextlib
import dataclasses
import socket
import struct
import threading
from collections.abc import Iterator

from servers.hostile import hostile, read_exactly, relay
from servers.laboratory import NAME, Running

#: What to wait for and what to say then, in lines, for the protocols that have lines.
DIALOGUES = {
    "smtp": ((b"220 ", b"EHLO client.test"), (b"250 ", b"STARTTLS"), (b"220 ", None)),
    "imap": ((b"* OK", b"a STARTTLS"), (b"a OK", None)),
    "pop3": ((b"+OK", b"STLS"), (b"+OK", None)),
    "ftp": ((b"220 ", b"AUTH TLS"), (b"234 ", None)),
}
XMPP_OPENING = (
    f"<?xml version='1.0'?><stream:stream to='{NAME}' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
).encode()
POSTGRES_SSL_REQUEST = struct.pack("!II", 8, 80877103)
MYSQL_CLIENT_SSL = 0x0200 | 0x0800 | 0x8000
LDAP_STARTTLS = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"


class StartTlsRefusedError(OSError):
    """The server did not say what leads to TLS."""


def read_line(connection: socket.socket) -> bytes:
    """Return one line without its end; it is read byte by byte, TLS may follow at once."""
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise StartTlsRefusedError(line)
        line += byte
    return line.rstrip(b"\r\n")


def by_lines(connection: socket.socket, protocol: str) -> None:
    """Hold the dialogue of a protocol that talks in lines."""
    for awaited, answer in DIALOGUES[protocol]:
        while not read_line(connection).startswith(awaited):
            pass
        if answer is not None:
            connection.sendall(answer + b"\r\n")


def by_xmpp(connection: socket.socket) -> None:
    """Open a stream and ask for TLS (RFC 6120 section 5)."""
    connection.sendall(XMPP_OPENING)
    heard = b""
    while b"</stream:features>" not in heard:
        heard += connection.recv(4096) or b"</stream:features>"
    connection.sendall(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    heard = b""
    while b">" not in heard:
        heard += connection.recv(4096) or b">"
    if b"<proceed" not in heard:
        raise StartTlsRefusedError(heard)


def by_postgres(connection: socket.socket) -> None:
    """Send an SSLRequest; S means yes."""
    connection.sendall(POSTGRES_SSL_REQUEST)
    if connection.recv(1) != b"S":
        raise StartTlsRefusedError("no SSL")


def by_mysql(connection: socket.socket) -> None:
    """Read the greeting and send an SSL request packet."""
    header = read_exactly(connection, 4)
    read_exactly(connection, int.from_bytes(header[:3], "little"))
    request = struct.pack("<IIB23x", MYSQL_CLIENT_SSL, 1 << 24, 33)
    connection.sendall(len(request).to_bytes(3, "little") + b"\x01" + request)


def by_ldap(connection: socket.socket) -> None:
    """Send the StartTLS extended request (RFC 4511 section 4.14)."""
    connection.sendall(LDAP_STARTTLS)
    if not connection.recv(4096).startswith(b"\x30"):
        raise StartTlsRefusedError("no LDAP")


def negotiate(connection: socket.socket, protocol: str) -> None:
    """Bring a fresh connection to where TLS begins."""
    if protocol in DIALOGUES:
        by_lines(connection, protocol)
    else:
        {"xmpp": by_xmpp, "postgres": by_postgres, "mysql": by_mysql, "ldap": by_ldap}[protocol](
            connection
        )


@contextlib.contextmanager
def past_starttls(server: Running) -> Iterator[Running]:
    """Yield the server as one that speaks TLS from the first byte, through a relay."""
    protocol = server.starttls
    if protocol is None:
        yield server
        return

    def script(connection: socket.socket, stopped: threading.Event) -> None:
        with socket.create_connection((server.host, server.port), 10) as onward:
            negotiate(onward, protocol)
            relay(connection, onward, stopped)

    with hostile(script) as port:
        yield dataclasses.replace(server, port=port, starttls=None)
