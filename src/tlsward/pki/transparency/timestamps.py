"""Signed certificate timestamps (RFC 6962 section 3.3), given their log's name.

Their signatures are not checked here: a timestamp says who would have to answer for it.
"""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.certificate_transparency import (
    SignedCertificateTimestamp as LibraryTimestamp,
)
from cryptography.x509.oid import ExtensionOID

from tlsward.model.transparency import SignedCertificateTimestamp
from tlsward.pki.library import reading
from tlsward.pki.transparency.log_list import log_name

#: The most timestamps told of one list; log policies ask for two or three.
MOST_TIMESTAMPS = 64
_EPOCH = datetime(1970, 1, 1)


def described_timestamps(
    found: Iterable[LibraryTimestamp], source: str
) -> tuple[SignedCertificateTimestamp, ...]:
    """Return timestamps as they are reported; `source` is certificate, tls or ocsp.

    Raises UnreadableError for a date that no calendar has.
    """
    with reading():
        return tuple(
            SignedCertificateTimestamp(
                log_id=base64.b64encode(each.log_id).decode(),
                timestamp=each.timestamp.replace(tzinfo=UTC),
                source=source,
                log=log_name(each.log_id),
            )
            for each in islice(found, MOST_TIMESTAMPS)
        )


def served_timestamps(octets: bytes) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the timestamps of a SignedCertificateTimestampList out of the TLS extension.

    The library reads such a list inside a certificate alone, so it is put into one first.
    Raises UnreadableError; one timestamp of an unknown version is enough.
    """
    with reading():
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        envelope = x509.CertificateBuilder(
            subject_name=x509.Name([]),
            issuer_name=x509.Name([]),
            public_key=key.public_key(),
            serial_number=1,
            not_valid_before=_EPOCH,
            not_valid_after=_EPOCH,
        ).add_extension(
            x509.UnrecognizedExtension(
                ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS,
                # An OCTET STRING, which is all that a subject key identifier is.
                x509.SubjectKeyIdentifier(octets).public_bytes(),
            ),
            critical=False,
        )
        found = envelope.sign(key, None).extensions.get_extension_for_class(
            x509.PrecertificateSignedCertificateTimestamps
        )
        return described_timestamps(found.value, "tls")
