"""One query to one DNS server, by dnspython: over UDP, and over TCP where the reply is cut."""

import asyncio
import functools
import socket
from typing import TYPE_CHECKING

import dns.asyncbackend
import dns.asyncquery
import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.name

if TYPE_CHECKING:
    from tlsward.net.dns import Kind
    from tlsward.net.name_server import NameServer

#: What a UDP reply may have without being cut into fragments (DNS Flag Day 2020).
UDP_PAYLOAD_OCTETS = 1232


class MalformedReplyError(ValueError):
    """What came is no reply to the query that dnspython can read; the words are its own."""


def query(
    name: dns.name.Name, kind: "Kind", *, checking_disabled: bool = False
) -> dns.message.QueryMessage:
    """Return a query for recursion with DO and AD set (RFC 6840 section 5.7)."""
    flags = dns.flags.RD | dns.flags.AD | (dns.flags.CD if checking_disabled else 0)
    return dns.message.make_query(
        name, kind, want_dnssec=True, payload=UDP_PAYLOAD_OCTETS, flags=flags
    )


async def exchange(
    server: "NameServer", asked: dns.message.QueryMessage, *, patience_seconds: float
) -> dns.message.QueryMessage:
    """Return the reply to a query. It waits as long as it is let.

    Where something else than the reply comes first, the reply is waited for as long as
    `patience_seconds`: whoever forges replies must not keep the true one from being heard.
    Raises OSError where the server cannot be reached or hangs up, MalformedReplyError where
    nothing but the malformed came.
    """
    backend = dns.asyncbackend.get_backend("asyncio")
    # A connected socket hears this server alone, and that nobody is at the port. Its own port
    # is chosen by chance for each query (RFC 5452 section 9.2).
    # The event loop wants the address in its one spelling, as the socket has it.
    address = server.address
    if "%" not in address:
        address = dns.inet.canonicalize(address)
    family, to = dns.inet.af_for_address(address), (address, server.port)
    opened = backend.make_socket(family, socket.SOCK_DGRAM, 0, None, to)  # type: ignore[no-untyped-call]
    async with await opened as udp:
        ask = functools.partial(
            dns.asyncquery.udp_with_fallback,
            asked,
            address,
            port=server.port,
            ignore_unexpected=True,
            udp_sock=udp,
            backend=backend,
        )
        try:
            reply, _ = await ask()
        except EOFError:
            raise ConnectionError("the server hung up in mid-reply") from None
        except (dns.exception.DNSException, ValueError) as error:
            problem = MalformedReplyError(str(error) or type(error).__name__)
            try:
                async with asyncio.timeout(patience_seconds):
                    reply, _ = await ask(ignore_errors=True)
            except (dns.exception.DNSException, ValueError, EOFError, TimeoutError):
                raise problem from None
    if not isinstance(reply, dns.message.QueryMessage):
        raise MalformedReplyError("no reply to a query")
    return reply
