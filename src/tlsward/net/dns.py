"""Questions to the DNS and what came of them. Whatever servers do is a value, never raised.

The resolver is the system's (/etc/resolv.conf) or one that the caller names. What it says of
DNSSEC is taken at its word (RFC 4035 section 4.9.3): nothing is validated here, and whoever
can alter what it sends can alter that word too. Names below `localhost` are answered without
asking anybody (RFC 6761 section 6.3).
"""

import asyncio
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tlsward.model.dns import DnssecState
from tlsward.net.name_server import NameServer, parse_nameserver, system_servers
from tlsward.pki.display import safe_text

if TYPE_CHECKING:
    from dns.message import ChainingResult, QueryMessage
    from dns.name import Name

#: The types that are asked for (RFC 1035, 3596, 8659, 9460, 6698).
Kind = Literal["A", "AAAA", "CAA", "HTTPS", "TLSA", "SOA"]
#: Aliases that are followed from one name; resolvers give up at about as many.
MOST_ALIASES = 16
#: Questions on their way at once.
MOST_AT_ONCE = 16
#: How often a query is sent within its time, to each server in turn.
ATTEMPTS = 3
#: Servers that are asked; more than these no resolver asks either (resolv.conf(5)).
MOST_SERVERS = 3

Status = Literal[
    "records", "nodata", "nxdomain", "servfail", "refused", "timeout", "malformed", "loop"
]


class DnsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question for `kind` at `name`.

    `records` are those of status "records", of dnspython's class for the type, which stand at
    `owner`; `aliases` the names that CNAMEs led to, in order, `owner` the last of them.
    `nodata` is a name that exists without such records, `nxdomain` one that does not exist.
    The other statuses leave it unknown, and `reason` says why, safe to show.
    """

    name: str
    kind: Kind
    status: Status
    owner: str = ""
    aliases: tuple[str, ...] = ()
    records: tuple[Any, ...] = ()
    dnssec: DnssecState = "unknown"
    reason: str | None = None

    @property
    def told(self) -> bool:
        """Whether it is known what there is."""
        return self.status in {"records", "nodata", "nxdomain"}


class _Told(msgspec.Struct, frozen=True):
    """What the servers made of one query: a reply that counts, or why there is none."""

    reply: "QueryMessage | None"
    status: Status = "records"
    reason: str = ""
    dnssec: DnssecState = "unknown"


class DnsClient:
    """Asks the given servers, each question once; a query waits `timeout_seconds` in all.

    Nothing is asked any more `lasting_seconds` after it was made, where that is given. To be
    used within one event loop.
    """

    def __init__(
        self,
        servers: Sequence[NameServer],
        *,
        timeout_seconds: float = 5.0,
        lasting_seconds: float | None = None,
    ) -> None:
        self._servers = tuple(servers[:MOST_SERVERS])
        self._timeout_seconds = timeout_seconds
        self._end = None if lasting_seconds is None else monotonic() + lasting_seconds
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._answers: dict[tuple[str, Kind], asyncio.Task[DnsAnswer]] = {}
        self._told: dict[tuple[Name, Kind], asyncio.Task[_Told]] = {}
        self._seen_authenticated = False

    @classmethod
    def of(
        cls,
        nameserver: str | None,
        *,
        timeout_seconds: float = 5.0,
        lasting_seconds: float | None = None,
    ) -> "DnsClient":
        """Return a client of the named server, or of the system's resolver for None."""
        servers = system_servers() if nameserver is None else (parse_nameserver(nameserver),)
        return cls(servers, timeout_seconds=timeout_seconds, lasting_seconds=lasting_seconds)

    async def resolve(self, name: str, kind: Kind) -> DnsAnswer:
        """Return what there is of `kind` at a name (A-labels), aliases followed."""
        key = (name.removesuffix(".").lower() or ".", kind)
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(self._resolve(*key))
        # Shielded, so that one caller who gives up does not take the answer from the others.
        return await asyncio.shield(self._answers[key])

    async def _resolve(self, name: str, kind: Kind) -> DnsAnswer:
        import dns.exception
        import dns.name
        import dns.rcode

        if name == "localhost" or name.endswith(".localhost"):
            return _localhost(name, kind)
        try:
            owner = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError) as error:
            # A prefix can make a name longer than the DNS has names.
            words = f"no name of the DNS: {safe_text(str(error))}"
            return DnsAnswer(name=name, kind=kind, status="nxdomain", owner=name, reason=words)
        aliases: list[Name] = []
        dnssec: list[DnssecState] = []

        def answer(
            status: Status, reason: str | None = None, records: Iterable[object] = ()
        ) -> DnsAnswer:
            return DnsAnswer(
                name=name,
                kind=kind,
                status=status,
                owner=name_text(owner),
                aliases=tuple(name_text(alias) for alias in aliases),
                records=tuple(records),
                dnssec=weakest(dnssec),
                reason=reason,
            )

        seen = {owner}
        while True:
            told = await self._tell(owner, kind)
            dnssec.append(told.dnssec)
            if told.reply is None:
                return answer(told.status, told.reason)
            chain = _chain(told.reply)
            if isinstance(chain, _Told):
                return answer(chain.status, chain.reason)
            asked_for = owner
            for alias in chain.cnames:
                owner = alias[0].target
                if owner in seen:
                    return answer("loop", f"the aliases of {safe_text(name)} lead in a circle")
                if len(aliases) == MOST_ALIASES:
                    return answer("loop", f"more than {MOST_ALIASES} aliases")
                seen.add(owner)
                aliases.append(owner)
            if chain.answer:
                return answer("records", None, chain.answer)
            if told.reply.rcode() == dns.rcode.NXDOMAIN:
                # It is about the last name of the chain (RFC 6604 section 3).
                return answer("nxdomain", f"no such name: {safe_text(name_text(owner))}")
            if owner == asked_for or _has_authority(told.reply, owner):
                return answer("nodata")
            # The server did not follow the alias to its end: whoever asks has to.

    async def _tell(self, name: "Name", kind: Kind) -> _Told:
        key = (name, kind)
        if key not in self._told:
            self._told[key] = asyncio.ensure_future(self._tell_of(name, kind))
        return await asyncio.shield(self._told[key])

    async def _tell_of(self, name: "Name", kind: Kind) -> _Told:
        from tlsward.net.dns_exchange import query

        told = await self._ask(query(name, kind))
        if told.reply is not None:
            return msgspec.structs.replace(told, dnssec=await self._dnssec(told.reply, name))
        if told.status == "servfail":
            unchecked = await self._ask(query(name, kind, checking_disabled=True))
            if unchecked.reply is not None:
                return msgspec.structs.replace(
                    told, dnssec="bogus", reason=f"DNSSEC validation fails: {told.reason}"
                )
        return told

    async def _dnssec(self, reply: "QueryMessage", name: "Name") -> DnssecState:
        """Return the state of a reply: without AD it takes a validating resolver to know.

        Such a one sets AD for the root itself, or has done so for another name.
        """
        import dns.flags
        import dns.name

        if reply.flags & dns.flags.AD:
            self._seen_authenticated = True
            return "secure"
        if not reply.flags & dns.flags.RA or name == dns.name.root:
            return "unknown"
        if not self._seen_authenticated:
            root = await self._tell(dns.name.root, "SOA")
            self._seen_authenticated |= root.dnssec == "secure"
        return "insecure" if self._seen_authenticated else "unknown"

    async def _ask(self, asked: "QueryMessage") -> _Told:
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
            if self._end is not None and monotonic() > self._end:
                return _Told(None, "timeout", "not asked: the time for all questions is over")
            end = clock() + self._timeout_seconds
            try:
                while plan or attempts:
                    if plan:
                        attempt = _attempt(plan.pop(0), asked, max(end - clock(), 0.1), step / 2)
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


async def _attempt(
    server: NameServer, asked: "QueryMessage", timeout_seconds: float, patience_seconds: float
) -> _Told:
    import dns.rcode

    from tlsward.net.dns_exchange import MalformedReplyError, exchange

    try:
        async with asyncio.timeout(timeout_seconds):
            reply = await exchange(server, asked, patience_seconds=patience_seconds)
    except TimeoutError:
        return _Told(None, "timeout", f"no answer of the DNS server {server}")
    except MalformedReplyError as error:
        return _Told(None, "malformed", f"malformed answer of {server}: {safe_text(str(error))}")
    except OSError as error:
        words = error.strerror or str(error) or type(error).__name__
        return _Told(None, "timeout", f"the DNS server {server} cannot be reached: {words}")
    code = reply.rcode()
    if code in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return _Told(reply)
    # RFC 8914: what of it the server tells.
    said = "".join(f": {safe_text(each.to_text())}" for each in reply.extended_errors()[:2])
    words = f"{server} says {dns.rcode.to_text(code)}{said}"
    return _Told(None, "servfail" if code == dns.rcode.SERVFAIL else "refused", words)


def _chain(reply: "QueryMessage") -> "ChainingResult | _Told":
    """Return where the aliases in a reply lead and what is there, or why that is not known."""
    import dns.exception
    import dns.message

    try:
        return reply.resolve_chaining()
    except dns.message.ChainTooLong:
        return _Told(None, "loop", f"the aliases are more than {MOST_ALIASES}, or a circle")
    except dns.exception.DNSException as error:
        return _Told(None, "malformed", f"malformed answer: {safe_text(str(error))}")


def _has_authority(reply: "QueryMessage", name: "Name") -> bool:
    """Return whether the reply is of the zone of a name, so that what it lacks is not there."""
    import dns.rdatatype

    return any(
        rrset.rdtype == dns.rdatatype.SOA and name.is_subdomain(rrset.name)
        for rrset in reply.authority
    )


def name_text(name: "Name") -> str:
    r"""Return a name in lower case without the final dot; what cannot be shown is `\DDD`."""
    return name.to_text(omit_final_dot=True).lower()


def weakest(states: Iterable[DnssecState]) -> DnssecState:
    """Return what can be said of several answers together."""
    found = set(states)
    order: tuple[DnssecState, ...] = ("bogus", "unknown", "insecure", "secure")
    return next((state for state in order if state in found), "unknown")


def _localhost(name: str, kind: Kind) -> DnsAnswer:
    import dns.rdata

    loopback = {"A": "127.0.0.1", "AAAA": "::1"}
    records = (dns.rdata.from_text("IN", kind, loopback[kind]),) if kind in loopback else ()
    status: Status = "records" if records else "nodata"
    return DnsAnswer(name=name, kind=kind, status=status, owner=name, records=records)
