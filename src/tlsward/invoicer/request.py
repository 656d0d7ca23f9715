"""What the rooms of the service know of a request, beside Starlette's Request."""

import itertools
import secrets
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct, UnsetType
from starlette.types import Scope

from tlsward.invoicer.credentials import Session

if TYPE_CHECKING:
    from starlette.requests import Request

    from tlsward.invoicer.service import Service

#: Where the facts of a request stand in its scope.
KEY = "tlsward.facts"
#: Ids of requests need no more than to differ: those of one process count up.
_PREFIX, _COUNT = secrets.token_hex(4), itertools.count(1)


class RequestFacts(Struct, kw_only=True):
    """Filled in on the way from the outside in: `actor` is who asked, once that is known."""

    request_id: str
    client: str
    nonce: str = ""
    actor: str | None = None


class Caller(Struct, frozen=True, kw_only=True):
    """Who asks: a program with a token, or a person in a session."""

    name: str
    session: Session | None = None
    session_id: str | None = None


class Call(Struct, kw_only=True):
    """A request that has passed the border: what a handler works with."""

    request: "Request"
    service: "Service"
    caller: Caller | None
    ids: tuple[int, ...] = ()
    body: object | UnsetType = UNSET


def cookie_of(request: "Request", name: str) -> str | None:
    """Return a cookie's value as it was sent (RFC 6265 section 4.2.1); None where two differ.

    Not by `http.cookies`: before Python 3.11.10 it takes time that grows with the square of the
    length of a quoted value (CVE-2024-7592), and no cookie of ours is quoted.
    """
    beginning = f"{name}="
    found = {
        part.strip(" \t").removeprefix(beginning)
        for header in request.headers.getlist("cookie")
        for part in header.split(";")
        if part.lstrip(" \t").startswith(beginning)
    }
    return found.pop() if len(found) == 1 else None


def facts_of(scope: Scope) -> RequestFacts:
    """Return the facts of a request, made where nobody has made them yet."""
    facts = scope.get(KEY)
    if not isinstance(facts, RequestFacts):
        client = scope.get("client")
        facts = RequestFacts(
            request_id=f"{_PREFIX}{next(_COUNT):08x}", client=client[0] if client else "unknown"
        )
        scope[KEY] = facts
    return facts
