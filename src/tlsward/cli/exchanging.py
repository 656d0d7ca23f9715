"""Asks a host over HTTP with the settings of the command line."""

from tlsward.cli.scan_run import proxy_url, read_certificates
from tlsward.cli.web_target import WebTarget
from tlsward.net.addresses import Family
from tlsward.net.http_exchange import HTTP_VERSIONS, MOST_REDIRECTS, HttpExchanger
from tlsward.net.proxy import parse_proxy
from tlsward.settings.table import Settings


def exchanger(
    target: WebTarget,
    settings: Settings,
    *,
    versions: tuple[str, ...] = HTTP_VERSIONS,
    most_redirects: int = MOST_REDIRECTS,
) -> HttpExchanger:
    """Return what asks the host of a target. Raises UsageError for settings that are none."""
    proxy = proxy_url(settings)
    family: Family | None = None
    if settings.family is not None:
        family = 4 if settings.family == "4" else 6
    return HttpExchanger(
        target.url,
        timeout_seconds=settings.timeout,
        deadline_seconds=settings.deadline,
        connect=target.connect,
        family=family,
        proxy=None if proxy is None else parse_proxy(proxy),
        ca_pem=None if settings.ca_file is None else read_certificates(settings.ca_file),
        allow_private=settings.fetch_private,
        versions=versions,
        most_redirects=most_redirects,
    )


def least_hsts_seconds() -> int:
    """Return the max-age that the latest guideline wants of its intermediate level."""
    from tlsward.facts.guidelines import guideline

    return guideline("latest").levels["intermediate"].hsts_min_age
