"""Rules on the version and on extensions as such: there twice, critical, out of place."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from tlsward.pki.lint.linted import Check, Linted

_POISON = ExtensionOID.PRECERT_POISON.dotted_string
_NETSCAPE = "2.16.840.1.113730.1."
#: X.509 version 3, the first with extensions.
_VERSION = 3


def _version(linted: Linted) -> Iterator[str]:
    if linted.certificate.version != _VERSION:
        yield f"version {linted.certificate.version}"


def _duplicate(linted: Linted) -> Iterator[str]:
    if linted.certificate.repeated is not None:
        yield linted.certificate.repeated


def _unread(linted: Linted) -> Iterator[str]:
    if linted.certificate.repeated is None and not linted.certificate.extensions_read:
        yield linted.certificate.unread["extensions"]


def _critical_unknown(linted: Linted) -> Iterator[str]:
    yield from (each for each in linted.certificate.unknown_critical if each != _POISON)


def _poison(linted: Linted) -> Iterator[str]:
    if _POISON in linted.extensions:
        yield _POISON


def _netscape(linted: Linted) -> Iterator[str]:
    yield from (each for each in linted.extensions if each.startswith(_NETSCAPE))


def _name_constraints(linted: Linted) -> Iterator[str]:
    if linted.value(x509.NameConstraints) is not None and not linted.certificate.is_authority:
        yield ""


CHECKS: dict[str, Check] = {
    "lint.version": _version,
    "lint.extension.duplicate": _duplicate,
    "lint.extension.unread": _unread,
    "lint.extension.critical-unknown": _critical_unknown,
    "lint.extension.poison": _poison,
    "lint.extension.netscape": _netscape,
    "lint.extension.name-constraints": _name_constraints,
}
