"""A weakness in the words of the facts."""

from tlsward.facts.key_weaknesses import key_weakness_facts
from tlsward.model.lint import KeyWeakness


def weakness(identifier: str, evidence: str = "", *, reference: str | None = None) -> KeyWeakness:
    """Return the weakness of an id with what was seen."""
    facts = key_weakness_facts()[identifier]
    return KeyWeakness(
        id=facts.id,
        broken=facts.broken,
        text=facts.text,
        reference=reference or facts.reference,
        evidence=evidence,
    )
