"""Chains of trust, with the intermediates that are missing fetched where that is allowed."""

from collections.abc import Sequence
from datetime import datetime

from tlsward.model.chain_of_trust import ChainOfTrust
from tlsward.model.served_chain import ServedChain
from tlsward.pki.chain_of_trust import chain_of_trust, leaf_first
from tlsward.pki.issuers import FetchedIssuers, fetched_issuers
from tlsward.pki.read_chain import read_chain
from tlsward.pki.stores import Stores
from tlsward.scan.means import Means, means_of
from tlsward.scan.settings import ScanSettings


async def chains_of_trust(
    chains: Sequence[ServedChain],
    settings: ScanSettings,
    stores: Stores,
    now: datetime,
    *,
    in_order: bool = True,
) -> list[ChainOfTrust]:
    """Return each chain with all ways from its leaf at `now`, an aware moment.

    `in_order` says that the leaf of each is first. Never raises for what is in a chain, or
    for what a network or a server does.
    """
    found = []
    async with means_of(settings) as means:
        for served in chains:
            fetched = await _missing(served, settings, stores, now, means, in_order=in_order)
            found.append(
                chain_of_trust(
                    served,
                    stores,
                    now,
                    in_order=in_order,
                    added=fetched.certificates,
                    missed=fetched.failures,
                )
            )
    return found


async def _missing(
    served: ServedChain,
    settings: ScanSettings,
    stores: Stores,
    now: datetime,
    means: Means,
    *,
    in_order: bool,
) -> FetchedIssuers:
    if not settings.fetch_issuers or means.fetch is None:
        return FetchedIssuers((), ())
    chain = served.certificates if in_order else leaf_first(served.certificates)
    read = [each.certificate for each in read_chain(chain, stores)]
    if not read or read[0] is None:
        return FetchedIssuers((), ())
    known = [certificate for certificate in read if certificate is not None]
    return await fetched_issuers(known, stores, means.fetch, now)
