"""What hstspreload.org asks of a host, asked by us: three ways in, and its own codes for it."""

import asyncio

import msgspec

from tlsward.cli.exchanging import exchanger
from tlsward.cli.web_target import WebTarget
from tlsward.facts.suites import by_openssl_name
from tlsward.http.fields import field_values
from tlsward.http.hsts import NAME
from tlsward.http.hsts_preload import (
    YEAR_SECONDS,
    PreloadIssue,
    PreloadRedirects,
    PreloadTls,
    has_errors,
    judge_domain,
    judge_http_redirects,
    judge_https_redirects,
    judge_preload_response,
    judge_tls,
    judge_www,
)
from tlsward.model.answer import NO
from tlsward.model.http import HttpExchange
from tlsward.net.http_exchange import HttpExchanger
from tlsward.settings.table import Settings


class PreloadSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The exchanges over HTTPS and plain HTTP, and what the www name does; None where not asked.

    `unseen` says what of that the site would look at and was not looked at here.
    """

    secure: HttpExchange
    plain: HttpExchange | None = None
    www_connects: bool | None = None
    www_has_tls: bool | None = None
    unseen: str | None = None


async def preload_exchanges(
    asking: HttpExchanger, target: WebTarget, settings: Settings
) -> PreloadSeen:
    """Ask a host in the ways that the site asks. Plain HTTP and www beside port 443 alone."""
    if target.url.port != 443:
        elsewhere = "the lists are about port 443, and plain HTTP and the www name beside it"
        return PreloadSeen(secure=await asking.get(target.root()), unseen=elsewhere)
    host = target.url.host
    registered = registrable_domain(host)
    if registered == host and target.connect is None:
        url = msgspec.structs.replace(target.url, host=f"www.{host}", target="/")
        www_target = WebTarget(url=url)
        www = exchanger(www_target, settings, most_redirects=0)
        secure, plain, _ = await asyncio.gather(
            asking.get(target.root()), asking.get(target.plain(80)), www.get(url)
        )
        # What HTTP it answers with, if any, is nothing to the lists.
        connects, trusted = www.connected > 0, www.trusted > 0
        return PreloadSeen(secure=secure, plain=plain, www_connects=connects, www_has_tls=trusted)
    secure, plain = await asyncio.gather(asking.get(target.root()), asking.get(target.plain(80)))
    unseen = "the www name, which --connect says nothing about" if registered == host else None
    return PreloadSeen(secure=secure, plain=plain, unseen=unseen)


def judge_preload(
    seen: PreloadSeen, host: str, *, least_seconds: int = YEAR_SECONDS
) -> tuple[PreloadIssue, ...]:
    """Return all issues of a host, in the site's order."""
    domain = judge_domain(host, registrable_domain)
    if any(each.code.startswith("domain.format.") for each in domain):
        return domain
    tls = judge_tls(_tls(seen.secure))
    if has_errors(tls):
        return (*domain, *tls)
    values = field_values(seen.secure.responses[0].headers, NAME)
    response = judge_preload_response(values, least_seconds=least_seconds)
    redirects = judge_https_redirects(_redirects(seen.secure))
    of_plain: tuple[PreloadIssue, ...] = ()
    if seen.plain is not None:
        fine = not has_errors(response)
        of_plain = judge_http_redirects(_redirects(seen.plain), host, main_is_fine=fine)
    www = judge_www(PreloadTls(www_connects=seen.www_connects, www_has_tls=seen.www_has_tls))
    return (*domain, *tls, *response, *of_plain, *redirects, *www)


def judge_removal(exchange: HttpExchange) -> tuple[PreloadIssue, ...]:
    """Return what keeps a host on the list that asks to be removed."""
    tls = judge_tls(_tls(exchange))
    if has_errors(tls):
        return tls
    return judge_preload_response(field_values(exchange.responses[0].headers, NAME), removal=True)


def registrable_domain(name: str) -> str | None:
    """Return the registered domain of a name, `""` for a public suffix.

    None where no list of public suffixes is installed (it comes with `tlsward[lint]`).
    """
    try:
        from publicsuffixlist import PublicSuffixList  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    found: str | None = PublicSuffixList().privatesuffix(name)
    return found or ""


def _tls(exchange: HttpExchange) -> PreloadTls:
    responses = exchange.responses
    if not responses:
        return PreloadTls(connects=False)
    first = responses[0]
    suite = None if first.cipher_suite is None else by_openssl_name(first.cipher_suite)
    return PreloadTls(
        chain_is_valid=first.verified != NO,
        version=first.tls_version,
        suite=None if suite is None else suite.iana_name,
    )


def _redirects(exchange: HttpExchange) -> PreloadRedirects:
    """Return where an exchange led, in the form the rules are about."""
    if not exchange.responses:
        return PreloadRedirects(url=exchange.url, answered=False)
    # The site makes no connection to whom it does not trust: there its way ends.
    stray = next((each for each in exchange.responses[1:] if each.verified == NO), None)
    end = None if stray is None else exchange.responses.index(stray)
    responses = exchange.responses[:end]
    chain = tuple(each.location for each in responses if each.location is not None)
    followed = responses[1] if len(responses) > 1 else None
    # A redirect to plain HTTP is not followed here; that it is one is told by itself.
    unfollowed = exchange.reason_kind == "refused" and chain[-1].startswith("https:")
    failed = exchange.reason if exchange.reason_kind == "failed" or unfollowed else None
    if stray is not None:
        failed = f"{stray.url}: {stray.verification}"
    return PreloadRedirects(
        url=exchange.url,
        chain=chain,
        failure=failed,
        hsts_values=field_values(responses[0].headers, NAME),
        first_hsts_values=None if followed is None else field_values(followed.headers, NAME),
    )
