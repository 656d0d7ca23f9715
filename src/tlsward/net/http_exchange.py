"""GET as browsers do it, with every header line of every hop: over h11 and h2, and TLS told.

A certificate that is not accepted ends nothing here: the connection is made again without
asking for a good one, and what was wrong is told beside the headers. So nothing that is
secret may be sent on it, and nothing is.

The host that the caller named is connected to wherever it is. Where a redirect leads to
another, the same rules hold as for what certificates name (`net.fetching`): no address that
is not public, unless that is allowed.
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from functools import cache
from typing import Literal

import httpcore2
import msgspec

from tlsward.errors import BadNameError
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.answer import Answer as ThreeValued
from tlsward.model.http import HttpExchange, HttpResponse
from tlsward.net.addresses import Family, Unresolvable, literal_family, resolve
from tlsward.net.fetch_backend import (
    FetchError,
    TunnellingBackend,
    VettingBackend,
)
from tlsward.net.fetch_url import (
    LONGEST_URL,
    FetchUrl,
    RefusedUrl,
    as_browsers_join,
    fetch_url,
    redirected,
    refused_address,
)
from tlsward.net.fetching import verifying_context
from tlsward.net.http_connection import Answer, WantsHttp1Error, ask
from tlsward.net.proxy import Proxy

#: Redirects followed; browsers stop at twenty, hstspreload.org at three.
MOST_REDIRECTS = 5
MOST_ADDRESSES = 8
HTTP_VERSIONS = ("2", "1.1")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BROKEN = (
    OSError,  # with ssl.SSLError in it
    EOFError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
)
_ALPN = {"2": "h2", "1.1": "http/1.1"}

#: Entered before a connection is made and left when it is closed; raises FetchError for none.
Admission = Callable[[], AbstractAsyncContextManager[object]]


class _Secured(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that can be asked on, and what TLS came to."""

    stream: httpcore2.AsyncNetworkStream
    http2: bool = False
    verified: ThreeValued = UNKNOWN
    verification: str | None = None
    tls_version: str | None = None
    cipher_suite: str | None = None


class HttpExchanger:
    """Asks one host; each `get` makes connections of its own.

    `connect` is an address and port to connect to in the place of `first`'s own, which is the
    URL the caller asks for; the port replaces that URL's port alone. `versions` are offered
    by ALPN. `connections` counts those that were tried, `connected` those that were accepted,
    `trusted` those over TLS with an accepted certificate, `requests` what was sent on them.
    `admission` lets each connection in. Durations are in seconds: the longest silence, and the
    whole of one `get`.
    """

    def __init__(
        self,
        first: FetchUrl,
        *,
        timeout_seconds: float = 5.0,
        deadline_seconds: float = 30.0,
        connect: tuple[str, int] | None = None,
        family: Family | None = None,
        proxy: Proxy | None = None,
        ca_pem: bytes | None = None,
        allow_private: bool = False,
        versions: tuple[str, ...] = HTTP_VERSIONS,
        most_redirects: int = MOST_REDIRECTS,
        admission: Admission = nullcontext,
    ) -> None:
        self._first = first
        self._timeout_seconds = timeout_seconds
        self._deadline_seconds = deadline_seconds
        self._connect = connect
        self._family = family
        self._proxy = proxy
        self._ca_pem = ca_pem
        self._allow_private = allow_private
        self._versions = versions
        self._most_redirects = most_redirects
        self._admission = admission
        self.connections = self.connected = self.trusted = 0
        self.requests = 0

    async def get(self, url: FetchUrl) -> HttpExchange:
        """Ask for a URL of the host and follow its redirects. Never raises for what others do."""
        responses: list[HttpResponse] = []
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._followed(url, responses)
        except TimeoutError:
            reason = f"no whole answer within {self._deadline_seconds:g} seconds"
            return HttpExchange(
                url=str(url), responses=tuple(responses), reason=reason, reason_kind="failed"
            )

    async def _followed(self, asked: FetchUrl, responses: list[HttpResponse]) -> HttpExchange:
        url = asked
        while True:
            failure: str | None = None
            try:
                responses.append(await self._asked(url))
            except FetchError as error:
                failure = str(error)
            except _BROKEN as error:
                failure = self._failure(error)
            if failure is not None:
                where = failure if url == asked else f"{url}: {failure}"
                return _exchange(asked, responses, where, "failed")
            location = responses[-1].location
            if location is None:
                return _exchange(asked, responses)
            if len(responses) > self._most_redirects:
                reason = f"it redirects more than {self._most_redirects} times"
                return _exchange(asked, responses, reason, "too many")
            found = self._next(url, location)
            if isinstance(found, RefusedUrl):
                return _exchange(asked, responses, found.reason, "refused")
            url = found

    def _next(self, url: FetchUrl, location: str) -> FetchUrl | RefusedUrl:
        found = fetch_url(location, allow_private=True)
        if isinstance(found, RefusedUrl) or found.host != self._first.host:
            return redirected(url, location, allow_private=self._allow_private)
        if url.scheme == "https" and found.scheme == "http":
            return RefusedUrl("it redirects from https to http")
        return found

    async def _asked(self, url: FetchUrl) -> HttpResponse:
        """Ask for one URL. Raises FetchError and what breaks connections."""
        try:
            secured, answer = await self._answer(url, self._versions)
        except WantsHttp1Error:
            if "1.1" not in self._versions:
                raise
            secured, answer = await self._answer(url, ("1.1",))
        location = next((h.value for h in answer.headers if h.name.lower() == "location"), None)
        leads = location is not None and answer.status in _REDIRECTS
        return HttpResponse(
            url=str(url),
            host=url.host,
            secure=url.scheme == "https",
            status=answer.status,
            version=answer.version,
            headers=answer.headers,
            location=_absolute(url, location) if leads and location is not None else None,
            verified=secured.verified,
            verification=secured.verification,
            tls_version=secured.tls_version,
            cipher_suite=secured.cipher_suite,
        )

    async def _answer(self, url: FetchUrl, versions: tuple[str, ...]) -> tuple[_Secured, Answer]:
        async with AsyncExitStack() as held:
            secured = await self._secured(url, versions, held)
            self.requests += 1
            answer = await ask(
                secured.stream,
                url,
                http2=secured.http2,
                silence_seconds=self._timeout_seconds,
            )
        return secured, answer

    async def _secured(
        self, url: FetchUrl, versions: tuple[str, ...], held: AsyncExitStack
    ) -> _Secured:
        """Connect, and make TLS where the URL wants it: first so that it is verified.

        The connection, and the place that it was let in for, end with `held`.
        """
        stream = await self._connected(url, held)
        if url.scheme == "http":
            return _Secured(stream=stream)
        try:
            return await self._over_tls(stream, url, self._strict(versions), YES, None)
        except _BROKEN as error:
            refusal = _tls_refusal(error)
            if refusal is None:
                raise
        await held.aclose()
        again = await self._connected(url, held)
        return await self._over_tls(again, url, self._lenient(versions), NO, refusal)

    async def _over_tls(
        self,
        stream: httpcore2.AsyncNetworkStream,
        url: FetchUrl,
        context: ssl.SSLContext,
        verified: ThreeValued,
        verification: str | None,
    ) -> _Secured:
        over = await stream.start_tls(context, url.host, self._timeout_seconds)
        self.trusted += verified == YES
        made = over.get_extra_info("ssl_object")
        cipher = made.cipher() if made is not None else None
        return _Secured(
            stream=over,
            http2=made is not None and made.selected_alpn_protocol() == "h2",
            verified=verified,
            verification=verification,
            tls_version=None if made is None else made.version(),
            cipher_suite=None if cipher is None else cipher[0],
        )

    async def _connected(self, url: FetchUrl, held: AsyncExitStack) -> httpcore2.AsyncNetworkStream:
        await held.enter_async_context(self._admission())
        self.connections += 1
        stream = await self._dialled(url)
        held.push_async_callback(stream.aclose)
        self.connected += 1
        return stream

    async def _dialled(self, url: FetchUrl) -> httpcore2.AsyncNetworkStream:
        host, port = url.host, url.port
        is_first = host == self._first.host
        if is_first and self._connect is not None:
            host, replaced = self._connect
            port = replaced if url.port == self._first.port else port
        if self._proxy is not None:
            return await TunnellingBackend(self._proxy).connect_tcp(
                host, port, self._timeout_seconds
            )
        addresses = await self._addresses(host, port)
        if not is_first and not self._allow_private:
            for address in addresses:
                refusal = refused_address(address)
                if refusal is not None:
                    raise FetchError(refusal)
        way = VettingBackend(allow_private=True)
        failure = FetchError("it has no address")
        for address in addresses:
            try:
                return await way.connect_tcp(address, port, self._timeout_seconds)
            except FetchError as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int) -> list[str]:
        if literal_family(host) is not None:
            return [host]
        try:
            found = await resolve(host, port, self._family, timeout_seconds=self._timeout_seconds)
        except BadNameError as error:
            raise FetchError(f"its host is none: {error.reason}") from None
        if isinstance(found, Unresolvable):
            raise FetchError(f"{host}: {found.reason}")
        return [each.literal for each in found[:MOST_ADDRESSES]]

    @cache  # noqa: B019 - an exchanger lives as long as one command
    def _strict(self, versions: tuple[str, ...]) -> ssl.SSLContext:
        context = verifying_context(self._ca_pem)
        context.set_alpn_protocols([_ALPN[version] for version in versions])
        return context

    @cache  # noqa: B019
    def _lenient(self, versions: tuple[str, ...]) -> ssl.SSLContext:
        """Return what connects to whoever answers, by whatever this OpenSSL still speaks."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.set_alpn_protocols([_ALPN[version] for version in versions])
        return context

    def _failure(self, error: BaseException) -> str:
        if isinstance(error, httpcore2.TimeoutException):
            return f"silent for {self._timeout_seconds:g} seconds"
        refusal = _tls_refusal(error)
        if refusal is not None and self._versions == ("2",):
            # Servers end the handshake where none of the protocols is theirs (RFC 7301 section
            # 3.2), with an alert that has no name in OpenSSL.
            return "TLS with it failed, as where HTTP/2 is not spoken"
        if refusal is not None:
            return f"TLS with it failed: {refusal.rpartition(': ')[2]}"
        return "the connection broke"


def _exchange(
    asked: FetchUrl,
    responses: list[HttpResponse],
    reason: str | None = None,
    kind: Literal["failed", "too many", "refused"] | None = None,
) -> HttpExchange:
    return HttpExchange(url=str(asked), responses=tuple(responses), reason=reason, reason_kind=kind)


def _absolute(url: FetchUrl, location: str) -> str:
    """Return where a redirect leads, as it was written where it is no URL; not safe to show."""
    return as_browsers_join(url, location.strip()[: LONGEST_URL + 1])


def _tls_refusal(error: BaseException) -> str | None:
    """Return why TLS failed, in words; None where it was not TLS."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not accepted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or "unknown").lower().replace("_", " ")
            return f"TLS as browsers want it failed: {reason}"
        cause = cause.__cause__ or cause.__context__
    return None
