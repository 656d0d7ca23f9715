"""The chains that a host serves: every certificate it has, for who wants no more than that."""

import time

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import Outcome
from tlsward.model.scan_result import PROTOCOLS
from tlsward.model.served_chain import ServedChain, ServedChains
from tlsward.model.target import Target
from tlsward.net.addresses import Address, Unresolvable
from tlsward.net.driver import Driver
from tlsward.probe.served_certificates import (
    CertificateSighting,
    ServedCertificates,
    served_certificates,
)
from tlsward.scan.engine import (
    addresses,
    endpoint,
    first_of_each_family,
    interview_limits,
)
from tlsward.scan.interview import Interview
from tlsward.scan.settings import ScanSettings

#: More than any server is asked for; what the driver asks again because of a doubt is in it.
MOST_CONNECTIONS = 60


async def served_chains(target: Target, settings: ScanSettings) -> ServedChains:
    """Return every distinct chain that a target serves, or the reason why none was seen.

    A host with one certificate is connected to about four times. Where nothing accepts a
    connection at the first address, the first of the other family is tried, as by `scan`.
    Never raises for what a network or server does.
    """
    found = await addresses(target, settings)
    if isinstance(found, Unresolvable):
        return ServedChains(target=target, reason=found.reason)
    unreached = []
    for address in first_of_each_family(found):
        chains, outcome = await _chains_at(target, address, settings)
        if outcome is not Outcome.UNREACHABLE:
            return chains
        unreached.append(chains)
    return unreached[0]


async def _chains_at(
    target: Target, address: Address, settings: ScanSettings
) -> tuple[ServedChains, Outcome]:
    target = msgspec.structs.replace(target, address=address.literal)
    fewer = msgspec.structs.replace(
        settings, max_connections=min(settings.max_connections, MOST_CONNECTIONS)
    )
    deadline = time.monotonic() + settings.deadline_seconds
    driver = Driver(
        endpoint(target, address, settings), interview_limits(target, fewer, deadline=deadline)
    )
    answer = await Interview(driver).run(served_certificates(target.sni))
    chains = ServedChains(
        target=target,
        chains=_distinct(answer, target),
        reason=answer.reason,
        missed=answer.missed,
        connections=driver.total.connections,
    )
    return chains, answer.outcome


def _distinct(answer: ServedCertificates, target: Target) -> tuple[ServedChain, ...]:
    """Return each chain once, with all the ways in which it was met."""
    met: dict[tuple[bytes, ...], list[CertificateSighting]] = {}
    for sighting in answer.seen:
        met.setdefault(sighting.observation.certificates, []).append(sighting)
    return tuple(_chain(chain, sightings, target, answer) for chain, sightings in met.items())


def _chain(
    chain: tuple[bytes, ...],
    sightings: list[CertificateSighting],
    target: Target,
    answer: ServedCertificates,
) -> ServedChain:
    protocols = {sighting.protocol for sighting in sightings}
    seen = [sighting.observation for sighting in sightings]
    return ServedChain(
        certificates=chain,
        hostname=target.sni or target.host,
        # A response fetched on demand comes with a later handshake than the first.
        ocsp_response=next((each.ocsp_response for each in seen if each.ocsp_response), None),
        sct_list=next((each.sct_list for each in seen if each.sct_list), None),
        protocols=tuple(protocol for protocol in PROTOCOLS if protocol in protocols),
        served_with_sni=_met(
            sightings, named=True, asked=target.sni is not None and not answer.missed
        ),
        served_without_sni=_met(sightings, named=False, asked=answer.unnamed_asked),
        staple_requested=any(sighting.stapled for sighting in sightings),
    )


def _met(sightings: list[CertificateSighting], *, named: bool, asked: bool) -> Answer:
    if any(sighting.named is named for sighting in sightings):
        return YES
    return NO if asked else UNKNOWN
