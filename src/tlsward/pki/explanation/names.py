"""Names: distinguished names attribute by attribute, and general names of every kind."""

from collections.abc import Iterable
from typing import Any

from cryptography import x509

from tlsward.pki.display import safe_text
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.explanation.syntax import utf8_text, visible_text
from tlsward.pki.explanation.tree import (
    MOST_IN_WORDS,
    Explained,
    Told,
    counted,
    explained,
    first_of,
    in_hex,
    in_words,
    name_of,
)
from tlsward.pki.object_identifiers import ATTRIBUTE_TYPES

#: Attributes of one name that are explained; real ones have fewer than ten.
MOST_ATTRIBUTES = 64
#: Other names whose value is a text, and how it is encoded.
_TEXTS = {
    "1.3.6.1.4.1.311.20.2.3": utf8_text,
    "1.3.6.1.5.5.7.8.5": utf8_text,
    "1.3.6.1.5.5.7.8.7": visible_text,
    "1.3.6.1.5.5.7.8.9": utf8_text,
}


def distinguished_name(name: x509.Name) -> Told:
    """Return a name of a directory (RFC 5280 section 4.1.2.4), in the order of its encoding."""
    attributes = list(name)
    first = attributes[:MOST_ATTRIBUTES]
    return Told(
        text=shown_name(name) or "(empty)",
        plain=[_plain_attribute(each) for each in first],
        children=tuple(_attribute(each) for each in first),
        more=len(attributes) - len(first),
    )


def general_names(names: Iterable[x509.GeneralName]) -> Told:
    """Return a list of names; where there are many, the first are explained."""
    first, more = first_of(names)
    texts = [general_name_text(each) for each in first[:MOST_IN_WORDS]]
    return Told(
        text=in_words(texts, more + len(first) - len(texts)),
        plain=counted("names", [plain_general_name(each) for each in first], more),
        children=tuple(explained_general_name(each) for each in first),
        more=more,
    )


def explained_general_name(name: x509.GeneralName) -> Explained:
    """Return one name with what its kind means."""
    if isinstance(name, x509.OtherName):
        identifier = name.type_id.dotted_string
        found = explained("other_names", identifier, other_name_text(name))
        return found if found.meaning else explained("general_names", "other", _other(name))
    return explained("general_names", _key(name), general_name_text(name))


def plain_general_name(name: x509.GeneralName) -> dict[str, Any]:
    """Return one name for programs: `kind` and `value`, of other names `type` as well."""
    kind = kind_of(name)
    if isinstance(name, x509.OtherName):
        identifier = name.type_id.dotted_string
        return {
            "kind": kind,
            "type": identifier,
            "type_name": name_of("other_names", identifier),
            "value": other_name_text(name),
        }
    return {"kind": kind, "value": _value(name)}


def kind_of(name: x509.GeneralName) -> str:
    """Return what kind of name it is: dns, ip, email, uri, directory, registered_id, other."""
    match name:
        case x509.DNSName():
            return "dns"
        case x509.IPAddress():
            return "ip"
        case x509.RFC822Name():
            return "email"
        case x509.UniformResourceIdentifier():
            return "uri"
        case x509.DirectoryName():
            return "directory"
        case x509.RegisteredID():
            return "registered_id"
    return "other"


def general_name_text(name: x509.GeneralName) -> str:
    """Return a name in words that are safe to show."""
    if isinstance(name, x509.OtherName):
        return _other(name)
    value = _value(name)
    international = _international(value) if isinstance(name, x509.DNSName) else ""
    return f"{value} ({international})" if international else value or "(empty)"


def other_name_text(name: x509.OtherName) -> str:
    """Return the value of an other name: its text where its kind has one, else its octets."""
    read = _TEXTS.get(name.type_id.dotted_string)
    text = read(name.value) if read is not None else None
    return in_hex(name.value) if text is None else safe_text(text)


def _value(name: x509.GeneralName) -> str:
    match name:
        case x509.DirectoryName():
            return shown_name(name.value)
        case x509.RegisteredID():
            return name.value.dotted_string
    return safe_text(str(name.value))


def _other(name: x509.OtherName) -> str:
    identifier = name.type_id.dotted_string
    return f"{name_of('other_names', identifier)}: {other_name_text(name)}"


def _key(name: x509.GeneralName) -> str:
    if not isinstance(name, x509.DNSName):
        return kind_of(name)
    if name.value.startswith("*."):
        return "dns_wildcard"
    return "dns_international" if _international(name.value) else "dns"


def _international(host: str) -> str:
    """Return a host with its A-labels (RFC 5890 section 2.3.2.1) in letters; empty if none."""
    if "xn--" not in host.lower():
        return ""
    try:
        labels = [
            label[4:].encode().decode("punycode") if label.lower().startswith("xn--") else label
            for label in host.split(".")
        ]
        # A surrogate is no letter, though Punycode can say one.
        ".".join(labels).encode()
    except ValueError:
        return ""
    return safe_text(".".join(labels))


def _attribute(attribute: x509.NameAttribute[str | bytes]) -> Explained:
    identifier = attribute.oid.dotted_string
    return explained(
        "attributes", identifier, _attribute_value(attribute), otherwise="unknown_attribute"
    )


def _attribute_value(attribute: x509.NameAttribute[str | bytes]) -> str:
    value = attribute.value
    return in_hex(value) if isinstance(value, bytes) else safe_text(value) or "(empty)"


def _plain_attribute(attribute: x509.NameAttribute[str | bytes]) -> dict[str, Any]:
    identifier = attribute.oid.dotted_string
    value = attribute.value
    return {
        "oid": identifier,
        "name": ATTRIBUTE_TYPES.get(identifier),
        "value": in_hex(value) if isinstance(value, bytes) else safe_text(value),
    }
