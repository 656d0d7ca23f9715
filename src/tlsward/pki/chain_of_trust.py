"""All ways from a leaf to the roots, told with every certificate on them and every store."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.chain_of_trust import (
    ChainCertificate,
    ChainOfTrust,
    StoreVerdict,
    TrustWay,
)
from tlsward.model.served_chain import ServedChain
from tlsward.pki.arrangement import AmbiguousError, arranged
from tlsward.pki.certificate import described
from tlsward.pki.chain_building import Way, Ways, ways
from tlsward.pki.deployment import deployment
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.library import UnreadableError
from tlsward.pki.read_chain import read_chain
from tlsward.pki.stores import PRIVATE, Stores
from tlsward.pki.transparency import LogList
from tlsward.pki.x509 import X509Certificate


def chain_of_trust(
    served: ServedChain,
    stores: Stores,
    now: datetime,
    *,
    in_order: bool = True,
    added: Sequence[X509Certificate] = (),
    missed: Sequence[str] = (),
) -> ChainOfTrust:
    """Return a chain with all ways from its leaf. Never raises for what it says.

    `in_order` says that the leaf is first, as a server must send it; where not, it is
    looked for. `added` are intermediates from elsewhere to build ways with, `missed` says
    which could not be fetched. Where the caller brings a private store its trust is what
    is asked for.
    """
    chain = served.certificates if in_order else leaf_first(served.certificates)
    judged = deployment(
        chain,
        hostname=served.hostname or "",
        stores=stores,
        now=now,
        ocsp_response=served.ocsp_response,
        sct_list=served.sct_list,
        staple_requested=served.staple_requested,
        protocols=served.protocols,
        added=added,
        logs=LogList.installed(),
    )
    found = _ways(chain, stores, added)
    by_octets = {each.der: each for each in judged.chain}
    as_served = tuple(by_octets[octets] for octets in served.certificates)
    asked = (PRIVATE,) if PRIVATE in stores.names else stores.names
    return ChainOfTrust(
        now=now,
        hostname=served.hostname,
        protocols=served.protocols,
        served_with_sni=served.served_with_sni,
        served_without_sni=served.served_without_sni,
        chain=as_served,
        certificates=_certificates(judged, found, [each.sha256 for each in as_served]),
        ways=tuple(sorted(_told(judged, found, stores), key=_best_first)),
        complete=found.complete,
        trust=judged.trust,
        trust_reasons=judged.trust_reasons,
        chain_facts=judged.chain_facts,
        asked=asked,
        trusted=_trusted([judged.trust.get(store, UNKNOWN) for store in asked]),
        missed=tuple(missed),
    )


def leaf_first(chain: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return a file's certificates with the end entity first, where it can be told which."""
    try:
        leaf = arranged(chain).end_entity.der
    except (AmbiguousError, UnreadableError):
        return tuple(chain)
    return (leaf, *(each for each in chain if each != leaf))


def _ways(chain: Sequence[bytes], stores: Stores, added: Sequence[X509Certificate]) -> Ways:
    read = [each.certificate for each in read_chain(chain, stores)]
    leaf = read[0] if read else None
    if leaf is None:
        return Ways((), complete=True)
    following = [certificate for certificate in read[1:] if certificate is not None]
    return ways(leaf, following, stores, added=added)


def _certificates(
    judged: CertificateDeployment, found: Ways, order: Sequence[str]
) -> dict[str, ChainCertificate]:
    shown = {each.sha256: each for each in judged.chain}
    roots: dict[str, tuple[str, ...]] = {}
    added = {sha256.hex() for way in found.ways for sha256 in way.added}
    for way in found.ways:
        for certificate in way.certificates:
            fingerprint = certificate.sha256.hex()
            if fingerprint not in shown:
                shown[fingerprint] = described(certificate)
        if way.anchor is not None:
            roots[way.anchor.certificate.sha256.hex()] = tuple(sorted(way.anchor.stores))
    return {
        fingerprint: ChainCertificate(
            certificate=certificate,
            positions=tuple(position for position, each in enumerate(order) if each == fingerprint),
            stores=roots.get(fingerprint, ()),
            added=fingerprint in added,
        )
        for fingerprint, certificate in shown.items()
    }


def _told(judged: CertificateDeployment, found: Ways, stores: Stores) -> Iterator[TrustWay]:
    reasons = {(path.store, path.fingerprints): path.reason for path in judged.paths}
    anchored = {_fingerprints(way) for way in found.ways if way.anchor is not None}
    for way in found.ways:
        fingerprints = _fingerprints(way)
        # A self-signed root is a way of its own, and leads no further.
        if way.anchor is None and fingerprints in anchored:
            continue
        verdicts = [
            _verdict(judged, way, store, reasons.get((store, fingerprints), _NOT_TOLD))
            for store in stores.names
            if way.anchor is not None and store in way.anchor.stores
        ]
        yield TrustWay(
            fingerprints=fingerprints,
            trusted=_trusted([verdict.trusted for verdict in verdicts], otherwise=NO),
            stores=tuple(verdicts),
            reason=way.dead_end,
            missing=_missing(way),
        )


def _fingerprints(way: Way) -> tuple[str, ...]:
    return tuple(each.sha256.hex() for each in way.certificates)


#: Of many ways that fail a store's first are judged.
_NOT_TOLD = "one of more ways than are judged"


def _verdict(
    judged: CertificateDeployment, way: Way, store: str, reason: str | None
) -> StoreVerdict:
    if reason is None:
        return StoreVerdict(store=store, trusted=YES)
    doubtful = judged.trust.get(store) == UNKNOWN and judged.trust_reasons.get(store) == reason
    unknown = doubtful or reason in {way.unchecked, _NOT_TOLD}
    return StoreVerdict(store=store, trusted=UNKNOWN if unknown else NO, reason=reason)


def _missing(way: Way) -> str | None:
    last = way.certificates[-1]
    if way.dead_end is None or last.self_signed or way.dead_end.startswith("bad signature"):
        return None
    return shown_name(last.issuer)


def _best_first(way: TrustWay) -> tuple[int, int]:
    trusting = sum(verdict.trusted == YES for verdict in way.stores)
    return -trusting, len(way.fingerprints)


def _trusted(answers: Sequence[Answer], *, otherwise: Answer = UNKNOWN) -> Answer:
    """Return whether one of them is a yes; `otherwise` where there are none."""
    if YES in answers:
        return YES
    if not answers:
        return otherwise
    return UNKNOWN if UNKNOWN in answers else NO
