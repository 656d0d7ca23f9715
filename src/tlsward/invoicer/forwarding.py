"""Who asks and over what: from the connection, or from a proxy that is trusted.

X-Forwarded-Proto and X-Forwarded-For are written by anybody. They count when the connection
comes from a network that the operator named, and then from their right end, where the
nearest proxy wrote.
"""

import re
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.request import facts_of
from tlsward.invoicer.settings import Network

#: Load balancers ask for these over plain HTTP, and take a redirect for a failure.
HEARTBEATS = frozenset({"/__heartbeat__", "/__lbheartbeat__"})
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))(?::[0-9]{1,5})?")


class Forwarding:
    """Sets the scheme of the scope and the client of its facts."""

    def __init__(self, app: ASGIApp, trusted: tuple[Network, ...]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as it was before the proxies took it."""
        if scope["type"] == "http":
            facts = facts_of(scope)
            if self._trusted and is_within(facts.client, self._trusted):
                headers = Headers(scope=scope)
                proto = ",".join(headers.getlist("x-forwarded-proto")).split(",")[-1]
                if proto.strip().lower() in {"http", "https"}:
                    scope["scheme"] = proto.strip().lower()
                facts.client = forwarded_client(
                    facts.client, ",".join(headers.getlist("x-forwarded-for")), self._trusted
                )
        await self._app(scope, receive, send)


class HttpsRedirect:
    """Sends what came over http to the same place over https, never a heartbeat."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a redirect."""
        if scope["type"] != "http" or scope["scheme"] != "http" or scope["path"] in HEARTBEATS:
            await self._app(scope, receive, send)
            return
        host = _HOST.fullmatch(Headers(scope=scope).get("host", ""))
        base = self._public_url or (f"https://{host[1]}" if host else None)
        if base is None:
            raise RefusedError(400, "no host to redirect to")
        path = scope.get("raw_path") or b"/"
        if not path.startswith(b"/"):
            # `@evil.test` and `.evil.test` behind our host would make another host of it.
            raise RefusedError(400, "ask for a path (RFC 9112 section 3.2.1)")
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        # 308, not 301: the method and the body are to be sent again as they were.
        target = base + (path.partition(b"?")[0] + query).decode("latin-1")
        await RedirectResponse(target, 308)(scope, receive, send)


def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Return whether an address is in one of the networks."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


def forwarded_client(peer: str, forwarded: str, trusted: tuple[Network, ...]) -> str:
    """Return the address nearest to us that is no trusted proxy; `peer` where there is none."""
    nearest = peer
    for part in reversed([part.strip() for part in forwarded.split(",") if part.strip()][-32:]):
        try:
            address = ip_address(part)
        except ValueError:
            return nearest
        if getattr(address, "scope_id", None) is not None:  # any text may stand in it
            return nearest
        nearest = part
        if not is_within(part, trusted):
            return nearest
    return nearest
