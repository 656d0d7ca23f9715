"""Names of hosts as browsers compare them, without asking a resolver."""

import re
from ipaddress import ip_address

_PORT = re.compile(r":[0-9]*\Z")


def is_ip_literal(host: str) -> bool:
    """Whether a host is an address, with or without the brackets of IPv6."""
    bare = host.removeprefix("[").removesuffix("]").partition("%")[0].removesuffix(".")
    try:
        ip_address(bare)
    except ValueError:
        return False
    return True


def canonical(host: str) -> str:
    """Return a host as it is compared: lower case, without a final dot (RFC 6797 section 8.2)."""
    return host.lower().removesuffix(".")


def superdomains(host: str) -> tuple[str, ...]:
    """Return the domains above a host, the nearest first; an address has none."""
    if is_ip_literal(host):
        return ()
    labels = canonical(host).split(".")
    return tuple(".".join(labels[start:]) for start in range(1, len(labels)))


def host_of_authority(authority: str) -> str:
    """Return the host of `host[:port]`."""
    return _PORT.sub("", authority)
