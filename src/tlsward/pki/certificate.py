"""Certificates as they are reported: every text safe to show, every length bounded."""

import hashlib

from cryptography import x509

from tlsward.model.certificate import Certificate
from tlsward.model.transparency import SignedCertificateTimestamp
from tlsward.pki.display import listed, safe_text
from tlsward.pki.library import UnreadableError
from tlsward.pki.object_identifiers import SIGNATURE_ALGORITHMS
from tlsward.pki.pins import spki_pin
from tlsward.pki.public_key import public_key
from tlsward.pki.transparency.timestamps import described_timestamps
from tlsward.pki.x509 import X509Certificate, read_certificate

#: RFC 5280 section 4.1.2.2 allows 20 octets; longer ones are cut with a mark.
_LONGEST_SERIAL = 128


def parse_certificate(der: bytes) -> Certificate:
    """Return what the certificate says. Never raises: what is wrong is said in `error`."""
    try:
        return described(read_certificate(der))
    except UnreadableError as error:
        return Certificate(
            sha256=hashlib.sha256(der).hexdigest(), der=der, error=f"not a certificate: {error}"
        )


def described(certificate: X509Certificate) -> Certificate:
    """Return a certificate as it is reported."""
    names = certificate.subject_alternative_names or ()
    problems = [f"{what} ({why})" for what, why in certificate.unread.items()]
    try:
        scts = embedded_timestamps(certificate)
    except UnreadableError as error:
        scts = ()
        problems.append(f"signed certificate timestamps ({error})")
    encoded = certificate.encoded_key
    return Certificate(
        sha256=certificate.sha256.hex(),
        der=certificate.der,
        subject=certificate.shown_subject,
        issuer=certificate.shown_issuer,
        serial=_serial(certificate.serial),
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        dns_names=listed(
            [safe_text(name.value) for name in names if isinstance(name, x509.DNSName)]
        ),
        ip_addresses=listed(
            [str(name.value) for name in names if isinstance(name, x509.IPAddress)]
        ),
        key=public_key(certificate.key),
        signature_algorithm=signature_algorithm_name(certificate),
        spki_sha256=spki_pin(encoded) if encoded else "",
        is_ca=certificate.is_authority,
        self_signed=certificate.self_signed,
        ocsp_urls=listed([safe_text(url) for url in certificate.ocsp_urls]),
        crl_urls=listed([safe_text(url) for url in certificate.crl_urls]),
        issuer_urls=listed([safe_text(url) for url in certificate.issuer_urls]),
        must_staple=certificate.must_staple,
        scts=scts,
        error=f"cannot be read: {', '.join(problems)}" if problems else None,
    )


def signature_algorithm_name(certificate: X509Certificate) -> str:
    """Return OpenSSL's long name of the signature algorithm, or its OID."""
    identifier = certificate.signature.algorithm
    return SIGNATURE_ALGORITHMS.get(identifier, (identifier,))[0]


def embedded_timestamps(certificate: X509Certificate) -> tuple[SignedCertificateTimestamp, ...]:
    """Return the timestamps in the certificate. Raises UnreadableError."""
    if certificate.embedded_scts is None:
        return ()
    return described_timestamps(certificate.embedded_scts, "certificate")


def _serial(serial: int) -> str:
    text = f"{serial:x}"
    if len(text) <= _LONGEST_SERIAL:
        return text
    return f"{text[:_LONGEST_SERIAL]}… ({len(text) - _LONGEST_SERIAL} more digits)"
