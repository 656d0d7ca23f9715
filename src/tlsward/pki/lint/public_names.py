"""Rules on names that only public authorities have: names must be those of the public DNS."""

from collections.abc import Iterator

from cryptography import x509

from tlsward.facts.special_addresses import special_use
from tlsward.facts.special_names import labels_not_delegated
from tlsward.pki.lint.linted import Check, Linted
from tlsward.pki.lint.names import is_address

_ACE_PREFIX = "xn--"


def _kind(linted: Linted) -> Iterator[str]:
    for name in linted.general_names:
        if not isinstance(name, x509.DNSName | x509.IPAddress):
            yield type(name).__name__


def _not_critical(linted: Linted) -> Iterator[str]:
    found = linted.extension(x509.SubjectAlternativeName)
    if found is not None and linted.subject and found.critical:
        yield ""


def _underscore(linted: Linted) -> Iterator[str]:
    yield from (name for name in linted.dns_names if "_" in name)


def _a_label(linted: Linted) -> Iterator[str]:
    for name in linted.dns_names:
        if not all(map(_is_punycode, name.lower().split("."))):
            yield name


def _is_punycode(label: str) -> bool:
    """Return whether a label that begins with xn-- goes on as Punycode does (RFC 3492)."""
    if not label.startswith(_ACE_PREFIX):
        return True
    try:
        decoded = label.removeprefix(_ACE_PREFIX).encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):
        return False
    # What is ASCII alone needs no encoding: there is no name that it would come of.
    return bool(decoded) and not decoded.isascii()


def _reserved_label(linted: Linted) -> Iterator[str]:
    for name in linted.dns_names:
        labels = name.lower().split(".")
        if any(each[2:4] == "--" and not each.startswith(_ACE_PREFIX) for each in labels):
            yield name


def _wildcard_top(linted: Linted) -> Iterator[str]:
    yield from (n for n in linted.dns_names if n.startswith("*.") and "." not in n[2:])


def _internal(linted: Linted) -> Iterator[str]:
    for name in linted.dns_names:
        labels = name.lower().removesuffix(".").split(".")
        last = labels[-1]
        single = len(labels) == 1 and not name.startswith("*")
        if not is_address(name) and (single or last in labels_not_delegated() or last.isdigit()):
            yield name


def _reserved_address(linted: Linted) -> Iterator[str]:
    for name in linted.general_names:
        if isinstance(name, x509.IPAddress) and special_use(str(name.value).partition("/")[0]):
            yield str(name.value)


def _reverse_zone(linted: Linted) -> Iterator[str]:
    for name in linted.dns_names:
        if name.lower().endswith((".in-addr.arpa", ".ip6.arpa")):
            yield name


def _cn_not_in_san(linted: Linted) -> Iterator[str]:
    names = {name.lower() for name in linted.dns_names}
    names |= {str(n.value) for n in linted.general_names if isinstance(n, x509.IPAddress)}
    for common_name in linted.attributes(x509.NameOID.COMMON_NAME):
        if common_name.lower() not in names:
            yield common_name


def _cn_several(linted: Linted) -> Iterator[str]:
    common_names = linted.attributes(x509.NameOID.COMMON_NAME)
    if len(common_names) > 1:
        yield f"{len(common_names)} of them"


def _cn_discouraged(linted: Linted) -> Iterator[str]:
    yield from linted.attributes(x509.NameOID.COMMON_NAME)


CHECKS: dict[str, Check] = {
    "lint.san.kind": _kind,
    "lint.san.not-critical": _not_critical,
    "lint.name.underscore": _underscore,
    "lint.name.a-label": _a_label,
    "lint.name.reserved-label": _reserved_label,
    "lint.name.wildcard-top": _wildcard_top,
    "lint.name.internal": _internal,
    "lint.name.reserved-address": _reserved_address,
    "lint.name.reverse-zone": _reverse_zone,
    "lint.cn.not-in-san": _cn_not_in_san,
    "lint.cn.several": _cn_several,
    "lint.cn.discouraged": _cn_discouraged,
}
