"""Messages about certificates: Certificate, CertificateStatus, CertificateVerify and their kin.

Certificates themselves are opaque octets here; `pki` knows what is in them.
"""

import zlib
from collections.abc import Iterable, Sequence

import msgspec

from tlsward.wire.codepoints import (
    CertificateCompressionAlgorithm,
    CertificateStatusType,
    name_of,
)
from tlsward.wire.extension_block import Extension, encode_extensions, read_extensions
from tlsward.wire.handshake import MESSAGE_LIMIT_BYTES
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.writer import u8, u16, u16_list, u24, vector8, vector16, vector24


def decode_certificate_tls12(body: bytes) -> tuple[bytes, ...]:
    """Return the certificates, leaf first (RFC 5246 section 7.4.2)."""
    reader = Reader(body, "Certificate")
    certificates = _read_vectors24(reader, "certificate_list", "ASN.1Cert")
    reader.finish()
    return certificates


def encode_certificate_tls12(certificates: Iterable[bytes]) -> bytes:
    """Return the body of a Certificate of TLS 1.2 and older."""
    return vector24(b"".join(vector24(der) for der in certificates))


class CertificateEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate with what is said about it: a staple (type 5), timestamps (type 18)."""

    der: bytes
    extensions: tuple[Extension, ...] = ()


class Certificate13(msgspec.Struct, frozen=True, kw_only=True):
    """A Certificate of TLS 1.3 (RFC 9846 section 4.4.2). `context` is empty from a server."""

    context: bytes = b""
    entries: tuple[CertificateEntry, ...] = ()

    def encode(self) -> bytes:
        """Return the body of the message."""
        entries = b"".join(
            vector24(entry.der) + encode_extensions(entry.extensions) for entry in self.entries
        )
        return vector8(self.context) + vector24(entries)


def decode_certificate_tls13(body: bytes) -> Certificate13:
    """Read the body of a Certificate of TLS 1.3."""
    reader = Reader(body, "Certificate")
    context = reader.vector8("certificate_request_context")
    listed = reader.within24("certificate_list")
    reader.finish()
    entries: list[CertificateEntry] = []
    while listed.remaining():
        der = listed.vector24("cert_data", minimum=1)
        entries.append(CertificateEntry(der=der, extensions=read_extensions(listed)))
    return Certificate13(context=context, entries=tuple(entries))


def decode_compressed_certificate(body: bytes, limit_bytes: int = MESSAGE_LIMIT_BYTES) -> bytes:
    """Return the body of the Certificate in a CompressedCertificate (RFC 8879 section 4).

    Only zlib is undone. Never more than `limit_bytes` are made of what came.
    """
    reader = Reader(body, "CompressedCertificate")
    algorithm = reader.u16("algorithm")
    length = reader.u24("uncompressed_length")
    start = reader.offset() + 3
    compressed = reader.vector24("compressed_certificate_message", minimum=1)
    reader.finish()
    if algorithm != CertificateCompressionAlgorithm.ZLIB:
        name = name_of(CertificateCompressionAlgorithm, algorithm)
        raise DecodeError("algorithm", 0, f"no code to undo {name}")
    if length > limit_bytes:
        raise DecodeError("uncompressed_length", 2, f"{length} octets, more than {limit_bytes}")
    decompressor = zlib.decompressobj()
    try:
        # One octet more than was promised, to see whether there is more.
        message = decompressor.decompress(compressed, length + 1)
    except zlib.error as error:
        raise DecodeError("compressed_certificate_message", start, str(error)) from None
    if len(message) != length or not decompressor.eof or decompressor.unused_data:
        raise DecodeError("uncompressed_length", 2, f"says {length}, which is not what came")
    return message


def encode_compressed_certificate(certificate: bytes) -> bytes:
    """Return the body of a CompressedCertificate of `certificate`, a Certificate's body."""
    return (
        u16(CertificateCompressionAlgorithm.ZLIB)
        + u24(len(certificate))
        + vector24(zlib.compress(certificate))
    )


def decode_certificate_status(body: bytes) -> bytes:
    """Return the OCSP response for the leaf, DER (RFC 6066 section 8).

    Of the list of RFC 6961 section 2.2 it is the first one, empty where there is none
    for the leaf. In TLS 1.3 the same structure is the data of a status_request extension
    (RFC 9846 section 4.4.2.1).
    """
    reader = Reader(body, "CertificateStatus")
    kind = reader.u8("status_type")
    if kind == CertificateStatusType.OCSP:
        response = reader.vector24("OCSPResponse", minimum=1)
    elif kind == CertificateStatusType.OCSP_MULTI:
        responses = _read_vectors24(reader, "ocsp_response_list", "OCSPResponse")
        response = responses[0] if responses else b""
    else:
        raise DecodeError("status_type", 0, f"no status of type {kind} is known")
    reader.finish()
    return response


def encode_certificate_status(response: bytes) -> bytes:
    """Return a CertificateStatus with one OCSP response."""
    return u8(CertificateStatusType.OCSP) + vector24(response)


class CertificateRequest12(msgspec.Struct, frozen=True, kw_only=True):
    """What a server of TLS 1.2 or older wants of a client's certificate.

    `signature_schemes` is None before TLS 1.2; `authorities` are DER names.
    """

    certificate_types: tuple[int, ...] = ()
    signature_schemes: tuple[int, ...] | None = None
    authorities: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """Return the body of the message."""
        schemes = b"" if self.signature_schemes is None else u16_list(self.signature_schemes)
        names = b"".join(vector16(name) for name in self.authorities)
        return vector8(bytes(self.certificate_types)) + schemes + vector16(names)


def decode_certificate_request_tls12(
    body: bytes, *, has_signature_schemes: bool = True
) -> CertificateRequest12:
    """Read a CertificateRequest: RFC 5246 section 7.4.4, without schemes RFC 4346's."""
    reader = Reader(body, "CertificateRequest")
    certificate_types = reader.u8_list("certificate_types")
    schemes = reader.u16_list("supported_signature_algorithms") if has_signature_schemes else None
    listed = reader.within16("certificate_authorities")
    reader.finish()
    authorities: list[bytes] = []
    while listed.remaining():
        authorities.append(listed.vector16("DistinguishedName", minimum=1))
    return CertificateRequest12(
        certificate_types=certificate_types,
        signature_schemes=schemes,
        authorities=tuple(authorities),
    )


class CertificateRequest13(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9846 section 4.3.2: signature_algorithms and the rest are extensions."""

    context: bytes = b""
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """Return the body of the message."""
        return vector8(self.context) + encode_extensions(self.extensions)


def decode_certificate_request_tls13(body: bytes) -> CertificateRequest13:
    """Read a CertificateRequest of TLS 1.3."""
    reader = Reader(body, "CertificateRequest")
    context = reader.vector8("certificate_request_context")
    extensions = read_extensions(reader)
    reader.finish()
    return CertificateRequest13(context=context, extensions=extensions)


def decode_certificate_verify(body: bytes) -> tuple[int, bytes]:
    """Return signature scheme and signature (RFC 9846 section 4.4.3; RFC 5246 section 7.4.8)."""
    reader = Reader(body, "CertificateVerify")
    scheme = reader.u16("algorithm")
    signature = reader.vector16("signature")
    reader.finish()
    return scheme, signature


def encode_certificate_verify(scheme: int, signature: bytes) -> bytes:
    """Return the body of a CertificateVerify."""
    return u16(scheme) + vector16(signature)


def encode_certificate_statuses(responses: Sequence[bytes]) -> bytes:
    """Return a CertificateStatus with a list of OCSP responses (RFC 6961 section 2.2)."""
    listed = b"".join(vector24(response) for response in responses)
    return u8(CertificateStatusType.OCSP_MULTI) + vector24(listed)


def _read_vectors24(reader: Reader, field: str, item: str) -> tuple[bytes, ...]:
    listed = reader.within24(field)
    found: list[bytes] = []
    while listed.remaining():
        found.append(listed.vector24(item))
    return tuple(found)
