"""Words that several formats share: targets, statuses, dates, keys, values of facts."""

from datetime import UTC, datetime

from tlsward.model.certificate import Certificate, CertificateDeployment, PublicKey
from tlsward.model.scan_result import ScanResult, Session
from tlsward.model.target import Target

STATUS_WORDS = {
    "complete": "complete",
    "incomplete": "incomplete: some of it could not be told",
    "unreachable": "unreachable",
    "not_tls": "no TLS there",
    "unresolvable": "no such host",
}


def target_name(target: Target) -> str:
    """Return `host:port`, with brackets around an IPv6 address."""
    return host_and_port(target.host, target.port)


def host_and_port(host: str, port: int) -> str:
    """Return `host:port`, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def target_uri(target: Target) -> str:
    """Return a URI for the endpoint: `tls://host:port`, `starttls+smtp://host:25`."""
    scheme = f"starttls+{target.starttls}" if target.starttls else "tls"
    return f"{scheme}://{target_name(target)}"


def target_title(target: Target) -> str:
    """Return the target with all that tells it from others: name asked for, address."""
    notes = []
    if target.starttls:
        notes.append(f"starttls {target.starttls}")
    if target.sni is not None and target.sni != target.host:
        notes.append(f"asked for {target.sni}")
    if target.address is not None and target.address != target.host:
        notes.append(target.address)
    return target_name(target) + (f" ({', '.join(notes)})" if notes else "")


def headline(result: ScanResult) -> tuple[str, str]:
    """Return what was scanned, and how that went."""
    words = STATUS_WORDS[result.status]
    if result.reason:
        words += f" ({result.reason})"
    count = result.connections
    spent = f"{result.duration_ms / 1000:.1f} s, {count} connection{'' if count == 1 else 's'}"
    return target_title(result.target), f"{words}; {spent}"


def nothing_seen(result: ScanResult) -> bool:
    """Whether no server that speaks TLS was met, so that all there is to say is why."""
    return not (result.cipher_suites or result.certificates or "yes" in result.protocols.values())


def status_style(result: ScanResult) -> str:
    """Return the style of the status words."""
    return {"complete": "good", "incomplete": "warn"}.get(result.status, "bad")


def moment(when: datetime | None) -> str:
    """Return a moment to the minute in UTC."""
    return "unknown" if when is None else aware(when).strftime("%Y-%m-%d %H:%M UTC")


def aware(when: datetime) -> datetime:
    """Return a moment in UTC; one without a time zone is taken to be in UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def validity(certificate: Certificate, now: datetime) -> tuple[str, str]:
    """Return the validity in words and its style."""
    if certificate.not_before is None or certificate.not_after is None:
        return "unknown", "warn"
    text = f"{moment(certificate.not_before)} to {moment(certificate.not_after)}"
    if aware(certificate.not_before) > aware(now):
        return f"{text} (not yet valid)", "bad"
    left = aware(certificate.not_after) - aware(now)
    if left.total_seconds() < 0:
        return f"{text} (expired {days(-left.days)} ago)", "bad"
    return f"{text} ({days(left.days)} left)", "warn" if left.days < 7 else ""


def days(count: int) -> str:
    """Return a number of days in words."""
    return f"{count} day{'' if count == 1 else 's'}"


def key_words(key: PublicKey | None) -> str:
    """Return a public key in words: `RSA 2048 bits`, `ECDSA prime256v1`."""
    if key is None:
        return "unknown"
    size = key.curve or (f"{key.size} bits" if key.size else "")
    return " ".join(part for part in (key.algorithm.upper(), size) if part)


def leaf_of(deployment: CertificateDeployment) -> Certificate | None:
    """Return the leaf of a deployment, None where the chain is empty."""
    return deployment.chain[0] if deployment.chain else None


def level_words(level: str) -> str:
    """Return a measured level as words that stand alone."""
    return "could not be told" if level == "unknown" else level


def session_facts(session: Session) -> list[tuple[str, str]]:
    """Return the facts on resumption by name, in words."""
    hint = session.ticket_lifetime_hint_seconds
    facts: list[tuple[str, str]] = [
        ("Session ID resumption", session.session_id_resumption),
        ("Ticket resumption", session.ticket_resumption),
        ("TLS 1.3 PSK resumption", session.psk_resumption),
        ("Early data (0-RTT)", session.early_data),
    ]
    return facts if hint is None else [*facts, ("Ticket lifetime hint", f"{hint} s")]


def extension_facts(result: ScanResult) -> list[tuple[str, str]]:
    """Return what is negotiated beside the suite, by name, in words."""
    found = result.extensions
    compression = ", ".join(found.certificate_compression)
    return [
        ("ALPN", ", ".join(found.alpn) or found.alpn_state),
        ("Secure renegotiation", found.secure_renegotiation),
        ("Extended master secret", found.extended_master_secret),
        ("Encrypt-then-MAC", found.encrypt_then_mac),
        ("Session ticket", found.session_ticket),
        ("Compression", found.compression),
        ("Maximum fragment length", found.max_fragment_length),
        ("Record size limit", found.record_size_limit),
        ("Certificate compression", compression or found.certificate_compression_state),
        ("Heartbeat", found.heartbeat),
        ("Fallback SCSV", found.fallback_scsv),
        ("Requires server_name", found.requires_sni),
        ("Asks for a client certificate", found.client_certificate),
        ("Signed certificate timestamps", found.signed_certificate_timestamps),
    ]
