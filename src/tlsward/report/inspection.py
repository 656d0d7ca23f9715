"""One connection in full, as users of `openssl s_client` know it: as text, as JSON."""

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from tlsward.facts.alerts import alert_name
from tlsward.facts.groups import group
from tlsward.facts.signature_schemes import scheme
from tlsward.facts.suites import suite
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.observation import MessageTrace, Observation
from tlsward.model.target import Target
from tlsward.report.json_document import encode
from tlsward.report.style import Line, Piece, answer_style, draw, plain, styled, table
from tlsward.report.words import key_words, moment, target_title
from tlsward.wire.codepoints import (
    CertificateCompressionAlgorithm,
    ExtensionType,
    ProtocolVersion,
    name_of,
)
from tlsward.wire.extensions import decode_alpn
from tlsward.wire.reader import DecodeError

SCHEMA = "tlsward.inspect/1"


class Inspected(Protocol):
    """What is known of one connection; `reason` says why there is no observation."""

    @property
    def target(self) -> Target:
        """Return the target with the address connected to."""
        ...

    @property
    def observation(self) -> Observation | None:
        """Return what was seen."""
        ...

    @property
    def deployment(self) -> CertificateDeployment | None:
        """Return what trust says of the chain."""
        ...

    @property
    def bytes_sent(self) -> int:
        """Return the octets sent."""
        ...

    @property
    def bytes_received(self) -> int:
        """Return the octets received."""
        ...

    @property
    def duration_seconds(self) -> float:
        """Return how long the connection took."""
        ...

    @property
    def reason(self) -> str | None:
        """Return why there is nothing to show."""
        ...


def render_inspection(inspected: Inspected, *, color: bool = False) -> str:
    """Return the connection as text: what was agreed, the chain, trust, each message."""
    return draw(_lines(inspected), color=color)


def render_inspection_json(inspected: Inspected) -> str:
    """Return the connection as indented JSON; octets are in hex, certificates in Base64."""
    seen = inspected.observation
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "target": inspected.target,
        "reason": inspected.reason,
        "duration_ms": round(inspected.duration_seconds * 1000),
        "bytes_sent": inspected.bytes_sent,
        "bytes_received": inspected.bytes_received,
        "connection": None if seen is None else _connection(seen),
        "certificate": inspected.deployment,
        "handshake": () if seen is None else seen.trace,
    }
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _connection(seen: Observation) -> dict[str, Any]:
    """Return what was agreed on, with names; code points stand beside them."""
    return {
        "outcome": str(seen.outcome),
        "detail": seen.detail,
        "protocol": _version(seen),
        "protocol_code": _code(seen.version),
        "cipher_suite": None if seen.cipher_suite is None else suite(seen.cipher_suite).iana_name,
        "cipher_suite_code": _code(seen.cipher_suite),
        "group": None if seen.group is None else group(seen.group).name,
        "group_code": _code(seen.group),
        "dh_bits": seen.dh_bits,
        "signature_scheme": (
            None if seen.signature_scheme is None else scheme(seen.signature_scheme).name
        ),
        "compression_method": seen.compression_method,
        "session_id": seen.session_id.hex(),
        "alpn": _alpn(seen),
        "extensions": [_extension(number) for number in seen.extensions],
        "tickets": [ticket.hex() for ticket in seen.tickets],
        "ticket_lifetime_seconds": seen.ticket_lifetime_seconds,
        "ocsp_response": seen.ocsp_response is not None,
        "signed_certificate_timestamps": seen.sct_list is not None,
        "certificate_compression": _compression(seen),
        "client_certificate_requested": seen.client_certificate_requested,
        "alert": None if seen.alert is None else alert_name(seen.alert),
    }


def _lines(inspected: Inspected) -> Iterator[Line]:
    seen = inspected.observation
    title = target_title(inspected.target)
    if seen is None:
        yield ((title, "bold"), (" ", ""), (inspected.reason or "no connection", "bad"))
        return
    yield ((title, "bold"), (f" {seen.outcome} in {inspected.duration_seconds * 1000:.0f} ms", ""))
    yield ()
    yield styled("--- Connection ---", "heading")
    yield from table([[(name, "dim"), (said, "")] for name, said in _agreed(inspected, seen)])
    if inspected.deployment is not None:
        yield ()
        yield styled("--- Chain ---", "heading")
        yield from _chain(inspected.deployment)
        yield ()
        yield styled("--- Trust ---", "heading")
        yield from _trust(inspected.target, inspected.deployment)
    if seen.trace:
        yield ()
        yield styled("--- Handshake ---", "heading")
        yield from _handshake(seen.trace)


def _agreed(inspected: Inspected, seen: Observation) -> Iterator[tuple[str, str]]:
    yield "Protocol", f"{_version(seen)} ({_code(seen.version)})"
    if seen.cipher_suite is not None:
        facts = suite(seen.cipher_suite)
        names = dict.fromkeys((facts.iana_name, facts.openssl_name))
        yield "Cipher suite", f"{', '.join(filter(None, names))} ({_code(seen.cipher_suite)})"
    if seen.group is not None:
        post_quantum = ", post-quantum" if group(seen.group).post_quantum else ""
        yield "Group", f"{group(seen.group).name} ({_code(seen.group)}{post_quantum})"
    if seen.dh_bits is not None:
        yield "Diffie-Hellman", f"{seen.dh_bits} bits"
    if seen.signature_scheme is not None:
        name = scheme(seen.signature_scheme).name
        yield "Signature", f"{name} ({_code(seen.signature_scheme)})"
    yield "ALPN", _alpn(seen) or "none"
    compression = seen.compression_method
    yield "Compression", "none" if compression == 0 else f"method {compression}"
    extensions = ", ".join(_extension(number) for number in seen.extensions)
    yield "Extensions", extensions or "none"
    yield "Session ID", seen.session_id.hex() or "none"
    yield "Tickets", _tickets(seen)
    yield (
        "OCSP staple",
        "none" if seen.ocsp_response is None else f"{len(seen.ocsp_response)} octets",
    )
    timestamps = "none" if seen.sct_list is None else f"{len(seen.sct_list)} octets"
    yield "Timestamps (SCT)", timestamps
    yield (
        "Client certificate",
        "asked for" if seen.client_certificate_requested else "not asked for",
    )
    yield "Octets", f"{inspected.bytes_sent} sent, {inspected.bytes_received} received"


def _tickets(seen: Observation) -> str:
    if not seen.tickets:
        return "none"
    sizes = ", ".join(str(len(ticket)) for ticket in seen.tickets)
    lifetime = seen.ticket_lifetime_seconds
    return f"{len(seen.tickets)} of {sizes} octets" + (
        "" if lifetime is None else f", lifetime {lifetime} s"
    )


def _chain(deployment: CertificateDeployment) -> Iterator[Line]:
    for depth, certificate in enumerate(deployment.chain):
        if certificate.error is not None:
            yield styled(f"{depth} unreadable: {certificate.error}", "bad")
            continue
        yield ((f"{depth} s: ", "dim"), (certificate.subject, ""))
        yield (("  i: ", "dim"), (certificate.issuer, ""))
        yield (
            ("  a: ", "dim"),
            (f"{key_words(certificate.key)}; {certificate.signature_algorithm}", ""),
        )
        yield (
            ("  v: ", "dim"),
            (f"{moment(certificate.not_before)} to {moment(certificate.not_after)}", ""),
        )
        if depth == 0 and (certificate.dns_names or certificate.ip_addresses):
            names = ", ".join((*certificate.dns_names, *certificate.ip_addresses))
            yield (("  n: ", "dim"), (names, ""))


def _trust(target: Target, deployment: CertificateDeployment) -> Iterator[Line]:
    rows: list[list[Piece]] = [
        [(store, ""), (said, answer_style(said)), (deployment.trust_reasons.get(store, ""), "dim")]
        for store, said in deployment.trust.items()
    ]
    match = deployment.hostname_match
    rows.append(
        [("name matches", ""), (match, answer_style(match)), (target.sni or target.host, "dim")]
    )
    yield from table(rows)
    if deployment.staple is not None:
        yield plain(f"staple: {deployment.staple.status}")


def _handshake(trace: tuple[MessageTrace, ...]) -> Iterator[Line]:
    rows: list[list[Piece]] = [[(head, "bold") for head in ("ms", "from", "message", "octets", "")]]
    rows += [
        [
            (f"{message.at * 1000:.1f}", ""),
            (message.sender, ""),
            (message.name, ""),
            (str(message.size), ""),
            (
                ", ".join(filter(None, ("encrypted" if message.encrypted else "", message.note))),
                "dim",
            ),
        ]
        for message in trace
    ]
    yield from table(rows)


def _version(seen: Observation) -> str:
    return "none" if seen.version is None else name_of(ProtocolVersion, seen.version)


def _code(number: int | None) -> str | None:
    return None if number is None else f"0x{number:04X}"


def _alpn(seen: Observation) -> str:
    data = seen.extensions.get(ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION)
    if data is None:
        return ""
    try:
        return ", ".join(decode_alpn(data))
    except DecodeError as error:
        return f"malformed: {error}"


def _compression(seen: Observation) -> str | None:
    if seen.certificate_compression is None:
        return None
    return name_of(CertificateCompressionAlgorithm, seen.certificate_compression)


def _extension(number: int) -> str:
    return name_of(ExtensionType, number)
