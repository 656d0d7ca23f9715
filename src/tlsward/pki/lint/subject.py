"""Rules on subject and issuer: what may be said of whom."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID

from tlsward.pki.lint.linted import Check, Linted
from tlsward.pki.object_identifiers import ATTRIBUTE_TYPES

_DOMAIN_VALIDATED = "2.23.140.1.2.1"
_ORGANISATION_VALIDATED = "2.23.140.1.2.2"
_EXTENDED_VALIDATION = "2.23.140.1.1"
#: RFC 5280 appendix A.1, upper bounds in characters.
_LONGEST = {
    NameOID.COMMON_NAME: 64,
    NameOID.SERIAL_NUMBER: 64,
    NameOID.ORGANIZATION_NAME: 64,
    NameOID.ORGANIZATIONAL_UNIT_NAME: 64,
    NameOID.LOCALITY_NAME: 128,
    NameOID.STATE_OR_PROVINCE_NAME: 128,
    NameOID.EMAIL_ADDRESS: 255,
}
_PLACEHOLDERS = frozenset({"", "-", ".", "*", "?", "n/a", "na", "none", "null", "unknown"})
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _domain_validated(linted: Linted) -> Iterator[str]:
    if linted.forum_policies != (_DOMAIN_VALIDATED,):
        return
    allowed = {NameOID.COUNTRY_NAME, NameOID.COMMON_NAME}
    yield from _named({each.oid for each in linted.subject} - allowed)


def _organisation_validated(linted: Linted) -> Iterator[str]:
    if linted.forum_policies == (_ORGANISATION_VALIDATED,):
        yield from _lacking(linted, NameOID.ORGANIZATION_NAME, NameOID.COUNTRY_NAME)
        place = (NameOID.LOCALITY_NAME, NameOID.STATE_OR_PROVINCE_NAME)
        if not any(each.oid in place for each in linted.subject):
            yield "no L and no ST"


def _extended_validation(linted: Linted) -> Iterator[str]:
    if linted.forum_policies == (_EXTENDED_VALIDATION,):
        yield from _lacking(
            linted,
            NameOID.ORGANIZATION_NAME,
            NameOID.SERIAL_NUMBER,
            NameOID.BUSINESS_CATEGORY,
            NameOID.JURISDICTION_COUNTRY_NAME,
            NameOID.COUNTRY_NAME,
        )


def _lacking(linted: Linted, *wanted: x509.ObjectIdentifier) -> Iterator[str]:
    there = {each.oid for each in linted.subject}
    yield from (f"no {_type_name(each)}" for each in wanted if each not in there)


def _organizational_unit(linted: Linted) -> Iterator[str]:
    yield from linted.attributes(NameOID.ORGANIZATIONAL_UNIT_NAME)


def _placeholder(linted: Linted) -> Iterator[str]:
    for each in linted.subject:
        if each.oid == NameOID.COUNTRY_NAME:
            continue  # NA is Namibia
        if isinstance(each.value, str) and each.value.strip().lower() in _PLACEHOLDERS:
            yield f"{_type_name(each.oid)}={each.value!r}"


def _country(linted: Linted) -> Iterator[str]:
    for country in linted.attributes(NameOID.COUNTRY_NAME):
        if len(country) != 2 or not set(country) <= _LETTERS:
            yield country


def _length(linted: Linted) -> Iterator[str]:
    for each in linted.subject:
        longest = _LONGEST.get(each.oid)
        if longest is not None and len(each.value) > longest:
            yield f"{_type_name(each.oid)} of {len(each.value)} characters, {longest} at most"


def _empty_authority(linted: Linted) -> Iterator[str]:
    if not linted.subject:
        yield ""


def _no_issuer(linted: Linted) -> Iterator[str]:
    if "issuer" not in linted.certificate.unread and not list(linted.certificate.issuer):
        yield ""


def _named(types: set[x509.ObjectIdentifier]) -> list[str]:
    return sorted(map(_type_name, types))


def _type_name(identifier: x509.ObjectIdentifier) -> str:
    return ATTRIBUTE_TYPES.get(identifier.dotted_string, identifier.dotted_string)


CHECKS: dict[str, Check] = {
    "lint.subject.dv-attribute": _domain_validated,
    "lint.subject.ov-attributes": _organisation_validated,
    "lint.subject.ev-attributes": _extended_validation,
    "lint.subject.organizational-unit": _organizational_unit,
    "lint.subject.placeholder": _placeholder,
    "lint.subject.country": _country,
    "lint.subject.length": _length,
    "lint.subject.empty-authority": _empty_authority,
    "lint.issuer.empty": _no_issuer,
}
