"""How the served chain is built (RFC 9846 section 4.4.2): order, gaps, surplus."""

from collections.abc import Sequence
from itertools import pairwise

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import ChainFacts
from tlsward.pki.chain_building import Ways
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.stores import PRIVATE, Stores
from tlsward.pki.x509 import X509Certificate


def chain_facts(chain: Sequence[X509Certificate | None], found: Ways, stores: Stores) -> ChainFacts:
    """Return the facts of `chain` as served, leaf first, None for what cannot be read.

    `found` are the ways from its leaf through what was served alone.
    """
    leaf = chain[0] if chain else None
    if leaf is None:
        return ChainFacts()
    served = [certificate for certificate in chain if certificate is not None]
    complete = _complete(leaf, found, stores)
    if complete == NO and len(served) < len(chain):
        complete = UNKNOWN
    return ChainFacts(
        order=_order(chain, stores),
        complete=complete,
        contains_root=_contains_root(chain),
        missing=_missing(found) if complete == NO else (),
        extra=_extra(served, found) if found.complete else (),
    )


def _order(chain: Sequence[X509Certificate | None], stores: Stores) -> Answer:
    """Return yes where each certificate directly certifies the one before it."""
    answer: Answer = YES
    for certificate, issuer in pairwise(chain):
        if certificate is None or issuer is None:
            answer = UNKNOWN
            continue
        if certificate.issuer != issuer.subject:
            return NO
        signed = stores.signed_by(certificate, issuer)
        if signed is False:
            return NO
        if signed is None:
            answer = UNKNOWN
    return answer


def _complete(leaf: X509Certificate, found: Ways, stores: Stores) -> Answer:
    """Return whether the served chain reaches a root, one that is known or was served.

    Where it does not, the next authority up is a missing intermediate if the roots that
    it could be are known: those of the public programs for a certificate that shows
    itself public, those of the caller's file otherwise. Else it may be a private root.
    """
    for way in found.ways:
        if way.anchor is not None or way.certificates[-1].self_signed:
            return YES
    if not found.complete:
        return UNKNOWN
    if leaf.shows_itself_public:
        return NO if stores.known - {PRIVATE} else UNKNOWN
    return NO if PRIVATE in stores.known else UNKNOWN


def _contains_root(chain: Sequence[X509Certificate | None]) -> Answer:
    """Return whether a self-signed certificate follows the leaf."""
    following = chain[1:]
    if any(certificate is not None and certificate.self_signed for certificate in following):
        return YES
    return UNKNOWN if None in following else NO


def _missing(found: Ways) -> tuple[str, ...]:
    names = [way.certificates[-1].issuer for way in found.ways if way.dead_end is not None]
    return tuple(shown_name(name) for name in dict.fromkeys(names))


def _extra(served: Sequence[X509Certificate], found: Ways) -> tuple[str, ...]:
    """Return the subjects of certificates on no way, and of those served twice."""
    used = {certificate.sha256 for way in found.ways for certificate in way.certificates}
    extra = []
    for certificate in served:
        if certificate.sha256 in used:
            used.remove(certificate.sha256)
        else:
            extra.append(shown_name(certificate.subject))
    return tuple(extra)
