"""CONNECT through an HTTP proxy (RFC 9110 section 9.3.6), the syntax read by h11."""

from base64 import b64encode

import h11

from tlsward.net.proxy import Proxy
from tlsward.wire.starttls.preamble import SURPLUS_LIMIT_BYTES, State, printable

#: Longest head of a response taken.
HEAD_LIMIT_BYTES = 32768

#: Statuses that speak of the moment rather than of the request.
TEMPORARY_STATUSES = frozenset({429, 503})


class HttpConnect:
    """One CONNECT request; a response of 2xx makes the connection a tunnel."""

    def __init__(self, proxy: Proxy, host: str, port: int) -> None:
        self.state: State = "talking"
        self.detail = ""
        self.temporary = False
        self.surplus = b""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT_BYTES)
        authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._headers = [("Host", authority)]
        if proxy.username is not None:
            # RFC 7617 section 2; it travels in clear text, as http:// proxies have it.
            credentials = f"{proxy.username}:{proxy.password}".encode()
            basic = b64encode(credentials).decode("ascii")
            self._headers.append(("Proxy-Authorization", f"Basic {basic}"))
        self._authority = authority

    def outgoing(self) -> bytes:
        """Return the request."""
        request = h11.Request(method="CONNECT", target=self._authority, headers=self._headers)
        return self._http.send(request) or b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the proxy; nothing is ever sent in answer."""
        if self.state == "ready":
            self._keep(data)
        if self.state != "talking" or not data:
            return b""
        try:
            self._http.receive_data(data)
            while self.state == "talking":
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    break
                self._take(event)
        except h11.RemoteProtocolError as error:
            self._refuse(f"not an HTTP answer: {error}")
        return b""

    def _take(self, event: object) -> None:
        if isinstance(event, h11.Response):
            status = event.status_code
            if 200 <= status < 300:
                self.state = "ready"
                # What follows the head is the far server's already (it may speak first).
                self._keep(self._http.trailing_data[0])
            else:
                reason = printable(bytes(event.reason))
                self._refuse(f"the proxy answered {status} {reason}".rstrip())
                self.temporary = status in TEMPORARY_STATUSES
        elif not isinstance(event, h11.InformationalResponse):
            self._refuse("the proxy closed the connection")

    def _keep(self, data: bytes) -> None:
        self.surplus += data[: SURPLUS_LIMIT_BYTES - len(self.surplus)]

    def _refuse(self, detail: str) -> None:
        self.state = "refused"
        self.detail = detail
