"""Which exchange makes a proxy connect to a host."""

from tlsward.net.proxy import Proxy
from tlsward.wire.starttls.preamble import Preamble


def proxy_preamble(proxy: Proxy, host: str, port: int) -> Preamble:
    """Return the exchange that makes this proxy connect to a host (name or IP literal)."""
    if proxy.kind == "http":
        from tlsward.net.http_connect import HttpConnect

        return HttpConnect(proxy, host, port)
    from tlsward.net.socks5 import Socks5

    return Socks5(proxy, host, port)
