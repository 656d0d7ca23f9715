"""One certificate of a server put together: its chain, its names, its staple, its trust."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import (
    Certificate,
    CertificateDeployment,
    PublicKey,
)
from tlsward.pki.certificate import described, parse_certificate
from tlsward.pki.chain_building import Ways, ways
from tlsward.pki.chain_facts import chain_facts
from tlsward.pki.hostname import hostname_match
from tlsward.pki.library import quietly
from tlsward.pki.paths import trust
from tlsward.pki.publicity import sign_of_public
from tlsward.pki.read_chain import read_chain
from tlsward.pki.revocation.staple import StapledFacts, stapled_facts
from tlsward.pki.stores import Stores
from tlsward.pki.transparency import LogList, checked_timestamps, transparency
from tlsward.pki.x509 import X509Certificate

#: What is said of stapling: see `ocsp_stapling` of the model.
STAPLED = "stapled"
NOT_STAPLED = "not stapled"
NOT_APPLICABLE = "not applicable"


@quietly()
def deployment(
    chain: Sequence[bytes],
    *,
    hostname: str,
    stores: Stores,
    now: datetime,
    ocsp_response: bytes | None = None,
    sct_list: bytes | None = None,
    logs: LogList | None = None,
    staple_requested: bool = True,
    served_with_sni: Answer = UNKNOWN,
    served_without_sni: Answer = UNKNOWN,
    protocols: Sequence[str] = (),
    added: Sequence[X509Certificate] = (),
    not_fetched: Sequence[str] = (),
) -> CertificateDeployment:
    """Return what a served chain is worth. Never raises for anything a server sends.

    `chain` is DER, leaf first; `hostname` the name or address the user asked for; `now`
    an aware datetime; `ocsp_response` and `sct_list` what came with the leaf in the same
    handshake. Timestamps are checked, and policies judged, where there are `logs`.
    `staple_requested` is false where no hello asked for a staple, so that none says
    nothing. `added` are intermediates from elsewhere to build paths with, beside those of
    the stores' pool, and `not_fetched` says why there are not more of them; the facts of
    the chain are of what was served.
    """
    served = read_chain(chain, stores)
    shown = [each.shown for each in served]
    read = [each.certificate for each in served]
    leaf = read[0] if read else None
    if leaf is None:
        return _unknown(
            shown,
            shown[0].error or "" if shown else "the server sent no certificate",
            stores=stores,
            served_with_sni=served_with_sni,
            served_without_sni=served_without_sni,
            protocols=protocols,
        )
    following = [certificate for certificate in read[1:] if certificate is not None]
    found = ways(leaf, following, stores, added=added)
    through_served = found
    if not found.complete or any(way.added for way in found.ways):
        through_served = ways(leaf, following, stores, pool=False)
    stapled = None
    if ocsp_response:
        stapled = stapled_facts(ocsp_response, leaf, _issuers(leaf, found), now)
    timestamps = checked_timestamps(
        leaf,
        _issuers(leaf, found),
        sct_list=sct_list,
        ocsp_response=ocsp_response,
        logs=logs,
        now=now,
    )
    shown[0] = msgspec.structs.replace(shown[0], scts=timestamps)
    public = sign_of_public(leaf, found) is not None
    judged = trust(
        found,
        stores,
        now,
        # What a log did not sign does not tell when it was logged.
        timestamps=[each.timestamp for each in timestamps if each.signature_valid == YES],
        unchecked_timestamps=[
            each.timestamp for each in timestamps if each.signature_valid == UNKNOWN
        ],
        all_certificates_read=None not in read,
    )
    return CertificateDeployment(
        key=shown[0].key or PublicKey(algorithm="unknown"),
        chain=tuple(shown),
        trust=judged.answers,
        trust_reasons=judged.reasons,
        hostname_match=hostname_match(leaf, hostname),
        paths=judged.paths,
        added=_added(found),
        chain_facts=msgspec.structs.replace(
            chain_facts(read, through_served, stores), not_fetched=tuple(not_fetched)
        ),
        public=public,
        transparency=()
        if logs is None
        else transparency(leaf, timestamps, logs, now, public=public),
        expired=YES if now > leaf.not_after else NO,
        staple=stapled.staple if stapled else None,
        ocsp_stapling=_stapling(leaf, stapled, requested=staple_requested),
        served_with_sni=served_with_sni,
        served_without_sni=served_without_sni,
        protocols=tuple(protocols),
    )


def unjudged(
    chain: Sequence[bytes],
    reason: str,
    *,
    stores: Stores,
    served_with_sni: Answer = UNKNOWN,
    served_without_sni: Answer = UNKNOWN,
    protocols: Sequence[str] = (),
) -> CertificateDeployment:
    """Return a served chain, DER, of which nothing could be told for `reason`."""
    return _unknown(
        [parse_certificate(encoded) for encoded in chain],
        reason,
        stores=stores,
        served_with_sni=served_with_sni,
        served_without_sni=served_without_sni,
        protocols=protocols,
    )


def _unknown(
    shown: Sequence[Certificate],
    reason: str,
    *,
    stores: Stores,
    served_with_sni: Answer,
    served_without_sni: Answer,
    protocols: Sequence[str],
) -> CertificateDeployment:
    """Return a deployment of which nothing can be told, as of a leaf that cannot be read."""
    return CertificateDeployment(
        key=(shown[0].key if shown else None) or PublicKey(algorithm="unknown"),
        chain=tuple(shown),
        trust=dict.fromkeys(stores.names, UNKNOWN),
        trust_reasons=dict.fromkeys(stores.names, reason),
        served_with_sni=served_with_sni,
        served_without_sni=served_without_sni,
        protocols=tuple(protocols),
    )


def _issuers(leaf: X509Certificate, found: Ways) -> list[X509Certificate]:
    """Return the certificates that certify the leaf on some way; itself if self-signed."""
    issuers = {
        way.certificates[1].sha256: way.certificates[1]
        for way in found.ways
        if len(way.certificates) > 1
    }
    return list(issuers.values()) or ([leaf] if leaf.self_signed else [])


def _added(found: Ways) -> tuple[Certificate, ...]:
    """Return the certificates on ways that were neither served nor are anchors."""
    added = {
        certificate.sha256: certificate
        for way in found.ways
        if way.added
        for certificate in way.certificates
        if certificate.sha256 in way.added
    }
    return tuple(described(certificate) for certificate in added.values())


def _stapling(leaf: X509Certificate, stapled: StapledFacts | None, *, requested: bool) -> str:
    if stapled is not None and stapled.usable:
        return STAPLED
    if not leaf.extensions_read or (stapled is None and not requested):
        return UNKNOWN
    if not leaf.ocsp_urls:
        # RFC 6960 section 3.1: who names no responder has nothing to staple.
        return NOT_APPLICABLE
    return NOT_STAPLED
