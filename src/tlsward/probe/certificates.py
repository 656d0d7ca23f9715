"""Every certificate the server has: by key type, with and without server_name.

The enumeration of suites has seen the certificates of its suites already. What is asked
here is what it cannot have seen: the schemes of other key types in TLS 1.3, and what a
client gets that names no server.
"""

from typing import NamedTuple

import msgspec

from tlsward.facts.suites import suite
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import FAILURES, Observation
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.plan import Plan, is_served, reason
from tlsward.probe.probe import Probe
from tlsward.wire import extensions

#: Schemes by the key that signs with them. TLS 1.3 has no suites of a key type, so the
#: list of schemes is what selects the certificate.
SCHEMES_BY_KEY: dict[str, tuple[int, ...]] = {
    "RSA": (0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    "ECDSA": (0x0403, 0x0503, 0x0603, 0x081A, 0x081B, 0x081C),
    "EdDSA": (0x0807, 0x0808),
}


#: Authentications for which the server sends a certificate.
WITH_CERTIFICATE = frozenset({"RSA", "ECDSA", "DSS"})


class Wanted(NamedTuple):
    """A probe for a certificate, its protocol and whether it names the server."""

    protocol: str
    named: bool
    probe: Probe


class CertificateSightings(msgspec.Struct, frozen=True, kw_only=True):
    """Observations with certificates: (protocol, whether server_name was sent, observation).

    `missed` are the reasons why certificates that were asked for with the server's name
    may exist and were not seen.
    """

    seen: tuple[tuple[str, bool, Observation], ...]
    requires_sni: Answer = UNKNOWN
    missed: tuple[str, ...] = ()


def certificates(knowledge: Knowledge) -> Plan[CertificateSightings]:
    """Ask for a certificate of every key type, and for what is served without server_name."""
    wanted = [*_newer(knowledge), *_older(knowledge)]
    if not wanted:
        return CertificateSightings(seen=())
    observations = list((yield [asked.probe for asked in wanted]))
    # There are stacks that drop the connection where a staple is asked for.
    again = [
        index
        for index, (asked, seen) in enumerate(zip(wanted, observations, strict=True))
        if asked.probe.extra_extensions and not is_served(asked.probe, seen)
    ]
    if again:
        plain = [
            msgspec.structs.replace(wanted[index].probe, extra_extensions=()) for index in again
        ]
        for index, seen in zip(again, (yield plain), strict=True):
            observations[index] = seen
    pairs = list(zip(wanted, observations, strict=True))
    return CertificateSightings(
        seen=tuple(
            (asked.protocol, asked.named, seen)
            for asked, seen in pairs
            if is_served(asked.probe, seen) and seen.certificates
        ),
        requires_sni=_requires_sni(
            knowledge, [(asked.probe, seen) for asked, seen in pairs if not asked.named]
        ),
        missed=tuple(
            dict.fromkeys(
                reason(seen) for asked, seen in pairs if asked.named and seen.outcome in FAILURES
            )
        ),
    )


def _requires_sni(knowledge: Knowledge, unnamed: list[tuple[Probe, Observation]]) -> Answer:
    if knowledge.server_name is None or not unnamed:
        return UNKNOWN
    if any(is_served(probe, seen) for probe, seen in unnamed):
        return NO
    return UNKNOWN if any(seen.outcome in FAILURES for _, seen in unnamed) else YES


def _newer(knowledge: Knowledge) -> list[Wanted]:
    template = knowledge.newer("certificates")
    if template is None:
        return []
    template = _stapled(template)
    wanted = [
        Wanted("TLSv1.3", True, msgspec.structs.replace(template, signature_schemes=schemes))
        for schemes in SCHEMES_BY_KEY.values()
    ]
    if knowledge.server_name is not None:
        wanted.append(_unnamed("TLSv1.3", template))
    return wanted


def _older(knowledge: Knowledge) -> list[Wanted]:
    findings = knowledge.newest_older
    if findings is None or findings.template is None:
        return []
    template = msgspec.structs.replace(findings.template, question="certificates")
    by_key: dict[str, list[int]] = {}
    for code in template.cipher_suites:
        by_key.setdefault(suite(code).authentication, []).append(code)
    wanted: list[Wanted] = []
    for authentication, codes in by_key.items():
        probe = msgspec.structs.replace(template, cipher_suites=tuple(codes))
        if not probe.bare:
            probe = _stapled(probe)
        if authentication in WITH_CERTIFICATE:
            wanted.append(Wanted(findings.protocol, True, probe))
        if knowledge.server_name is not None and not probe.bare:
            wanted.append(_unnamed(findings.protocol, probe))
    return wanted


def _unnamed(protocol: str, probe: Probe) -> Wanted:
    return Wanted(protocol, False, msgspec.structs.replace(probe, server_name=None))


def _stapled(probe: Probe) -> Probe:
    return msgspec.structs.replace(
        probe,
        extra_extensions=(
            extensions.status_request(),
            extensions.signed_certificate_timestamp(),
        ),
    )
