"""What may be asked beyond the server, and the means to ask it: nothing unless it is allowed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from tlsward.model.fetching import Fetched, Fetcher, FetchRequest
from tlsward.scan.settings import ScanSettings

if TYPE_CHECKING:
    from tlsward.net.dns import DnsClient
    from tlsward.net.fetch_cache import FetchCache


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """A fetcher where anything may be fetched, a DNS client where the DNS may be asked."""

    fetch: Fetcher | None = None
    cache: "FetchCache | None" = None
    dns: "DnsClient | None" = None


@asynccontextmanager
async def means_of(settings: ScanSettings, *, seconds: float | None = None) -> AsyncIterator[Means]:
    """Give the means that the settings allow; connections are closed at the end.

    They may be used for `seconds` from now on, for the settings' deadline where that is None:
    who chose the URLs could keep every one of them waiting.
    """
    lasting = settings.deadline_seconds if seconds is None else seconds
    dns = None
    if settings.dns:
        from tlsward.net.dns import DnsClient

        dns = DnsClient.of(
            settings.nameserver,
            timeout_seconds=settings.timeout_seconds,
            lasting_seconds=lasting,
        )
    if not (settings.fetch_issuers or settings.revocation or settings.renewal_information):
        yield Means(dns=dns)
        return
    from tlsward.net.fetch_cache import FetchCache
    from tlsward.net.fetching import HttpFetcher
    from tlsward.net.proxy import parse_proxy

    async with HttpFetcher(
        timeout_seconds=settings.fetch_timeout_seconds,
        proxy=None if settings.proxy is None else parse_proxy(settings.proxy),
        allow_private=settings.fetch_private,
        ca_pem=settings.ca_file_pem,
    ) as fetcher:
        directory = settings.cache_directory
        yield Means(
            fetch=_until(monotonic() + lasting, fetcher),
            cache=None if directory is None else FetchCache(Path(directory)),
            dns=dns,
        )


def _until(end: float, fetcher: Fetcher) -> Fetcher:
    """Return what fetches until a moment of the monotonic clock, and not after it."""

    async def fetch(request: FetchRequest) -> Fetched:
        left = end - monotonic()
        if left > 0:
            try:
                async with asyncio.timeout(left):
                    return await fetcher(request)
            except TimeoutError:
                pass
        return Fetched(url=request.url, reason="the time for all that is fetched is over")

    return fetch
