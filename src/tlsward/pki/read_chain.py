"""The certificates of a served chain, read; authorities are read once for all their leaves."""

from collections.abc import Sequence
from functools import partial
from typing import cast

import msgspec

from tlsward.model.certificate import Certificate
from tlsward.pki.certificate import described, parse_certificate
from tlsward.pki.library import UnreadableError
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate, read_certificate

#: Larger certificates than this, in octets, are read anew each time; authorities' have 1 to
#: 2 KiB.
LARGEST_REMEMBERED = 8192


class ReadCertificate(msgspec.Struct, frozen=True):
    """A certificate as it is reported, and as paths are built with it where it was read.

    One without a subject or an issuer is reported, but nothing can be built with it.
    """

    shown: Certificate
    certificate: X509Certificate | None


def read_chain(chain: Sequence[bytes], stores: Stores) -> list[ReadCertificate]:
    """Return the certificates of a chain, leaf first. Never raises for what a server sends."""
    return [_read(encoded) for encoded in chain[:1]] + [
        read_authority(encoded, stores) for encoded in chain[1:]
    ]


def read_authority(encoded: bytes, stores: Stores) -> ReadCertificate:
    """Return a certificate that may stand above others, as it was read before if it was."""
    if len(encoded) > LARGEST_REMEMBERED:
        return _read(encoded)
    found = stores.read_certificates.recall(encoded, partial(_read, encoded))
    return cast("ReadCertificate", found)


def _read(encoded: bytes) -> ReadCertificate:
    try:
        certificate = read_certificate(encoded)
    except UnreadableError:
        return ReadCertificate(parse_certificate(encoded), None)
    return ReadCertificate(described(certificate), certificate if certificate.named else None)
