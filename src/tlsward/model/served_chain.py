"""Chains of certificates as they were met: served by a host, or found in a file."""

import msgspec

from tlsward.model.answer import UNKNOWN, Answer
from tlsward.model.target import Target


class ServedChain(msgspec.Struct, frozen=True, kw_only=True):
    """One chain, DER, as it was met: a server's leaf first, a file's in the file's order.

    `hostname` is the name that was asked for, None for a file; `protocols` those in which
    the chain was seen; `served_with_sni` and `served_without_sni` whether it is what a client
    gets that names the server, and one that does not. `ocsp_response` and `sct_list` are
    what came with the leaf, None where nothing did: see `staple_requested`.
    """

    certificates: tuple[bytes, ...]
    hostname: str | None = None
    ocsp_response: bytes | None = None
    sct_list: bytes | None = None
    protocols: tuple[str, ...] = ()
    served_with_sni: Answer = UNKNOWN
    served_without_sni: Answer = UNKNOWN
    staple_requested: bool = False


class ServedChains(msgspec.Struct, frozen=True, kw_only=True):
    """Every distinct chain that a host was seen to serve; none, and then the reason.

    `target` has the address connected to. The first chain is what a current client gets.
    `missed` are reasons why there may be more chains than these; `connections` is how many
    it took.
    """

    target: Target
    chains: tuple[ServedChain, ...] = ()
    reason: str | None = None
    missed: tuple[str, ...] = ()
    connections: int = 0
