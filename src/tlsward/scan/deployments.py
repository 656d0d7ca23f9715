"""The distinct certificates among everything that was seen, each judged for trust."""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.observation import Observation
from tlsward.model.scan_result import PROTOCOLS
from tlsward.scan.findings import Findings

if TYPE_CHECKING:
    from tlsward.pki.stores import Stores


class Sighting(msgspec.Struct, kw_only=True):
    """One chain, and how it was met."""

    chain: tuple[bytes, ...]
    protocols: set[str]
    with_name: bool = False
    without_name: bool = False
    asked_for_staple: bool = False
    ocsp_response: bytes | None = None
    sct_list: bytes | None = None


def sightings(findings: Findings) -> list[Sighting]:
    """Gather the distinct chains of an interview, in the order of their meeting."""
    found: dict[tuple[bytes, ...], Sighting] = {}

    def note(protocol: str, seen: Observation, *, named: bool, stapled: bool) -> None:
        if not seen.certificates:
            return
        sighting = found.get(seen.certificates)
        if sighting is None:
            sighting = Sighting(chain=seen.certificates, protocols=set())
            found[seen.certificates] = sighting
        sighting.protocols.add(protocol)
        sighting.with_name |= named
        sighting.without_name |= not named
        sighting.asked_for_staple |= stapled
        sighting.ocsp_response = seen.ocsp_response or sighting.ocsp_response
        sighting.sct_list = seen.sct_list or sighting.sct_list

    named_at_all = findings.knowledge.server_name is not None
    for protocol, seen in findings.knowledge.evidence():
        note(protocol, seen, named=named_at_all, stapled=False)
    if findings.certificates is not None:
        for protocol, named, seen in findings.certificates.seen:
            note(protocol, seen, named=named and named_at_all, stapled=True)
    return list(found.values())


def deployments(
    findings: Findings, hostname: str, stores: "Stores", now: datetime
) -> tuple[CertificateDeployment, ...]:
    """Return each certificate the server has with its trust."""
    from tlsward.pki.deployment import deployment

    unnamed_asked = findings.certificates is not None
    return tuple(
        deployment(
            sighting.chain,
            hostname=hostname,
            stores=stores,
            now=now,
            ocsp_response=sighting.ocsp_response,
            sct_list=sighting.sct_list,
            # The broad hello asks too early for servers that fetch a response on demand.
            staple_requested=sighting.asked_for_staple,
            served_with_sni=_met(sighting.with_name, asked=True),
            served_without_sni=_met(sighting.without_name, asked=unnamed_asked),
            protocols=[protocol for protocol in PROTOCOLS if protocol in sighting.protocols],
        )
        for sighting in sightings(findings)
    )


def _met(met: bool, *, asked: bool) -> Answer:
    if met:
        return YES
    return NO if asked else UNKNOWN
