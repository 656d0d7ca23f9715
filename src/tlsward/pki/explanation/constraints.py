"""Name constraints (RFC 5280 section 4.2.1.10)."""

from cryptography import x509

from tlsward.pki.explanation.names import general_names
from tlsward.pki.explanation.tree import Explained, Told, explained


def name_constraints(value: x509.NameConstraints) -> Told:
    """Return the names that are permitted and those that are excluded."""
    both = (
        ("permitted", value.permitted_subtrees or ()),
        ("excluded", value.excluded_subtrees or ()),
    )
    told = {key: general_names(names) for key, names in both}
    return Told(
        text="; ".join(f"{key}: {told[key].text}" for key, names in both if names) or "(nothing)",
        plain={key: each.plain for key, each in told.items()},
        children=tuple(_subtrees(key, told[key]) for key, names in both if names),
    )


def _subtrees(key: str, told: Told) -> Explained:
    # What a name of a kind is good for elsewhere is not what it means here.
    bases = [Explained(name=each.name, value=each.value) for each in told.children]
    return explained("general_names", key, told.text, bases, more=told.more)
