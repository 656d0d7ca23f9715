"""The border: who asks, whether the browser was made to ask, and input into types.

One class wraps every operation of the table, so that none can forget a check. A token in
the Authorization header is something a browser never sends by itself; a cookie is, so an
unsafe method with a cookie needs the CSRF token of the session, in the form or in a header.
"""

import re
from typing import TYPE_CHECKING

from msgspec import UNSET
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from tlsward.invoicer.body import read_form, read_json
from tlsward.invoicer.csrf import refusal_of
from tlsward.invoicer.operation import FORM, Operation
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.request import Call, Caller, cookie_of, facts_of
from tlsward.invoicer.values import LARGEST_ID

if TYPE_CHECKING:
    from tlsward.invoicer.service import Service

#: `__Host-`: Secure, no Domain, Path=/, so that no other host can set or read it (RFC 6265bis).
SESSION_COOKIE = "__Host-invoicer-session"
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_ID = re.compile(r"[1-9][0-9]{0,18}")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Border:
    """An operation behind its checks, as an ASGI application."""

    def __init__(self, operation: Operation, service: "Service") -> None:
        self._operation = operation
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, run the handler, send what it returns."""
        request = Request(scope, receive)
        operation = self._operation
        caller = await self._caller(request) if operation.access != "anybody" else None
        if operation.access == "caller" and caller is None:
            raise RefusedError(401, "sign in, or send a token", headers=_CHALLENGE)
        if operation.access == "person" and (caller is None or caller.session is None):
            raise RefusedError(401, "sign in first")
        call = Call(request=request, service=self._service, caller=caller)
        if caller is not None:
            facts_of(scope).actor = caller.name
            await self._refuse_forged(call)
        call.ids = tuple(parse_id(text) for text in request.path_params.values())
        if operation.body is FORM:
            if call.body is UNSET:
                call.body = await read_form(request)
        elif operation.body is not None:
            call.body = await read_json(request, operation.body)
        response = await operation.handler(call)
        await response(scope, receive, send)

    async def _caller(self, request: Request) -> Caller | None:
        credentials = self._service.credentials
        authorization = request.headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            name = await credentials.token_name(token) if scheme.lower() == "bearer" else None
            if name is None:
                raise RefusedError(401, "the token does not hold", headers=_CHALLENGE)
            return Caller(name=f"token {name}")
        session_id = cookie_of(request, SESSION_COOKIE)
        if session_id is None:
            return None
        session = await credentials.session(session_id)
        if session is None:
            return None
        return Caller(name=session.subject, session=session, session_id=session_id)

    async def _refuse_forged(self, call: Call) -> None:
        """Refuse a request that a page of somebody else's could have made a browser send."""
        request, caller = call.request, call.caller
        if caller is None or caller.session is None or request.method in SAFE_METHODS:
            return
        reason = foreign_origin(request, self._service.settings.public_url)
        if reason is None:
            token = request.headers.get(CSRF_HEADER)
            if token is None and self._operation.body is FORM:
                call.body = fields = await read_form(request)
                token = fields.get(CSRF_FIELD)
            reason = refusal_of(token, caller.session.csrf_key, now=self._service.now().timestamp())
        if reason is not None:
            raise RefusedError(403, reason)


def foreign_origin(request: Request, public_url: str | None) -> str | None:
    """Return why a request comes from a page of another origin; None where it does not.

    Browsers say so by themselves; what says nothing is judged by its token alone.
    """
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return "the request comes from a page of another origin"
    said = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if said is not None and said.lower() not in {own.lower(), public_url}:
        return "the request comes from a page of another origin"
    return None


def parse_id(text: str) -> int:
    """Return an id of a path: from 1 on, without a sign, and none for "all"."""
    if not _ID.fullmatch(text) or int(text) > LARGEST_ID:
        raise RefusedError(400, "an id is a whole number from 1 on")
    return int(text)
