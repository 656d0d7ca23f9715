"""The distinct chains among everything that an interview saw, and how each was met."""

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import Observation
from tlsward.model.scan_result import PROTOCOLS
from tlsward.model.served_chain import ServedChain
from tlsward.scan.findings import Findings


class _Sighting(msgspec.Struct, kw_only=True):
    """One chain, and how it was met so far."""

    protocols: set[str]
    with_name: bool = False
    without_name: bool = False
    asked_for_staple: bool = False
    ocsp_response: bytes | None = None
    sct_list: bytes | None = None


def seen_chains(findings: Findings, hostname: str) -> tuple[ServedChain, ...]:
    """Return the distinct chains of an interview, in the order of their meeting."""
    found: dict[tuple[bytes, ...], _Sighting] = {}

    def note(protocol: str, seen: Observation, *, named: bool, stapled: bool) -> None:
        if not seen.certificates:
            return
        sighting = found.setdefault(seen.certificates, _Sighting(protocols=set()))
        sighting.protocols.add(protocol)
        sighting.with_name |= named
        sighting.without_name |= not named
        # The broad hello asks too early for servers that fetch a response on demand.
        sighting.asked_for_staple |= stapled
        sighting.ocsp_response = seen.ocsp_response or sighting.ocsp_response
        sighting.sct_list = seen.sct_list or sighting.sct_list

    named_at_all = findings.knowledge.server_name is not None
    for protocol, seen in findings.knowledge.evidence():
        note(protocol, seen, named=named_at_all, stapled=False)
    unnamed_asked = findings.certificates is not None
    if findings.certificates is not None:
        for protocol, named, seen in findings.certificates.seen:
            note(protocol, seen, named=named and named_at_all, stapled=True)
    return tuple(
        ServedChain(
            certificates=chain,
            hostname=hostname,
            ocsp_response=sighting.ocsp_response,
            sct_list=sighting.sct_list,
            protocols=tuple(p for p in PROTOCOLS if p in sighting.protocols),
            served_with_sni=_met(sighting.with_name, asked=True),
            served_without_sni=_met(sighting.without_name, asked=unnamed_asked),
            staple_requested=sighting.asked_for_staple,
        )
        for chain, sighting in found.items()
    )


def _met(met: bool, *, asked: bool) -> Answer:
    if met:
        return YES
    return NO if asked else UNKNOWN
