"""CONNECT through an HTTP proxy (RFC 9110 section 9.3.6), the syntax read by h11."""

from base64 import b64encode

import h11

from tlsward.net.proxy import TUNNEL_SURPLUS_LIMIT_BYTES, Proxy
from tlsward.wire.starttls.preamble import Exchange, printable

#: Longest head of a response taken.
HEAD_LIMIT_BYTES = 32768
#: Statuses that speak of the moment rather than of the request.
TEMPORARY_STATUSES = frozenset({429, 503})

_STATUS_LINE_START = b"HTTP/"


class HttpConnect(Exchange):
    """One CONNECT request; a response of 2xx makes the connection a tunnel."""

    surplus_limit_bytes = TUNNEL_SURPLUS_LIMIT_BYTES

    def __init__(self, proxy: Proxy, host: str, port: int) -> None:
        super().__init__(host)
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT_BYTES)
        self._authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._headers = [("Host", self._authority)]
        self._recognised = False
        if proxy.username is not None:
            # RFC 7617 section 2; it travels in clear text, as it does with every http:// proxy.
            credentials = f"{proxy.username}:{proxy.password}".encode()
            basic = b64encode(credentials).decode("ascii")
            self._headers.append(("Proxy-Authorization", f"Basic {basic}"))

    def outgoing(self) -> bytes:
        """Return the request."""
        request = h11.Request(method="CONNECT", target=self._authority, headers=self._headers)
        return self._http.send(request) or b""

    def step(self) -> bytes | None:
        """Take one line of the head.

        The parser is given whole lines, so that its word on them does not depend on how the
        network has cut them.
        """
        if not self._recognised:
            start = bytes(self._buffer[: len(_STATUS_LINE_START)])
            if not _STATUS_LINE_START.startswith(start):
                return self.refuse("the proxy does not speak HTTP")
            self._recognised = start == _STATUS_LINE_START
        end = self._buffer.find(b"\n", 0, HEAD_LIMIT_BYTES)
        if end < 0:
            if len(self._buffer) >= HEAD_LIMIT_BYTES:
                return self.refuse(f"a line longer than {HEAD_LIMIT_BYTES} bytes")
            return None
        try:
            self._http.receive_data(self.take(end + 1))
            event = self._http.next_event()
        except h11.RemoteProtocolError as error:
            return self.refuse(f"not an HTTP answer: {printable(str(error).encode())}")
        return self._head(event) if isinstance(event, h11.Response) else b""

    def _head(self, response: h11.Response) -> bytes:
        status = response.status_code
        if 200 <= status < 300:
            return self.ready()
        reason = printable(bytes(response.reason))
        detail = f"the proxy answered {status} {reason}".rstrip()
        return self.refuse(detail, temporary=status in TEMPORARY_STATUSES)
