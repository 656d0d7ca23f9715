"""Signed certificate timestamps (RFC 6962 section 3.3), read and given their log's name.

Their signatures are not checked here: a timestamp says who would have to answer for it.
"""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tlsward.model.certificate import SignedCertificateTimestamp
from tlsward.pki import der
from tlsward.pki.log_list import log_name

#: The most timestamps read of one list; log policies ask for two or three.
MOST_TIMESTAMPS = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Version, log ID and timestamp; extensions and a signature follow.
_SHORTEST = 1 + 32 + 8


class TimestampError(ValueError):
    """These octets are not a list of signed certificate timestamps."""


def timestamps(octets: bytes, source: str) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the timestamps of a SignedCertificateTimestampList.

    `octets` is the list as the TLS extension carries it; `source` is certificate, tls
    or ocsp. Timestamps of another version than v1 are left out, as RFC 6962 has it.
    Raises TimestampError.
    """
    found = []
    for entry in _entries(octets):
        if not entry or entry[0] != 0:
            continue
        if len(entry) < _SHORTEST:
            raise TimestampError("a timestamp that ends too early")
        log_id = entry[1:33]
        milliseconds = int.from_bytes(entry[33:41], "big")
        try:
            at = _EPOCH + timedelta(milliseconds=milliseconds)
        except OverflowError as error:
            raise TimestampError("a timestamp that no calendar has") from error
        found.append(
            SignedCertificateTimestamp(
                log_id=base64.b64encode(log_id).decode(),
                timestamp=at,
                source=source,
                log=log_name(log_id),
            )
        )
    return tuple(found)


def extension_timestamps(value: bytes, source: str) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the timestamps of an X.509 or OCSP extension, an OCTET STRING around the list.

    Raises TimestampError or DerError.
    """
    return timestamps(der.read(value).expect(der.OCTET_STRING).content, source)


def _entries(octets: bytes) -> Sequence[bytes]:
    if len(octets) < 2 or int.from_bytes(octets[:2], "big") != len(octets) - 2:
        raise TimestampError("the length of the list is wrong")
    entries: list[bytes] = []
    offset = 2
    while offset < len(octets) and len(entries) < MOST_TIMESTAMPS:
        start = offset + 2
        offset = start + int.from_bytes(octets[offset:start], "big")
        if start > len(octets) or offset > len(octets):
            raise TimestampError("the length of a timestamp is wrong")
        entries.append(octets[start:offset])
    return entries
