"""Signing in and out: the browser's side of the code flow, and the session's cookie."""

import secrets
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from tlsward.invoicer.border import SESSION_COOKIE
from tlsward.invoicer.log import short
from tlsward.invoicer.oidc import Provider, ProviderError, is_allowed
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.request import cookie_of, facts_of

if TYPE_CHECKING:
    from tlsward.invoicer.request import Call

LOGIN_COOKIE = "__Host-invoicer-login"
LOGIN_SECONDS = 600
CALLBACK = "/oauth2callback"


async def authenticate(call: "Call") -> Response:
    """Send the browser to the provider."""
    provider = _provider(call)
    try:
        login_id, login = await call.service.credentials.begin_login()
        url = await provider.authorization_url(login, _redirect_uri(call))
    except ProviderError as error:
        raise _failed(call, error) from None
    response = RedirectResponse(url, 303)
    _set_cookie(response, LOGIN_COOKIE, login_id, LOGIN_SECONDS)
    return response


async def callback(call: "Call") -> Response:
    """Take the provider's answer and begin a session."""
    provider, request = _provider(call), call.request
    query = request.query_params
    login = await call.service.credentials.take_login(cookie_of(request, LOGIN_COOKIE) or "")
    if login is None:
        raise RefusedError(403, "no login is under way in this browser; begin again")
    if not secrets.compare_digest(query.get("state", "").encode(), login.state.encode()):
        raise RefusedError(403, "the answer is of another login")
    code = query.get("code")
    if not code or "error" in query:
        raise RefusedError(403, f"the provider refused: {query.get('error', 'no code')[:100]}")
    try:
        person = await provider.person(code, login, _redirect_uri(call), issuer=query.get("iss"))
    except ProviderError as error:
        raise _failed(call, error) from None
    facts_of(request.scope).actor = person.subject
    settings = call.service.settings
    if settings.oidc is None or not is_allowed(person, settings.oidc.allowed):
        raise RefusedError(403, "you are not among those who may use this service")
    before = cookie_of(request, SESSION_COOKIE)
    if before is not None:
        await call.service.credentials.end_session(before)
    session_id = await call.service.credentials.begin_session(
        person.subject, person.name, seconds=settings.session_seconds
    )
    response = RedirectResponse("/", 303)
    _set_cookie(response, SESSION_COOKIE, session_id, settings.session_seconds)
    _delete_cookie(response, LOGIN_COOKIE)
    return response


async def log_out(call: "Call") -> Response:
    """End the session, here and in the database."""
    if call.caller is not None and call.caller.session_id is not None:
        await call.service.credentials.end_session(call.caller.session_id)
    response = RedirectResponse("/", 303)
    _delete_cookie(response, SESSION_COOKIE)
    return response


def _provider(call: "Call") -> Provider:
    if call.service.provider is None:
        raise RefusedError(404, "this service has no OpenID provider; use a token")
    if call.request.url.scheme != "https":
        # Cookies with __Host- are kept over https alone.
        raise RefusedError(403, "sign in over https")
    return call.service.provider


def _redirect_uri(call: "Call") -> str:
    return f"{call.service.settings.public_url}{CALLBACK}"


def _failed(call: "Call", error: ProviderError) -> RefusedError:
    request_id = facts_of(call.request.scope).request_id
    call.service.log.error("provider", request_id=request_id, reason=short(error))
    return RefusedError(502, "signing in failed at the provider")


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


def _delete_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
