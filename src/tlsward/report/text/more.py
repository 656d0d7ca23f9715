"""Sections beyond the four that every report has."""

from tlsward.model.scan_result import PROTOCOLS, ScanResult
from tlsward.report.headers import finding_lines
from tlsward.report.http_layer import http_facts
from tlsward.report.style import Line, Piece, answer_style, plain, styled, table
from tlsward.report.words import extension_facts, session_facts


def protocol_lines(result: ScanResult) -> list[Line]:
    """Return each protocol version with its answer and whose order rules in it."""
    if not result.protocols:
        return []
    rows: list[list[Piece]] = []
    for name in PROTOCOLS:
        answer = result.protocols.get(name, "unknown")
        order = result.cipher_order.get(name)
        note = f"{order} order" if answer == "yes" and order not in {None, "unknown"} else ""
        rows.append([(name, ""), (answer, _protocol_style(name, answer)), (note, "dim")])
    lines = table(rows)
    chacha = result.cipher_order.get("chacha20_first")
    if chacha == "yes":
        lines.append(plain("ChaCha20 goes first for clients that put it first"))
    return lines


def _protocol_style(name: str, answer: str) -> str:
    if answer == "unknown":
        return "warn"
    wanted = name in {"TLSv1.2", "TLSv1.3"}
    return "" if (answer == "yes") == wanted else ("dim" if answer == "no" else "bad")


def group_lines(result: ScanResult) -> list[Line]:
    """Return the key exchange groups, and whether any withstands a quantum computer."""
    if not result.groups:
        return []
    rows: list[list[Piece]] = [
        [
            (group.name, "good" if group.post_quantum else ""),
            (group.code, "dim"),
            (",".join(group.protocols), ""),
            ("post-quantum" if group.post_quantum else "", "good"),
        ]
        for group in result.groups
    ]
    lines = table(rows)
    if result.group_order != "unknown":
        lines.append(plain(f"{result.group_order} order"))
    if not any(group.post_quantum for group in result.groups):
        lines.append(styled("no post-quantum group", "warn"))
    if result.signature_schemes:
        lines.append(plain(f"signature schemes: {', '.join(result.signature_schemes)}"))
    return lines


def session_lines(result: ScanResult) -> list[Line]:
    """Return what was told on resumption."""
    return _told(session_facts(result.session))


def extension_lines(result: ScanResult) -> list[Line]:
    """Return what was told of what is negotiated beside the suite."""
    return _told(extension_facts(result))


def _told(facts: list[tuple[str, str]]) -> list[Line]:
    """Return the facts that could be told; the others are among the unknowns, with reasons."""
    return table([[(name, ""), (said, "")] for name, said in facts if said != "unknown"])


def http_lines(result: ScanResult) -> list[Line]:
    """Return what was told of the HTTP layer; nothing where it was not asked."""
    lines = table([[(name, ""), (said, "")] for name, said in http_facts(result)])
    return [*lines, *finding_lines(result.http_findings)]


def weakness_lines(result: ScanResult) -> list[Line]:
    """Return the known weaknesses looked for, those that are there first."""
    order = {"yes": 0, "unknown": 1, "no": 2}
    found = sorted(result.vulnerabilities, key=lambda weakness: order[weakness.state])
    return table(
        [
            [(one.id, ""), (one.state, answer_style(one.state, good="no")), (one.evidence, "dim")]
            for one in found
        ]
    )


def unknown_lines(result: ScanResult) -> list[Line]:
    """Return the facts that could not be told, each with its reason."""
    return table([[(one.fact, ""), (one.reason, "warn")] for one in result.unknowns])
