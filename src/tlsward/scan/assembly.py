"""Findings put into words: the ScanResult of one interview, before it is judged."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tlsward.facts.groups import group
from tlsward.facts.signature_schemes import scheme
from tlsward.facts.suites import suite
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.observation import Observation, Outcome
from tlsward.model.scan_result import (
    PROTOCOLS,
    CipherSuite,
    Extensions,
    Group,
    ScanResult,
    Session,
    Status,
    Unknown,
)
from tlsward.probe.conversation import UNPROVABLE
from tlsward.probe.enumeration import Enumeration
from tlsward.probe.plan import reason
from tlsward.scan.findings import Findings
from tlsward.scan.settings import ScanSettings


def assemble(
    basis: ScanResult,
    findings: Findings,
    deployments: tuple[CertificateDeployment, ...],
    settings: ScanSettings,
) -> ScanResult:
    """Return `basis` (target, times and counts) with everything that was found."""
    unknowns = tuple(_unknowns(findings, settings))
    status, why = _status(findings, unknowns)
    newer, older = findings.newer_groups, findings.older_groups
    http = findings.http
    return msgspec.structs.replace(
        basis,
        status=status,
        reason=why,
        protocols={p: version_spoken(findings, p) for p in PROTOCOLS},
        cipher_suites=cipher_suites(findings),
        cipher_order=_cipher_order(findings),
        server_side_ordering=_server_side_ordering(findings),
        curves_fallback=findings.curves_fallback,
        ocsp_stapling=_stapling(deployments, asked=findings.certificates is not None),
        groups=_groups(findings),
        group_order=_group_order(
            [g.ordering.kind for g in (newer, older) if g and len(g.found.served) > 1]
        ),
        signature_schemes=_schemes(findings),
        certificates=deployments,
        session=_session(findings),
        extensions=_extensions(findings, settings),
        http={} if http is None else http.facts,
        http_findings=() if http is None else http.findings,
        unknowns=unknowns if http is None else (*unknowns, *http.unknowns),
    )


def version_spoken(findings: Findings, protocol: str) -> Answer:
    """Return whether a version is spoken.

    A server that refused every hello has said no to us: it may want another name, or to be
    left alone. Only beside a version that it speaks is a refusal its word on another.
    """
    answer = findings.knowledge.spoken(protocol)
    return answer if speaks_tls(findings) else UNKNOWN


def speaks_tls(findings: Findings) -> bool:
    """Return whether any version was seen to be spoken."""
    return any(findings.knowledge.spoken(protocol) == YES for protocol in PROTOCOLS)


# ---------------------------------------------------------------- suites


def cipher_suites(findings: Findings) -> tuple[CipherSuite, ...]:
    """Return the suites, newest version first, each version in the server's order."""
    protocols: dict[int, list[str]] = {}
    evidence: dict[int, Observation] = {}
    listed: list[int] = []
    # Where versions disagree, as they do on servers whose choice depends on more than the
    # suites, an order that was proved counts more than one that could not be.
    proved = {protocol for protocol, ordering in findings.orderings.items() if ordering.proved}
    newest_first = list(reversed(PROTOCOLS))
    newest_first.sort(key=lambda protocol: protocol not in proved)
    for protocol in newest_first:
        version = findings.knowledge.versions.get(protocol)
        if version is None:
            continue
        ordering = findings.orderings.get(protocol)
        order = ordering.order if ordering else tuple(version.found.served)
        merge_order(listed, order)
        for code in order:
            protocols.setdefault(code, []).append(protocol)
            evidence.setdefault(code, version.found.served[code])
    return tuple(
        _cipher_suite(
            priority,
            code,
            tuple(protocol for protocol in PROTOCOLS if protocol in protocols[code]),
            evidence[code],
            findings,
        )
        for priority, code in enumerate(listed, start=1)
    )


def merge_order(listed: list[int], order: Sequence[int]) -> None:
    """Put the codes of `order` that are not in `listed` yet before what follows them there."""
    for index in range(len(order) - 1, -1, -1):
        if order[index] in listed:
            continue
        following = next((code for code in order[index + 1 :] if code in listed), None)
        where = len(listed) if following is None else listed.index(following)
        listed.insert(where, order[index])


def _cipher_suite(
    priority: int, code: int, spoken: tuple[str, ...], seen: Observation, findings: Findings
) -> CipherSuite:
    facts = suite(code)
    curves: tuple[str, ...] = ()
    if facts.key_exchange in {"ECDHE", "any"}:
        where = findings.newer_groups if "TLSv1.3" in spoken else findings.older_groups
        named = where.ordering.order if where else ((seen.group,) if seen.group else ())
        curves = tuple(group(number).name for number in named)
    return CipherSuite(
        priority=priority,
        iana_name=facts.iana_name,
        openssl_name=facts.openssl_name,
        code=f"0x{code:06X}" if "SSLv2" in spoken else f"0x{code:04X}",
        protocols=spoken,
        forward_secrecy=forward_secrecy(seen),
        groups=curves,
        certificate_key=_certificate_key(code, seen),
    )


def forward_secrecy(seen: Observation) -> str:
    """Return the key exchange of an observation in the words of the report."""
    if seen.dh_bits is not None:
        return f"DH,{seen.dh_bits}bits"
    if seen.group is not None:
        facts = group(seen.group)
        family = "DH" if facts.kind == "ffdhe" else "ECDH"
        if family == "DH":
            return f"DH,{facts.bits}bits"
        return f"{family},{facts.standard_name},{facts.bits}bits"
    return "None"


def _certificate_key(code: int, seen: Observation) -> str | None:
    authentication = suite(code).authentication.lower()
    if authentication in {"anon", "psk", "null", "srp"}:
        return None
    if authentication != "any":
        return {"dss": "dsa"}.get(authentication, authentication)
    return _key_of_scheme(seen.signature_scheme)


def _key_of_scheme(number: int | None) -> str | None:
    return None if number is None else scheme(number).key


def _cipher_order(findings: Findings) -> dict[str, str]:
    orders: dict[str, str] = {
        protocol: ordering.kind for protocol, ordering in findings.orderings.items()
    }
    lifted = [o.chacha20_first for o in findings.orderings.values() if o.kind == "server"]
    orders["chacha20_first"] = YES if YES in lifted else NO if NO in lifted else UNKNOWN
    return orders


def _server_side_ordering(findings: Findings) -> Answer:
    # A single suite leaves no choice to anyone: such versions decide only where all are so.
    kinds = {o.kind for o in findings.orderings.values() if len(o.order) > 1} or {
        o.kind for o in findings.orderings.values()
    }
    if not kinds or UNKNOWN in kinds:
        return NO if "client" in kinds else UNKNOWN
    return YES if kinds == {"server"} else NO


# ---------------------------------------------------------------- groups and schemes


def _groups(findings: Findings) -> tuple[Group, ...]:
    protocols: dict[int, list[str]] = {}
    older = findings.knowledge.newest_older
    for name, found in (
        ("TLSv1.3", findings.newer_groups),
        (older.protocol if older else "", findings.older_groups),
    ):
        for number in found.ordering.order if found else ():
            protocols.setdefault(number, []).append(name)
    return tuple(
        Group(
            name=group(number).name,
            code=f"0x{number:04X}",
            protocols=tuple(reversed(names)),
            post_quantum=group(number).post_quantum,
        )
        for number, names in protocols.items()
    )


def _group_order(kinds: list[str]) -> str:
    if not kinds or UNKNOWN in kinds:
        return UNKNOWN
    return "server" if "server" in kinds else "client"


def _schemes(findings: Findings) -> tuple[str, ...]:
    numbers: dict[int, None] = {}
    for found in (findings.newer_schemes, findings.older_schemes):
        numbers |= dict.fromkeys(found.served if found else ())
    return tuple(scheme(number).name for number in numbers)


# ---------------------------------------------------------------- everything else


def _stapling(deployments: tuple[CertificateDeployment, ...], *, asked: bool) -> Answer:
    if asked and not deployments:
        return NO  # without a certificate there is nothing to staple to
    states = {deployment.ocsp_stapling for deployment in deployments}
    if not states or states <= {UNKNOWN}:
        return UNKNOWN
    if "not stapled" in states or "not applicable" in states:
        return NO
    return YES if states == {"stapled"} else UNKNOWN


def _session(findings: Findings) -> Session:
    older, newer = findings.older_sessions, findings.newer_sessions
    lifetimes = [
        found.ticket_lifetime_seconds
        for found in (older, newer)
        if found and found.ticket_lifetime_seconds is not None
    ]
    return Session(
        session_id_resumption=older.session_id if older else UNKNOWN,
        ticket_resumption=older.ticket if older else UNKNOWN,
        psk_resumption=newer.psk if newer else UNKNOWN,
        early_data=newer.early_data if newer else UNKNOWN,
        ticket_lifetime_hint_seconds=lifetimes[0] if lifetimes else None,
    )


def _extensions(findings: Findings, settings: ScanSettings) -> Extensions:
    states = dict(findings.older_extensions)
    compressions: tuple[str, ...] = ()
    if findings.newer_extensions is not None:
        states |= findings.newer_extensions.states
        compressions = findings.newer_extensions.certificate_compression
    sightings = findings.certificates
    evidence = [seen for _, seen in findings.knowledge.evidence()]
    asked = settings.asks("certificates")
    return Extensions(
        alpn=findings.alpn,
        alpn_state=findings.alpn_state,
        certificate_compression=compressions,
        fallback_scsv=findings.fallback[0],
        requires_sni=sightings.requires_sni if sightings else UNKNOWN,
        client_certificate=_any(evidence, "client_certificate_requested"),
        signed_certificate_timestamps=(
            UNKNOWN
            if not (asked and sightings and sightings.seen)
            else YES
            if any(seen.sct_list for _, _, seen in sightings.seen)
            else NO
        ),
        **states,
    )


def _any(evidence: Iterable[Observation], field: str) -> Answer:
    values = [getattr(seen, field) for seen in evidence]
    if not values:
        return UNKNOWN
    return YES if any(values) else NO


# ---------------------------------------------------------------- what is not known


def _unknowns(findings: Findings, settings: ScanSettings) -> Iterable[Unknown]:
    for protocol, version in findings.knowledge.versions.items():
        if version_spoken(findings, protocol) == UNKNOWN:
            yield Unknown(fact=f"protocols.{protocol}", reason=version.reason)
        elif version.found.unknown:
            yield _enumeration_unknown(f"cipher_suites.{protocol}", version.found)
        unprovable = [code for code, why in version.found.unproved.items() if why == UNPROVABLE]
        if unprovable:
            names = ", ".join(suite(code).openssl_name for code in unprovable)
            yield Unknown(fact=f"unproved_suites.{protocol}", reason=f"{names}: {UNPROVABLE}")
        ordering = findings.orderings.get(protocol)
        if ordering is not None and ordering.kind == UNKNOWN:
            yield Unknown(
                fact=f"cipher_order.{protocol}", reason="the server's picks were not seen"
            )
    for fact, found in (
        ("groups.TLSv1.3", findings.newer_groups and findings.newer_groups.found),
        ("groups.TLSv1.2", findings.older_groups and findings.older_groups.found),
        ("signature_schemes.TLSv1.3", findings.newer_schemes),
        ("signature_schemes.TLSv1.2", findings.older_schemes),
    ):
        if found and found.unknown:
            yield _enumeration_unknown(fact, found)
    if findings.certificates is not None and findings.certificates.missed:
        yield Unknown(fact="certificates", reason="; ".join(findings.certificates.missed))
    if settings.asks("fallback") and findings.fallback[0] == UNKNOWN:
        yield Unknown(fact="extensions.fallback_scsv", reason=findings.fallback[1])
    for found_sessions in (findings.older_sessions, findings.newer_sessions):
        if found_sessions is not None:
            for fact, why in found_sessions.reasons.items():
                yield Unknown(fact=fact, reason=why)
    for name, state in findings.older_extensions.items():
        if state == UNKNOWN:
            yield Unknown(fact=f"extensions.{name}", reason="no answer that showed it")


def _enumeration_unknown(fact: str, found: Enumeration) -> Unknown:
    reasons = sorted(set(found.unknown.values()))
    return Unknown(fact=fact, reason=f"{len(found.unknown)} not told: {'; '.join(reasons)}")


def _status(findings: Findings, unknowns: tuple[Unknown, ...]) -> tuple[Status, str | None]:

    failures = findings.failures
    if speaks_tls(findings):
        core = [u for u in unknowns if u.fact.startswith(("protocols.", "cipher_suites."))]
        if findings.cut_off:
            return "incomplete", "the budget or the time for the scan was used up"
        if core:
            return "incomplete", f"{core[0].fact}: {core[0].reason}"
        return "complete", None
    outcomes = {seen.outcome for seen in failures}
    for outcome, status in (
        (Outcome.NOT_TLS, "not_tls"),
        (Outcome.STARTTLS_REFUSED, "not_tls"),
        (Outcome.UNREACHABLE, "unreachable"),
    ):
        if outcome in outcomes:
            first = next(seen for seen in failures if seen.outcome is outcome)
            return status, reason(first)  # type: ignore[return-value]
    if failures and not findings.answered:
        return "incomplete", f"accepts connections but gives no answer: {reason(failures[0])}"
    if findings.cut_off:
        return "incomplete", "the budget or the time for the scan was used up"
    refusals = [
        seen
        for version in findings.knowledge.versions.values()
        for seen in (*version.found.openers, *version.found.refusals)
    ]
    said = reason(refusals[0]) if refusals else "no reason given"
    return "incomplete", f"refused every hello: {said}"


def unreached(basis: ScanResult, status: Status, why: str, moment: datetime) -> ScanResult:
    """Return the result of a scan that never came to a connection."""
    return msgspec.structs.replace(
        basis,
        status=status,
        reason=why,
        started_at=moment,
        protocols=dict.fromkeys(PROTOCOLS, UNKNOWN),
        unknowns=(Unknown(fact="protocols", reason=why),),
    )
