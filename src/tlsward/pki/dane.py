"""Whether TLSA records are for a chain, as clients judge them (RFC 6698, RFC 7671).

Records count where the resolver calls them secure, and not otherwise: what somebody on the
way could have written proves nothing. One record that holds is enough.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.dns import Dane, DnssecState, TlsaMatch, TlsaRecord
from tlsward.pki import signatures
from tlsward.pki.chain_building import ways
from tlsward.pki.display import safe_text
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.hostname import hostname_match
from tlsward.pki.path_rules import Authorities, LeafRules
from tlsward.pki.paths import trust
from tlsward.pki.stores import PRIVATE, Stores
from tlsward.pki.tlsa import USAGES, matches, unusable, whole_certificate, whole_key
from tlsward.pki.x509 import X509Certificate

#: Records that are judged; real sets have fewer than ten.
MOST_RECORDS = 100
PKIX_TA, PKIX_EE, DANE_TA, DANE_EE = 0, 1, 2, 3


class _Found(msgspec.Struct, frozen=True):
    """What came of a record: `counts` is false for one that clients pass over."""

    answer: Answer
    reason: str
    depth: int | None = None
    counts: bool = True


def dane(
    records: Sequence[TlsaRecord],
    chain: Sequence[X509Certificate],
    *,
    name: str,
    dnssec: DnssecState,
    trusted: Answer,
    now: datetime,
    paths: Sequence[Sequence[X509Certificate]] = (),
    hostnames: Sequence[str] = (),
    starttls: str | None = None,
    error: str | None = None,
) -> Dane:
    """Return whether the chain, leaf first, is what the records at `name` are for.

    `trusted` says whether a public store has a path for it, which usages 0 and 1 need, and
    `paths` are those paths, leaf first and root last; without them the served chain stands
    for them. `hostnames` are the names of which the leaf must have one for usages 0 to 2
    (not compared where there are none). `error` says why the records are not known.
    """
    shown = safe_text(name)
    if error is not None:
        return Dane(name=shown, dnssec=dnssec, error=error)
    if not records:
        return Dane(name=shown, dnssec=dnssec, reason="no TLSA records")
    judge = _Judge(chain, trusted, now, paths, hostnames, starttls)
    found = [(record, judge.judged(record, records)) for record in records[:MOST_RECORDS]]
    valid, reason = _verdict(found, dnssec)
    if len(records) > MOST_RECORDS and valid == NO:
        valid, reason = UNKNOWN, f"more than {MOST_RECORDS} records"
    return Dane(
        name=shown,
        dnssec=dnssec,
        matches=tuple(
            TlsaMatch(record=record, matches=each.answer, reason=each.reason, depth=each.depth)
            for record, each in found
        ),
        valid=valid,
        reason=reason,
    )


def reference_names(host: str, tlsa_name: str) -> tuple[str, ...]:
    """Return the names of which a certificate must have one for usages 0 to 2.

    The host, and the base of its TLSA records where that is another name, to which only
    secure aliases lead (RFC 7671 section 7). Names in between do not count.
    """
    _, _, base = tlsa_name.partition("._tcp.")
    return tuple(dict.fromkeys(name for name in (host, base) if name))


def _verdict(found: Sequence[tuple[TlsaRecord, _Found]], dnssec: DnssecState) -> tuple[Answer, str]:
    if dnssec == "insecure":
        return UNKNOWN, "the zone is not signed, so that clients pass its TLSA records over"
    if dnssec == "bogus":
        return UNKNOWN, "the signatures of the zone do not hold, and clients do not connect"
    if dnssec != "secure":
        return UNKNOWN, "the resolver does not tell whether the records are signed"
    counting = [(record, each) for record, each in found if each.counts]
    if not counting:
        return UNKNOWN, "no usable TLSA record, so that DANE tells clients nothing"
    for answer in (YES, UNKNOWN):
        for record, each in counting:
            if each.answer == answer:
                return answer, f"{_written(record)} {each.reason}"
    if len(counting) == 1:
        record, each = counting[0]
        return NO, f"{_written(record)} {each.reason}"
    return NO, f"none of {len(counting)} usable TLSA records matches the chain"


class _Judge:
    def __init__(
        self,
        chain: Sequence[X509Certificate],
        trusted: Answer,
        now: datetime,
        paths: Sequence[Sequence[X509Certificate]],
        hostnames: Sequence[str],
        starttls: str | None,
    ) -> None:
        self._chain = chain
        self._trusted = trusted
        self._now = now
        self._paths = paths or (chain,)
        self._hostnames = hostnames
        self._starttls = starttls
        self._anchored_by: dict[bytes, _Found] = {}

    def judged(self, record: TlsaRecord, records: Sequence[TlsaRecord]) -> _Found:
        """Return what comes of one record among all of its set."""
        problem = unusable(record, starttls=self._starttls)
        if problem is not None:
            return _Found(UNKNOWN, f"unusable: {problem}", counts=False)
        if not self._chain:
            return _Found(UNKNOWN, "no certificate is known")
        found = self._of_usage(record)
        if self._outdone(record, records):
            # RFC 7671 section 9, as OpenSSL does: only the strongest digest of its kind.
            reason = f"{found.reason}, but a stronger digest is there beside it"
            return _Found(found.answer, reason, found.depth, counts=False)
        return found

    def _of_usage(self, record: TlsaRecord) -> _Found:
        if record.usage == DANE_EE:
            # RFC 7671 section 5.1: neither names nor dates matter.
            return self._leaf(record)
        if record.usage == PKIX_EE:
            found = self._leaf(record)
        elif record.usage == PKIX_TA:
            found = self._above(record)
        else:
            found = self._trust_anchor(record)
        if found.answer != YES:
            return found
        doubt = self._names() or (self._trust() if record.usage in {PKIX_TA, PKIX_EE} else None)
        return found if doubt is None else msgspec.structs.replace(doubt, depth=found.depth)

    def _leaf(self, record: TlsaRecord) -> _Found:
        answer = matches(record, self._chain[0])
        if answer == YES:
            return _Found(YES, "matches the certificate", 0)
        if answer == UNKNOWN:
            return _Found(UNKNOWN, "cannot be compared with the certificate's key")
        return _Found(NO, "is of another certificate")

    def _above(self, record: TlsaRecord) -> _Found:
        doubt = False
        for path in self._paths:
            for depth, certificate in enumerate(path[1:], 1):
                answer = matches(record, certificate)
                if answer == YES:
                    return _Found(YES, f"matches {shown_name(certificate.subject)}", depth)
                doubt |= answer == UNKNOWN
        if doubt:
            return _Found(UNKNOWN, "cannot be compared with an authority's key")
        return _Found(NO, "is of no authority on the path")

    def _trust_anchor(self, record: TlsaRecord) -> _Found:
        """Return whether there is a path to the record's trust anchor (RFC 7671 section 5.2)."""
        doubt = None
        failed = None
        for certificate in self._anchors(record):
            found = self._anchored(certificate)
            if found.answer == YES:
                return found
            doubt = found if found.answer == UNKNOWN else doubt
            failed = failed or found
        if doubt is None and any(matches(record, each) == UNKNOWN for each in self._chain[1:]):
            doubt = _Found(UNKNOWN, "cannot be compared with an authority's key")
        signed = self._signed_by_bare_key(record) if failed is None else None
        return signed or doubt or failed or _Found(NO, "is of no authority in the chain")

    def _anchors(self, record: TlsaRecord) -> list[X509Certificate]:
        """Return the certificates that the record makes trust anchors, never the leaf.

        One that it holds in full need not be served (section 5.2.2).
        """
        anchors = [each for each in self._chain[1:] if matches(record, each) == YES]
        held = whole_certificate(record)
        if held is not None and held.der not in {each.der for each in self._chain}:
            anchors.append(held)
        return anchors

    def _anchored(self, anchor: X509Certificate) -> _Found:
        if anchor.sha256 not in self._anchored_by:
            self._anchored_by[anchor.sha256] = self._path_to(anchor)
        return self._anchored_by[anchor.sha256]

    def _path_to(self, anchor: X509Certificate) -> _Found:
        store = Stores(anchor.loaded.public_bytes(Encoding.PEM), public=False)
        found = ways(self._chain[0], self._chain[1:], store)
        judged = trust(found, store, self._now)
        subject = shown_name(anchor.subject)
        depths = [
            path.fingerprints.index(anchor.sha256.hex())
            for path in judged.paths
            if anchor.sha256.hex() in path.fingerprints
        ]
        depth = min(depths, default=None)
        answer, reason = judged.answers[PRIVATE], judged.reasons[PRIVATE]
        if answer == YES:
            return _Found(YES, f"matches {subject}", depth)
        return _Found(answer, f"matches {subject}, to which no path leads: {reason}", depth)

    def _signed_by_bare_key(self, record: TlsaRecord) -> _Found | None:
        """Return whether a key that the record holds, and nobody serves, signed the chain."""
        key = whole_key(record)
        if key is None:
            return None
        for certificate in self._chain:
            if signatures.verified(key, certificate.signature):
                if certificate is not self._chain[0]:
                    return self._anchored(certificate)
                rules, above = LeafRules(certificate, self._now), Authorities(())
                reason = rules.violated_rule(above) or rules.weaknesses(above)[1]
                doubt = rules.unread_extensions(above)
                if reason or doubt:
                    return _Found(NO if reason else UNKNOWN, reason or doubt or "")
                return _Found(YES, "has the key that signed the certificate", 1)
        return None

    def _names(self) -> _Found | None:
        answers = {hostname_match(self._chain[0], name) for name in self._hostnames}
        if not answers or YES in answers:
            return None
        names = safe_text(", ".join(self._hostnames))
        if UNKNOWN in answers:
            return _Found(UNKNOWN, "matches, but the certificate's names cannot be read")
        return _Found(NO, f"matches, but the certificate is not for {names}")

    def _trust(self) -> _Found | None:
        if self._trusted == YES:
            return None
        if self._trusted == UNKNOWN:
            return _Found(UNKNOWN, "matches, but whether a public store trusts it is not known")
        return _Found(NO, "matches, but no public store trusts the chain")

    def _outdone(self, record: TlsaRecord, records: Sequence[TlsaRecord]) -> bool:
        return record.matching_type == 1 and any(
            other.matching_type == 2
            and (other.usage, other.selector) == (record.usage, record.selector)
            and unusable(other, starttls=self._starttls) is None
            for other in records
        )


def _written(record: TlsaRecord) -> str:
    """Return a record's numbers with the name of its usage."""
    usage = USAGES.get(record.usage, "?")
    return f"{record.usage} {record.selector} {record.matching_type} ({usage})"
