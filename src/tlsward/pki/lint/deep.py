"""Linting by pkilint, which knows many more rules and takes apart every octet.

It is an extra (`pip install 'tlsward[lint]'`), imported here alone and only when it is
asked for. It reads what strangers wrote, in pure Python: what it raises is a doubt about
the certificate, never an end of the program, and large certificates are not given to it.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tlsward.errors import UsageError
from tlsward.model.lint import LintFinding, LintSeverity
from tlsward.pki.display import safe_text
from tlsward.pki.x509 import X509Certificate

#: The finding that a certificate could not be examined.
FAILED = "pkilint:failed"
#: The largest certificate given to pkilint, in octets; it reads some 20 000 in a second.
_MOST_OCTETS = 1 << 16
#: Findings kept of one certificate.
_MOST_FINDINGS = 200
#: pkilint's severities by name; what only informs is left out.
_SEVERITIES: dict[str, LintSeverity] = {
    "FATAL": "error",
    "ERROR": "error",
    "WARNING": "warning",
    "NOTICE": "notice",
}


def require_pkilint() -> None:
    """Raise UsageError where pkilint is not installed."""
    if find_spec("pkilint") is None:
        raise UsageError(
            "--deep needs pkilint, which is not installed: pip install 'tlsward[lint]'"
        )


def deep_lint(certificate: X509Certificate, *, public: bool) -> tuple[LintFinding, ...]:
    """Return what pkilint says of a certificate, under `pkilint:` and its own ids.

    `public` asks for the Baseline Requirements, otherwise it is RFC 5280. Raises UsageError
    where pkilint is not installed.
    """
    require_pkilint()
    if len(certificate.der) > _MOST_OCTETS:
        return (_failed(certificate, f"it has {len(certificate.der)} octets"),)
    try:
        found = _examined(certificate.der, public=public)
    except Exception as error:  # noqa: BLE001 - whatever it stumbles over, there are others to lint
        return (_failed(certificate, f"{type(error).__name__}: {error}"),)
    findings = []
    for result in found:
        for description in result.finding_descriptions:
            severity = _SEVERITIES.get(str(description.finding.severity))
            if severity is not None:
                findings.append(_finding(certificate, result, description, severity))
    return tuple(findings[:_MOST_FINDINGS])


def _examined(octets: bytes, *, public: bool) -> Any:  # noqa: ANN401 - pkilint has no types
    document = (
        import_module("pkilint.loader")
        .RFC5280CertificateDocumentLoader()
        .load_der_document(octets, "certificate")
    )
    if not public:
        return _internet_validator().validate(document.root)
    serverauth = import_module("pkilint.cabf.serverauth")
    kind = serverauth.determine_certificate_type(document)
    results = _forum_validator(kind).validate(document.root)
    filters = serverauth.create_serverauth_finding_filters(kind)
    kept, _ = import_module("pkilint.finding_filter").filter_results(filters, results)
    return kept


@cache
def _forum_validator(kind: Any) -> Any:  # noqa: ANN401 - pkilint has no types
    serverauth = import_module("pkilint.cabf.serverauth")
    return import_module("pkilint.pkix.certificate").create_pkix_certificate_validator_container(
        serverauth.create_decoding_validators(), serverauth.create_validators(kind)
    )


@cache
def _internet_validator() -> Any:  # noqa: ANN401 - pkilint has no types
    certificate = import_module("pkilint.pkix.certificate")
    name, extension = import_module("pkilint.pkix.name"), import_module("pkilint.pkix.extension")
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(
            name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
        ),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def _finding(
    certificate: X509Certificate,
    result: Any,  # noqa: ANN401 - pkilint has no types
    description: Any,  # noqa: ANN401
    severity: LintSeverity,
) -> LintFinding:
    code = str(description.finding.code)
    place = str(result.node.path)
    message = description.message
    return LintFinding(
        id=f"pkilint:{safe_text(code)}",
        severity=severity,
        certificate=certificate.sha256.hex(),
        text=safe_text(code.rpartition(".")[2].replace("_", " ").capitalize() + "."),
        reference=f"pkilint, {type(result.validator).__name__}",
        evidence=safe_text(f"{place}: {message}" if message else place),
    )


def _failed(certificate: X509Certificate, why: str) -> LintFinding:
    return LintFinding(
        id=FAILED,
        severity="warning",
        certificate=certificate.sha256.hex(),
        text="pkilint could not examine it.",
        reference="pkilint",
        evidence=safe_text(why),
    )
