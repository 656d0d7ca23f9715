"""The question `http`: one page over HTTPS, and whether plain HTTP leads to it.

It is asked when the questions on TLS are over, on what is left of their limits, and fails
soft: whatever goes wrong is a reason beside the facts, and no fact. Redirects are not
followed: what is asked is what this endpoint says.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from tlsward.http.redirects import judge_redirects
from tlsward.model.answer import NO, UNKNOWN
from tlsward.model.http import HeaderFinding, HttpExchange
from tlsward.model.scan_result import Unknown
from tlsward.model.target import Target
from tlsward.net.addresses import Address
from tlsward.net.fetch_backend import FetchError
from tlsward.net.fetch_url import FetchUrl
from tlsward.net.http_exchange import HttpExchanger
from tlsward.net.proxy import parse_proxy
from tlsward.scan.http_facts import facts_of, findings_of
from tlsward.scan.interview import Interview
from tlsward.scan.settings import ScanSettings

QUESTION = "http"
HTTPS_PORT, HTTP_PORT = 443, 80
#: Connections that it may take: two with TLS, where the first is not verified, and a plain one.
MOST_CONNECTIONS = 3
#: The longest that the whole of it may take, in seconds, beside waiting for its turn.
MOST_SECONDS = 15.0


class HttpLayer(msgspec.Struct, frozen=True, kw_only=True):
    """Facts by name, as ScanResult has them, findings, and what could not be told."""

    facts: dict[str, str]
    findings: tuple[HeaderFinding, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


async def http_layer(
    interview: Interview,
    target: Target,
    address: Address,
    settings: ScanSettings,
    seconds_left: float,
) -> HttpLayer:
    """Ask a host that speaks TLS for `/`. Never raises for what a network or a server does."""
    url = FetchUrl(scheme="https", host=target.sni or target.host, port=target.port, target="/")
    turns = MOST_CONNECTIONS / settings.rate_per_second if settings.rate_per_second else 0.0
    seconds = min(MOST_SECONDS + turns, seconds_left)
    if seconds <= 0:
        return untold("the time for the scan was used up")
    asking = _exchanger(interview, url, address, settings, seconds)
    plain: HttpExchange | None = None
    requests = 0
    # Behind another port to connect to, port 80 may be anybody's.
    if target.port == address.port == HTTPS_PORT:
        plain_url = msgspec.structs.replace(url, scheme="http", port=HTTP_PORT)
        asking_plain = _exchanger(interview, url, address, settings, seconds)
        exchange, answered = await asyncio.gather(asking.get(url), asking_plain.get(plain_url))
        requests = asking_plain.requests
        plain = answered if asking_plain.connections else _not_let_in(answered)
    else:
        exchange = await asking.get(url)
    if asking.connections:
        interview.rounds[QUESTION] = asking.connections
    counted = {"requests": str(asking.requests + requests)}
    if not exchange.responses:
        reason = exchange.reason or "no answer"
        # Words that are not HTTP's are an answer too; HTTP that is broken is none.
        answer = untold(reason, state=NO if reason.startswith("not an HTTP answer") else UNKNOWN)
        return msgspec.structs.replace(answer, facts={**answer.facts, **counted})
    response = exchange.responses[0]
    facts = {**facts_of(response), **_redirect(plain), **counted}
    return HttpLayer(
        facts=facts,
        findings=findings_of(exchange, plain, facts),
        unknowns=tuple(_unknowns(facts)),
    )


def untold(reason: str, *, state: str = UNKNOWN) -> HttpLayer:
    """Return that there is no answer, and why."""
    return HttpLayer(
        facts={"state": state, "reason": reason},
        unknowns=(Unknown(fact="http", reason=reason),) if state == UNKNOWN else (),
    )


def _exchanger(
    interview: Interview,
    first: FetchUrl,
    address: Address,
    settings: ScanSettings,
    seconds: float,
) -> HttpExchanger:
    @asynccontextmanager
    async def admission() -> AsyncIterator[None]:
        async with interview.place(QUESTION) as exhausted:
            if exhausted is not None:
                raise FetchError(exhausted.reason)
            yield

    return HttpExchanger(
        first,
        timeout_seconds=settings.timeout_seconds,
        deadline_seconds=seconds,
        connect=(address.literal, address.port),
        proxy=None if settings.proxy is None else parse_proxy(settings.proxy),
        ca_pem=settings.ca_file_pem,
        most_redirects=0,
        admission=admission,
    )


def _not_let_in(plain: HttpExchange) -> HttpExchange:
    """Mark that nobody asked, so that nothing is said of what would have answered."""
    return msgspec.structs.replace(plain, reason_kind="refused")


def _redirect(plain: HttpExchange | None) -> dict[str, str]:
    """Return whether plain HTTP redirects to HTTPS on the same host at once."""
    if plain is None:
        return {}
    if not plain.responses:
        return {"redirect_from_http": UNKNOWN, "redirect_reason": plain.reason or "no answer"}
    found = judge_redirects(plain)
    first = next(
        each for each in found if each.id.startswith("http.redirect.") and each.header == "Location"
    )
    good = first.id == "http.redirect.to-https"
    return {"redirect_from_http": "yes" if good else NO, "redirect_reason": first.evidence}


def _unknowns(facts: dict[str, str]) -> list[Unknown]:
    return [
        Unknown(fact=f"http.{name}", reason=facts.get(reason, "could not be told"))
        for name, reason in (("hsts", "hsts_reason"), ("redirect_from_http", "redirect_reason"))
        if facts.get(name) == UNKNOWN
    ]
