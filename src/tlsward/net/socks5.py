"""SOCKS5 (RFC 1928) with user name and password (RFC 1929) as a state machine."""

import socket
from collections.abc import Callable

from tlsward.net.proxy import TUNNEL_SURPLUS_LIMIT_BYTES, Proxy
from tlsward.wire.starttls.preamble import Exchange

VERSION = 0x05
NO_AUTHENTICATION = 0x00
USERNAME_PASSWORD = 0x02
NO_ACCEPTABLE_METHOD = 0xFF
CONNECT = 0x01
ADDRESS_IPV4 = 0x01
ADDRESS_NAME = 0x03
ADDRESS_IPV6 = 0x04

#: RFC 1928 section 6.
REPLIES = {
    0x01: "general failure",
    0x02: "connection not allowed by its rules",
    0x03: "network unreachable",
    0x04: "host unreachable",
    0x05: "connection refused",
    0x06: "time to live expired",
    0x07: "command not supported",
    0x08: "address type not supported",
}


class Socks5(Exchange):
    """Greeting, perhaps authentication, CONNECT; names are resolved by the proxy."""

    surplus_limit_bytes = TUNNEL_SURPLUS_LIMIT_BYTES

    def __init__(self, proxy: Proxy, host: str, port: int) -> None:
        super().__init__(host)
        self._proxy = proxy
        self._request = bytes((VERSION, CONNECT, 0x00)) + _address(host) + port.to_bytes(2, "big")
        self._awaiting: Callable[[], bytes | None] = self._method

    def outgoing(self) -> bytes:
        """Return the greeting with the methods offered."""
        if self._proxy.username is None:
            return bytes((VERSION, 1, NO_AUTHENTICATION))
        return bytes((VERSION, 2, NO_AUTHENTICATION, USERNAME_PASSWORD))

    def step(self) -> bytes | None:
        """Take one message of the proxy."""
        return self._awaiting()

    def _method(self) -> bytes | None:
        if len(self._buffer) < 2:
            return None
        version, method = self.take(2)
        if version != VERSION:
            return self.refuse("the proxy does not speak SOCKS5")
        if method == NO_AUTHENTICATION:
            self._awaiting = self._reply
            return self._request
        if method == USERNAME_PASSWORD and self._proxy.username is not None:
            self._awaiting = self._authentication
            name = self._proxy.username.encode()
            password = self._proxy.password.encode()
            return b"\x01" + bytes((len(name),)) + name + bytes((len(password),)) + password
        if self._proxy.username is None:
            return self.refuse("the proxy asks for a user name and password")
        return self.refuse("the proxy accepts neither no authentication nor a password")

    def _authentication(self) -> bytes | None:
        if len(self._buffer) < 2:
            return None
        _, status = self.take(2)
        if status != 0:
            return self.refuse("the proxy refused the user name and password")
        self._awaiting = self._reply
        return self._request

    def _reply(self) -> bytes | None:
        # The bound address that follows is of no use here, but has to be taken away whole.
        if len(self._buffer) < 5:
            return None
        version, reply, _, kind, first = self._buffer[:5]
        if version != VERSION:
            return self.refuse("the proxy does not speak SOCKS5")
        if reply != 0:
            reason = REPLIES.get(reply, f"reply 0x{reply:02x}")
            return self.refuse(f"the proxy could not connect: {reason}")
        sizes = {ADDRESS_IPV4: 4, ADDRESS_IPV6: 16, ADDRESS_NAME: 1 + first}
        if kind not in sizes:
            return self.refuse(f"the proxy answered with address type 0x{kind:02x}")
        whole = 4 + sizes[kind] + 2
        if len(self._buffer) < whole:
            return None
        self.take(whole)
        return self.ready()


def _address(host: str) -> bytes:
    for family, kind in ((socket.AF_INET, ADDRESS_IPV4), (socket.AF_INET6, ADDRESS_IPV6)):
        try:
            return bytes((kind,)) + socket.inet_pton(family, host.partition("%")[0])
        except (OSError, ValueError):
            continue
    name = host.encode("ascii", "replace")[:255]
    return bytes((ADDRESS_NAME, len(name))) + name
