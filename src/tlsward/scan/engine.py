"""The engine: from a Target to a ScanResult."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from tlsward import __version__
from tlsward.errors import BadNameError
from tlsward.model.answer import UNKNOWN
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.dns import HostRecords
from tlsward.model.scan_result import ScanResult
from tlsward.model.target import Target
from tlsward.net.addresses import Address, Family, Unresolvable, literal_family, resolve
from tlsward.net.budget import Budget
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits
from tlsward.scan.assembly import assemble, speaks_tls, unreached
from tlsward.scan.findings import Findings
from tlsward.scan.interview import Interview, Progress
from tlsward.scan.seen_chains import seen_chains
from tlsward.scan.settings import ScanSettings
from tlsward.scan.strategy import interview_server

if TYPE_CHECKING:
    from tlsward.pki.stores import Stores
    from tlsward.scan.http_layer import HttpLayer

#: The longest a single connection may take, however slowly its bytes drip.
CONVERSATION_SECONDS = 12.0


async def scan(
    target: Target,
    settings: ScanSettings,
    progress: Progress | None = None,
    *,
    shared: Budget | None = None,
    stores: "Stores | None" = None,
) -> ScanResult:
    """Scan the first address of a target.

    Where nothing accepts a connection there, the first of the other family is scanned
    instead: `localhost` is ::1 to the resolver, and many a server listens on 127.0.0.1.
    Nothing a network or server does is raised; it is in the result's status. `shared` is
    a budget that scans of several targets draw on, `stores` saves loading them each time.
    """
    basis = _basis(target, settings)
    found = await addresses(target, settings)
    if isinstance(found, Unresolvable):
        return unreached(basis, "unresolvable", found.reason, basis.started_at)
    results = []
    for address in first_of_each_family(found):
        results.append(
            await _scan_address(basis, address, settings, progress, shared=shared, stores=stores)
        )
        if results[-1].status != "unreachable":
            return results[-1]
    return results[0]


def first_of_each_family(found: Sequence[Address]) -> list[Address]:
    """Return the first address, and the first of the other family where there is one."""
    firsts: dict[int, Address] = {}
    for address in found:
        firsts.setdefault(address.family, address)
    return list(firsts.values())


async def scan_addresses(
    target: Target,
    settings: ScanSettings,
    progress: Progress | None = None,
    *,
    shared: Budget | None = None,
    stores: "Stores | None" = None,
) -> list[ScanResult]:
    """Scan every address of a target; one result each."""
    basis = _basis(target, settings)
    found = await addresses(target, settings)
    if isinstance(found, Unresolvable):
        return [unreached(basis, "unresolvable", found.reason, basis.started_at)]
    return [
        await _scan_address(basis, address, settings, progress, shared=shared, stores=stores)
        for address in found
    ]


def _basis(target: Target, settings: ScanSettings) -> ScanResult:
    unasked = {"state": UNKNOWN, "reason": "no connection was made to ask over"}
    return ScanResult(
        tlsward_version=__version__,
        target=target,
        status="incomplete",
        started_at=datetime.now(UTC),
        duration_ms=0,
        http=unasked if _asks_http(target, settings) else {},
    )


def broken_off(target: Target, why: str) -> ScanResult:
    """Return the result of a scan that a bug of ours ended: nothing is known."""
    moment = datetime.now(UTC)
    basis = ScanResult(
        tlsward_version=__version__,
        target=target,
        status="incomplete",
        started_at=moment,
        duration_ms=0,
    )
    return unreached(basis, "incomplete", why, moment)


async def addresses(target: Target, settings: ScanSettings) -> list[Address] | Unresolvable:
    """Return where to connect to for a target, or why there is nowhere."""
    host, port = target.address or target.host, target.port
    if settings.connect is not None:
        host, port = split_connect(settings.connect, port)
    if settings.proxy is not None and literal_family(host) is None:
        return [Address(host, port, 4)]  # the proxy resolves it
    family: Family | None = 4 if settings.family == 4 else 6 if settings.family == 6 else None
    try:
        found = await resolve(host, port, family)
    except BadNameError as error:
        return Unresolvable(host=host, reason=str(error))
    if isinstance(found, Unresolvable) and settings.connect is not None:
        # It is not the target's name that could not be resolved.
        return msgspec.structs.replace(found, reason=f"{host}: {found.reason}")
    return found


def split_connect(connect: str, port: int) -> tuple[str, int]:
    """Split `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`; `port` where none is given."""
    if connect.startswith("["):
        host, _, rest = connect[1:].partition("]")
        return host, int(rest.removeprefix(":") or port)
    if connect.count(":") == 1:
        host, _, number = connect.partition(":")
        return host, int(number)
    return connect, port


async def _scan_address(
    basis: ScanResult,
    address: Address,
    settings: ScanSettings,
    progress: Progress | None,
    *,
    shared: Budget | None,
    stores: "Stores | None",
) -> ScanResult:
    began = time.monotonic()
    moment = datetime.now(UTC)
    target = msgspec.structs.replace(basis.target, address=address.literal)
    driver = Driver(
        endpoint(target, address, settings),
        interview_limits(target, settings, deadline=began + settings.deadline_seconds),
        shared,
    )
    interview = Interview(driver, progress)
    findings = await interview_server(interview, target.sni, settings)
    left = settings.deadline_seconds - (time.monotonic() - began)
    findings.http = await _ask_http(interview, findings, target, address, settings, left)
    deployments: tuple[CertificateDeployment, ...] = ()
    records: HostRecords | None = None
    if any(True for _ in findings.knowledge.evidence()):
        from tlsward.pki.stores import Stores
        from tlsward.scan.authenticity import judge_chains

        trusted = stores or Stores.load(
            settings.ca_file_pem, intermediates=settings.intermediates_pem
        )
        chains = seen_chains(findings, target.sni or target.host)
        left = settings.deadline_seconds - (time.monotonic() - began)
        judged = await judge_chains(
            chains, target, settings, trusted, moment, seconds=max(left, 0.0)
        )
        deployments, records = judged.deployments, judged.records
    total = driver.total
    return assemble(
        msgspec.structs.replace(
            basis,
            target=target,
            started_at=moment,
            duration_ms=round((time.monotonic() - began) * 1000),
            connections=total.connections,
            bytes_sent=total.bytes_sent,
            bytes_received=total.bytes_received,
            questions={label: count.connections for label, count in driver.questions.items()},
            rounds=interview.rounds,
            dns=records,
        ),
        findings,
        deployments,
        settings,
    )


def _asks_http(target: Target, settings: ScanSettings) -> bool:
    return settings.asks("http") and target.starttls is None


async def _ask_http(
    interview: Interview,
    findings: Findings,
    target: Target,
    address: Address,
    settings: ScanSettings,
    seconds_left: float,
) -> "HttpLayer | None":
    """Return what HTTP says, None where it is not asked. Comes last: TLS has the first claim."""
    if not _asks_http(target, settings):
        return None
    from tlsward.scan.http_layer import http_layer, untold

    if not speaks_tls(findings):
        return untold("no TLS was spoken to ask over")
    try:
        return await http_layer(interview, target, address, settings, seconds_left)
    except Exception as error:  # noqa: BLE001  a bug of ours, which what TLS told must survive
        return untold(f"a fault of tlsward ended it: {type(error).__name__}")


def interview_limits(target: Target, settings: ScanSettings, *, deadline: float) -> Limits:
    """Return the limits for many questions to one address; `deadline` is of the monotonic clock."""
    # Mail servers make clients wait for the greeting on purpose.
    preamble_seconds = 3 * settings.timeout_seconds if target.starttls else 0.0
    return Limits(
        max_connections=settings.max_connections,
        concurrency=settings.concurrency,
        rate_per_second=settings.rate_per_second,
        timeout_seconds=settings.timeout_seconds,
        connect_timeout_seconds=settings.timeout_seconds,
        preamble_timeout_seconds=preamble_seconds,
        conversation_deadline_seconds=max(CONVERSATION_SECONDS, 2 * settings.timeout_seconds)
        + preamble_seconds,
        deadline=deadline,
    )


def endpoint(target: Target, address: Address, settings: ScanSettings) -> Endpoint:
    """Return where to connect to, and what lies before TLS there."""
    proxy = None
    if settings.proxy is not None:
        from tlsward.net.proxy import parse_proxy

        proxy = parse_proxy(settings.proxy)
    return Endpoint(
        address=address.literal,
        port=address.port,
        hostname=target.sni or target.host,
        starttls=target.starttls,
        proxy=proxy,
    )
