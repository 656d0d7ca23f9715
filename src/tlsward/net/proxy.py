"""Proxies on the way: what a proxy URL says."""

from typing import Literal

import msgspec

from tlsward.errors import UsageError

_SCHEMES: dict[str, Literal["http", "socks5"]] = {
    "http": "http",
    "socks5": "socks5",
    # curl's word for "the proxy resolves names", which is what is always done here: a name
    # must not leak to the local resolver of one who asked for a proxy.
    "socks5h": "socks5",
}
_DEFAULT_PORTS = {"http": 8080, "socks5": 1080}
#: What follows a proxy's answer is the far server's already (it may speak first) and has to
#: be passed on whole; the event loops read at most a quarter of this at once.
TUNNEL_SURPLUS_LIMIT_BYTES = 1 << 20


class Proxy(msgspec.Struct, frozen=True, kw_only=True):
    """A proxy. User name and password are never shown: not by repr, not in any reason."""

    kind: Literal["http", "socks5"]
    host: str
    port: int
    username: str | None = None
    password: str = ""

    def __repr__(self) -> str:
        return f"Proxy({self.kind}://{self.host}:{self.port})"


def parse_proxy(url: str) -> Proxy:
    """Parse `http://[user:password@]host[:port]` or `socks5://…`; UsageError otherwise.

    User name and password may be percent-encoded. No error repeats them.
    """
    from urllib.parse import unquote, urlsplit  # 2 ms that most scans need not pay

    from tlsward.net.addresses import ascii_host

    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        raise UsageError("not a proxy URL: its address or port is malformed") from None
    if port == 0:
        raise UsageError("not a proxy URL: port 0 is none")
    kind = _SCHEMES.get(parts.scheme)
    if kind is None:
        known = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise UsageError(f"a proxy of type {parts.scheme}:// is not supported (known: {known})")
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageError("not a proxy URL: expected scheme://[user:password@]host[:port]")
    username = None if parts.username is None else unquote(parts.username)
    password = unquote(parts.password or "")
    if kind == "http" and ":" in (username or ""):
        raise UsageError("a user name for an HTTP proxy cannot hold a colon")  # RFC 7617 section 2
    if kind == "socks5" and max(len((username or "").encode()), len(password.encode())) > 255:
        raise UsageError("SOCKS5 has no room for more than 255 bytes of user name or password")
    return Proxy(
        kind=kind,
        host=ascii_host(parts.hostname),
        port=port or _DEFAULT_PORTS[kind],
        username=username,
        password=password,
    )
