"""Certificates explained as JSON: `tlsward.certificate/1`, for programs."""

from typing import TYPE_CHECKING, Any

import msgspec

from tlsward.report.certificate.shown import Shown, ShownCertificate
from tlsward.report.json_document import encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tlsward.pki.explanation.certificate import ExplainedCertificate
    from tlsward.pki.explanation.extensions import ExplainedExtension
    from tlsward.pki.explanation.keys import ExplainedKey
    from tlsward.pki.explanation.request import ExplainedRequest
    from tlsward.pki.explanation.tree import Explained

SCHEMA = "tlsward.certificate/1"


def render_certificates_json(shown: Shown, *, brief: bool = False) -> str:
    """Return everything of a source as indented JSON; `brief` leaves the meanings out."""
    document = {
        "schema": SCHEMA,
        "source": shown.name,
        "as_of": shown.now,
        "reason": shown.reason,
        "chains": [
            {
                "hostname": chain.hostname,
                "protocols": chain.protocols,
                "served_with_sni": chain.served_with_sni,
                "served_without_sni": chain.served_without_sni,
                "certificates": [_certificate(each, brief=brief) for each in chain.certificates],
            }
            for chain in shown.chains
        ],
        "requests": [_request(each, brief=brief) for each in shown.requests],
        "keys": [_key(each, brief=brief) for each in shown.keys],
        "not_shown": shown.others,
        "missed": shown.missed,
    }
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _certificate(shown: ShownCertificate, *, brief: bool) -> dict[str, Any]:
    """Return the fields of the model's certificate, and more where it was read."""
    plain: dict[str, Any] = {
        name: getattr(shown.certificate, name) for name in shown.certificate.__struct_fields__
    }
    if shown.explained is not None:
        plain |= _explained(shown.explained, brief=brief)
    return plain


def _explained(found: "ExplainedCertificate", *, brief: bool) -> dict[str, Any]:
    return {
        "version": found.version,
        "role": found.role,
        "sha1": found.sha1,
        "serial_decimal": found.serial_decimal,
        "signature": found.signature,
        "key": found.key,
        "subject_attributes": found.subject,
        "issuer_attributes": found.issuer,
        "lifetime_days": found.lifetime_days,
        "left_seconds": found.left_seconds,
        "extensions": _extensions(found.extensions),
        "extensions_error": found.extensions_error,
        "explained": _tree(found.fields, brief=brief),
    }


def _extensions(found: "Iterable[ExplainedExtension]") -> dict[str, Any]:
    """Return the extensions by object identifier; of one that is there twice, the first."""
    by_identifier: dict[str, Any] = {}
    for each in found:
        by_identifier.setdefault(
            each.identifier,
            {
                "name": each.name,
                "critical": each.critical,
                "value": each.value,
                "octets": each.octets,
                "error": each.error,
            },
        )
    return by_identifier


def _request(found: "ExplainedRequest", *, brief: bool) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "subject_attributes": found.subject_attributes,
        "key": found.key,
        "signature_algorithm": found.signature_algorithm,
        "signature_valid": found.signature_valid,
        "spki_sha256": found.pin,
        "extensions": _extensions(found.extensions),
        "error": found.error,
        "explained": _tree(found.fields, brief=brief),
    }


def _key(found: "ExplainedKey", *, brief: bool) -> dict[str, Any]:
    return {
        "private": found.private,
        **found.plain,
        "spki_sha256": found.pin,
        "explained": _tree(found.fields, brief=brief),
    }


def _tree(found: "Iterable[Explained]", *, brief: bool) -> list[dict[str, Any]]:
    return [_branch(field, brief=brief) for field in found]


def _branch(field: "Explained", *, brief: bool) -> dict[str, Any]:
    """Return a field without what it has nothing to say of."""
    branch: dict[str, Any] = {"name": field.name, "value": field.value}
    if field.critical is not None:
        branch["critical"] = field.critical
    if field.wrong:
        branch["wrong"] = True
    if not brief and field.meaning:
        branch |= {"meaning": field.meaning, "reference": field.reference}
    if field.children:
        branch["children"] = _tree(field.children, brief=brief)
    if field.more:
        branch["more"] = field.more
    return branch
