"""Which groups the server exchanges keys over, in whose order.

TLS 1.3: a hello that lists groups and sends an empty key_share makes the server name its
choice in a HelloRetryRequest (RFC 9846 section 4.1.4), before anyone computes anything:
so post-quantum hybrids are found without code for ML-KEM. TLS 1.2 and older: the curve
stands in the ServerKeyExchange.
"""

from collections.abc import Sequence

import msgspec

from tlsward.facts.groups import GroupFacts, groups_for
from tlsward.facts.suites import suite
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import FAILURES, Observation, Outcome
from tlsward.probe.enumeration import Enumeration, Offer, Winner, enumerate_served, tiers
from tlsward.probe.knowledge import Knowledge, is_ecdhe
from tlsward.probe.ordering import Ordering, prove_order
from tlsward.probe.plan import Plan, is_served, reason
from tlsward.probe.probe import Goal, Probe

#: The most groups in one hello: there are fewer than this of each kind.
LONGEST_OFFER = 60


class GroupFindings(msgspec.Struct, frozen=True, kw_only=True):
    """Groups of one generation of the protocol, and whose order counts among them."""

    found: Enumeration
    ordering: Ordering


def tls13_groups(knowledge: Knowledge) -> Plan[GroupFindings | None]:
    """Find the groups of TLS 1.3 by what the server asks for when it is sent no share."""
    template = knowledge.newer("groups")
    if template is None:
        return None
    candidates = groups_for("TLSv1.3")

    def offer(codes: tuple[int, ...]) -> Probe:
        return msgspec.structs.replace(
            template, groups=codes, key_share_groups=None, goal=Goal.HELLO
        )

    def named(probe: Probe, seen: Observation) -> int | None:
        return seen.group if seen.outcome is Outcome.RETRY and seen.group in probe.groups else None

    manners = knowledge.manners("TLSv1.3")
    found = yield from enumerate_served(_chunks(candidates), offer, named, manners=manners)
    if not found.served:
        # A stack that will not be sent an empty key_share: send real ones where we can.
        yield from _with_real_shares(template, found)
    ordering = yield from _order(found, candidates, offer, named)
    return GroupFindings(found=found, ordering=ordering)


def _with_real_shares(template: Probe, found: Enumeration) -> Plan[None]:
    from tlsward.wire.key_share import SUPPORTED_GROUPS

    probes = [
        msgspec.structs.replace(template, groups=(code,), key_share_groups=(code,))
        for code in sorted(SUPPORTED_GROUPS)
    ]
    for probe, seen in zip(probes, (yield probes), strict=True):
        code = probe.groups[0]
        if is_served(probe, seen):
            found.served[code] = seen
        elif seen.outcome in FAILURES:
            found.unknown[code] = reason(seen)


def older_groups(knowledge: Knowledge) -> Plan[GroupFindings | None]:
    """Find the curves of TLS 1.2 and older with the suites of elliptic-curve key exchange."""
    template = knowledge.older("groups", is_ecdhe)
    if template is None or template.bare:
        return None
    candidates = [facts for facts in groups_for(_protocol(knowledge)) if facts.kind == "ecdhe"]

    def offer(codes: tuple[int, ...]) -> Probe:
        return msgspec.structs.replace(template, groups=codes)

    def named(probe: Probe, seen: Observation) -> int | None:
        return seen.group if is_served(probe, seen) and seen.group in probe.groups else None

    protocol = _protocol(knowledge)
    manners = knowledge.manners(protocol)
    found = yield from enumerate_served(_chunks(candidates), offer, named, manners=manners)
    if all(suite(code).authentication == "ECDSA" for code in template.cipher_suites):
        yield from _beside_certificate_curve(found, candidates, template)
    ordering = yield from _order(found, candidates, offer, named)
    return GroupFindings(found=found, ordering=ordering)


def _beside_certificate_curve(
    found: Enumeration, candidates: Sequence[GroupFacts], template: Probe
) -> Plan[None]:
    """Ask again for curves that were refused, with the certificate's curve listed last.

    RFC 8422 section 5.1: supported_groups also limits the curve of an ECDSA certificate,
    so a server with nothing but a P-256 certificate refuses a hello that lists X25519
    alone. The certificate's curve is then in every hello that was served.
    """
    anchors = set.intersection(*({*win.offered} for win in found.wins)) if found.wins else set()
    refused = [facts for facts in candidates if facts.code not in found.served | found.unknown]
    if not anchors or not refused:
        return
    chunks = _chunks(refused)
    while chunks:
        probes = [msgspec.structs.replace(template, groups=(*c, *anchors)) for c in chunks]
        following: list[tuple[int, ...]] = []
        for chunk, probe, seen in zip(chunks, probes, (yield probes), strict=True):
            if is_served(probe, seen) and seen.group in chunk:
                found.served[seen.group] = seen
                following.append(tuple(code for code in chunk if code != seen.group))
            elif seen.outcome in FAILURES:
                found.unknown |= dict.fromkeys(chunk, reason(seen))
        chunks = [chunk for chunk in following if chunk]


def curves_fallback(knowledge: Knowledge) -> Plan[Answer]:
    """Ask whether the server falls back to a suite without curves when it knows none offered.

    The fallback is what a server should do that has suites of another key exchange: a
    client whose curves it does not know still gets served.
    """
    template = knowledge.older("curves_fallback", lambda _: True)
    ecdhe = knowledge.older("curves_fallback", is_ecdhe)
    findings = knowledge.newest_older
    if template is None or findings is None or (template.bare and findings.protocol != "SSLv3"):
        return UNKNOWN
    if ecdhe is None or template.bare:
        return UNKNOWN if findings.found.unknown else NO
    # Code points without a curve behind them, so that no server can know one.
    probe = msgspec.structs.replace(template, groups=(0x7F7A, 0x7F7B))
    (seen,) = yield [probe]
    if is_served(probe, seen):
        return YES
    return UNKNOWN if seen.outcome in FAILURES else NO


def _chunks(candidates: Sequence[GroupFacts]) -> list[tuple[int, ...]]:
    return tiers([(facts.code, facts.prior) for facts in candidates], LONGEST_OFFER)


def _order(
    found: Enumeration, candidates: Sequence[GroupFacts], offer: Offer, named: Winner
) -> Plan[Ordering]:
    served = [facts.code for facts in candidates if facts.code in found.served]
    return (yield from prove_order(served, offer, named, wins=found.wins))


def _protocol(knowledge: Knowledge) -> str:
    findings = knowledge.newest_older
    return findings.protocol if findings else "TLSv1.2"
