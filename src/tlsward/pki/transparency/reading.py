"""Lists of timestamps where they are found: in a certificate, a handshake or a staple.

They are read by the library; only the list of a handshake, which is TLS and not DER, is
taken apart first, for the timestamps of other versions in it.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509 import ocsp
from cryptography.x509.certificate_transparency import SignedCertificateTimestamp
from cryptography.x509.oid import ExtensionOID

from tlsward.pki.library import UnreadableError, reading
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.writer import vector16

#: The most timestamps looked at of one list; log policies ask for two or three.
MOST_TIMESTAMPS = 64
_EPOCH = datetime(1970, 1, 1)
_VERSION_1 = 0


class Found(msgspec.Struct, frozen=True):
    """Timestamps of one list and how many of it are not among them, of either kind."""

    timestamps: tuple[SignedCertificateTimestamp, ...] = ()
    other_versions: int = 0
    beyond_limit: int = 0


def bounded(timestamps: Iterable[SignedCertificateTimestamp], other_versions: int = 0) -> Found:
    """Return the first of the timestamps, and how many there were beyond."""
    every = iter(timestamps)
    first = tuple(islice(every, MOST_TIMESTAMPS))
    return Found(first, other_versions, sum(1 for _ in every))


def served(octets: bytes) -> Found:
    """Return what a SignedCertificateTimestampList of the TLS extension has.

    The library reads such a list inside a certificate alone, so it is put into one first.
    Raises UnreadableError.
    """
    entries, others = _version_1(octets)
    if not entries:
        return Found(other_versions=others)
    beyond = len(entries) - MOST_TIMESTAMPS
    listed = vector16(b"".join(vector16(entry) for entry in entries[:MOST_TIMESTAMPS]))
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
                x509.SubjectKeyIdentifier(listed).public_bytes(),
            ),
            critical=False,
        )
        found = envelope.sign(key, None).extensions.get_extension_for_class(
            x509.PrecertificateSignedCertificateTimestamps
        )
        return Found(tuple(found.value), others, max(0, beyond))


def stapled(octets: bytes) -> Found:
    """Return what an OCSP response has for its certificate (RFC 6962 section 3.3).

    The library tells the extensions of a response only where it is the one. Raises
    UnreadableError.
    """
    with reading():
        response = ocsp.load_der_ocsp_response(octets)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return Found()
        for extension in response.single_extensions:
            if isinstance(extension.value, x509.SignedCertificateTimestamps):
                return bounded(extension.value)
    return Found()


def _version_1(octets: bytes) -> tuple[list[bytes], int]:
    """Return the timestamps of version 1, and how many have another.

    They are opaque in their list so that a client can pass over what it does not know
    (RFC 6962 section 3.3).
    """
    entries: list[bytes] = []
    others = 0
    try:
        reader = Reader(octets, "SignedCertificateTimestampList")
        listed = reader.within16("sct_list", 1)
        reader.finish()
        while listed.remaining():
            entry = listed.vector16("SerializedSCT", 1)
            if entry[0] == _VERSION_1:
                entries.append(entry)
            else:
                others += 1
    except DecodeError as error:
        raise UnreadableError(str(error)) from error
    return entries, others
