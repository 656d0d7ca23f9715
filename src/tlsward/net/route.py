"""The way to an endpoint: opens a connection, through a proxy and STARTTLS, and pumps it."""

import asyncio
import errno
from time import monotonic
from typing import Any

from tlsward.model.observation import Outcome
from tlsward.net.addresses import Unresolvable, resolve
from tlsward.net.connection import Connection, Ending, Stage
from tlsward.net.conversation import Conversation
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits
from tlsward.net.proxy import Proxy
from tlsward.net.tunnel import proxy_preamble


class Route:
    """Runs single connections to one endpoint; every failure is an Ending."""

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._proxy_address: str | None = None
        self._proxy_lock: asyncio.Lock | None = None

    async def run(self, conversation: Conversation[Any]) -> Ending:
        """Open a connection, run the conversation on it to its end and close it."""
        limits = self._limits
        deadline = monotonic() + limits.conversation_deadline_seconds
        if limits.deadline is not None:
            deadline = min(deadline, limits.deadline)
        address, port, via = self._endpoint.address, self._endpoint.port, ""
        proxy = self._endpoint.proxy
        if proxy is not None:
            found = await self._resolved(proxy)
            if isinstance(found, Unresolvable):
                return Ending(Outcome.UNREACHABLE, f"proxy {proxy.host}: {found.reason}")
            address, port, via = found, proxy.port, f"proxy {proxy.host}:{proxy.port}: "
        loop = asyncio.get_running_loop()
        connection = Connection(loop, conversation, self._stages(), limits, deadline)
        connect_seconds = min(limits.connect_timeout_seconds, deadline - monotonic())
        began = monotonic()
        try:
            async with asyncio.timeout(connect_seconds):
                await loop.create_connection(lambda: connection, address, port)
        except OSError as error:  # TimeoutError is one
            connection.abandon()
            return Ending(Outcome.UNREACHABLE, via + connect_failure(error))
        connect_seconds = monotonic() - began
        try:
            ending = await connection.ended
            ending.connect_seconds = connect_seconds
            return ending
        except asyncio.CancelledError:
            connection.abandon()
            raise

    async def _resolved(self, proxy: Proxy) -> str | Unresolvable:
        if self._proxy_address is None:
            self._proxy_lock = self._proxy_lock or asyncio.Lock()
            async with self._proxy_lock:
                if self._proxy_address is None:
                    found = await resolve(
                        proxy.host,
                        proxy.port,
                        timeout_seconds=self._limits.connect_timeout_seconds,
                    )
                    if isinstance(found, Unresolvable):
                        return found
                    self._proxy_address = found[0].literal
        return self._proxy_address

    def _stages(self) -> list[Stage]:
        endpoint = self._endpoint
        stages: list[Stage] = []
        if endpoint.proxy is not None:
            exchange = proxy_preamble(endpoint.proxy, endpoint.address, endpoint.port)
            name = f"proxy {endpoint.proxy.host}:{endpoint.proxy.port}"
            stages.append(Stage(name, exchange, Outcome.UNREACHABLE, trusted_surplus=True))
        if endpoint.starttls is not None:
            from tlsward.wire.starttls import preamble

            exchange = preamble(endpoint.starttls, endpoint.hostname or endpoint.address)
            name = f"STARTTLS ({endpoint.starttls})"
            stages.append(Stage(name, exchange, Outcome.STARTTLS_REFUSED, trusted_surplus=False))
        return stages


_REASONS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset while connecting",
    errno.EHOSTUNREACH: "no route to host",
    errno.ENETUNREACH: "network is unreachable",
    errno.ETIMEDOUT: "no answer to the connection attempt",
    errno.EADDRNOTAVAIL: "no local address fits",
    errno.EAFNOSUPPORT: "address family not supported here",
    errno.EACCES: "not permitted by this machine",
    errno.EPERM: "not permitted by this machine",
    errno.EMFILE: "too many open files on this machine",
    errno.ENFILE: "too many open files on this machine",
}


def connect_failure(error: OSError) -> str:
    """Say in words why a connection could not be opened."""
    if isinstance(error, TimeoutError):
        return _REASONS[errno.ETIMEDOUT]
    return _REASONS.get(error.errno or 0, error.strerror or "the connection failed")
