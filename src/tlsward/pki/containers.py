"""One object recognised by its octets: certificate, request, key, PKCS #7 or PKCS #12.

`cryptography` is asked whether it is one, kind by kind; its own DER declarations
(`hazmat.asn1`) tell apart what its readers do not.
"""

import base64
import re
from collections.abc import Mapping

import msgspec
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from tlsward.pki.declared import certificate_parts, elements, sequence_of
from tlsward.pki.encrypted import (
    Access,
    ContentsError,
    decrypted_key,
    decrypted_pkcs12,
    is_encrypted_key,
)
from tlsward.pki.library import UnreadableError, reading

#: A SEQUENCE, with which all of these begin (X.690 section 8.9).
_SEQUENCE = 0x30
#: The object identifiers of PKCS #7 up to the last arc, and where one stands at the latest.
_PKCS7 = bytes.fromhex("06092a864886f70d0107")
_PKCS7_WITHIN = 16
_SIGNED_DATA = 2
#: Version 3 and the SEQUENCE after it, with which PKCS #12 begins (RFC 7292 section 4).
_PKCS12 = bytes.fromhex("02010330")
_PKCS12_WITHIN = 10
#: The most octets in which certificates one after another are looked for.
_MOST_CONCATENATED = 1 << 20
_CUT_OFF = re.compile(r"ShortData \{ needed: ([0-9]+) \}|short data \(needed at least ([0-9]+)")

#: The ciphers of OpenSSL's old form that the library knows, with an initialisation vector
#: of their block's length: it panics at a shorter one.
_ENCRYPTION = re.compile(r"(AES-(128|256)-CBC,[0-9A-Fa-f]{32}|DES(-EDE3)?-CBC,[0-9A-Fa-f]{16})\Z")

_FOREIGN_LABELS = {
    "OPENSSH PRIVATE KEY": "it is a key of SSH: write it as PEM with ssh-keygen -p -m PEM -f FILE",
    "PGP PUBLIC KEY BLOCK": "it is a key of PGP, which TLS does not use",
    "PGP PRIVATE KEY BLOCK": "it is a key of PGP, which TLS does not use",
    "PGP MESSAGE": "it is a message of PGP: decrypt it first",
    "SSL SESSION PARAMETERS": "it is a session of OpenSSL, not its certificate",
}


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What one object holds; keys, requests and public keys with their DER.

    The DER of a private key is None where it stood encrypted.
    """

    certificates: tuple[bytes, ...] = ()
    keys: tuple[tuple[PrivateKeyTypes, bytes | None], ...] = ()
    requests: tuple[tuple[x509.CertificateSigningRequest, bytes], ...] = ()
    public_keys: tuple[tuple[PublicKeyTypes, bytes], ...] = ()
    others: tuple[str, ...] = ()


@asn1.sequence
class _TrustedCertificate:
    """OpenSSL's TRUSTED CERTIFICATE: a certificate, and what it is trusted for."""

    certificate: asn1.TLV
    trust: asn1.TLV


def contents_of(
    octets: bytes, access: Access, *, label: str = "", headers: Mapping[str, str] | None = None
) -> Contents:
    """Return what `octets` are. Raises ContentsError, with words, where it is not known.

    `label` and `headers` are those of the PEM block they stood in.
    """
    if label in _FOREIGN_LABELS:
        raise ContentsError(_FOREIGN_LABELS[label])
    if "ENCRYPTED" in (headers or {}).get("Proc-Type", ""):
        if not _ENCRYPTION.match((headers or {}).get("DEK-Info", "")):
            raise ContentsError(
                "it is encrypted, and its DEK-Info names no cipher that is known: write it anew "
                "with openssl pkcs8 -topk8"
            )
        armoured = _armoured(octets, label, headers or {})
        return Contents(keys=((decrypted_key(armoured, access.password, pem=True), None),))
    if octets[:1] == bytes([_SEQUENCE]):
        for read in (
            _certificate,
            _request,
            _revocation_list,
            _private_key,
            _public_key,
            _pkcs12,
            _pkcs7,
            _concatenated_certificates,
        ):
            found = read(octets, access)
            if found is not None:
                return found
        if label == "TRUSTED CERTIFICATE":
            found = _trusted_certificate(octets, access)
            if found is not None:
                return found
    raise ContentsError(_why_unknown(octets, label))


def _certificate(octets: bytes, access: Access) -> Contents | None:  # noqa: ARG001
    try:
        with reading():
            x509.load_der_x509_certificate(octets)
    except UnreadableError:
        return None
    return Contents(certificates=(octets,))


def _request(octets: bytes, access: Access) -> Contents | None:  # noqa: ARG001
    try:
        with reading():
            return Contents(requests=((x509.load_der_x509_csr(octets), octets),))
    except UnreadableError:
        return None


def _revocation_list(octets: bytes, access: Access) -> Contents | None:  # noqa: ARG001
    try:
        with reading():
            x509.load_der_x509_crl(octets)
    except UnreadableError:
        return None
    return Contents(others=("a certificate revocation list (CRL)",))


def _private_key(octets: bytes, access: Access) -> Contents | None:
    if is_encrypted_key(octets):
        return Contents(keys=((decrypted_key(octets, access.password), None),))
    try:
        with reading():
            key = serialization.load_der_private_key(octets, None)
    except UnreadableError:
        return None
    return Contents(keys=((key, octets),))


def _public_key(octets: bytes, access: Access) -> Contents | None:  # noqa: ARG001
    try:
        with reading():
            return Contents(public_keys=((serialization.load_der_public_key(octets), octets),))
    except UnreadableError:
        return None


def _pkcs7(octets: bytes, access: Access) -> Contents | None:  # noqa: ARG001
    start = octets.find(_PKCS7, 0, _PKCS7_WITHIN + len(_PKCS7))
    if start < 0:
        return None
    if octets[start + len(_PKCS7) : start + len(_PKCS7) + 1] != bytes([_SIGNED_DATA]):
        raise ContentsError("it is PKCS #7 of another kind: only signed data hold certificates")
    try:
        with reading():
            found = tuple(
                certificate.public_bytes(Encoding.DER)
                for certificate in pkcs7.load_der_pkcs7_certificates(octets)
            )
    except UnreadableError:
        raise ContentsError(
            "it is PKCS #7 that is damaged, cut off or has no certificates"
        ) from None
    if not found:
        raise ContentsError("it is PKCS #7 without a certificate")
    return Contents(certificates=found)


def _pkcs12(octets: bytes, access: Access) -> Contents | None:
    if octets.find(_PKCS12, 0, _PKCS12_WITHIN) < 0:
        return None
    found = decrypted_pkcs12(octets, access)
    if found.key is None:
        return Contents(certificates=found.certificates)
    with reading():
        key = serialization.load_der_private_key(found.key, None)
    return Contents(certificates=found.certificates, keys=((key, None),))


def _trusted_certificate(octets: bytes, access: Access) -> Contents | None:
    try:
        with reading():
            pair = asn1.decode_der(_TrustedCertificate, sequence_of(octets))
            certificate = asn1.encode_der(pair.certificate)
    except UnreadableError:
        return None
    return _certificate(certificate, access)


def _concatenated_certificates(octets: bytes, access: Access) -> Contents | None:
    """Return certificates that stand one after another, as some devices export them."""
    if len(octets) > _MOST_CONCATENATED:
        return None
    try:
        with reading():
            encoded = tuple(asn1.encode_der(each) for each in elements(sequence_of(octets)))
    except UnreadableError:
        return None
    if any(_certificate(each, access) is None for each in encoded):
        return None
    return Contents(certificates=encoded)


def _armoured(octets: bytes, label: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    encoded = base64.encodebytes(octets).decode()
    return "\n".join(
        [f"-----BEGIN {label}-----", *lines, "", f"{encoded}-----END {label}-----", ""]
    ).encode("latin-1", "replace")


def _why_unknown(octets: bytes, label: str) -> str:
    try:
        with reading():
            asn1.decode_der(asn1.TLV, octets)
    except UnreadableError as error:
        told = str(error.__cause__)
        missing = _CUT_OFF.search(told)
        if missing is not None:
            count = missing[1] or missing[2]
            lacking = "1 octet or more is" if count == "1" else f"{count} octets or more are"
            return f"it is cut off: {lacking} missing"
        if "ExtraData" in told:
            return "octets follow after its end, which are part of nothing"
        return f"it is not DER: {error}"
    try:
        with reading():
            x509.load_der_x509_certificate(octets)
    except UnreadableError as error:
        if "CERTIFICATE" in label or certificate_parts(octets) is not None:
            return f"it cannot be read as a certificate: {error}"
    return "it is DER of something that is no certificate, request or key"
