"""A chain of trust: every way from a leaf to the roots of the stores, and what became of it."""

from datetime import datetime

import msgspec

from tlsward.model.answer import UNKNOWN, Answer
from tlsward.model.certificate import Certificate, ChainFacts


class ChainCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate on some way.

    `positions` are its places in the chain as served, none where it was not sent; `stores`
    those that have it as a root; `added` that it was neither sent nor a root, but taken
    from a pool of intermediates or fetched.
    """

    certificate: Certificate
    positions: tuple[int, ...] = ()
    stores: tuple[str, ...] = ()
    added: bool = False


class StoreVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a store says of a way that ends at a root of it; `reason` where it is no yes."""

    store: str
    trusted: Answer
    reason: str | None = None


class TrustWay(msgspec.Struct, frozen=True, kw_only=True):
    """One way, by the SHA-256 of its certificates from the leaf on.

    `trusted` says whether some store takes it, `stores` are the verdicts of those that
    have its last certificate as a root. Where no store has, `reason` says why the way ends,
    and `missing` names the issuer that is not there to go on, None where none is looked for.
    """

    fingerprints: tuple[str, ...]
    trusted: Answer = "no"
    stores: tuple[StoreVerdict, ...] = ()
    reason: str | None = None
    missing: str | None = None


class ChainOfTrust(msgspec.Struct, frozen=True, kw_only=True):
    """A chain as it was met, and the ways from its leaf.

    `chain` is in the order in which it was sent, or stands in the file; `certificates` are
    all of the chain and of the ways by SHA-256; `complete` is false where there are more
    ways than are followed. `asked` are the stores whose trust is wanted, and `trusted`
    whether one of them trusts. `missed` tells of issuers that could not be fetched.
    """

    now: datetime
    hostname: str | None = None
    protocols: tuple[str, ...] = ()
    served_with_sni: Answer = UNKNOWN
    served_without_sni: Answer = UNKNOWN
    chain: tuple[Certificate, ...] = ()
    certificates: dict[str, ChainCertificate] = {}
    ways: tuple[TrustWay, ...] = ()
    complete: bool = True
    trust: dict[str, Answer] = {}
    trust_reasons: dict[str, str] = {}
    chain_facts: ChainFacts = ChainFacts()
    asked: tuple[str, ...] = ()
    trusted: Answer = UNKNOWN
    missed: tuple[str, ...] = ()
