"""What has to be fetched to judge a certificate, and what came of it.

Who judges names what it needs as a `FetchRequest`; who may touch the network answers with
a `Fetched`. A fetch that failed is data: it has a reason and no body.
"""

from collections.abc import Awaitable, Callable

import msgspec


class FetchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to fetch: an http:// or https:// URL, GET or (with a body) POST.

    `limit_bytes` is the largest body that is of use; a longer one is no answer.
    """

    url: str
    limit_bytes: int
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What came: `body` None where nothing usable did, then `reason` says why.

    `url` is where the answer came from after redirects; `status` the HTTP status, None
    where no answer came; `headers` have lower-case names, the last of a name counts.
    """

    url: str
    status: int | None = None
    body: bytes | None = None
    headers: dict[str, str] = {}
    reason: str | None = None


#: What fetches. It never raises for what a network or a server does.
Fetcher = Callable[[FetchRequest], Awaitable[Fetched]]
