"""A certificate from the version to the fingerprints, as RFC 5280 section 4.1 orders it."""

import math
from datetime import datetime
from typing import Any

import msgspec

from tlsward.model.certificate import Certificate
from tlsward.pki.certificate import described
from tlsward.pki.display import safe_text
from tlsward.pki.explanation.extensions import ExplainedExtension, explain_extensions
from tlsward.pki.explanation.keys import fingerprints, told_key
from tlsward.pki.explanation.names import distinguished_name
from tlsward.pki.explanation.raw_extensions import ReadExtensions, read_extensions
from tlsward.pki.explanation.signature import told_signature
from tlsward.pki.explanation.tree import Explained, Told, explained, in_hex
from tlsward.pki.x509 import X509Certificate

_DAY_SECONDS = 86400


class ExplainedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate for people (`fields`) and for programs (all else).

    `role` is root, authority, end entity or precertificate; `lifetime_days` counts both
    ends, a fraction as a day; `left_seconds` is negative once it has expired.
    """

    certificate: Certificate
    version: int
    role: str
    serial_decimal: str
    signature: dict[str, Any]
    key: dict[str, Any]
    subject: list[dict[str, Any]]
    issuer: list[dict[str, Any]]
    lifetime_days: int
    left_seconds: int
    sha1: str
    extensions: tuple[ExplainedExtension, ...]
    extensions_error: str | None
    fields: tuple[Explained, ...]


def explain(certificate: X509Certificate, now: datetime) -> ExplainedCertificate:
    """Return a certificate explained as of `now`, an aware datetime. Never raises."""
    shown = described(certificate)
    read = read_extensions(certificate.loaded)
    extensions = explain_extensions(read)
    key, signature = told_key(certificate.key), told_signature(certificate.signature)
    subject, issuer = (
        distinguished_name(certificate.subject),
        distinguished_name(certificate.issuer),
    )
    digests = fingerprints(certificate.der)
    lifetime = _lifetime_days(certificate)
    left = math.floor((certificate.not_after - now).total_seconds())
    version = certificate.version
    return ExplainedCertificate(
        certificate=shown,
        version=version,
        role=_role(certificate, extensions),
        serial_decimal=_decimal(certificate.serial),
        signature=signature.plain,
        key=key.plain,
        subject=subject.plain,
        issuer=issuer.plain,
        lifetime_days=lifetime,
        left_seconds=left,
        sha1=digests["sha1"],
        extensions=extensions,
        extensions_error=read.error,
        fields=(
            explained("fields", "version", str(version)),
            explained("fields", "serial", _serial_words(shown.serial, certificate.serial)),
            explained("fields", "signature_algorithm", signature.text, signature.children),
            _name("issuer", issuer, certificate),
            _validity(certificate, lifetime, left, now),
            _name("subject", subject, certificate),
            explained("fields", "key", key.text, key.children),
            *_unique_identifiers(read),
            *_extensions(read, extensions),
            _fingerprints(digests, shown.spki_sha256),
        ),
    )


def _role(certificate: X509Certificate, extensions: tuple[ExplainedExtension, ...]) -> str:
    if any(each.identifier == "1.3.6.1.4.1.11129.2.4.3" for each in extensions):
        return "precertificate"
    if certificate.is_authority:
        return "root" if certificate.self_signed else "authority"
    return "end entity"


def _serial_words(shown: str, serial: int) -> str:
    if serial > 0:
        return f"{shown} ({serial.bit_length()} bits)"
    return f"{shown} (not positive, which RFC 5280 does not allow)"


def _decimal(serial: int) -> str:
    # Python turns no integer of thousands of digits into text.
    return str(serial) if serial.bit_length() <= 4096 else ""


def _name(key: str, told: Told, certificate: X509Certificate) -> Explained:
    error = certificate.unread.get(key)
    if error is not None:
        return explained("fields", key, f"malformed: {safe_text(error)}", wrong=True)
    return explained("fields", key, told.text, told.children, more=told.more)


def _lifetime_days(certificate: X509Certificate) -> int:
    """Count the days as the Baseline Requirements section 1.6.1 do: both ends are in it."""
    seconds = (certificate.not_after - certificate.not_before).total_seconds() + 1
    return max(0, math.ceil(seconds / _DAY_SECONDS))


def _validity(certificate: X509Certificate, lifetime: int, left: int, now: datetime) -> Explained:
    begin, end = certificate.not_before, certificate.not_after
    if now < begin:
        state = f"not valid yet, begins in {_days((begin - now).total_seconds())}"
    elif left < 0:
        state = f"expired {_days(-left)} ago"
    else:
        state = f"{_days(left)} left"
    return explained(
        "fields",
        "validity",
        f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}, {state}",
        (
            explained("fields", "not_before", f"{begin:%Y-%m-%d %H:%M:%S} UTC"),
            explained("fields", "not_after", f"{end:%Y-%m-%d %H:%M:%S} UTC"),
            explained("fields", "lifetime", f"{lifetime} day{'' if lifetime == 1 else 's'}"),
            explained("fields", "left", state),
        ),
        wrong=left < 0 or now < begin,
    )


def _days(seconds: float) -> str:
    days = int(seconds // _DAY_SECONDS)
    if days < 1:
        hours = int(seconds // 3600)
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{days} day{'' if days == 1 else 's'}"


def _unique_identifiers(read: ReadExtensions) -> list[Explained]:
    found = (
        ("issuer_unique_id", read.issuer_unique_id),
        ("subject_unique_id", read.subject_unique_id),
    )
    return [explained("fields", key, in_hex(octets)) for key, octets in found if octets is not None]


def _extensions(
    read: ReadExtensions, extensions: tuple[ExplainedExtension, ...]
) -> list[Explained]:
    if read.error is not None:
        return [explained("fields", "extensions", f"malformed: {read.error}", wrong=True)]
    if not extensions:
        return [explained("fields", "extensions", "none")]
    count = len(extensions) + read.more
    children = [each.explained for each in extensions]
    return [explained("fields", "extensions", f"{count} in all", children, more=read.more)]


def _fingerprints(digests: dict[str, str], pin: str) -> Explained:
    children = [explained("fields", kind, digest) for kind, digest in digests.items()]
    if pin:
        children.append(explained("fields", "pin", f"sha256/{pin}"))
    return explained("fields", "fingerprints", "", children)
