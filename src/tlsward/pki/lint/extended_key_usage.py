"""Rules on what a leaf is for (extendedKeyUsage)."""

from collections.abc import Iterator

from cryptography.x509.oid import ExtendedKeyUsageOID

from tlsward.pki.lint.linted import Check, Linted

SERVER_AUTH = ExtendedKeyUsageOID.SERVER_AUTH.dotted_string
CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string
#: Baseline Requirements section 7.1.2.7.10, those that MUST NOT be there.
_FORBIDDEN = {
    ExtendedKeyUsageOID.CODE_SIGNING.dotted_string: "codeSigning",
    ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string: "emailProtection",
    ExtendedKeyUsageOID.TIME_STAMPING.dotted_string: "timeStamping",
    ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string: "OCSPSigning",
    "1.3.6.1.4.1.11129.2.4.4": "precertificate signing",
}


def _missing(linted: Linted) -> Iterator[str]:
    if linted.usages is None:
        yield ""


def _server_auth(linted: Linted) -> Iterator[str]:
    if linted.usages is not None and not linted.usages & {SERVER_AUTH, ANY}:
        yield ""


def _any(linted: Linted) -> Iterator[str]:
    if ANY in (linted.usages or ()):
        yield ""


def _forbidden(linted: Linted) -> Iterator[str]:
    yield from sorted(_FORBIDDEN[each] for each in linted.usages or () if each in _FORBIDDEN)


def _other(linted: Linted) -> Iterator[str]:
    known = {SERVER_AUTH, CLIENT_AUTH, ANY, *_FORBIDDEN}
    yield from sorted((linted.usages or frozenset()) - known)


def _client_auth(linted: Linted) -> Iterator[str]:
    if CLIENT_AUTH in (linted.usages or ()):
        yield ""


CHECKS: dict[str, Check] = {
    "lint.eku.missing": _missing,
    "lint.eku.server-auth": _server_auth,
    "lint.eku.any": _any,
    "lint.eku.forbidden": _forbidden,
    "lint.eku.other": _other,
    "lint.eku.client-auth": _client_auth,
}
