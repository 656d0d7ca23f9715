"""Questions to the DNS and what came of them. Whatever servers do is a value, never raised.

The resolver is the system's (/etc/resolv.conf) or one that the caller names. What it says of
DNSSEC is taken at its word (RFC 4035 section 4.9.3): nothing is validated here, and whoever
can alter what it sends can alter that word too. Names below `localhost` are answered without
asking anybody (RFC 6761 section 6.3).
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from tlsward.errors import UsageError
from tlsward.model.dns import DnssecState
from tlsward.net.addresses import literal_family
from tlsward.pki.display import safe_text

if TYPE_CHECKING:
    from tlsward.net.dns_message import Reply
    from tlsward.net.dns_transport import NameServer

Kind = Literal["A", "AAAA", "CAA", "HTTPS", "TLSA", "SOA"]
#: Numbers of the types that are asked for (RFC 1035, 3596, 8659, 9460, 6698).
KINDS: dict[Kind, int] = {"A": 1, "SOA": 6, "AAAA": 28, "TLSA": 52, "HTTPS": 65, "CAA": 257}
#: Aliases that are followed from one name; resolvers give up at about as many.
MOST_ALIASES = 16
#: Questions on their way at once.
MOST_AT_ONCE = 16
#: How often a query is sent within its time, to each server in turn.
ATTEMPTS = 3
#: Servers that are asked; more than these no resolver asks either (resolv.conf(5)).
MOST_SERVERS = 3

NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
_RCODES = {1: "FORMERR", 2: "SERVFAIL", 4: "NOTIMP", 5: "REFUSED", 9: "NOTAUTH", 16: "BADVERS"}

Status = Literal[
    "records", "nodata", "nxdomain", "servfail", "refused", "timeout", "malformed", "loop"
]


class DnsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question for `kind` at `name`.

    `records` are the RDATA of status "records", which stand at `owner`; `aliases` the names
    that CNAMEs led to, in order, `owner` the last of them. `nodata` is a name that exists
    without such records, `nxdomain` one that does not exist. The other statuses leave it
    unknown, and `reason` says why, safe to show.
    """

    name: str
    kind: Kind
    status: Status
    owner: str = ""
    aliases: tuple[str, ...] = ()
    records: tuple[bytes, ...] = ()
    dnssec: DnssecState = "unknown"
    reason: str | None = None

    @property
    def told(self) -> bool:
        """Whether it is known what there is."""
        return self.status in {"records", "nodata", "nxdomain"}


class _Told(msgspec.Struct, frozen=True):
    """What the servers made of one query: a reply that counts, or why there is none."""

    reply: "Reply | None"
    status: Status = "records"
    reason: str = ""
    dnssec: DnssecState = "unknown"


class DnsClient:
    """Asks the given servers, each question once; a query waits `timeout_seconds` in all.

    To be used within one event loop.
    """

    def __init__(self, servers: "Sequence[NameServer]", *, timeout_seconds: float = 5.0) -> None:
        self._servers = tuple(servers[:MOST_SERVERS])
        self._timeout_seconds = timeout_seconds
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._answers: dict[tuple[str, Kind], asyncio.Task[DnsAnswer]] = {}
        self._told: dict[tuple[str, Kind], asyncio.Task[_Told]] = {}
        self._seen_authenticated = False

    @classmethod
    def of(cls, nameserver: str | None, *, timeout_seconds: float = 5.0) -> "DnsClient":
        """Return a client of the named server, or of the system's resolver for None."""
        servers = system_servers() if nameserver is None else (parse_nameserver(nameserver),)
        return cls(servers, timeout_seconds=timeout_seconds)

    async def resolve(self, name: str, kind: Kind) -> DnsAnswer:
        """Return what there is of `kind` at a name (A-labels), aliases followed."""
        key = (name.removesuffix(".").lower() or ".", kind)
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(self._resolve(*key))
        # Shielded, so that one caller who gives up does not take the answer from the others.
        return await asyncio.shield(self._answers[key])

    async def _resolve(self, name: str, kind: Kind) -> DnsAnswer:
        if name == "localhost" or name.endswith(".localhost"):
            return _localhost(name, kind)
        aliases: list[str] = []
        dnssec: list[DnssecState] = []
        owner = name

        def answer(status: Status, reason: str | None = None, *records: bytes) -> DnsAnswer:
            return DnsAnswer(
                name=name,
                kind=kind,
                status=status,
                owner=owner,
                aliases=tuple(aliases),
                records=records,
                dnssec=weakest(dnssec),
                reason=reason,
            )

        while True:
            told = await self._tell(owner, kind)
            dnssec.append(told.dnssec)
            if told.reply is None:
                return answer(told.status, told.reason)
            asked_for = owner
            targets = {
                each.owner: each.target for each in told.reply.answer if each.target is not None
            }
            while owner in targets:
                if targets[owner] in {name, *aliases}:
                    return answer("loop", f"the aliases of {safe_text(name)} lead in a circle")
                if len(aliases) == MOST_ALIASES:
                    return answer("loop", f"more than {MOST_ALIASES} aliases")
                owner = targets[owner]
                aliases.append(owner)
            found = [
                each.rdata
                for each in told.reply.answer
                if each.owner == owner and each.type == KINDS[kind]
            ]
            if found:
                return answer("records", None, *found)
            if told.reply.rcode == NXDOMAIN:
                # It is about the last name of the chain (RFC 6604 section 3).
                return answer("nxdomain", f"no such name: {safe_text(owner)}")
            if owner == asked_for or any(_within(owner, zone) for zone in told.reply.zones):
                return answer("nodata")
            # The server did not follow the alias to its end: whoever asks has to.

    async def _tell(self, name: str, kind: Kind) -> _Told:
        key = (name, kind)
        if key not in self._told:
            self._told[key] = asyncio.ensure_future(self._tell_of(name, kind))
        return await asyncio.shield(self._told[key])

    async def _tell_of(self, name: str, kind: Kind) -> _Told:
        from tlsward.net.dns_message import query

        try:
            asked = query(name, KINDS[kind])
        except ValueError as error:
            # A prefix can make a name longer than the DNS has names.
            return _Told(None, "nxdomain", f"no name of the DNS: {safe_text(str(error))}")
        told = await self._ask(asked)
        if told.reply is not None:
            return msgspec.structs.replace(told, dnssec=await self._dnssec(told.reply, name))
        if told.status == "servfail":
            unchecked = await self._ask(query(name, KINDS[kind], checking_disabled=True))
            if unchecked.reply is not None:
                return msgspec.structs.replace(
                    told, dnssec="bogus", reason=f"DNSSEC validation fails: {told.reason}"
                )
        return told

    async def _dnssec(self, reply: "Reply", name: str) -> DnssecState:
        """Return the state of a reply: without AD it takes a validating resolver to know.

        Such a one sets AD for the root itself, or has done so for another name.
        """
        if reply.authenticated:
            self._seen_authenticated = True
            return "secure"
        if not reply.recursive or name == ".":
            return "unknown"
        if not self._seen_authenticated:
            root = await self._tell(".", "SOA")
            self._seen_authenticated |= root.dnssec == "secure"
        return "insecure" if self._seen_authenticated else "unknown"

    async def _ask(self, asked: bytes) -> _Told:
        """Return the first reply of a server that counts, or else the first failure.

        A server that is slow to reply is still listened to when the next one is asked.
        """
        clock = asyncio.get_running_loop().time
        count = len(self._servers)
        plan = [self._servers[number % count] for number in range(max(ATTEMPTS, count))]
        step = self._timeout_seconds / len(plan)
        attempts: set[asyncio.Task[_Told]] = set()
        failures: list[_Told] = []
        async with self._slots:
            end = clock() + self._timeout_seconds
            try:
                while plan or attempts:
                    if plan:
                        attempt = _attempt(plan.pop(0), asked, max(end - clock(), 0.1))
                        attempts.add(asyncio.ensure_future(attempt))
                    done, attempts = await asyncio.wait(
                        attempts,
                        timeout=step if plan else None,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    for each in done:
                        told = each.result()
                        if told.reply is not None:
                            return told
                        failures.append(told)
                    if len(failures) >= count and not attempts:
                        break
                return min(failures, key=lambda told: told.status == "timeout")
            finally:
                for each in attempts:
                    each.cancel()


async def _attempt(server: "NameServer", asked: bytes, timeout_seconds: float) -> _Told:
    from tlsward.net.dns_message import MalformedReplyError
    from tlsward.net.dns_transport import exchange

    try:
        async with asyncio.timeout(timeout_seconds):
            reply = await exchange(server, asked)
    except TimeoutError:
        return _Told(None, "timeout", f"no answer of the DNS server {server}")
    except MalformedReplyError as error:
        return _Told(None, "malformed", f"malformed answer of {server}: {safe_text(str(error))}")
    except OSError as error:
        words = error.strerror or str(error) or type(error).__name__
        return _Told(None, "timeout", f"the DNS server {server} cannot be reached: {words}")
    if reply.rcode in {NOERROR, NXDOMAIN}:
        return _Told(reply)
    said = "".join(f": {safe_text(text)}" for text in reply.explained[:2])
    words = f"{server} says {_RCODES.get(reply.rcode, f'error {reply.rcode}')}{said}"
    return _Told(None, "servfail" if reply.rcode == SERVFAIL else "refused", words)


def weakest(states: Iterable[DnssecState]) -> DnssecState:
    """Return what can be said of several answers together."""
    found = set(states)
    order: tuple[DnssecState, ...] = ("bogus", "unknown", "insecure", "secure")
    return next((state for state in order if state in found), "unknown")


def system_servers() -> "tuple[NameServer, ...]":
    """Return the servers of the system's configuration; this machine where it has none."""
    import dns.exception
    import dns.resolver

    from tlsward.net.dns_transport import NameServer

    try:
        addresses = [str(each) for each in dns.resolver.Resolver().nameservers]
    except (dns.exception.DNSException, ValueError, OSError):
        addresses = []
    # As resolv.conf(5) has it.
    return tuple(NameServer(address) for address in addresses or ["127.0.0.1"])


def parse_nameserver(text: str) -> "NameServer":
    """Return the server that ADDR, ADDR:PORT or [IPv6]:PORT names. Raises UsageError."""
    from tlsward.net.dns_transport import NameServer

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


def _localhost(name: str, kind: Kind) -> DnsAnswer:
    loopback = {"A": b"\x7f\0\0\1", "AAAA": b"\0" * 15 + b"\1"}
    records = (loopback[kind],) if kind in loopback else ()
    status: Status = "records" if records else "nodata"
    return DnsAnswer(name=name, kind=kind, status=status, owner=name, records=records)


def _within(name: str, zone: str) -> bool:
    return zone in {"", ".", name} or name.endswith(f".{zone}")
