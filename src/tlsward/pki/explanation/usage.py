"""What a key may be used for: basic constraints, key usage, purposes, usage period."""

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509

from tlsward.pki.explanation.tree import (
    Told,
    counted,
    explained,
    first_of,
    in_words,
    name_of,
)

#: The bits of KeyUsage in their order (RFC 5280 section 4.2.1.3), as the library calls them,
#: and as the standard does.
KEY_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "contentCommitment",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
    "encipher_only": "encipherOnly",
    "decipher_only": "decipherOnly",
}


def basic_constraints(value: x509.BasicConstraints) -> Told:
    """Return whether it is an authority, and how long the chains below it may be."""
    length = "no limit" if value.path_length is None else str(value.path_length)
    children = [explained("basic_constraints", "ca", "yes" if value.ca else "no")]
    if value.ca or value.path_length is not None:
        children.append(explained("basic_constraints", "path_length", length))
    text = "no authority"
    if value.ca:
        text = "an authority" if value.path_length is None else f"an authority, {length} below it"
    return Told(
        text=text,
        plain={"ca": value.ca, "path_length": value.path_length},
        children=tuple(children),
    )


def key_usages(value: x509.KeyUsage) -> tuple[str, ...]:
    """Return the bits that are set, as the library calls them."""
    # The library refuses to say these two where keyAgreement is not set.
    agreeing = {"encipher_only", "decipher_only"} if not value.key_agreement else set()
    return tuple(name for name in KEY_USAGES if name not in agreeing and bool(getattr(value, name)))


def key_usage(value: x509.KeyUsage) -> Told:
    """Return the bits that are set, one by one."""
    names = key_usages(value)
    return Told(
        text=", ".join(KEY_USAGES[name] for name in names) or "(nothing)",
        plain=[KEY_USAGES[name] for name in names],
        children=tuple(explained("key_usages", name, KEY_USAGES[name]) for name in names),
    )


def extended_key_usage(value: x509.ExtendedKeyUsage) -> Told:
    """Return the purposes (RFC 5280 section 4.2.1.12)."""
    return purposes(each.dotted_string for each in value)


def purposes(identifiers: Iterable[str]) -> Told:
    """Return purposes by their object identifiers."""
    first, more = first_of(identifiers)
    return Told(
        text=in_words([name_of("purposes", each) for each in first], more),
        plain=counted("purposes", [{"oid": each, "name": _known(each)} for each in first], more),
        children=tuple(
            explained("purposes", each, each, otherwise="unknown_purpose") for each in first
        ),
        more=more,
    )


def private_key_usage_period(value: x509.PrivateKeyUsagePeriod) -> Told:
    """Return the period, either end of which may be open."""
    begin, end = value.not_before, value.not_after
    words = [
        f"{word} {moment:%Y-%m-%d %H:%M:%S}"
        for word, moment in (("from", begin), ("to", end))
        if moment is not None
    ]
    return Told(
        text=" ".join(words),
        plain={"not_before": _moment(begin), "not_after": _moment(end)},
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _known(identifier: str) -> str | None:
    name = name_of("purposes", identifier)
    return None if name == identifier else name
