"""From what a person calls a host to the addresses to connect to.

Names are resolved by the system's resolver (getaddrinfo), not by a DNS library: only it
honours all that a machine is configured for (/etc/hosts and `localhost`, mDNS, the order
of RFC 6724), and a scan must look where a browser on the same machine would. It blocks, so
it runs in a thread; a daemon thread of its own, because the loop's pool is waited for at
exit, and a dead DNS server may hold a call for half a minute.
"""

import asyncio
import re
import socket
import threading
from typing import Literal

import msgspec

from tlsward.errors import BadNameError

Family = Literal[4, 6]

#: One label of a name: letters, digits, hyphen (RFC 1123 section 2.1); the underscore is
#: against that rule, but served in the DNS and worth scanning.
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z")
#: A zone identifier as machines name their interfaces (RFC 6874 section 2).
_SCOPE = re.compile(r"[A-Za-z0-9_.~-]+\Z")
_SOCKET_FAMILIES = {None: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}


class Address(msgspec.Struct, frozen=True):
    """An IP literal (IPv6 without brackets, `%scope` where it needs one) and a port."""

    literal: str
    port: int
    family: Family


class Unresolvable(msgspec.Struct, frozen=True, kw_only=True):
    """A name without an address: `reason` in words; `temporary` where asking later may help."""

    host: str
    reason: str
    temporary: bool = False


def literal_family(host: str) -> Family | None:
    """Return 4 or 6 where the host is an IP literal (IPv6 with or without a scope), else None."""
    address, percent, scope = host.partition("%")
    if not percent:
        try:
            socket.inet_pton(socket.AF_INET, host)
        except (OSError, ValueError):
            pass
        else:
            return 4
    if percent and _SCOPE.match(scope) is None:
        return None
    try:
        socket.inet_pton(socket.AF_INET6, address)
    except (OSError, ValueError):
        return None
    return 6


def ascii_host(host: str) -> str:
    """Return a host as it goes on the wire: an IP literal as it is, a name in A-labels.

    Brackets of an IPv6 literal and the trailing dot of a name are dropped. Raises
    BadNameError for what can be neither.
    """
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if literal_family(bare) is not None:
        return bare
    if bare != host or ":" in host or "%" in host:
        raise BadNameError(host, "not an IPv6 address")
    name = host.removesuffix(".")
    if not name:
        raise BadNameError(host, "it is empty")
    name = name.lower() if name.isascii() else _a_labels(name)
    if len(name) > 253:
        raise BadNameError(host, "it is longer than 253 characters")
    labels = name.split(".")
    for label in labels:
        if not label:
            raise BadNameError(host, "it has an empty label")
        if len(label) > 63:
            raise BadNameError(host, "it has a label of more than 63 characters")
        if _LABEL.match(label) is None:
            raise BadNameError(host, f"{label!r} cannot be a label of a name")
    # A name that ends in a number would be read as an IPv4 address by some and not by
    # others ("127.1"); no top-level domain is one (RFC 3696 section 2).
    if labels[-1].isdigit():
        raise BadNameError(host, "not an IPv4 address")
    return name


def _a_labels(name: str) -> str:
    import idna  # 10 ms of tables, for few names

    try:
        # UTS 46 maps what people type (capitals, full-width dots) before RFC 5891 applies.
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise BadNameError(name, str(error)) from None


async def resolve(
    host: str, port: int, family: Family | None = None, *, timeout_seconds: float = 10.0
) -> list[Address] | Unresolvable:
    """Return all addresses of a host in the resolver's order, each once.

    `family` 4 or 6 restricts them. Raises BadNameError for what cannot be a host; that a
    name has no address is a value.
    """
    name = ascii_host(host)
    own_family = literal_family(name)
    if own_family is not None:
        if family not in {None, own_family}:
            return Unresolvable(host=name, reason=f"it is not an IPv{family} address")
        return [Address(name, port, own_family)]
    try:
        async with asyncio.timeout(timeout_seconds):
            found = await _look_up(name, port, _SOCKET_FAMILIES[family])
    except TimeoutError:
        reason = f"no answer of the resolver within {timeout_seconds:g} seconds"
        return Unresolvable(host=name, reason=reason, temporary=True)
    except (OSError, UnicodeError) as error:
        return _unresolvable(name, error, family)
    return [Address(literal, port, kind) for kind, literal in dict.fromkeys(found)]


def _unresolvable(name: str, error: Exception, family: Family | None) -> Unresolvable:
    code = error.errno if isinstance(error, socket.gaierror) else None
    if code == socket.EAI_NONAME:
        # The C library says so as well of a name in /etc/hosts without such an address.
        limited = "" if family is None else f", or none with an IPv{family} address"
        return Unresolvable(host=name, reason=f"no such name{limited}")
    if code == getattr(socket, "EAI_NODATA", None) and code is not None:
        return Unresolvable(host=name, reason="the name has no address of the kind asked for")
    if code == socket.EAI_AGAIN:
        reason = "the name servers do not answer for it at the moment"
        return Unresolvable(host=name, reason=reason, temporary=True)
    return Unresolvable(host=name, reason=f"it cannot be resolved: {error}")


Found = list[tuple[Family, str]]


async def _look_up(name: str, port: int, family: int) -> Found:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Found] = loop.create_future()

    def deliver(found: Found | None, error: Exception | None) -> None:
        if answer.done():  # timed out in the meantime
            return
        if error is not None:
            answer.set_exception(error)
        elif found is not None:
            answer.set_result(found)

    def ask() -> None:
        found: Found | None = None
        failure: Exception | None = None
        try:
            found = [
                (6 if kind == socket.AF_INET6 else 4, str(sockaddr[0]))
                for kind, _, _, _, sockaddr in socket.getaddrinfo(
                    name, port, family, socket.SOCK_STREAM
                )
            ]
        except (OSError, UnicodeError) as error:
            failure = error
        try:
            loop.call_soon_threadsafe(deliver, found, failure)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    threading.Thread(target=ask, name=f"resolve {name}", daemon=True).start()
    return await answer
