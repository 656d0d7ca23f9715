"""Key exchange groups: curves, finite fields, ML-KEM and hybrids of both.

`name` is the one guidelines and reports use: prime256v1, not secp256r1 or P-256.
"""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class GroupFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a code point of supported_groups (RFC 9846 section 4.2.7) means.

    `bits` are those that OpenSSL shows, 253 for X25519, for a hybrid those of its
    curve, for an explicit curve 0; compare strength by `security_bits`, the effort of
    an attacker (a hybrid's is that of its ML-KEM). `kind` is ecdhe, ffdhe, hybrid, kem,
    explicit or unknown. `versions` are those in which the group can be negotiated.
    """

    code: int
    name: str
    iana_name: str
    standard_name: str
    bits: int = 0
    security_bits: int = 0
    kind: str = "unknown"
    post_quantum: bool = False
    versions: tuple[str, ...] = ()
    prior: float = 0.0
    reference: str = ""
    aliases: tuple[str, ...] = ()


class _GroupFile(DataFile, frozen=True, kw_only=True):
    groups: tuple[GroupFacts, ...]


@cache
def all_groups() -> tuple[GroupFacts, ...]:
    """Return every known group, by ascending code point."""
    return read_data_file("groups.json", _GroupFile).groups


@cache
def _groups_by_code() -> dict[int, GroupFacts]:
    return {facts.code: facts for facts in all_groups()}


@cache
def _groups_by_name() -> dict[str, GroupFacts]:
    # Backwards, so that a standard name that two groups share means the older one.
    return {
        name.lower(): facts
        for facts in reversed(all_groups())
        for name in (facts.standard_name, facts.iana_name, *facts.aliases, facts.name)
    }


@cache
def groups_for(protocol: str) -> tuple[GroupFacts, ...]:
    """Return the groups that can be negotiated in a protocol version, most likely first."""
    fitting = (facts for facts in all_groups() if protocol in facts.versions)
    return tuple(sorted(fitting, key=lambda facts: (-facts.prior, facts.code)))


def group(code: int) -> GroupFacts:
    """Return the facts of a code point; an unknown one is named after its number."""
    known = _groups_by_code().get(code)
    if known is not None:
        return known
    name = f"0x{code:04X}"
    return GroupFacts(code=code, name=name, iana_name=name, standard_name=name)


def group_by_name(name: str) -> GroupFacts | None:
    """Return the group of a name or alias in any case, None where there is none."""
    return _groups_by_name().get(name.lower())


def canonical_group_name(name: str) -> str:
    """Return the one name of a group that has several; an unknown name stays as it is."""
    facts = group_by_name(name)
    return name if facts is None else facts.name
