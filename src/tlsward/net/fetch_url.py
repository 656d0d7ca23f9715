"""URLs that others name, judged before anything is connected to.

They stand in certificates and in redirects, and whoever wrote them may want this machine
to ask on his behalf. Addresses that a name resolves to are judged later, one by one, when
they are known.
"""

import re
from typing import Literal
from urllib.parse import urljoin, urlsplit

import msgspec

from tlsward.errors import BadNameError
from tlsward.facts.special_addresses import special_use
from tlsward.net.addresses import ascii_host, literal_family

#: The longest URL that is of use; nobody's CRL has one of a quarter of it.
LONGEST_URL = 2048
#: Ports below are those of other services (RFC 6335 section 6), which a request could hurt.
FIRST_FREE_PORT = 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Printable ASCII without the space: what RFC 3986 allows, and a little more.
_PLAIN = re.compile(r"[!-~]+\Z")
#: A reference to a page: its scheme, if any, what is before the query, and the rest.
_REFERENCE = re.compile(r"([Hh][Tt]{2}[Pp][Ss]?:)?((?![A-Za-z][A-Za-z0-9+.-]*:)[^?#]*)([?#].*)?\Z")
#: Names that resolvers keep for this machine and this network (RFC 6761, RFC 6762).
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa")


class FetchUrl(msgspec.Struct, frozen=True, kw_only=True):
    """A URL taken apart: `host` is an address without brackets or a name in A-labels.

    `target` is path and query as they go on the wire.
    """

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port, as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


class RefusedUrl(msgspec.Struct, frozen=True):
    """Why nothing is fetched from a URL, in words safe to show."""

    reason: str


def fetch_url(url: str, *, allow_private: bool) -> FetchUrl | RefusedUrl:
    """Return the parts of a URL, or why it is not fetched from. Never raises."""
    if not url:
        return RefusedUrl("its URL is empty")
    if len(url) > LONGEST_URL:
        return RefusedUrl(f"its URL is longer than {LONGEST_URL} characters")
    if _PLAIN.match(url) is None:
        return RefusedUrl("its URL has characters that no URL may have")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return RefusedUrl("its URL is malformed")
    if parts.scheme not in _DEFAULT_PORTS:
        return RefusedUrl(f"{parts.scheme or 'a URL without a scheme'}: is not fetched from")
    if parts.username is not None or parts.password is not None:
        return RefusedUrl("its URL has a user name or a password in it")
    try:
        host = ascii_host(_host(parts.netloc))
    except BadNameError as error:
        return RefusedUrl(f"its host is none: {error.reason}")
    scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
    port = _DEFAULT_PORTS[scheme] if port is None else port
    refusal = _refused_port(port) or (None if allow_private else _refused_host(host))
    if refusal is not None:
        return RefusedUrl(refusal)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return FetchUrl(scheme=scheme, host=host, port=port, target=target)


def as_browsers_join(origin: FetchUrl, location: str) -> str:
    """Return where a Location leads a browser (WHATWG URL), or it itself where that is no URL.

    Browsers take a backslash for a slash before the query, and more than two slashes before a
    host for two; so what looks like a path of the same host may lead to another.
    """
    text = re.sub(r"[\t\r\n]", "", location)
    found = _REFERENCE.match(text)
    if found is not None:
        scheme, path, rest = found.groups(default="")
        path = re.sub(r"\A/{2,}", "//", path.replace("\\", "/"))
        text = f"{scheme}{path}{rest}"
    try:
        return urljoin(str(origin), text)
    except ValueError:
        return location


def redirected(origin: FetchUrl, location: str, *, allow_private: bool) -> FetchUrl | RefusedUrl:
    """Return where a redirect leads, or why it is not followed. Never raises."""
    if len(location) > LONGEST_URL:
        return RefusedUrl(f"it redirects to a URL longer than {LONGEST_URL} characters")
    try:
        joined = urljoin(str(origin), location)
    except ValueError:
        return RefusedUrl("it redirects to a malformed URL")
    found = fetch_url(joined, allow_private=allow_private)
    if isinstance(found, RefusedUrl):
        return RefusedUrl(f"it redirects elsewhere, and {found.reason}")
    if origin.scheme == "https" and found.scheme == "http":
        return RefusedUrl("it redirects from https to http")
    return found


def refused_address(literal: str) -> str | None:
    """Return why an address is not connected to unless private ones are allowed, or None."""
    use = special_use(literal)
    return use and f"its address {literal} is not public ({use})"


def _host(authority: str) -> str:
    """Return the host of an authority without a user, with the brackets of IPv6.

    What stands between the brackets and the port is part of it, so that it is none.
    """
    if authority.startswith("["):
        literal, _, rest = authority.partition("]")
        return f"{literal}]{rest.partition(':')[0]}"
    return authority.partition(":")[0]


def _refused_port(port: int) -> str | None:
    if port == 0 or (port < FIRST_FREE_PORT and port not in _DEFAULT_PORTS.values()):
        return f"port {port} is not one of a web server"
    return None


def _refused_host(host: str) -> str | None:
    """Return why a host is not asked that a proxy might resolve where nobody sees it."""
    if literal_family(host) is not None:
        return refused_address(host)
    labels = host.split(".")
    if any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES):
        return f"{host} is a name of this machine or network alone"
    if labels[-1].startswith("0x"):
        # inet_aton reads it as an address, and many resolvers ask that first.
        return f"{host} is an address in disguise"
    return None
