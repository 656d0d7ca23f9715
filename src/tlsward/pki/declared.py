"""DER that `cryptography` reads by a declaration, where it has no reader of its own.

`hazmat.asn1` takes a class with a field for each component. These are the few forms that
more than one module needs; all of it belongs inside `reading()`.
"""

from typing import Annotated, TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat import asn1

from tlsward.pki.library import REFUSALS, UnreadableError, reading

T = TypeVar("T")

_SEQUENCE = b"\x30"


@asn1.sequence
class _Elements:
    elements: list[asn1.TLV]


@asn1.sequence
class _Certificate:
    """Certificate (RFC 5280 section 4.1)."""

    signed: asn1.TLV
    algorithm: asn1.TLV
    signature: asn1.BitString


@asn1.sequence
class _Signed:
    """TBSCertificate (RFC 5280 section 4.1) of version 2 or 3."""

    version: Annotated[asn1.TLV, asn1.Explicit(0)]
    serial: asn1.TLV
    signature: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    key: asn1.TLV
    issuer_identifier: Annotated[asn1.BitString | None, asn1.Implicit(1)]
    subject_identifier: Annotated[asn1.BitString | None, asn1.Implicit(2)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Explicit(3)]


@asn1.sequence
class _SignedVersion1:
    """TBSCertificate of version 1, which is not written out."""

    serial: asn1.TLV
    signature: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    key: asn1.TLV


@asn1.sequence
class _SignedRequest:
    """CertificationRequestInfo (RFC 2986 section 4.1)."""

    version: int
    subject: asn1.TLV
    key: asn1.TLV
    attributes: Annotated[asn1.SetOf[asn1.TLV], asn1.Implicit(0)]


class CertificateParts(msgspec.Struct, frozen=True):
    """Octets of a certificate that the library has no readers for, or slow ones.

    `signed` is the DER of the TBSCertificate, `issuer` that of its name. `same_algorithm` says
    that both signature algorithms are the same octet for octet.
    """

    signed: bytes
    issuer: bytes
    same_algorithm: bool
    subject_public_key_info: asn1.TLV


def certificate_parts(octets: bytes) -> CertificateParts | None:
    """Return the parts of a certificate of version 2 or 3; None where it is none."""
    try:
        certificate = asn1.decode_der(_Certificate, octets)
        signed = certificate.signed.parse(_Signed)
        return CertificateParts(
            asn1.encode_der(certificate.signed),
            asn1.encode_der(signed.issuer),
            signed.signature.data == certificate.algorithm.data,
            signed.key,
        )
    except REFUSALS:
        return None


def sequence_of(octets: bytes) -> bytes:
    """Return the SEQUENCE of what stands one after another in `octets`.

    It is an OCTET STRING with another tag, so that its length is not ours to write.
    """
    return _SEQUENCE + asn1.encode_der(octets)[1:]


def elements(octets: bytes) -> list[asn1.TLV]:
    """Return the elements of a SEQUENCE, whatever they are. Raises ValueError."""
    return asn1.decode_der(_Elements, sequence_of(octets)).elements


def elements_as(kind: type[T], octets: bytes) -> list[T]:
    """Return the elements of a SEQUENCE, all of one declared kind. Raises ValueError."""
    return [element.parse(kind) for element in elements(octets)]


def key_in_certificate(certificate: x509.Certificate) -> bytes | None:
    """Return the SubjectPublicKeyInfo's DER as the certificate has it; None where unreadable."""
    signed = certificate.tbs_certificate_bytes
    try:
        with reading():
            return asn1.encode_der(asn1.decode_der(_Signed, signed).key)
    except UnreadableError:
        pass
    try:
        with reading():
            return asn1.encode_der(asn1.decode_der(_SignedVersion1, signed).key)
    except UnreadableError:
        return None


def key_in_request(request: x509.CertificateSigningRequest) -> bytes | None:
    """Return the SubjectPublicKeyInfo's DER as the request has it; None where unreadable."""
    try:
        with reading():
            signed = asn1.decode_der(_SignedRequest, request.tbs_certrequest_bytes)
            return asn1.encode_der(signed.key)
    except UnreadableError:
        return None
