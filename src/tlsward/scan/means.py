"""What may be asked beyond the server, and the means to ask it: nothing unless it is allowed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tlsward.model.fetching import Fetcher
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
async def means_of(settings: ScanSettings) -> AsyncIterator[Means]:
    """Give the means that the settings allow; connections are closed at the end."""
    dns = None
    if settings.dns:
        from tlsward.net.dns import DnsClient

        dns = DnsClient.of(settings.nameserver, timeout_seconds=settings.timeout_seconds)
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
            fetch=fetcher,
            cache=None if directory is None else FetchCache(Path(directory)),
            dns=dns,
        )
