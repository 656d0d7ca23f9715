"""Rules on authorities' certificates."""

from collections.abc import Iterator

from cryptography import x509

from tlsward.pki.lint.extended_key_usage import ANY, CLIENT_AUTH, SERVER_AUTH
from tlsward.pki.lint.key_usage import usages_of
from tlsward.pki.lint.linted import Check, Linted


def _constraints(linted: Linted) -> Iterator[str]:
    found = linted.extension(x509.BasicConstraints)
    if found is not None and not found.critical:
        yield ""


def _key_usage(linted: Linted) -> Iterator[str]:
    usages = usages_of(linted)
    if usages is not None and "keyCertSign" not in usages:
        yield ", ".join(sorted(usages)) or "no use at all"


def _no_key_usage(linted: Linted) -> Iterator[str]:
    if usages_of(linted) is None:
        yield ""


def _key_usage_critical(linted: Linted) -> Iterator[str]:
    found = linted.extension(x509.KeyUsage)
    if found is not None and not found.critical:
        yield ""


def _identifier(linted: Linted) -> Iterator[str]:
    if linted.value(x509.SubjectKeyIdentifier) is None:
        yield ""


def _no_extended_usage(linted: Linted) -> Iterator[str]:
    if linted.usages is None:
        yield ""


def _any(linted: Linted) -> Iterator[str]:
    if ANY in (linted.usages or ()):
        yield ""


def _server_auth(linted: Linted) -> Iterator[str]:
    if linted.usages is not None and not linted.usages & {SERVER_AUTH, ANY}:
        yield ""


def _client_auth(linted: Linted) -> Iterator[str]:
    if CLIENT_AUTH in (linted.usages or ()):
        yield ""


def _policies(linted: Linted) -> Iterator[str]:
    if not linted.value(x509.CertificatePolicies):
        yield ""


CHECKS: dict[str, Check] = {
    "lint.authority.basic-constraints": _constraints,
    "lint.authority.key-usage": _key_usage,
    "lint.authority.key-usage-missing": _no_key_usage,
    "lint.authority.key-usage-critical": _key_usage_critical,
    "lint.authority.key-identifier": _identifier,
    "lint.authority.eku": _no_extended_usage,
    "lint.authority.eku-any": _any,
    "lint.authority.eku-server-auth": _server_auth,
    "lint.authority.eku-client-auth": _client_auth,
    "lint.authority.policies": _policies,
}
