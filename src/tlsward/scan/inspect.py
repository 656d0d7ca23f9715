"""One connection in full, as users of `openssl s_client` know it."""

import os
import time
from datetime import UTC, datetime
from functools import partial

import msgspec

from tlsward.facts.suites import suites_for
from tlsward.model.answer import UNKNOWN, YES, answer_of
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.observation import Observation, Outcome
from tlsward.model.target import Target
from tlsward.net.addresses import Address, Unresolvable
from tlsward.net.driver import Driver
from tlsward.net.limits import Limits
from tlsward.probe.client_hello import KeyShares
from tlsward.probe.conversation import Conversation
from tlsward.probe.probe import EVERYDAY_TLS13_GROUPS, Goal, Probe
from tlsward.probe.suites import LONGEST_OFFER, VERSIONS
from tlsward.scan.engine import addresses, endpoint, first_of_each_family
from tlsward.scan.settings import ScanSettings
from tlsward.wire import extensions

#: Newest first: the first version that is served is the one shown.
TRIED = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3")


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """One connection: `target` with the address connected to, what was seen, and trust.

    `reason` says why there is nothing to show, None where there is.
    """

    target: Target
    observation: Observation | None = None
    deployment: CertificateDeployment | None = None
    duration_seconds: float = 0.0
    bytes_sent: int = 0
    bytes_received: int = 0
    reason: str | None = None


#: Outcomes after which no other version need be offered.
HOPELESS = {
    Outcome.UNREACHABLE,
    Outcome.NOT_TLS,
    Outcome.STARTTLS_REFUSED,
    Outcome.OVER_BUDGET,
}
#: So many hellos may go without an answer, each for the whole time-out. One may be of a
#: version that the server chokes on; who is silent to two is silent.
MOST_SILENCES = 2


async def inspect(target: Target, settings: ScanSettings) -> Inspection:
    """Make one connection and carry its handshake to the end.

    Versions are offered one after another, newest first, until one is served; only the
    connection that was served is shown. Where nothing accepts connections at the first
    address, the first of the other family is tried, as by `scan`. Never raises for what a
    network or server does.
    """
    found = await addresses(target, settings)
    if isinstance(found, Unresolvable):
        return Inspection(target=target, reason=found.reason)
    inspections = []
    for address in first_of_each_family(found):
        inspection, outcome = await _inspect_address(target, address, settings)
        if outcome is not Outcome.UNREACHABLE:
            return inspection
        inspections.append(inspection)
    return inspections[0]


async def _inspect_address(
    target: Target, address: Address, settings: ScanSettings
) -> tuple[Inspection, Outcome]:
    target = msgspec.structs.replace(target, address=address.literal)
    limits = Limits(
        timeout_seconds=settings.timeout_seconds,
        connect_timeout_seconds=settings.timeout_seconds,
        deadline=time.monotonic() + settings.deadline_seconds,
    )
    refused: list[str] = []
    silences = 0
    for protocol in TRIED:
        driver = Driver(endpoint(target, address, settings), limits)
        began = time.monotonic()
        seen = await driver.run(partial(_conversation, protocol, target.sni))
        if seen.outcome is Outcome.SERVED:
            shown = Inspection(
                target=target,
                observation=seen,
                deployment=_deployment(seen, protocol, target, settings),
                duration_seconds=time.monotonic() - began,
                bytes_sent=driver.total.bytes_sent,
                bytes_received=driver.total.bytes_received,
            )
            return shown, seen.outcome
        refused.append(f"{protocol}: {seen.detail or seen.outcome}")
        silences += seen.outcome is Outcome.TIMEOUT
        if silences == MOST_SILENCES or seen.outcome in HOPELESS:
            break
    return Inspection(target=target, reason="; ".join(refused)), seen.outcome


def _conversation(protocol: str, server_name: str | None) -> Conversation:
    tls13 = protocol == "TLSv1.3"
    probe = Probe(
        question="inspect",
        version=VERSIONS[protocol],
        cipher_suites=tuple(facts.code for facts in suites_for(protocol)[:LONGEST_OFFER]),
        server_name=server_name,
        goal=Goal.HANDSHAKE,
        trace=True,
        bare=protocol == "SSLv3",
        extra_extensions=(
            *(() if tls13 else (extensions.extended_master_secret(), extensions.session_ticket())),
            extensions.status_request(),
            extensions.signed_certificate_timestamp(),
            extensions.application_layer_protocol_negotiation(("h2", "http/1.1")),
        ),
    )
    if tls13:
        probe = msgspec.structs.replace(probe, groups=EVERYDAY_TLS13_GROUPS)
    return Conversation(probe, entropy=os.urandom, shares=KeyShares(), clock=Stopwatch())


class Stopwatch:
    """Seconds since it was first looked at, which is when the hello is sent."""

    def __init__(self) -> None:
        self._began: float | None = None

    def __call__(self) -> float:
        """Return the seconds."""
        now = time.monotonic()
        if self._began is None:
            self._began = now
        return now - self._began


def _deployment(
    seen: Observation, protocol: str, target: Target, settings: ScanSettings
) -> CertificateDeployment | None:
    if not seen.certificates:
        return None
    from tlsward.pki.deployment import deployment
    from tlsward.pki.stores import Stores
    from tlsward.pki.transparency import LogList

    return deployment(
        seen.certificates,
        hostname=target.sni or target.host,
        stores=Stores.load(settings.ca_file_pem),
        now=datetime.now(UTC),
        ocsp_response=seen.ocsp_response,
        sct_list=seen.sct_list,
        logs=LogList.installed(),
        served_with_sni=answer_of(target.sni is not None),
        served_without_sni=YES if target.sni is None else UNKNOWN,
        protocols=[protocol],
    )
