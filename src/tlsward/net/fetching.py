"""Fetches over HTTP what others name: CRLs, OCSP answers, certificates, lists.

Whoever wrote a certificate chose the URL, and the server behind it may send anything for
as long as it likes. So everything has a bound: the size of an answer while it is read
(Content-Length is a claim), the time of the whole, the number of redirects; and no
request goes to an address that is not public unless the caller allows it. Nothing that a
network or a server does raises; it becomes the reason of a `Fetched` without a body.
"""

import asyncio
import io
import ssl
from contextlib import AsyncExitStack, suppress
from functools import cached_property
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary

import httpcore2
import msgspec

from tlsward import __version__
from tlsward.model.fetching import Fetched, FetchRequest
from tlsward.net.fetch_backend import FetchError, TunnellingBackend, VettingBackend
from tlsward.net.fetch_url import FetchUrl, RefusedUrl, fetch_url, redirected
from tlsward.net.proxy import Proxy
from tlsward.wire.starttls.preamble import printable

USER_AGENT = f"tlsward/{__version__}"
#: Redirects followed for one request.
MOST_REDIRECTS = 3
#: Seconds for one fetch with its redirects, from the moment it has its place in the queue.
TIMEOUT_SECONDS = 30.0
#: The longest silence of a server, in seconds.
SILENCE_SECONDS = 10.0
#: Fetches at once, and how long an idle connection is kept for the next one, in seconds.
CONCURRENCY = 8
KEEP_ALIVE_SECONDS = 15.0
#: Answers longer than this are read a few at a time, whatever the number of fetchers: a
#: scan of many hosts must not hold a CRL of 50 MB for each of them.
LARGE_BYTES = 4 << 20
LARGE_AT_ONCE = 2
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: The redirects after which a POST stays one (RFC 9110 section 15.4).
_SAME_METHOD = frozenset({307, 308})
_FAILURES = (
    OSError,  # with ssl.SSLError in it
    EOFError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
    httpcore2.ConnectionNotAvailable,
)


_large_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer: `body` None where it is no use reading it, or was no use."""

    status: int
    headers: dict[str, str]
    body: bytes | None = None
    reason: str | None = None


class HttpFetcher:
    """Answers a `FetchRequest` with a `Fetched`: a `model.fetching.Fetcher`.

    Use it within `async with`, which closes its connections; they are used again between
    fetches. `ca_pem` are authorities for https beside the system's and certifi's.
    `allow_private` lets it connect to addresses that are not public. Through a `proxy`
    names are resolved where they cannot be seen from here: then addresses are judged only
    where a URL has one itself, and names of this machine or network are refused.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        proxy: Proxy | None = None,
        allow_private: bool = False,
        ca_pem: bytes | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._proxy = proxy
        self._allow_private = allow_private
        self._ca_pem = ca_pem
        self._concurrency = max(1, concurrency)
        self._places: asyncio.Semaphore | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections that are kept for another fetch."""
        for pool in ("_plain", "_secure"):
            if pool in self.__dict__:
                await self.__dict__.pop(pool).aclose()

    async def __call__(self, request: FetchRequest) -> Fetched:
        """Fetch. A body comes with status 200 alone; everything else has a reason."""
        url = fetch_url(request.url, allow_private=self._allow_private)
        if isinstance(url, RefusedUrl):
            return Fetched(url=request.url, reason=url.reason)
        self._places = self._places or asyncio.Semaphore(self._concurrency)
        async with self._places:
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    return await self._followed(request, url)
            except TimeoutError:
                reason = f"no whole answer within {self._timeout_seconds:g} seconds"
                return Fetched(url=request.url, reason=reason)

    async def _followed(self, request: FetchRequest, url: FetchUrl) -> Fetched:
        """Ask, and ask again where a redirect leads."""
        seen = {url}
        while True:
            try:
                answer = await self._asked(request, url)
            except FetchError as error:
                return Fetched(url=str(url), reason=str(error))
            except _FAILURES as error:
                return Fetched(url=str(url), reason=self._failure(error))
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return Fetched(
                    url=str(url),
                    status=answer.status,
                    body=answer.body,
                    headers=answer.headers,
                    reason=answer.reason,
                )
            found = self._next(request, url, answer.status, location)
            if isinstance(found, FetchUrl) and found in seen:
                found = RefusedUrl("it redirects in a circle")
            if isinstance(found, FetchUrl) and len(seen) > MOST_REDIRECTS:
                found = RefusedUrl(f"it redirects more than {MOST_REDIRECTS} times")
            if isinstance(found, RefusedUrl):
                return Fetched(
                    url=str(url),
                    status=answer.status,
                    headers=answer.headers,
                    reason=found.reason,
                )
            url = found
            seen.add(url)

    def _next(
        self, request: FetchRequest, url: FetchUrl, status: int, location: str
    ) -> FetchUrl | RefusedUrl:
        if request.body is not None and status not in _SAME_METHOD:
            return RefusedUrl(f"it redirects a POST with status {status}")
        return redirected(url, location, allow_private=self._allow_private)

    async def _asked(self, request: FetchRequest, url: FetchUrl) -> _Answer:
        """Ask one server and read its answer. Raises FetchError and _FAILURES."""
        pool = self._secure if url.scheme == "https" else self._plain
        silence_seconds = min(SILENCE_SECONDS, self._timeout_seconds)
        async with pool.stream(
            "GET" if request.body is None else "POST",
            httpcore2.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target),
            headers=_headers(request, url),
            content=request.body,
            extensions={
                "timeout": dict.fromkeys(("connect", "read", "write", "pool"), silence_seconds)
            },
        ) as response:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            if response.status != _OK:
                reason = f"the server answered with status {response.status}"
                return _Answer(status=response.status, headers=headers, reason=reason)
            coding = headers.get("content-encoding", "identity").strip().lower()
            if coding not in {"identity", ""}:
                # What it unpacks to is not known before, and it was asked not to.
                reason = f"the answer is compressed ({printable(coding.encode('latin-1'))})"
                return _Answer(status=response.status, headers=headers, reason=reason)
            return await _read(response, request.limit_bytes, headers)

    @cached_property
    def _plain(self) -> httpcore2.AsyncConnectionPool:
        proxy = self._proxy
        if proxy is None or proxy.kind != "http":
            return self._pool(self._way())
        # Proxies let CONNECT through to port 443 alone, and are asked for http themselves.
        host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
        return self._pool(
            VettingBackend(allow_private=True),
            proxy=httpcore2.Proxy(
                f"http://{host}:{proxy.port}",
                auth=None
                if proxy.username is None
                else (proxy.username.encode(), proxy.password.encode()),
            ),
        )

    @cached_property
    def _secure(self) -> httpcore2.AsyncConnectionPool:
        return self._pool(self._way(), ssl_context=verifying_context(self._ca_pem))

    def _way(self) -> httpcore2.AsyncNetworkBackend:
        if self._proxy is not None:
            return TunnellingBackend(self._proxy)
        return VettingBackend(allow_private=self._allow_private)

    def _pool(
        self,
        backend: httpcore2.AsyncNetworkBackend,
        ssl_context: ssl.SSLContext | None = None,
        proxy: httpcore2.Proxy | None = None,
    ) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context,
            proxy=proxy,
            max_connections=self._concurrency,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=backend,
        )

    def _failure(self, error: BaseException) -> str:
        """Say in words what went wrong; nothing of what was sent is repeated unescaped."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return f"its certificate is not accepted: {cause.verify_message}"
            if isinstance(cause, ssl.SSLError):
                return "TLS with it failed"
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, httpcore2.TimeoutException):
            return f"silent for {min(SILENCE_SECONDS, self._timeout_seconds):g} seconds"
        if isinstance(error, httpcore2.ProtocolError):
            return f"not an HTTP answer: {printable(str(error).encode())}"
        return "the connection broke"


def _headers(request: FetchRequest, url: FetchUrl) -> list[tuple[bytes, bytes]]:
    headers = [
        ("Host", url.authority),
        ("User-Agent", USER_AGENT),
        ("Accept-Encoding", "identity"),
        *(request.headers or (("Accept", "*/*"),)),
    ]
    if request.body is not None:
        headers.append(("Content-Length", str(len(request.body))))
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]


async def _read(response: httpcore2.Response, limit_bytes: int, headers: dict[str, str]) -> _Answer:
    """Read a body up to the limit, whatever its Content-Length says."""
    too_long = _Answer(
        status=response.status,
        headers=headers,
        reason=f"the answer is longer than {limit_bytes} bytes",
    )
    claimed = headers.get("content-length", "")
    if claimed.isascii() and claimed.isdigit() and int(claimed[:20]) > limit_bytes:
        return too_long
    body = io.BytesIO()  # which gives its octets away without copying them
    async with AsyncExitStack() as large:
        async for chunk in response.aiter_stream():
            size = body.tell() + len(chunk)
            if size > limit_bytes:
                return too_long
            if body.tell() <= LARGE_BYTES < size:
                await large.enter_async_context(_turn())
            body.write(chunk)
    return _Answer(status=response.status, headers=headers, body=body.getvalue())


def _turn() -> asyncio.Semaphore:
    """Return what lets the readers of large answers take turns."""
    loop = asyncio.get_running_loop()
    if loop not in _large_turns:
        _large_turns[loop] = asyncio.Semaphore(LARGE_AT_ONCE)
    return _large_turns[loop]


def verifying_context(ca_pem: bytes | None) -> ssl.SSLContext:
    """Return what verifies servers: by the system's roots, certifi's and the caller's."""
    import certifi

    from tlsward.pki.root_programs import certificates_in_pem

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    for private in certificates_in_pem(ca_pem or b""):
        with suppress(ssl.SSLError):  # what is none was said of the file elsewhere
            context.load_verify_locations(cadata=private)
    return context
