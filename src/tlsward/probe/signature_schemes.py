"""Which signature schemes the server signs its handshake with.

TLS 1.3: the CertificateVerify names the scheme; TLS 1.2: the ServerKeyExchange does.
Each certificate type signs in its own schemes, so suites of every type are offered.
"""

import msgspec

from tlsward.facts.signature_schemes import schemes_for
from tlsward.model.observation import Observation
from tlsward.probe.enumeration import Enumeration, Manner, enumerate_served, tiers
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.plan import Plan, is_served
from tlsward.probe.probe import Probe

#: The most schemes in one hello.
LONGEST_OFFER = 40
#: Key exchanges in which the server signs its parameters.
SIGNED = frozenset({"ECDHE", "DHE"})


def tls13_schemes(knowledge: Knowledge) -> Plan[Enumeration | None]:
    """Find the schemes of TLS 1.3."""
    template = knowledge.newer("signature_schemes")
    if template is None:
        return None
    return (yield from _enumerate("TLSv1.3", template, knowledge.manners("TLSv1.3")))


def tls12_schemes(knowledge: Knowledge) -> Plan[Enumeration | None]:
    """Find the schemes of TLS 1.2; older versions have none to choose."""
    template = knowledge.older(
        "signature_schemes",
        lambda facts: facts.key_exchange in SIGNED and facts.authentication != "anon",
    )
    findings = knowledge.newest_older
    if template is None or findings is None or findings.protocol != "TLSv1.2" or template.bare:
        return None
    return (yield from _enumerate("TLSv1.2", template, findings.manners))


def _enumerate(protocol: str, template: Probe, manners: frozenset[Manner]) -> Plan[Enumeration]:
    likelihoods = [(facts.code, facts.prior) for facts in schemes_for(protocol)]

    def offer(codes: tuple[int, ...]) -> Probe:
        return msgspec.structs.replace(template, signature_schemes=codes)

    def named(probe: Probe, seen: Observation) -> int | None:
        if is_served(probe, seen) and seen.signature_scheme in probe.signature_schemes:
            return seen.signature_scheme
        return None

    chunks = tiers(likelihoods, LONGEST_OFFER)
    return (yield from enumerate_served(chunks, offer, named, manners=manners))
