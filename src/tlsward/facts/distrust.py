"""Roots that a program still has but believes only up to a date.

Two ways of dating are in use: by what the certificate says (its notBefore), and by when
it was logged (the timestamps of its SCTs), which its issuer cannot turn back.
"""

from datetime import datetime
from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file


class DistrustedRoot(msgspec.Struct, frozen=True, kw_only=True):
    """A root by the SHA-256 of its certificate, in lower-case hex."""

    sha256: str
    name: str


class Distrust(msgspec.Struct, frozen=True, kw_only=True):
    """How a program (a store's name, `chrome`) limits its trust in an authority's roots.

    Certificates with a notBefore after `issued_after` are not believed, nor those with
    no SCT that is at or before `logged_after`. None where there is no such limit.
    """

    program: str
    authority: str
    reference: str
    roots: tuple[DistrustedRoot, ...]
    issued_after: datetime | None = None
    logged_after: datetime | None = None


class _DistrustFile(DataFile, frozen=True, kw_only=True):
    distrusted: tuple[Distrust, ...]


@cache
def all_distrust() -> tuple[Distrust, ...]:
    """Return every dated distrust that is known."""
    return read_data_file("distrust.json", _DistrustFile).distrusted


def distrust(program: str, sha256: str) -> Distrust | None:
    """Return how `program` limits its trust in a root, None where it does not."""
    return _by_root().get((program, sha256))


@cache
def _by_root() -> dict[tuple[str, str], Distrust]:
    return {(rule.program, root.sha256): rule for rule in all_distrust() for root in rule.roots}
