"""Rules on key identifiers and certificate policies."""

from collections.abc import Iterator

from cryptography import x509

from tlsward.pki.lint.linted import Check, Linted


def _authority(linted: Linted) -> Iterator[str]:
    found = linted.value(x509.AuthorityKeyIdentifier)
    if found is None:
        yield ""
    elif found.key_identifier is None:
        yield "no key identifier in it"


def _authority_form(linted: Linted) -> Iterator[str]:
    found = linted.value(x509.AuthorityKeyIdentifier)
    if found is None:
        return
    if found.authority_cert_issuer is not None or found.authority_cert_serial_number is not None:
        yield ""


def _mismatch(linted: Linted) -> Iterator[str]:
    if linted.issuer is None:
        return
    found = linted.value(x509.AuthorityKeyIdentifier)
    own = linted.issuer.subject_key_identifier
    if found is not None and found.key_identifier and own and found.key_identifier != own:
        yield f"{found.key_identifier.hex()}, its issuer's is {own.hex()}"


def _subject(linted: Linted) -> Iterator[str]:
    if linted.value(x509.SubjectKeyIdentifier) is not None:
        yield ""


def _no_policy(linted: Linted) -> Iterator[str]:
    if not linted.value(x509.CertificatePolicies):
        yield ""


def _reserved(linted: Linted) -> Iterator[str]:
    if linted.value(x509.CertificatePolicies) and len(linted.forum_policies) != 1:
        yield ", ".join(linted.forum_policies) or "none of them"


def _qualifier(linted: Linted) -> Iterator[str]:
    for policy in linted.value(x509.CertificatePolicies) or ():
        if any(isinstance(each, x509.UserNotice) for each in policy.policy_qualifiers or ()):
            yield f"{policy.policy_identifier.dotted_string} with a user notice"


CHECKS: dict[str, Check] = {
    "lint.key-identifier.authority": _authority,
    "lint.key-identifier.authority-form": _authority_form,
    "lint.key-identifier.mismatch": _mismatch,
    "lint.key-identifier.subject": _subject,
    "lint.policies.missing": _no_policy,
    "lint.policies.reserved": _reserved,
    "lint.policies.qualifier": _qualifier,
}
