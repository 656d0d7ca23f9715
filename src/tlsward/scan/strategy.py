"""Which plan runs when: the stages of a scan.

Stage one asks every version for its suites, all versions at once; the order of a version's
suites is asked as soon as they are known. Stage two asks everything that is built on that,
all at once. A scan of a quiet server takes as long as its slowest plan, not as their sum.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec

from tlsward.facts.orders import suite_orders
from tlsward.facts.suites import suite
from tlsward.model.answer import YES
from tlsward.model.scan_result import PROTOCOLS
from tlsward.probe import (
    certificates,
    groups,
    negotiation,
    ordering,
    sessions,
    signature_schemes,
    suites,
)
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.plan import Plan, served_suite
from tlsward.probe.probe import Probe
from tlsward.scan.findings import Findings
from tlsward.scan.interview import Interview
from tlsward.scan.settings import ScanSettings


async def interview_server(
    interview: Interview, server_name: str | None, settings: ScanSettings
) -> Findings:
    """Ask a server everything the settings want, and return what was found."""
    versions: dict[str, suites.VersionFindings] = {}
    findings = Findings(knowledge=Knowledge(server_name=server_name, versions=versions))
    # TLS 1.3 first: there are servers whose TLS 1.3 fails after their first TLS 1.2.
    first_stage = [
        _version(interview, protocol, findings, settings) for protocol in reversed(PROTOCOLS)
    ]
    orders = [order for order in await asyncio.gather(*first_stage) if order is not None]
    findings.knowledge = Knowledge(
        server_name=server_name, versions={p: versions[p] for p in PROTOCOLS}
    )
    second_stage: list[Coroutine[Any, Any, None]] = _second_stage(interview, findings, settings)
    await asyncio.gather(*orders, *second_stage)
    findings.failures = interview.failures
    findings.answered = interview.answered
    findings.cut_off = interview.cut_off
    return findings


async def _version(
    interview: Interview, protocol: str, findings: Findings, settings: ScanSettings
) -> "asyncio.Task[None] | None":
    """Ask one version for its suites; the order is then asked while others still go on."""
    found = await interview.run(suites.version_suites(protocol, findings.knowledge.server_name))
    findings.knowledge.versions[protocol] = found
    if not settings.asks("order") or found.spoken != YES or found.template is None:
        return None
    return asyncio.create_task(_order(interview, found, findings))


async def _order(interview: Interview, found: suites.VersionFindings, findings: Findings) -> None:
    findings.orderings[found.protocol] = await interview.run(_order_plan(found))


def _order_plan(found: suites.VersionFindings) -> Plan[ordering.Ordering]:
    template = found.template
    assert template is not None  # noqa: S101  (the caller looked)

    def offer(codes: tuple[int, ...]) -> Probe:
        return msgspec.structs.replace(
            template, question="order", cipher_suites=codes, extra_extensions=()
        )

    # What no template knows is taken in the first one's order, a library's own.
    rank = {code: index for index, code in enumerate(suite_orders()[0])}
    served = sorted(found.found.served, key=lambda code: (rank.get(code, len(rank)), code))
    prediction = ordering.likeliest_template(served, suite_orders(), found.found.wins, _kin)
    return ordering.prove_order(
        prediction,
        offer,
        served_suite,
        wins=found.found.wins,
        is_chacha20=lambda code: suite(code).bulk == "CHACHA20-POLY1305",
    )


def _kin(code: int) -> tuple[str, str, str]:
    """Return what makes suites neighbours in a list: key exchange, key and cipher family."""
    facts = suite(code)
    return facts.key_exchange, facts.authentication, facts.bulk.partition("-")[0]


def _second_stage(
    interview: Interview, findings: Findings, settings: ScanSettings
) -> list[Coroutine[Any, Any, None]]:
    knowledge = findings.knowledge
    if knowledge.tls13 is None and knowledge.newest_older is None:
        return []
    run = interview.run

    async def ask_groups() -> None:
        findings.newer_groups, findings.older_groups = await asyncio.gather(
            run(groups.tls13_groups(knowledge)), run(groups.older_groups(knowledge))
        )

    async def ask_curves_fallback() -> None:
        findings.curves_fallback = await run(groups.curves_fallback(knowledge))

    async def ask_schemes() -> None:
        findings.newer_schemes, findings.older_schemes = await asyncio.gather(
            run(signature_schemes.tls13_schemes(knowledge)),
            run(signature_schemes.tls12_schemes(knowledge)),
        )

    async def ask_certificates() -> None:
        findings.certificates = await run(certificates.certificates(knowledge))

    async def ask_extensions() -> None:
        findings.older_extensions, findings.newer_extensions = await asyncio.gather(
            run(negotiation.older_extensions(knowledge)),
            run(negotiation.newer_extensions(knowledge)),
        )

    async def ask_alpn() -> None:
        findings.alpn_state, findings.alpn = await run(negotiation.application_protocols(knowledge))

    async def ask_fallback() -> None:
        findings.fallback = await run(negotiation.fallback_signal(knowledge))

    async def ask_sessions() -> None:
        findings.newer_sessions, findings.older_sessions = await asyncio.gather(
            run(sessions.newer_sessions(knowledge)), run(sessions.older_sessions(knowledge))
        )

    questions = {
        # The longest chains of rounds first, so that they do not wait for a free place.
        "sessions": ask_sessions,
        "groups": ask_groups,
        "certificates": ask_certificates,
        "signature_schemes": ask_schemes,
        "extensions": ask_extensions,
        "alpn": ask_alpn,
        "fallback": ask_fallback,
        "curves_fallback": ask_curves_fallback,
    }
    return [question() for name, question in questions.items() if settings.asks(name)]
