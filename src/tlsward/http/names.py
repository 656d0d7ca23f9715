"""Names of hosts as browsers compare them, without asking a resolver."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_ip_literal(host: str) -> bool:
    """Whether a host is an address, with or without the brackets of IPv6."""
    bare = host.removeprefix("[").removesuffix("]").partition("%")[0].removesuffix(".")
    try:
        ip_address(bare)
    except ValueError:
        return False
    return True


def canonical(host: str) -> str:
    """Return a host as it is compared: in A-labels, lower case, without a final dot.

    RFC 6797 section 9; what cannot be a name is left as it is.
    """
    name = host.lower().removesuffix(".")
    if name.isascii():
        return name
    import idna  # 10 ms of tables, for few names

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return name


def superdomains(host: str) -> tuple[str, ...]:
    """Return the domains above a host, the nearest first; an address has none."""
    if is_ip_literal(host):
        return ()
    labels = canonical(host).split(".")
    return tuple(".".join(labels[start:]) for start in range(1, len(labels)))


def scheme_and_host(url: str) -> tuple[str, str]:
    """Return scheme and host of a URL that anybody wrote; empty where it has none."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""
