"""Every certificate the server has: by key type, with and without server_name.

The enumeration of suites has seen the certificates of its suites already. What is asked
here is what it cannot have seen: the schemes of other key types in TLS 1.3, and what a
client gets that names no server.
"""

import msgspec

from tlsward.facts.suites import suite
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import FAILURES, Observation
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.plan import Plan, is_served
from tlsward.probe.probe import Probe
from tlsward.wire import extensions

#: Schemes by the key that signs with them. TLS 1.3 has no suites of a key type, so the
#: list of schemes is what selects the certificate.
SCHEMES_BY_KEY: dict[str, tuple[int, ...]] = {
    "RSA": (0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    "ECDSA": (0x0403, 0x0503, 0x0603, 0x081A, 0x081B, 0x081C),
    "EdDSA": (0x0807, 0x0808),
}


class CertificateSightings(msgspec.Struct, frozen=True, kw_only=True):
    """Observations with certificates: (protocol, whether server_name was sent, observation)."""

    seen: tuple[tuple[str, bool, Observation], ...]
    requires_sni: Answer = UNKNOWN


def certificates(knowledge: Knowledge) -> Plan[CertificateSightings]:
    """Ask for a certificate of every key type, and for what is served without server_name."""
    probes: list[tuple[str, bool, Probe]] = []
    for protocol, named, probe in (*_newer(knowledge), *_older(knowledge)):
        probes.append((protocol, named, probe))
    if not probes:
        return CertificateSightings(seen=())
    observations = yield [probe for _, _, probe in probes]
    seen = tuple(
        (protocol, named, observation)
        for (protocol, named, probe), observation in zip(probes, observations, strict=True)
        if is_served(probe, observation) and observation.certificates
    )
    unnamed = [
        (probe, observation)
        for (_, named, probe), observation in zip(probes, observations, strict=True)
        if not named
    ]
    return CertificateSightings(seen=seen, requires_sni=_requires_sni(knowledge, unnamed))


def _requires_sni(knowledge: Knowledge, unnamed: list[tuple[Probe, Observation]]) -> Answer:
    if knowledge.server_name is None or not unnamed:
        return UNKNOWN
    if any(is_served(probe, seen) for probe, seen in unnamed):
        return NO
    return UNKNOWN if any(seen.outcome in FAILURES for _, seen in unnamed) else YES


def _newer(knowledge: Knowledge) -> list[tuple[str, bool, Probe]]:
    template = knowledge.newer("certificates")
    if template is None:
        return []
    template = _stapled(template)
    probes = [
        ("TLSv1.3", True, msgspec.structs.replace(template, signature_schemes=schemes))
        for schemes in SCHEMES_BY_KEY.values()
    ]
    if knowledge.server_name is not None:
        unnamed = msgspec.structs.replace(template, server_name=None)
        probes.append(("TLSv1.3", False, unnamed))
    return probes


def _older(knowledge: Knowledge) -> list[tuple[str, bool, Probe]]:
    findings = knowledge.newest_older
    if findings is None or findings.template is None:
        return []
    template = findings.template
    by_key: dict[str, list[int]] = {}
    for code in template.cipher_suites:
        authentication = suite(code).authentication
        if authentication in {"RSA", "ECDSA", "DSS"}:
            by_key.setdefault(authentication, []).append(code)
    probes: list[tuple[str, bool, Probe]] = []
    for codes in by_key.values():
        probe = msgspec.structs.replace(
            template, question="certificates", cipher_suites=tuple(codes)
        )
        if not probe.bare:
            probe = _stapled(probe)
        probes.append((findings.protocol, True, probe))
        if knowledge.server_name is not None and not probe.bare:
            probes.append(
                (findings.protocol, False, msgspec.structs.replace(probe, server_name=None))
            )
    return probes


def _stapled(probe: Probe) -> Probe:
    return msgspec.structs.replace(
        probe,
        extra_extensions=(
            extensions.status_request(),
            extensions.signed_certificate_timestamp(),
        ),
    )
