"""Which versions the server speaks, and every suite it serves in each.

One plan a version; all versions run side by side. TLS 1.2 and 1.3 are asked for their
likely suites at once, without waiting to hear that the version is spoken: most servers
speak it, and a round costs more than a few refused connections. Older versions get one
broad hello first.
"""

from collections.abc import Sequence

import msgspec

from tlsward.facts.groups import groups_for
from tlsward.facts.suites import CipherSuiteFacts, ssl2_kinds, suites_for
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import FAILURES, REFUSALS, Observation, Outcome
from tlsward.probe.enumeration import (
    Enumeration,
    Manner,
    enumerate_served,
    is_believable,
    manner,
    tiers,
)
from tlsward.probe.plan import Plan, ask, is_served, reason, served_suite
from tlsward.probe.probe import EVERYDAY_CURVES, EVERYDAY_TLS13_GROUPS, Probe
from tlsward.wire import extensions
from tlsward.wire.codepoints import AlertDescription, ProtocolVersion

#: The most suites in one hello: some stacks refuse more than 128 or 150.
LONGEST_OFFER = 105
#: Likelihood of a version's likeliest suite on a server that speaks the version.
LIKELIEST_WHERE_SPOKEN = 0.9
#: Suites in a hello that no server finds too long.
SHORT_HELLO = 30
#: Code points that nobody has assigned: what a server answers to them is its "nothing".
IMPOSSIBLE_SUITES = (0x7F7A, 0x7F7B, 0x7F7C)

#: ffdhe2048 to ffdhe8192.
FINITE_FIELD_GROUPS = (0x0100, 0x0101, 0x0102, 0x0103, 0x0104)

VERSIONS = {
    "SSLv2": ProtocolVersion.SSL2,
    "SSLv3": ProtocolVersion.SSL3,
    "TLSv1": ProtocolVersion.TLS10,
    "TLSv1.1": ProtocolVersion.TLS11,
    "TLSv1.2": ProtocolVersion.TLS12,
    "TLSv1.3": ProtocolVersion.TLS13,
}


class VersionFindings(msgspec.Struct, kw_only=True):
    """What a version's plan found.

    `template` is a probe that this server served in this version, to build other
    questions from; `manners` the ways in which it says "nothing in common";
    `refuses_extensions` that it refused the same hellos with extensions it served without.
    """

    protocol: str
    spoken: Answer
    reason: str = ""
    found: Enumeration = msgspec.field(default_factory=Enumeration)
    manners: frozenset[Manner] = frozenset()
    template: Probe | None = None
    refuses_extensions: bool = False


def version_suites(protocol: str, server_name: str | None) -> Plan[VersionFindings]:
    """Find out whether `protocol` is spoken and which suites are served in it."""
    if protocol == "SSLv2":
        return (yield from _ssl2())
    if protocol == "TLSv1.3":
        return (yield from _tls13(server_name))
    return (yield from _tls12_and_older(protocol, server_name))


def _ssl2() -> Plan[VersionFindings]:
    kinds = tuple(facts.code for facts in ssl2_kinds())
    seen = yield from ask(
        Probe(question="protocols", version=ProtocolVersion.SSL2, cipher_suites=kinds)
    )
    if seen.outcome is Outcome.SERVED:
        served = dict.fromkeys(seen.cipher_suites, seen)
        return VersionFindings(
            protocol="SSLv2",
            spoken=YES,
            found=Enumeration(served=served),
        )
    # A server that speaks TLS only takes the hello for nonsense and answers in kind, or
    # waits for the rest of a record that its first two octets promised.
    spoken = NO if seen.outcome in REFUSALS | {Outcome.MALFORMED} else UNKNOWN
    return VersionFindings(protocol="SSLv2", spoken=spoken, reason=reason(seen))


def _tls12_and_older(protocol: str, server_name: str | None) -> Plan[VersionFindings]:
    facts = suites_for(protocol)
    basis = Probe(
        question="suites",
        version=VERSIONS[protocol],
        cipher_suites=(),
        server_name=server_name,
        # SSL 3.0 has no extensions; a server that speaks nothing newer may refuse them.
        bare=protocol == "SSLv3",
    )
    codes = [suite.code for suite in facts]
    broad = [
        _with(basis, codes[i : i + LONGEST_OFFER]) for i in range(0, len(codes), LONGEST_OFFER)
    ]
    broad[0] = msgspec.structs.replace(
        broad[0],
        question="protocols",
        # Asked early: a server that staples fetches the response when it is first wanted.
        extra_extensions=() if basis.bare else (extensions.status_request(),),
    )
    if protocol == "TLSv1.2":
        return (yield from _enumerate_at_once(protocol, basis, facts, broad[0]))
    seen = yield [*broad, _with(basis, IMPOSSIBLE_SUITES)]
    findings = VersionFindings(protocol=protocol, spoken=NO)
    if seen[-1].outcome in REFUSALS:
        findings.manners = frozenset({manner(seen[-1])})
    pairs = list(zip(broad, seen[:-1], strict=True))
    if not any(is_served(probe, said) or _is_unproved(probe, said) for probe, said in pairs):
        again = yield from _ask_again(basis, broad[0], pairs)
        second = next((pair for pair in again if is_served(*pair)), None)
        if second is None:
            findings.spoken, findings.reason = _unspoken(pairs, again, findings.manners)
            return findings
        findings.refuses_extensions = _refuses_extensions(second, [*pairs, *again])
        pairs.append(second)
        basis = msgspec.structs.replace(basis, bare=second[0].bare)
    return (yield from _enumerate_hits(findings, basis, facts, pairs))


def _is_unproved(probe: Probe, seen: Observation) -> bool:
    """Whether a ServerHello of the version came that neither proof nor an alert followed."""
    hello_only = seen.outcome is Outcome.HELLO_ONLY and seen.version == probe.version
    return hello_only and seen.alert is None


def _ask_again(
    basis: Probe, broad: Probe, pairs: Sequence[tuple[Probe, Observation]]
) -> Plan[list[tuple[Probe, Observation]]]:
    """Ask a surprising "no" again, in other ways: a short hello, and one without extensions.

    What failed is asked again as it was, too.
    """
    if all(seen.alert == AlertDescription.PROTOCOL_VERSION for _, seen in pairs):
        return []
    if any(seen.outcome is Outcome.OVER_BUDGET for _, seen in pairs):
        return []
    short = _with(basis, broad.cipher_suites[:SHORT_HELLO])
    again = [short, *(probe for probe, seen in pairs if seen.outcome in FAILURES)]
    if not basis.bare:
        again.append(msgspec.structs.replace(short, bare=True))
    return list(zip(again, (yield again), strict=True))


def _refuses_extensions(
    served: tuple[Probe, Observation], pairs: Sequence[tuple[Probe, Observation]]
) -> bool:
    others = [seen for probe, seen in pairs if not probe.bare]
    return served[0].bare and all(seen.outcome in REFUSALS for seen in others)


def _unspoken(
    first: Sequence[tuple[Probe, Observation]],
    again: Sequence[tuple[Probe, Observation]],
    manners: frozenset[Manner],
) -> tuple[Answer, str]:
    """Return what refusals and failures, and no more, say of a version.

    A later answer to the same hello counts in place of the first. A failure to hear the
    other ways of asking matters only where the refusal may have meant the way of asking.
    """
    last = dict([*first, *again])
    broad = [last[probe] for probe, _ in first]
    open_questions = broad
    if not all(is_believable(seen, manners) for seen in broad):
        open_questions = list(last.values())
    failures = [seen for seen in open_questions if seen.outcome in FAILURES]
    if failures:
        return UNKNOWN, reason(failures[0])
    return NO, reason(broad[0])


def _enumerate_at_once(
    protocol: str, basis: Probe, facts: Sequence[CipherSuiteFacts], broad: Probe
) -> Plan[VersionFindings]:
    """Ask the broad hello and every chunk in one round."""
    findings = VersionFindings(protocol=protocol, spoken=NO)
    finite = _finite_field(basis, facts)
    findings.found = yield from enumerate_served(
        _chunks(facts),
        lambda chunk: _with(basis, chunk),
        served_suite,
        openers=[broad, *([finite] if finite else [])],
        impossible=_with(basis, IMPOSSIBLE_SUITES),
    )
    findings.manners = frozenset(findings.found.manners)
    if finite is not None:
        yield from _enumerate_finite_field(findings.found, finite, findings.found.openers[1])
    if not findings.found.served and protocol == "TLSv1.2":
        pairs = [(broad, findings.found.openers[0])]
        again = yield from _ask_again(basis, broad, pairs)
        second = next((pair for pair in again if is_served(*pair)), None)
        if second is not None:
            findings.refuses_extensions = _refuses_extensions(second, [*pairs, *again])
            basis = msgspec.structs.replace(basis, bare=second[0].bare)
            return (yield from _enumerate_hits(findings, basis, facts, [second]))
    yield from _disbelieve_overload(findings.found, basis, facts)
    return _concluded(findings, basis)


def _disbelieve_overload(
    found: Enumeration, basis: Probe, facts: Sequence[CipherSuiteFacts]
) -> Plan[None]:
    """Ask once more what was served, where the server said "internal error" to the rest.

    For some stacks that is "nothing in common"; others say it to everything once they are
    overloaded, and then none of it was an answer.
    """
    if not found.served or all(
        seen.alert != AlertDescription.INTERNAL_ERROR for seen in found.refusals
    ):
        return
    code, evidence = next(iter(found.served.items()))
    groups = (
        basis.groups
        if evidence.group in {None, *basis.groups}
        else (*basis.groups, *FINITE_FIELD_GROUPS)
    )
    control = msgspec.structs.replace(_with(basis, (code,)), groups=groups)
    seen = yield from ask(control)
    if not is_served(control, seen):
        open_ones = [suite.code for suite in facts if suite.code not in found.served]
        found.unknown |= dict.fromkeys(open_ones, "the server no longer serves what it served")


def _finite_field(basis: Probe, facts: Sequence[CipherSuiteFacts]) -> Probe | None:
    """Return a probe for DHE suites that lists the named groups of RFC 7919.

    Some stacks that know the RFC refuse DHE to a client that lists curves and no such
    group. The everyday hello lists none, because with them a server hides its own prime.
    """
    codes = [suite.code for suite in facts if suite.key_exchange == "DHE"][:LONGEST_OFFER]
    if not codes or basis.bare or basis.version > ProtocolVersion.TLS12:
        return None
    return msgspec.structs.replace(
        _with(basis, codes), groups=(*EVERYDAY_CURVES, *FINITE_FIELD_GROUPS)
    )


def _enumerate_finite_field(found: Enumeration, finite: Probe, seen: Observation) -> Plan[None]:
    """Enumerate the DHE suites of a server that serves them over named groups only.

    `seen` is the answer to `finite`. A server that served one of its suites without the
    named groups has been asked for all of them already.
    """
    picked = served_suite(finite, seen)
    without = [
        code
        for code, evidence in found.served.items()
        if code in finite.cipher_suites and evidence is not seen
    ]
    if picked is None or without:
        return
    found.served[picked] = seen
    left = tuple(code for code in finite.cipher_suites if code != picked)
    more = yield from enumerate_served(
        [left], lambda chunk: _with(finite, chunk), served_suite, manners=found.manners
    )
    found.served |= more.served
    found.unknown |= more.unknown


def _enumerate_hits(
    findings: VersionFindings,
    basis: Probe,
    facts: Sequence[CipherSuiteFacts],
    pairs: Sequence[tuple[Probe, Observation]],
) -> Plan[VersionFindings]:
    """Enumerate a version that is known to be spoken.

    That a broad hello was refused decides nothing: it may have been too long, or the
    server may have picked a suite from it that it then could not serve.
    """
    hits = [(probe, seen) for probe, seen in pairs if is_served(probe, seen)]
    known = {seen.cipher_suite for _, seen in hits}
    left = [suite for suite in facts if suite.code not in known]
    finite = _finite_field(basis, facts)
    findings.found = yield from enumerate_served(
        _chunks(left, spoken=True),
        lambda chunk: _with(basis, chunk),
        served_suite,
        openers=[finite] if finite else [],
        manners=findings.manners,
    )
    answer_to_finite = findings.found.openers[0] if finite else None
    for probe, seen in hits:
        findings.found.note_opener(probe, seen, served_suite)
        # What the everyday hello was served with is what everyday clients get.
        if seen.cipher_suite is not None:
            findings.found.served[seen.cipher_suite] = seen
    if finite is not None and answer_to_finite is not None:
        yield from _enumerate_finite_field(findings.found, finite, answer_to_finite)
    yield from _disbelieve_overload(findings.found, basis, facts)
    return _concluded(findings, basis)


def _chunks(facts: Sequence[CipherSuiteFacts], *, spoken: bool = False) -> list[tuple[int, ...]]:
    """Cut suites into chunks that fail together.

    A server may pick a suite and then find that it cannot serve it, for want of
    Diffie-Hellman parameters or of a shared secret; what else was offered would then be
    taken for refused. So suites of the kinds that fail so have chunks of their own.
    """
    kinds: dict[str, list[tuple[int, float]]] = {}
    # Likelihoods are those of all servers; where the version is known to be spoken, its
    # likeliest suite is all but certain and the others are more likely in proportion.
    likeliest = max((suite.prior for suite in facts), default=0.0)
    scale = LIKELIEST_WHERE_SPOKEN / likeliest if spoken and likeliest else 1.0
    for suite in facts:
        kinds.setdefault(_way_to_fail(suite), []).append((suite.code, scale * suite.prior))
    return [chunk for members in kinds.values() for chunk in tiers(members, LONGEST_OFFER)]


def _way_to_fail(facts: CipherSuiteFacts) -> str:
    if facts.key_exchange in {"DHE", "DH"}:
        return "finite field"
    if "PSK" in facts.key_exchange or facts.key_exchange in {"SRP", "KRB5"}:
        return "shared secret"
    return ""


def _concluded(findings: VersionFindings, basis: Probe) -> VersionFindings:
    found = findings.found
    if found.served:
        findings.spoken = YES
        findings.template = _with(basis, tuple(found.served))
    elif found.unknown or found.unproved:
        findings.spoken = UNKNOWN
        findings.reason = next(iter((found.unknown or found.unproved).values()))
    else:
        findings.spoken = NO
        findings.reason = reason(found.refusals[0]) if found.refusals else ""
    return findings


def _tls13(server_name: str | None) -> Plan[VersionFindings]:
    facts = suites_for("TLSv1.3")
    basis = Probe(
        question="suites",
        version=ProtocolVersion.TLS13,
        cipher_suites=(),
        groups=EVERYDAY_TLS13_GROUPS,
        server_name=server_name,
    )
    broad = msgspec.structs.replace(
        _with(basis, tuple(suite.code for suite in facts)),
        question="protocols",
        extra_extensions=(extensions.status_request(),),
    )
    findings = yield from _enumerate_at_once("TLSv1.3", basis, facts, broad)
    if findings.spoken != NO:
        return findings
    # Nobody has to serve the everyday groups: ask with every group there is, and no share.
    wide = msgspec.structs.replace(
        broad,
        groups=tuple(facts.code for facts in groups_for("TLSv1.3")),
        key_share_groups=None,
    )
    seen = yield from ask(wide)
    if seen.outcome in FAILURES:
        findings.spoken, findings.reason = UNKNOWN, reason(seen)
    if seen.group is None or seen.outcome not in {Outcome.SERVED, Outcome.RETRY}:
        return findings
    basis = msgspec.structs.replace(basis, groups=(seen.group,), key_share_groups=None)
    if seen.outcome is Outcome.RETRY:
        # It speaks TLS 1.3 over a group that there is no code for: the suite named in
        # the HelloRetryRequest is all that can be learnt.
        findings.spoken = YES
        findings.template = _with(basis, broad.cipher_suites)
        findings.reason = "served over a group that there is no code for"
        return findings
    return (
        yield from _enumerate_at_once("TLSv1.3", basis, facts, _with(basis, broad.cipher_suites))
    )


def _with(basis: Probe, codes: Sequence[int]) -> Probe:
    return msgspec.structs.replace(basis, cipher_suites=tuple(codes))
