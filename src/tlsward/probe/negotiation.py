"""What the server negotiates beside the suite: extensions, compression, fallback signal.

Each extension of TLS 1.2 and older is answered on its own, so they share one hello; what
would stand in another's way (an encrypt-then-MAC needs a block cipher, a second method of
compression changes the hello itself) has a hello to itself.
"""

import msgspec

from tlsward.facts.certificate_compression import certificate_compression_algorithms
from tlsward.model.answer import NO, NOT_APPLICABLE, UNKNOWN, YES, Answer, Applicability
from tlsward.model.observation import FAILURES, REFUSALS, Observation
from tlsward.probe.knowledge import OLDER_VERSIONS, Knowledge
from tlsward.probe.plan import Plan, is_served, reason
from tlsward.probe.probe import Goal, Probe
from tlsward.wire import extensions
from tlsward.wire.codepoints import AlertDescription, ExtensionType
from tlsward.wire.hello import Extension
from tlsward.wire.reader import DecodeError

#: The signalling suite of RFC 7507.
FALLBACK_SCSV = 0x5600
DEFLATE = 1
#: Code of the smallest maximum fragment length of RFC 6066 section 4: 2^9 octets.
SHORTEST_FRAGMENTS = 1
RECORD_LIMIT = 4096
#: Protocols asked for one by one; the others share a hello.
LIKELY_APPLICATIONS = ("h2", "http/1.1")
OTHER_APPLICATIONS = (
    "http/1.0",
    "spdy/3.1",
    "h2-14",
    "grpc-exp",
    "acme-tls/1",
    "imap",
    "pop3",
    "smtp",
    "ftp",
    "xmpp-client",
    "xmpp-server",
    "mqtt",
    "dot",
    "postgresql",
    "irc",
    "managesieve",
    "nntp",
    "stun.turn",
    "webrtc",
    "coap",
)


class Negotiation(msgspec.Struct, kw_only=True):
    """Answers by name, in the words of the report; lists where there is more to say."""

    states: dict[str, Applicability] = {}
    certificate_compression: tuple[str, ...] = ()


def older_extensions(knowledge: Knowledge) -> Plan[dict[str, Applicability]]:
    """Ask TLS 1.2 or older for its extensions, all in one hello."""
    blocks = _older_blocks()
    template = knowledge.older("extensions", lambda _: True)
    if template is None:
        state = NOT_APPLICABLE if knowledge.lacks_older == YES else UNKNOWN
        return dict.fromkeys([*blocks, "encrypt_then_mac", "compression"], state)
    if template.bare:
        answer = NO if knowledge.has_no_extensions == YES else UNKNOWN
        none: dict[str, Applicability] = dict.fromkeys([*blocks, "encrypt_then_mac"], answer)
        return none | {"compression": UNKNOWN}
    many = _extended(template, *filter(None, blocks.values()))
    block_ciphers = knowledge.older("extensions", lambda facts: facts.bulk.endswith("CBC"))
    deflated = msgspec.structs.replace(template, compression_methods=(DEFLATE, 0))
    probes = [many, deflated]
    if block_ciphers is not None:
        probes.append(_extended(block_ciphers, extensions.encrypt_then_mac()))
    seen = yield probes
    states: dict[str, Applicability] = {
        name: _answered(many, seen[0], _number(block)) for name, block in blocks.items()
    }
    if not is_served(many, seen[0]) and seen[0].outcome not in FAILURES:
        states |= yield from _one_by_one(template, blocks)
    states["compression"] = _compression(deflated, seen[1])
    states["encrypt_then_mac"] = (
        _answered(probes[2], seen[2], ExtensionType.ENCRYPT_THEN_MAC)
        if block_ciphers is not None
        else _without_blocks(knowledge)
    )
    return states


def _without_blocks(knowledge: Knowledge) -> Applicability:
    """Return what encrypt-then-MAC is where no block cipher was seen to be served."""
    findings = knowledge.newest_older
    return UNKNOWN if findings is None or findings.found.unknown else NOT_APPLICABLE


def _older_blocks() -> dict[str, Extension | None]:
    """Return what to offer for each answer; None where every hello has it already."""
    return {
        "secure_renegotiation": None,
        "extended_master_secret": extensions.extended_master_secret(),
        "session_ticket": extensions.session_ticket(),
        "max_fragment_length": extensions.max_fragment_length(SHORTEST_FRAGMENTS),
        "heartbeat": extensions.heartbeat(1),
    }


def _number(block: Extension | None) -> int:
    return ExtensionType.RENEGOTIATION_INFO if block is None else block.type


def _one_by_one(
    template: Probe, blocks: dict[str, Extension | None]
) -> Plan[dict[str, Applicability]]:
    """Ask each alone: a stack that refuses one must not hide its answer to the others."""
    probes = [
        template if block is None else _extended(template, block) for block in blocks.values()
    ]
    seen_all = yield probes
    return {
        name: _answered(probe, seen, _number(block))
        for (name, block), probe, seen in zip(blocks.items(), probes, seen_all, strict=True)
    }


def _compression(probe: Probe, seen: Observation) -> Answer:
    if not is_served(probe, seen):
        return UNKNOWN if seen.outcome in FAILURES else NO
    return YES if seen.compression_method == DEFLATE else NO


def _answered(probe: Probe, seen: Observation, extension: int) -> Answer:
    if not is_served(probe, seen):
        return UNKNOWN
    return YES if extension in seen.extensions else NO


def _extended(template: Probe, *blocks: Extension) -> Probe:
    return msgspec.structs.replace(template, extra_extensions=(*template.extra_extensions, *blocks))


def application_protocols(knowledge: Knowledge) -> Plan[tuple[Answer, tuple[str, ...]]]:
    """Find the protocols of ALPN (RFC 7301): the likely ones alone, the others together."""
    template = knowledge.newer("alpn") or knowledge.older("alpn", lambda _: True)
    if template is None or template.bare:
        return (NO if knowledge.has_no_extensions == YES else UNKNOWN), ()
    offers: list[tuple[str, ...]] = [*((name,) for name in LIKELY_APPLICATIONS), OTHER_APPLICATIONS]
    chosen: list[str] = []
    failures = 0
    while offers:
        probes = [
            _extended(template, extensions.application_layer_protocol_negotiation(offer))
            for offer in offers
        ]
        seen_all = yield probes
        following: list[tuple[str, ...]] = []
        for offer, probe, seen in zip(offers, probes, seen_all, strict=True):
            if seen.outcome in FAILURES:
                failures += 1
            name = _chosen_application(probe, seen)
            if name is None:
                continue
            if name not in chosen:
                chosen.append(name)
            rest = tuple(other for other in offer if other != name)
            # Some servers choose what was not offered; that must not go round for ever.
            if name in offer and rest:
                following.append(rest)
        offers = following
    if chosen:
        return YES, tuple(chosen)
    return (UNKNOWN if failures else NO), ()


def _chosen_application(probe: Probe, seen: Observation) -> str | None:
    data = seen.extensions.get(ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION)
    if data is None or not is_served(probe, seen):
        return None
    try:
        names = extensions.decode_alpn(data)
    except DecodeError:
        return None
    return names[0] if names else None


def newer_extensions(knowledge: Knowledge) -> Plan[Negotiation]:
    """Ask TLS 1.3 for record_size_limit (RFC 8449) and compressed certificates (RFC 8879)."""
    found = Negotiation(states={})
    template = knowledge.newer("extensions")
    if template is None:
        state = NOT_APPLICABLE if knowledge.lacks_newer == YES else UNKNOWN
        found.states["record_size_limit"] = state
        found.states["certificate_compression_state"] = state
        return found
    limit = _extended(template, extensions.record_size_limit(RECORD_LIMIT))
    algorithms = certificate_compression_algorithms()
    all_of_them = _extended(template, extensions.compress_certificate(tuple(algorithms)))
    seen = yield [limit, all_of_them]
    found.states["record_size_limit"] = _answered(limit, seen[0], ExtensionType.RECORD_SIZE_LIMIT)
    if not is_served(all_of_them, seen[1]):
        found.states["certificate_compression_state"] = UNKNOWN
        return found
    if seen[1].certificate_compression is None:
        found.states["certificate_compression_state"] = NO
        return found
    first = seen[1].certificate_compression
    others = [number for number in algorithms if number != first]
    probes = [_extended(template, extensions.compress_certificate((n,))) for n in others]
    seen = yield probes
    named = {first} | {answered.certificate_compression for answered in seen}
    found.certificate_compression = tuple(
        name for number, name in algorithms.items() if number in named
    )
    found.states["certificate_compression_state"] = YES
    return found


def fallback_signal(knowledge: Knowledge) -> Plan[tuple[Applicability, str]]:
    """Ask whether a needless fallback is refused (RFC 7507): state and reason.

    Not applicable where the server speaks one version: there is nothing to fall back from.
    """
    spoken = [p for p in ("TLSv1.3", *OLDER_VERSIONS) if knowledge.spoken(p) == YES]
    lower = [
        findings
        for protocol in spoken[1:]
        if (findings := knowledge.versions[protocol]).template is not None
    ]
    if not lower:
        if UNKNOWN in {knowledge.spoken(p) for p in ("TLSv1.3", *OLDER_VERSIONS)}:
            return UNKNOWN, "not known whether the server speaks more than one version"
        return NOT_APPLICABLE, "the server speaks one version only"
    template = lower[0].template
    assert template is not None  # noqa: S101  (the list was made so)
    probe = msgspec.structs.replace(
        template,
        question="fallback",
        cipher_suites=(*template.cipher_suites, FALLBACK_SCSV),
        goal=Goal.FLIGHT,
    )
    (seen,) = yield [probe]
    if seen.outcome in REFUSALS and seen.alert != AlertDescription.INAPPROPRIATE_FALLBACK:
        # Refused, but not in the words of the RFC. Some stacks and boxes on the way do that;
        # so does a server that is overloaded. The same hello without the signal tells.
        plain = msgspec.structs.replace(probe, cipher_suites=template.cipher_suites)
        seen, without = yield [probe, plain]
        if seen.outcome in REFUSALS and is_served(plain, without):
            return YES, f"refused otherwise: {reason(seen)}"
    if seen.alert == AlertDescription.INAPPROPRIATE_FALLBACK:
        return YES, ""
    if is_served(probe, seen):
        return NO, ""
    return UNKNOWN, reason(seen)
