"""What the DNS says of a host and port: aliases, addresses, CAA, HTTPS, TLSA."""

import asyncio
import functools
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from tlsward.errors import BadNameError
from tlsward.model.dns import (
    CaaSet,
    DnssecState,
    HostRecords,
    ServiceBinding,
)
from tlsward.net.addresses import ascii_host, literal_family
from tlsward.net.dns import DnsAnswer, DnsClient, weakest
from tlsward.net.record_data import (
    MOST_RECORDS,
    TooLongError,
    address,
    caa_record,
    service_binding,
    tlsa_record,
)
from tlsward.pki.display import safe_text

#: HTTPS records in AliasMode that are followed one after another (RFC 9460 section 2.4.2).
MOST_SERVICE_ALIASES = 8
#: Labels of a name whose tree is climbed; names in use have fewer than ten.
MOST_LABELS = 32
HTTPS_PORT = 443

RecordT = TypeVar("RecordT")


async def host_records(
    client: DnsClient, host: str, port: int, *, starttls: str | None = None
) -> HostRecords:
    """Return all that is known of `host` (A-labels, no address) and a TCP port of it.

    A protocol that begins in the clear has no HTTPS records. What could not be told is in
    `unknowns` by what it is of: addresses, caa, https, tlsa; `reason` is filled in where the
    host's name itself has no answer.
    """
    first, second, caa, (https, https_problem) = await asyncio.gather(
        client.resolve(host, "A"),
        client.resolve(host, "AAAA"),
        caa_set(client, host),
        _service_bindings(client, host, port, asked=starttls is None),
    )
    unknowns: dict[str, str] = {}
    addresses: list[str] = []
    for answer in (first, second):
        found, problem = _read(answer, address)
        addresses += found
        if problem is not None:
            unknowns["addresses"] = problem
    if caa.error is not None:
        unknowns["caa"] = caa.error
    if https_problem is not None:
        unknowns["https"] = https_problem
    aliases = max(first.aliases, second.aliases, key=len)
    state = weakest((first.dnssec, second.dnssec))
    found_so_far = HostRecords(
        host=host,
        port=port,
        aliases=tuple(safe_text(alias) for alias in aliases),
        addresses=tuple(addresses),
        dnssec=state,
        caa=caa,
        https=https,
        unknowns=unknowns,
        reason=_nothing(first, second),
    )
    if found_so_far.reason is not None:
        # Nothing is below a name that does not exist (RFC 8020), and silence stays silence.
        unknowns["tlsa"] = found_so_far.reason
        return found_so_far
    tlsa = await _associations(client, host, port, aliases, state)
    records, problem = _read(tlsa, tlsa_record)
    if problem is not None:
        unknowns["tlsa"] = problem
    return msgspec.structs.replace(
        found_so_far, tlsa_name=tlsa.name, tlsa=records, tlsa_dnssec=tlsa.dnssec
    )


async def caa_set(client: DnsClient, name: str) -> CaaSet:
    """Return the relevant CAA record set of a name (RFC 8659 section 3); `*.` counts not.

    The tree is climbed from the name to below the root until a set is there. At each step
    aliases are followed, but the parents of what they lead to are not climbed. A question
    that has no answer ends the climb: nothing is known of what an authority would see. A
    name out of a certificate may be anything: one that no host can have is an error too.
    """
    base = name.removeprefix("*.").removesuffix(".")
    labels = base.split(".")
    if not base.isascii() or _bad_name(base) or len(labels) > MOST_LABELS:
        return CaaSet(name=safe_text(name), error=f"not a name to look up: {safe_text(name)}")
    states: list[DnssecState] = []
    for depth in range(len(labels)):
        answer = await client.resolve(".".join(labels[depth:]), "CAA")
        states.append(answer.dnssec)
        if not answer.told:
            return CaaSet(
                name=name,
                dnssec=answer.dnssec,
                error=f"CAA of {safe_text(answer.name)}: {answer.reason}",
            )
        if answer.status == "records":
            records, problem = _read(answer, caa_record)
            return CaaSet(
                name=name,
                found_at=answer.name,
                aliases=tuple(safe_text(alias) for alias in answer.aliases),
                records=records,
                dnssec=answer.dnssec,
                error=None if problem is None else f"CAA of {safe_text(answer.name)}: {problem}",
            )
    return CaaSet(name=name, dnssec=weakest(states))


async def tlsa_answer(client: DnsClient, name: str, port: int) -> DnsAnswer:
    """Return what there is at `_port._tcp.name` (RFC 6698 section 3)."""
    return await client.resolve(f"_{port}._tcp.{name}", "TLSA")


async def _associations(
    client: DnsClient, host: str, port: int, aliases: tuple[str, ...], state: DnssecState
) -> DnsAnswer:
    """Return the TLSA answer that counts, of the alias's end first where aliases are secure.

    RFC 7671 section 7; the host's own name is the base where that has no secure records.
    """
    if aliases and state == "secure":
        expanded = await tlsa_answer(client, aliases[-1], port)
        if not expanded.told or (expanded.status == "records" and expanded.dnssec == "secure"):
            return expanded
    return await tlsa_answer(client, host, port)


async def _service_bindings(
    client: DnsClient, host: str, port: int, *, asked: bool
) -> tuple[tuple[ServiceBinding, ...], str | None]:
    """Return the HTTPS records of an origin, those in AliasMode first, and what went wrong.

    Ports other than 443 have a prefix (RFC 9460 section 9.1).
    """
    if not asked:
        return (), None
    name = host if port == HTTPS_PORT else f"_{port}._https.{host}"
    found: list[ServiceBinding] = []
    seen = {name}
    while True:
        answer = await client.resolve(name, "HTTPS")
        owner = safe_text(answer.owner)

        records, problem = _read(answer, functools.partial(service_binding, owner))
        if problem is not None:
            return tuple(found), problem
        found += sorted(records, key=lambda record: record.priority)
        alias = next((record for record in records if record.priority == 0), None)
        # Section 2.5.1: "." says that there is no service.
        if alias is None or alias.target == ".":
            return tuple(found), None
        if alias.target in seen:
            return tuple(found), f"HTTPS records of {owner} lead in a circle"
        if len(seen) > MOST_SERVICE_ALIASES:
            return tuple(found), f"more than {MOST_SERVICE_ALIASES} HTTPS aliases"
        name = alias.target
        seen.add(name)


def _read(
    answer: DnsAnswer, decode: Callable[[Any], RecordT]
) -> tuple[tuple[RecordT, ...], str | None]:
    """Return the records of an answer, and why they are not all of them, if so."""
    if not answer.told:
        return (), answer.reason
    records: list[RecordT] = []
    problem = None
    for record in answer.records[:MOST_RECORDS]:
        try:
            records.append(decode(record))
        except TooLongError as error:
            problem = str(error)
    if len(answer.records) > MOST_RECORDS:
        problem = f"more than {MOST_RECORDS} records"
    return tuple(records), problem


def _bad_name(name: str) -> bool:
    try:
        return literal_family(ascii_host(name)) is not None
    except BadNameError:
        return True


def _nothing(first: DnsAnswer, second: DnsAnswer) -> str | None:
    """Return why nothing can be said of the host itself, None where something can."""
    if "nxdomain" in {first.status, second.status}:
        return (first if first.status == "nxdomain" else second).reason
    if first.told or second.told:
        return None
    return first.reason
