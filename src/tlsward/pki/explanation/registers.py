"""What European and German law, and extended validation, have written into certificates."""

from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat import asn1

from tlsward.pki.display import MOST_ENTRIES, safe_text
from tlsward.pki.explanation.names import general_name_text
from tlsward.pki.explanation.syntax import (
    Disclosure,
    Limit,
    OrganizationIdentifier,
    Statement,
    StatementWithInformation,
    entries,
    entry,
    read_syntax,
)
from tlsward.pki.explanation.tree import (
    Explained,
    Told,
    counted,
    explained,
    first_of,
    in_hex,
    in_words,
    name_of,
)
from tlsward.pki.library import UnreadableError


def organization_identifier(octets: bytes) -> Told:
    """Return the number of an organization in its register. Raises UnreadableError."""
    read = read_syntax(OrganizationIdentifier, octets)
    parts = {
        "scheme": safe_text(read.scheme.as_str()),
        "country": safe_text(read.country.as_str()),
        "state": None if read.state is None else safe_text(read.state.as_str()),
        "number": safe_text(read.number),
    }
    state = f"+{parts['state']}" if parts["state"] else ""
    return Told(
        # As the subject's organizationIdentifier has it (EV Guidelines appendix H).
        text=f"{parts['scheme']}{parts['country']}{state}-{parts['number']}",
        plain=parts,
        children=tuple(
            explained("organization_parts", key, value) for key, value in parts.items() if value
        ),
    )


def qualified_statements(octets: bytes) -> Told:
    """Return the statements of RFC 3739 section 3.2.6. Raises UnreadableError."""
    found, more = first_of(entries(read_syntax(asn1.TLV, octets)))
    statements = [_statement(each) for each in found]
    return Told(
        text=in_words([name_of("statements", oid) for oid, _ in statements], more),
        plain=counted(
            "statements",
            [{"oid": oid, "name": _known(oid), "value": value} for oid, value in statements],
            more,
        ),
        children=tuple(
            explained("statements", oid, value or "claimed", otherwise="unknown_statement")
            for oid, value in statements
        ),
        more=more,
    )


def admissions(value: x509.Admissions) -> Told:
    """Return who admitted to which professions."""
    children: list[Explained] = []
    if value.authority is not None:
        children.append(Explained(name="Authority", value=general_name_text(value.authority)))
    for admission in list(value)[:MOST_ENTRIES]:
        for profession in admission.profession_infos[:MOST_ENTRIES]:
            items = safe_text(", ".join(profession.profession_items))
            number = safe_text(profession.registration_number or "")
            children.append(
                Explained(name="Profession", value=f"{items}, number {number}" if number else items)
            )
    return Told(
        text=in_words([child.value for child in children]),
        plain=[{"name": child.name, "value": child.value} for child in children],
        children=tuple(children),
    )


def _known(identifier: str) -> str | None:
    name = name_of("statements", identifier)
    return None if name == identifier else name


def _statement(value: asn1.TLV) -> tuple[str, str]:
    """Return the identifier of a statement and what it says, in words."""
    try:
        return entry(Statement, value).identifier.dotted_string, ""
    except UnreadableError:
        read = entry(StatementWithInformation, value)
    identifier = read.identifier.dotted_string
    try:
        return identifier, _READERS[identifier](read.information)
    except (KeyError, UnreadableError):
        # Whatever else it may be, in the form it has.
        return identifier, in_hex(bytes(read.information.data))


def _limit(value: asn1.TLV) -> str:
    read = entry(Limit, value)
    currency = read.currency
    word = f"ISO 4217 {currency}" if isinstance(currency, int) else safe_text(currency.as_str())
    return f"{read.amount} x 10^{read.exponent} {word}"


def _years(value: asn1.TLV) -> str:
    return f"{entry(int, value)} years"


def _disclosures(value: asn1.TLV) -> str:
    found = [entry(Disclosure, each) for each in entries(value)]
    return in_words(
        [safe_text(f"{each.url.as_str()} ({each.language.as_str()})") for each in found]
    )


def _types(value: asn1.TLV) -> str:
    found = [entry(x509.ObjectIdentifier, each).dotted_string for each in entries(value)]
    return in_words([name_of("statement_types", each) for each in found])


def _countries(value: asn1.TLV) -> str:
    return in_words(
        [safe_text(entry(asn1.PrintableString, each).as_str()) for each in entries(value)]
    )


_READERS: dict[str, Callable[[asn1.TLV], str]] = {
    "0.4.0.1862.1.2": _limit,
    "0.4.0.1862.1.3": _years,
    "0.4.0.1862.1.5": _disclosures,
    "0.4.0.1862.1.6": _types,
    "0.4.0.1862.1.7": _countries,
}
