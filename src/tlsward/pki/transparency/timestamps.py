"""Signed certificate timestamps as they are reported: whose, from when, whether genuine."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography.x509.certificate_transparency import (
    SignedCertificateTimestamp as LibraryTimestamp,
)

from tlsward.model.answer import UNKNOWN
from tlsward.model.transparency import SignedCertificateTimestamp
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.transparency.log_list import Log, LogList
from tlsward.pki.transparency.reading import Found, bounded, served, stapled
from tlsward.pki.transparency.signed_entry import (
    Entries,
    certificate_entry,
    check_signature,
    precertificate_entries,
)
from tlsward.pki.x509 import X509Certificate

#: The source of what is in the certificate itself.
EMBEDDED = "certificate"
_NOTHING = Entries(())
#: How far a log's clock may be ahead of ours.
CLOCK_SKEW = timedelta(minutes=5)
#: Baseline Requirements 7.1.2.7: notBefore is within 48 hours of the signing.
DATED_WITHIN = timedelta(hours=48)


def described_timestamps(
    found: Iterable[LibraryTimestamp], source: str
) -> tuple[SignedCertificateTimestamp, ...]:
    """Return timestamps unchecked; `source` is certificate, tls or ocsp.

    Raises UnreadableError for a date that no calendar has.
    """
    logs = LogList.installed()
    return tuple(
        _described(each, source, logs.log(each.log_id)) for each in bounded(found).timestamps
    )


def served_timestamps(octets: bytes) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the timestamps, unchecked, of the TLS extension's SignedCertificateTimestampList.

    Those of versions other than 1 are passed over. Raises UnreadableError.
    """
    return described_timestamps(served(octets).timestamps, "tls")


def checked_timestamps(
    leaf: X509Certificate,
    issuers: Sequence[X509Certificate],
    *,
    sct_list: bytes | None,
    ocsp_response: bytes | None,
    logs: LogList | None,
    now: datetime | None = None,
) -> tuple[SignedCertificateTimestamp, ...]:
    """Return every timestamp that came with `leaf`, the signatures checked. Never raises.

    `issuers` are certificates that may be the leaf's issuer, `sct_list` and
    `ocsp_response` what the handshake brought, `now` an aware datetime. Without `logs`
    nothing is checked. A list that cannot be read counts as none.
    """
    embedded = leaf.embedded_scts
    lists = [(EMBEDDED, bounded(embedded) if embedded is not None else Found())]
    for source, octets, read in (("tls", sct_list, served), ("ocsp", ocsp_response, stapled)):
        try:
            lists.append((source, read(octets) if octets else Found()))
        except UnreadableError:
            continue
    told: list[SignedCertificateTimestamp] = []
    for source, found in lists:
        told += _left_out(_checked(found, source, leaf, issuers, logs, now), found)
    return tuple(told)


def _checked(
    found: Found,
    source: str,
    leaf: X509Certificate,
    issuers: Sequence[X509Certificate],
    logs: LogList | None,
    now: datetime | None,
) -> list[SignedCertificateTimestamp]:
    told: list[SignedCertificateTimestamp] = []
    seen: set[tuple[bytes, datetime]] = set()
    known = LogList.installed() if logs is None else logs
    entries = _NOTHING
    if logs is not None and found.timestamps:
        embedded = source == EMBEDDED
        entries = precertificate_entries(leaf, issuers) if embedded else certificate_entry(leaf)
    for each in found.timestamps:
        log = known.log(each.log_id)
        try:
            described = _described(each, source, log)
        except UnreadableError:
            # A date that no calendar has: nothing else in its list is the worse for it.
            continue
        if logs is None:
            valid, reason = UNKNOWN, ""
        elif log is None:
            valid, reason = UNKNOWN, f"not in the list of logs ({logs.source})"
        else:
            valid, reason = check_signature(each, log, entries)
        remarks = list(_remarks(described, log, leaf, now))
        if (each.log_id, described.timestamp) in seen:
            remarks.append("there twice")
        seen.add((each.log_id, described.timestamp))
        told.append(
            msgspec.structs.replace(
                described, signature_valid=valid, signature_reason=reason, remarks=tuple(remarks)
            )
        )
    return told


def _described(
    timestamp: LibraryTimestamp, source: str, log: Log | None
) -> SignedCertificateTimestamp:
    with reading():
        at = timestamp.timestamp.replace(tzinfo=UTC)
    return SignedCertificateTimestamp(
        log_id=base64.b64encode(timestamp.log_id).decode(),
        timestamp=at,
        source=source,
        log=log.description if log else None,
        operator=log.operator_at(at) if log else None,
        log_state=log.shown_state if log else "unknown",
        log_kind=log.kind if log else "unknown",
    )


def in_future(timestamp: SignedCertificateTimestamp, now: datetime) -> bool:
    """Return whether a client has to reject it (RFC 6962 section 5.2)."""
    return timestamp.timestamp > now + CLOCK_SKEW


def _remarks(
    timestamp: SignedCertificateTimestamp,
    log: Log | None,
    leaf: X509Certificate,
    now: datetime | None,
) -> Iterable[str]:
    if now is not None and in_future(timestamp, now):
        yield "dated in the future"
    if timestamp.source == EMBEDDED:
        # Made just before the certificate was signed, which tells when that was.
        after = timestamp.timestamp - leaf.not_before
        if after > DATED_WITHIN:
            yield "made long after the certificate's notBefore, which may be dated back"
        if after < -DATED_WITHIN:
            yield "made long before the certificate's notBefore"
    if log is not None and log.accepted is not None:
        start, end = log.accepted
        if not start <= leaf.not_after < end:
            yield "the certificate ends outside of the interval that this log accepts"


def _left_out(
    told: list[SignedCertificateTimestamp], found: Found
) -> list[SignedCertificateTimestamp]:
    """Say with the last timestamp of a list what of it is not told."""
    if not told:
        return told
    unreadable = len(found.timestamps) - len(told)
    more = [
        f"{count} more timestamps {what}"
        for count, what in (
            (found.beyond_limit, "were not looked at"),
            (found.other_versions, "of versions that nothing here knows were passed over"),
            (unreadable, "have a date that no calendar has"),
        )
        if count
    ]
    last = msgspec.structs.replace(told[-1], remarks=(*told[-1].remarks, *more))
    return [*told[:-1], last]
