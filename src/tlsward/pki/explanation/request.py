"""A certificate signing request (RFC 2986): what an authority is asked to certify."""

from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AttributeOID

from tlsward.pki.display import safe_text
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.explanation.extensions import ExplainedExtension, explain_extensions
from tlsward.pki.explanation.keys import key_algorithm, told_key
from tlsward.pki.explanation.names import distinguished_name
from tlsward.pki.explanation.raw_extensions import read_loaded
from tlsward.pki.explanation.tree import Explained, Told, explained, in_hex
from tlsward.pki.library import UnreadableError, reading
from tlsward.pki.object_identifiers import SIGNATURE_ALGORITHMS
from tlsward.pki.pins import spki_pin
from tlsward.pki.public_key import SubjectPublicKey

#: Attributes of one request that are looked at.
MOST_ATTRIBUTES = 64
#: The wishes for extensions (RFC 2985 section 5.4.2), which are explained by themselves.
_EXTENSION_REQUEST = "1.2.840.113549.1.9.14"


class ExplainedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request for people (`fields`) and for programs. `error` says what cannot be read.

    `signature_valid` is None where it could not be checked; `pin` empty where the key
    cannot be loaded.
    """

    subject: str
    subject_attributes: list[dict[str, Any]]
    key: dict[str, Any] | None
    signature_algorithm: str
    signature_valid: bool | None
    pin: str
    extensions: tuple[ExplainedExtension, ...]
    error: str | None
    fields: tuple[Explained, ...]


def explain_request(request: x509.CertificateSigningRequest) -> ExplainedRequest:
    """Return a request explained. Never raises for what it says."""
    errors: list[str] = []
    subject, name = _subject(request, errors)
    key, pin = _key(request, errors)
    extensions = _extensions(request, errors)
    algorithm = request.signature_algorithm_oid.dotted_string
    valid = _signature_valid(request)
    return ExplainedRequest(
        subject=name,
        subject_attributes=subject.plain,
        key=key.plain,
        signature_algorithm=SIGNATURE_ALGORITHMS.get(algorithm, (algorithm,))[0],
        signature_valid=valid,
        pin=pin,
        extensions=extensions,
        error="; ".join(errors) or None,
        fields=(
            explained("fields", "request", name or "without a name"),
            explained("fields", "subject", subject.text, subject.children),
            explained("fields", "key", key.text, key.children),
            explained(
                "fields",
                "signature_algorithm",
                SIGNATURE_ALGORITHMS.get(algorithm, (algorithm,))[0],
            ),
            explained(
                "fields",
                "request_signature_valid",
                {True: "yes", False: "no", None: "could not be checked"}[valid],
                wrong=valid is False,
            ),
            explained(
                "fields",
                "extensions",
                f"{len(extensions)} asked for" if extensions else "none asked for",
                [each.explained for each in extensions],
            ),
            *_attributes(request, errors),
            *(explained("fields", "unread", error, wrong=True) for error in errors),
            *([explained("fields", "pin", f"sha256/{pin}")] if pin else []),
        ),
    )


def _subject(request: x509.CertificateSigningRequest, errors: list[str]) -> tuple[Told, str]:
    try:
        with reading():
            return distinguished_name(request.subject), shown_name(request.subject)
    except UnreadableError as error:
        errors.append(f"subject: {error}")
        return Told(text="malformed", plain=[]), ""


def _key(request: x509.CertificateSigningRequest, errors: list[str]) -> tuple[Told, str]:
    """Return the key and its pin, which is empty where the octets of the key are not known."""
    try:
        with reading():
            loaded = request.public_key()
            signed = request.tbs_certrequest_bytes
    except UnreadableError as error:
        errors.append(f"key: {error}")
        return Told(text="cannot be loaded", plain=None), ""
    encoded = loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    told = told_key(SubjectPublicKey(key_algorithm(loaded), loaded))
    return told, spki_pin(encoded) if encoded in signed else ""


def _extensions(
    request: x509.CertificateSigningRequest, errors: list[str]
) -> tuple[ExplainedExtension, ...]:
    try:
        with reading():
            return explain_extensions(read_loaded(request.extensions))
    except UnreadableError as error:
        errors.append(f"extensions: {error}")
        return ()


def _signature_valid(request: x509.CertificateSigningRequest) -> bool | None:
    try:
        with reading():
            return request.is_signature_valid
    except UnreadableError:
        return None


def _attributes(request: x509.CertificateSigningRequest, errors: list[str]) -> list[Explained]:
    try:
        with reading():
            found = list(request.attributes)[:MOST_ATTRIBUTES]
    except UnreadableError as error:
        errors.append(f"attributes: {error}")
        return []
    shown = []
    for attribute in found:
        identifier = attribute.oid.dotted_string
        if attribute.oid == AttributeOID.CHALLENGE_PASSWORD:
            text = safe_text(attribute.value.decode("utf-8", "replace"))
            shown.append(explained("fields", "challenge_password", text))
        elif identifier != _EXTENSION_REQUEST:
            shown.append(
                explained("fields", "request_attribute", f"{identifier}: {in_hex(attribute.value)}")
            )
    return shown
