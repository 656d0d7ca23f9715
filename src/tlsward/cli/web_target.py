"""What a person writes for a page to ask for: a host, or an http or https URL with its path."""

import re

import msgspec

from tlsward.cli.targets import parse_target
from tlsward.errors import UsageError
from tlsward.net.addresses import literal_family
from tlsward.net.fetch_url import LONGEST_URL, FetchUrl
from tlsward.scan.engine import split_connect
from tlsward.settings.table import Settings

_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_PATH = re.compile(r"[!-~]*\Z")


class WebTarget(msgspec.Struct, frozen=True, kw_only=True):
    """The URL to ask for, and where to connect to for it if not to its own host."""

    url: FetchUrl
    connect: tuple[str, int] | None = None

    def plain(self, port: int) -> FetchUrl:
        """Return the root of the same host over plain HTTP."""
        return FetchUrl(scheme="http", host=self.url.host, port=port, target="/")

    def root(self) -> FetchUrl:
        """Return the root of the host over HTTPS."""
        return msgspec.structs.replace(self.url, target="/")


def parse_web_target(text: str, settings: Settings) -> WebTarget:
    """Return what a text names. Raises UsageError.

    A name given with --sni takes the place of the host in the URL, in the Host header and in
    what browsers remember; the connection still goes to the host that was named.
    """
    found = _URL.match(text.strip())
    scheme, path = "https", "/"
    authority = text
    if found is not None:
        scheme, authority = found.group(1).lower(), found.group(2)
        path = found.group(3) or "/"
        path = path if path.startswith("/") else f"/{path}"
        if len(text) > LONGEST_URL:
            raise UsageError(f"{text[:60]!r}…: longer than {LONGEST_URL} characters")
        if _PATH.match(path) is None:
            raise UsageError(f"{text!r}: its path has characters that no URL has")
        if "@" in authority:
            raise UsageError(f"{text!r}: a target has no user name or password")
        if authority.count(":") > 1 and not authority.startswith("["):
            raise UsageError(f"{text!r}: expected [IPv6 address]:port")
        if ":" not in authority.rpartition("]")[2]:
            authority = f"{authority}:{80 if scheme == 'http' else 443}"
    if found is None and "://" in text and not text.lower().startswith("starttls"):
        scheme = text.partition("://")[0]
        raise UsageError(f"{text[:60]!r}: expected https:// or http://, not {scheme[:20]}://")
    target = parse_target(authority, sni=settings.sni)
    if target.starttls is not None:
        raise UsageError(f"{text!r}: no HTTP is spoken there")
    host, connect = target.host, None
    if settings.sni is not None and target.sni is not None:
        host, connect = target.sni, (target.host, target.port)
    if settings.connect is not None:
        from tlsward.cli.scan_run import check_connect

        check_connect(settings.connect)
        connect = split_connect(settings.connect, target.port)
    kind = literal_family(host)
    url = FetchUrl(
        scheme="https" if scheme == "https" else "http",
        host=host if kind is None else host.partition("%")[0],
        port=target.port,
        target=path,
    )
    return WebTarget(url=url, connect=connect)
