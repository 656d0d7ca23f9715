"""What hstspreload.org asks of a host, asked by us: three ways in, and its own codes for it."""

import asyncio

import msgspec

from tlsward.cli.exchanging import exchanger
from tlsward.cli.web_target import WebTarget
from tlsward.facts.suites import by_openssl_name
from tlsward.http.fields import field_values
from tlsward.http.hsts import NAME
from tlsward.http.hsts_preload import (
    PreloadIssue,
    PreloadRedirects,
    PreloadTls,
    has_errors,
    judge_domain,
    judge_http_redirects,
    judge_https_redirects,
    judge_preload_response,
    judge_tls,
)
from tlsward.model.answer import NO, YES
from tlsward.model.http import HttpExchange
from tlsward.net.http_exchange import HttpExchanger
from tlsward.settings.table import Settings


class PreloadSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The exchanges over HTTPS, plain HTTP, and with the www name; None where not asked."""

    secure: HttpExchange
    plain: HttpExchange | None = None
    www: HttpExchange | None = None


async def preload_exchanges(
    asking: HttpExchanger, target: WebTarget, settings: Settings
) -> PreloadSeen:
    """Ask a host in the ways that the site asks. Plain HTTP and www beside port 443 alone."""
    if target.url.port != 443:
        return PreloadSeen(secure=await asking.get(target.root()))
    host = target.url.host
    www: HttpExchanger | None = None
    registered = registrable_domain(host)
    if registered == host and target.connect is None:
        url = msgspec.structs.replace(target.url, host=f"www.{host}", target="/")
        www_target = WebTarget(url=url)
        www = exchanger(www_target, settings, most_redirects=0)
        secure, plain, of_www = await asyncio.gather(
            asking.get(target.root()), asking.get(target.plain(80)), www.get(url)
        )
        return PreloadSeen(secure=secure, plain=plain, www=of_www)
    secure, plain = await asyncio.gather(asking.get(target.root()), asking.get(target.plain(80)))
    return PreloadSeen(secure=secure, plain=plain)


def judge_preload(seen: PreloadSeen, host: str) -> tuple[PreloadIssue, ...]:
    """Return all issues of a host, in the site's order."""
    domain = judge_domain(host, registrable_domain)
    if any(each.code.startswith("domain.format.") for each in domain):
        return domain
    tls = judge_tls(_tls(seen))
    if has_errors(each for each in tls if each.code.startswith("domain.tls.")):
        return (*domain, *tls)
    values = field_values(seen.secure.responses[0].headers, NAME)
    response = judge_preload_response(values)
    redirects = judge_https_redirects(_redirects(seen.secure))
    of_plain: tuple[PreloadIssue, ...] = ()
    if seen.plain is not None:
        fine = not has_errors(response)
        of_plain = judge_http_redirects(_redirects(seen.plain), host, main_is_fine=fine)
    return (*domain, *tls, *response, *of_plain, *redirects)


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


def _tls(seen: PreloadSeen) -> PreloadTls:
    responses = seen.secure.responses
    if not responses:
        return PreloadTls(connects=False)
    first = responses[0]
    suite = None if first.cipher_suite is None else by_openssl_name(first.cipher_suite)
    www_connects = www_has_tls = None
    if seen.www is not None and seen.www.responses:
        www_connects, www_has_tls = True, seen.www.responses[0].verified == YES
    return PreloadTls(
        chain_is_valid=first.verified != NO,
        version=first.tls_version,
        suite=None if suite is None else suite.iana_name,
        www_connects=www_connects,
        www_has_tls=www_has_tls,
    )


def _redirects(exchange: HttpExchange) -> PreloadRedirects:
    """Return where an exchange led, in the form the rules are about."""
    responses = exchange.responses
    if not responses:
        return PreloadRedirects(url=exchange.url, answered=False)
    chain = tuple(each.location for each in responses if each.location is not None)
    followed = responses[1] if len(responses) > 1 else None
    # A redirect to plain HTTP is not followed here; that it is one is told by itself.
    unfollowed = exchange.reason_kind == "refused" and chain[-1].startswith("https:")
    failed = exchange.reason if exchange.reason_kind == "failed" or unfollowed else None
    return PreloadRedirects(
        url=exchange.url,
        chain=chain,
        failure=failed,
        hsts_values=field_values(responses[0].headers, NAME),
        first_hsts_values=None if followed is None else field_values(followed.headers, NAME),
    )
