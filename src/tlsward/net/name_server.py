"""The DNS servers that are asked: the system's, or one that the caller names."""

import re

import msgspec

from tlsward.errors import UsageError
from tlsward.net.addresses import literal_family


class NameServer(msgspec.Struct, frozen=True):
    """The address of a DNS server (IPv6 without brackets) and its port."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return shown if self.port == 53 else f"{shown}:{self.port}"


def system_servers() -> tuple[NameServer, ...]:
    """Return the servers of the system's configuration; this machine where it has none."""
    import dns.exception
    import dns.resolver

    try:
        addresses = [str(each) for each in dns.resolver.Resolver().nameservers]
    except (dns.exception.DNSException, ValueError, OSError):
        addresses = []
    # As resolv.conf(5) has it.
    return tuple(NameServer(address) for address in addresses or ["127.0.0.1"])


def parse_nameserver(text: str) -> NameServer:
    """Return the server that ADDR, ADDR:PORT or [IPv6]:PORT names. Raises UsageError."""
    found = re.fullmatch(r"\[([^\]]+)\](?::([0-9]{1,5}))?|([^:]+):([0-9]{1,5})", text.strip())
    address, port = text.strip(), "53"
    if found is not None:
        address, port = found[1] or found[3], found[2] or found[4] or "53"
    if literal_family(address) is None or not 0 < int(port) < 65536:
        raise UsageError(
            f"--nameserver: {text!r} is not the address of a DNS server; "
            "write ADDR, ADDR:PORT or [IPv6]:PORT"
        )
    return NameServer(address, int(port))
