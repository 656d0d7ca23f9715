"""The way of an HTTP client to a server: every address is judged before it is connected to.

A name is resolved here, each address looked at, and the connection made to the address
itself: there is no second look-up that could give another answer (DNS rebinding). Through
a proxy the name is the proxy's to resolve, and its addresses cannot be seen.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic

from httpcore2 import (
    SOCKET_OPTION,
    AnyIOBackend,
    AsyncNetworkBackend,
    AsyncNetworkStream,
    ConnectError,
    ConnectTimeout,
    NetworkError,
    TimeoutException,
)

from tlsward.errors import BadNameError
from tlsward.net.addresses import Unresolvable, literal_family, resolve
from tlsward.net.fetch_url import refused_address
from tlsward.net.proxy import Proxy
from tlsward.net.route import connect_failure
from tlsward.net.tunnel import proxy_preamble

#: How long one address is tried for while others are left, in seconds.
SECONDS_FOR_ONE_OF_SEVERAL = 3.0
#: Addresses of a name that are tried.
MOST_ADDRESSES = 8
#: What a proxy may say before it has connected.
_READ_BYTES = 4096


class FetchError(Exception):
    """No connection was made; the message is a reason safe to show."""


class VettingBackend(AsyncNetworkBackend):
    """Connects to public addresses, or to any if `allow_private`, directly.

    Raises FetchError for everything that goes wrong.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._streams = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Return a connection to the first address of a host that accepts one."""
        del local_address, socket_options
        seconds = 10.0 if timeout is None else timeout
        deadline = monotonic() + seconds
        addresses = await _addresses(host, port, seconds)
        if not self._allow_private:
            for address in addresses:
                # One that is not public damns them all: an honest name has none.
                refusal = refused_address(address)
                if refusal is not None:
                    raise FetchError(refusal)
        failure = OSError("none of its addresses can be connected to")
        for others, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            left = max(0.0, deadline - monotonic())
            try:
                return await self._streams.connect_tcp(
                    address, port, min(left, SECONDS_FOR_ONE_OF_SEVERAL) if others else left
                )
            except (ConnectError, ConnectTimeout) as error:
                failure = _origin(error)
        raise FetchError(connect_failure(failure))

    async def sleep(self, seconds: float) -> None:
        """Sleep between attempts, of which there is one alone."""
        await asyncio.sleep(seconds)


class TunnellingBackend(AsyncNetworkBackend):
    """Connects to servers through a proxy: CONNECT or SOCKS5, names resolved by the proxy.

    Raises FetchError for everything that goes wrong.
    """

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._way = VettingBackend(allow_private=True)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Return a connection to a host, made by the proxy."""
        del local_address, socket_options
        proxy = self._proxy
        try:
            stream = await self._way.connect_tcp(proxy.host, proxy.port, timeout)
        except FetchError as error:
            raise FetchError(f"proxy {proxy.host}:{proxy.port}: {error}") from error
        try:
            await self._tunnel(stream, host, port, timeout)
        except BaseException:
            await stream.aclose()
            raise
        return stream

    async def sleep(self, seconds: float) -> None:
        """Sleep between attempts, of which there is one alone."""
        await asyncio.sleep(seconds)

    async def _tunnel(
        self, stream: AsyncNetworkStream, host: str, port: int, seconds: float | None
    ) -> None:
        exchange = proxy_preamble(self._proxy, host, port)
        failure = ""
        try:
            await stream.write(exchange.outgoing(), seconds)
            while exchange.state == "talking":
                received = await stream.read(_READ_BYTES, seconds)
                if not received:
                    failure = "it closed the connection"
                    break
                await stream.write(exchange.receive(received), seconds)
        except NetworkError:
            failure = "the connection broke"
        except TimeoutException:
            failure = "no answer"
        if failure or exchange.state == "refused":
            name = f"proxy {self._proxy.host}:{self._proxy.port}"
            raise FetchError(f"{name}: {failure or exchange.detail}")
        # What an HTTP server says before it was asked is of no use, and is dropped.


async def _addresses(host: str, port: int, seconds: float) -> list[str]:
    if literal_family(host) is not None:
        return [host]
    try:
        found = await resolve(host, port, timeout_seconds=seconds)
    except BadNameError as error:
        raise FetchError(f"its host is none: {error.reason}") from None
    if isinstance(found, Unresolvable):
        raise FetchError(f"{host}: {found.reason}")
    return [each.literal for each in found[:MOST_ADDRESSES]]


def _origin(error: BaseException) -> OSError:
    """Return what the system said, which the libraries wrap once or twice."""
    cause: BaseException | None = error
    found = OSError("the connection failed")
    while cause is not None:
        if isinstance(cause, OSError):
            found = cause
        cause = cause.__cause__
    return found
