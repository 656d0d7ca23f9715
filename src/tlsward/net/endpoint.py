"""One place to connect to, and what lies before TLS there."""

import msgspec

from tlsward.net.proxy import Proxy


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An address and port, with the STARTTLS protocol and the proxy on the way, if any.

    `address` is an IP literal (IPv6 without brackets, with `%scope` where it needs one).
    Where there is a proxy it may be a host name: the proxy resolves it. `hostname` is the
    service's name, which some STARTTLS protocols have to be told.
    """

    address: str
    port: int
    hostname: str = ""
    starttls: str | None = None
    proxy: Proxy | None = None
