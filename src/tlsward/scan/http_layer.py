"""What a scan asks of the HTTP layer: one page over HTTPS, and whether plain HTTP leads to it.

It fails soft: whatever goes wrong is a reason beside the facts, and no fact.
"""

import asyncio

import msgspec

from tlsward.http.alternative_services import NAME as ALT_SVC
from tlsward.http.cookies import NAME as SET_COOKIE
from tlsward.http.cookies import judge_cookies, parse_cookie
from tlsward.http.disclosure import parse_content_encoding
from tlsward.http.fields import field_values, shown
from tlsward.http.hsts import NAME as HSTS
from tlsward.http.hsts import received_hsts
from tlsward.http.redirects import judge_redirects
from tlsward.model.answer import NO, UNKNOWN, YES
from tlsward.model.http import HttpExchange, HttpResponse
from tlsward.model.target import Target
from tlsward.net.addresses import Address
from tlsward.net.fetch_url import FetchUrl
from tlsward.net.http_exchange import HttpExchanger
from tlsward.net.proxy import parse_proxy
from tlsward.scan.settings import ScanSettings

HTTPS_PORT, HTTP_PORT = 443, 80
#: Connections that it may take: two with TLS, where the first is not verified, and a plain one.
MOST_CONNECTIONS = 3
#: The longest that the whole of it may take, in seconds.
MOST_SECONDS = 15.0


class HttpLayer(msgspec.Struct, frozen=True, kw_only=True):
    """Facts by name, as ScanResult has them; `reason` why there is none but `state`."""

    facts: dict[str, str]
    reason: str | None = None
    connections: int = 0


async def http_layer(
    target: Target, address: Address, settings: ScanSettings, seconds_left: float
) -> HttpLayer:
    """Ask a host that speaks TLS for `/`. Never raises for what a network or a server does."""
    url = FetchUrl(scheme="https", host=target.sni or target.host, port=target.port, target="/")
    seconds = min(MOST_SECONDS, seconds_left)
    if seconds <= 0:
        return _untold("the time for the scan was used up")
    asking = HttpExchanger(
        url,
        timeout_seconds=settings.timeout_seconds,
        deadline_seconds=seconds,
        connect=(address.literal, address.port),
        proxy=None if settings.proxy is None else parse_proxy(settings.proxy),
        ca_pem=settings.ca_file_pem,
        most_redirects=0,
    )
    plain: HttpExchange | None = None
    if target.port == HTTPS_PORT:
        plain_url = msgspec.structs.replace(url, scheme="http", port=HTTP_PORT)
        exchange, plain = await asyncio.gather(asking.get(url), asking.get(plain_url))
    else:
        exchange = await asking.get(url)
    if not exchange.responses:
        reason = exchange.reason or "no answer"
        speaks_other = reason.startswith("not an HTTP answer")
        untold = _untold(reason, state=NO if speaks_other else UNKNOWN)
        return msgspec.structs.replace(untold, connections=asking.connections)
    facts = _facts(exchange.responses[0]) | _redirect(plain)
    return HttpLayer(facts=facts, connections=asking.connections)


def _untold(reason: str, *, state: str = UNKNOWN) -> HttpLayer:
    return HttpLayer(facts={"state": state, "reason": reason}, reason=reason)


def _facts(response: HttpResponse) -> dict[str, str]:
    # What the field says; whether the certificate is good is judged elsewhere.
    values = field_values(response.headers, HSTS)
    hsts = received_hsts(values, secure=True, host="")
    facts = {
        "state": YES,
        "version": response.version,
        "status": str(response.status),
        "hsts": NO if hsts.policy is None or hsts.policy.forgets else YES,
        "hsts_max_age_seconds": str(0 if hsts.policy is None else hsts.policy.max_age_seconds),
    }
    if values:
        facts["strict_transport_security"] = shown(values[0])
    if hsts.reason is not None:
        facts["hsts_reason"] = hsts.reason
    if len(values) > 1:
        facts["hsts_reason"] = f"{len(values)} fields are sent, of which the first counts"
    codings = parse_content_encoding(field_values(response.headers, "Content-Encoding"))
    facts["compression"] = shown(", ".join(codings)) if codings else "none"
    for name, header in (("server", "Server"), ("alternative_services", ALT_SVC)):
        found = field_values(response.headers, header)
        if found:
            facts[name] = shown(", ".join(found))
    cookies = field_values(response.headers, SET_COOKIE)
    if cookies:
        names = [each.name for value in cookies if (each := parse_cookie(value)) is not None]
        facts["cookies"] = shown(", ".join(names))
        faults = judge_cookies(cookies)
        weak = [each for each in faults if each.grade in {"weak", "bad"}]
        facts["cookie_faults"] = shown(
            "; ".join(f"{each.id.removeprefix('http.cookie.')} ({each.evidence})" for each in weak)
        )
    return facts


def _redirect(plain: HttpExchange | None) -> dict[str, str]:
    """Return whether plain HTTP redirects to HTTPS on the same host at once."""
    if plain is None:
        return {}
    if not plain.responses:
        reason = shown(plain.reason or "no answer")
        return {"redirect_from_http": UNKNOWN, "redirect_reason": reason}
    found = judge_redirects(plain)
    first = next(
        each for each in found if each.id.startswith("http.redirect.") and each.header == "Location"
    )
    good = first.id == "http.redirect.to-https"
    return {"redirect_from_http": YES if good else NO, "redirect_reason": first.evidence}
