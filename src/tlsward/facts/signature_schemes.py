"""Signature schemes, and the pairs of hash and signature that TLS 1.2 had before them."""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class SchemeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a code point of signature_algorithms (RFC 9846 section 4.2.3) means.

    `key` is the kind of the certificate's key: rsa, rsa-pss, ecdsa, dsa, ed25519,
    ed448, sm2, gost, ml-dsa, slh-dsa. `hash` is empty where the scheme has its own,
    `padding` pkcs1, pss or empty, `curve` the one that TLS 1.3 binds the scheme to.
    `versions` are those in which a server may sign its handshake with it.
    """

    code: int
    name: str
    key: str = "unknown"
    hash: str = ""
    padding: str = ""
    curve: str = ""
    versions: tuple[str, ...] = ()
    prior: float = 0.0
    reference: str = ""
    aliases: tuple[str, ...] = ()


class _SchemeFile(DataFile, frozen=True, kw_only=True):
    schemes: tuple[SchemeFacts, ...]


@cache
def all_schemes() -> tuple[SchemeFacts, ...]:
    """Return every known scheme, by ascending code point."""
    return read_data_file("signature_schemes.json", _SchemeFile).schemes


@cache
def _schemes_by_code() -> dict[int, SchemeFacts]:
    return {facts.code: facts for facts in all_schemes()}


@cache
def _schemes_by_name() -> dict[str, SchemeFacts]:
    return {name: facts for facts in all_schemes() for name in (*facts.aliases, facts.name)}


@cache
def schemes_for(protocol: str) -> tuple[SchemeFacts, ...]:
    """Return the schemes a server may sign with in a protocol version, most likely first."""
    fitting = (facts for facts in all_schemes() if protocol in facts.versions)
    return tuple(sorted(fitting, key=lambda facts: (-facts.prior, facts.code)))


def scheme(code: int) -> SchemeFacts:
    """Return the facts of a code point; an unknown one is named after its number."""
    known = _schemes_by_code().get(code)
    return known if known is not None else SchemeFacts(code=code, name=f"0x{code:04X}")


def scheme_by_name(name: str) -> SchemeFacts | None:
    """Return the scheme of a name or alias, None where there is none."""
    return _schemes_by_name().get(name)
