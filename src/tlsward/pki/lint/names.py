"""Rules on the names in subjectAltName that clients themselves go by."""

from collections.abc import Iterator
from ipaddress import ip_address

from cryptography import x509

from tlsward.pki.lint.linted import Check, Linted

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LONGEST_LABEL, _LONGEST_NAME = 63, 253


def _missing(linted: Linted) -> Iterator[str]:
    names = linted.general_names
    if not any(isinstance(name, x509.DNSName | x509.IPAddress) for name in names):
        yield "only a common name" if linted.attributes(x509.NameOID.COMMON_NAME) else "no name"


def _critical(linted: Linted) -> Iterator[str]:
    found = linted.extension(x509.SubjectAlternativeName)
    if found is not None and not linted.subject and not found.critical:
        yield ""


def _duplicate(linted: Linted) -> Iterator[str]:
    seen: set[str] = set()
    for name in linted.dns_names:
        if name.lower() in seen:
            yield name
        seen.add(name.lower())


def _syntax(linted: Linted) -> Iterator[str]:
    for name in linted.dns_names:
        if is_address(name):
            continue
        labels = name.lower().split(".")
        if "*" in labels[0]:
            # Whether the wildcard may stand there is another rule's question.
            labels = [labels[0].replace("*", "a"), *labels[1:]]
        if len(name) > _LONGEST_NAME or not all(map(_is_label, labels)):
            yield name or "an empty name"


def _is_label(label: str) -> bool:
    return (
        0 < len(label) <= _LONGEST_LABEL
        # Underscores have a rule of their own; privately they are in use. An asterisk after
        # the first label is the wildcard rule's.
        and set(label) <= _LETTERS | {"_", "*"}
        and not label.startswith("-")
        and not label.endswith("-")
    )


def _wildcard(linted: Linted) -> Iterator[str]:
    for name in linted.dns_names:
        first, _, rest = name.partition(".")
        if "*" in rest or ("*" in first and (first != "*" or not rest)):
            yield name


def _address(linted: Linted) -> Iterator[str]:
    yield from (name for name in linted.dns_names if is_address(name))


def is_address(name: str) -> bool:
    """Return whether a name is written as an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Check] = {
    "lint.san.missing": _missing,
    "lint.san.critical": _critical,
    "lint.san.duplicate": _duplicate,
    "lint.name.syntax": _syntax,
    "lint.name.wildcard": _wildcard,
    "lint.name.address": _address,
}
