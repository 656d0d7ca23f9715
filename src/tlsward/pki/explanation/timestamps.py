"""Signed certificate timestamps (RFC 6962 section 3.3) with the logs that gave them."""

from collections.abc import Iterable, Sequence

from cryptography.x509.certificate_transparency import SignedCertificateTimestamp as Library

from tlsward.model.transparency import SignedCertificateTimestamp
from tlsward.pki.explanation.tree import Explained, Told, counted, explained, in_words
from tlsward.pki.transparency.timestamps import described_timestamps


def timestamp_list(value: Iterable[Library]) -> Told:
    """Return the timestamps in an extension. Raises UnreadableError."""
    return told_timestamps(described_timestamps(value, "certificate"))


def told_timestamps(timestamps: Sequence[SignedCertificateTimestamp]) -> Told:
    """Return timestamps one by one, each with its log and when that promised."""
    return Told(
        text=in_words([_log(each) for each in timestamps]),
        plain=counted(
            "timestamps",
            [
                {
                    "log_id": each.log_id,
                    "log": each.log,
                    "operator": each.operator,
                    "log_state": each.log_state,
                    "timestamp": f"{each.timestamp:%Y-%m-%dT%H:%M:%SZ}",
                }
                for each in timestamps
            ],
        ),
        children=tuple(_timestamp(each) for each in timestamps),
    )


def _timestamp(timestamp: SignedCertificateTimestamp) -> Explained:
    children = [explained("timestamps", "log_id", timestamp.log_id)]
    if timestamp.operator is not None:
        children.append(explained("timestamps", "log_operator", timestamp.operator))
    if timestamp.log_state != "unknown":
        children.append(explained("timestamps", "log_state", timestamp.log_state))
    value = f"{timestamp.timestamp:%Y-%m-%d %H:%M:%S} UTC, {_log(timestamp)}"
    return explained("timestamps", "timestamp", value, children)


def _log(timestamp: SignedCertificateTimestamp) -> str:
    return timestamp.log or "a log that is not known here"
