"""Whether a certificate was revoked, by all there is: its CRLs, its responders, a staple.

CRLs come first: authorities need not run responders any more, and whoever fetches a CRL
tells nobody which certificate it is about. A responder is asked only where the
certificate names one and no CRL has answered. Who names neither, and lives shortly or is
of no public authority, needs neither.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from tlsward.facts.certificate_lifetimes import is_short_lived
from tlsward.model.fetching import Fetcher, FetchRequest
from tlsward.model.revocation import (
    Revocation,
    RevocationCheck,
    RevocationSource,
    RevocationState,
)
from tlsward.pki.display import safe_text
from tlsward.pki.library import UnreadableError
from tlsward.pki.revocation.crl import LARGEST_CRL_BYTES, crl_check, read_crl
from tlsward.pki.revocation.distribution_point import DistributionPoint, distribution_points
from tlsward.pki.revocation.evidence import certifiers
from tlsward.pki.revocation.freshness import moment
from tlsward.pki.revocation.ocsp import (
    MALFORMED,
    answer_check,
    fetch_requests,
    ocsp_request,
    read_answer,
)
from tlsward.pki.x509 import X509Certificate

#: URLs of CRLs and of responders that are tried for one certificate.
MOST_CRL_URLS = 8
MOST_RESPONDERS = 4
#: A CRL that was fetched is used again until its nextUpdate, and no longer than this:
#: authorities publish what they revoke within a day (Baseline Requirements section 4.9.7),
#: while the CRLs of some roots name a next update a year ahead.
LONGEST_CACHED = timedelta(days=1)
_DECIDED = frozenset({"good", "revoked"})
NOT_FETCHED = "not fetched"


class EvidenceCache(Protocol):
    """Where CRLs are kept between runs; see net.fetch_cache."""

    def get(self, url: str, now: datetime) -> bytes | None:
        """Return what is kept of a URL and still of use, else None."""
        ...

    def put(self, url: str, octets: bytes, *, until: datetime) -> None:
        """Keep what a URL gave until a moment."""
        ...


async def chain_revocation(
    path: Sequence[X509Certificate],
    *,
    now: datetime,
    fetch: Fetcher | None = None,
    staple: bytes | None = None,
    cache: EvidenceCache | None = None,
    staple_requested: bool = False,
    public: bool | None = None,
) -> tuple[Revocation, ...]:
    """Return the state of each certificate of a path, leaf first, without its root.

    `path` runs from the leaf upwards, each certified by the next. A root is trusted for
    being in a store, and revoked by being taken out; a path of one self-signed
    certificate has an entry all the same. For the rest see `revocation_of`; whether a
    chain is `public` its leaf tells.
    """
    if public is None and path:
        public = path[0].shows_itself_public
    asked = path[:-1] if len(path) > 1 and path[-1].self_signed else path
    return tuple(
        [
            await revocation_of(
                certificate,
                path[number + 1 :],
                now=now,
                fetch=fetch,
                staple=None if number else staple,
                cache=cache,
                staple_requested=staple_requested and number == 0,
                public=public,
            )
            for number, certificate in enumerate(asked)
        ]
    )


async def revocation_of(
    certificate: X509Certificate,
    issuers: Sequence[X509Certificate],
    *,
    now: datetime,
    fetch: Fetcher | None = None,
    staple: bytes | None = None,
    cache: EvidenceCache | None = None,
    staple_requested: bool = False,
    public: bool | None = None,
) -> Revocation:
    """Return the state of one certificate at `now` (aware). Never raises.

    `issuers` are certificates that may have certified it, and those above them. Without
    `fetch` nothing is asked, of the cache neither: then the staple alone speaks.
    `staple_requested` says that a server was asked for one, so that a missing one can be
    told of. `public` is whether the rules for public authorities apply, None where the
    certificate itself tells.
    """
    if certificate.self_signed:
        reason = "it is self-signed: nobody else could revoke it"
        return _revocation(certificate, "not applicable", reason)
    if not certificate.named or not certificate.extensions_read:
        return _revocation(certificate, "unknown", "what it says of its revocation cannot be read")
    judged = _Judgement(certificate, issuers, now, fetch, cache)
    if staple is not None:
        judged.take_staple(staple)
    if not judged.revoked:
        await judged.ask_crls()
    if not judged.decided_by_crl and not judged.revoked:
        await judged.ask_responders()
    public = certificate.shows_itself_public if public is None else public
    state, reason = _state(certificate, judged.checks, public=public)
    if staple_requested and certificate.must_staple and not judged.stapled:
        # RFC 7633 section 4.2.3.1: a client may end the handshake for that.
        wrong = "no usable one was" if staple is not None else "none was"
        reason += f"; it demands that its state be stapled (must-staple), and {wrong}"
    return _revocation(certificate, state, reason, tuple(judged.checks))


class _Judgement:
    """The evidence about one certificate as it comes together."""

    def __init__(
        self,
        certificate: X509Certificate,
        authorities: Sequence[X509Certificate],
        now: datetime,
        fetch: Fetcher | None,
        cache: EvidenceCache | None,
    ) -> None:
        self.certificate = certificate
        self.authorities = authorities
        self.issuers = certifiers(certificate, authorities)
        self.now = now
        self.fetch = fetch
        self.cache = cache
        self.checks: list[RevocationCheck] = []

    @property
    def revoked(self) -> bool:
        return any(check.state == "revoked" for check in self.checks)

    @property
    def decided_by_crl(self) -> bool:
        return any(check.source == "crl" and check.state in _DECIDED for check in self.checks)

    @property
    def stapled(self) -> bool:
        """Whether a staple told the state."""
        return any(check.source == "staple" and check.state in _DECIDED for check in self.checks)

    def take_staple(self, octets: bytes) -> None:
        answer = read_answer(octets, self.certificate, self.issuers, self.now)
        self.checks.append(answer_check(answer, "staple"))

    async def ask_crls(self) -> None:
        """Go through distribution points and their URLs until one has told the state."""
        try:
            points = distribution_points(self.certificate)
        except UnreadableError:
            self._tell("crl", None, "its distribution points cannot be read")
            return
        urls = [(url, point) for point in points for url in point.urls]
        for url, point in urls[:MOST_CRL_URLS]:
            check = await self._crl_of(url, point)
            self.checks.append(check)
            if check.state in _DECIDED:
                return
        if points and not urls:
            self._tell("crl", None, "its distribution points have no URL")

    async def _crl_of(self, url: str, point: DistributionPoint) -> RevocationCheck:
        refusal = self._not_fetched(url)
        if refusal is not None or self.fetch is None:
            return _unknown("crl", url, refusal or NOT_FETCHED)
        kept = None if self.cache is None else self.cache.get(url, self.now)
        if kept is not None:
            check = self._judged(kept, url, point, cached=True)
            if check.state in _DECIDED:
                return check
        fetched = await self.fetch(FetchRequest(url=url, limit_bytes=LARGEST_CRL_BYTES))
        if fetched.body is None:
            return _unknown("crl", url, fetched.reason or "nothing came")
        check = self._judged(fetched.body, url, point, cached=False)
        fresh = check.next_update is not None and check.next_update > self.now
        if self.cache is not None and check.state in _DECIDED and check.next_update and fresh:
            until = min(check.next_update, self.now + LONGEST_CACHED)
            self.cache.put(url, fetched.body, until=until)
        return check

    def _judged(
        self, octets: bytes, url: str, point: DistributionPoint, *, cached: bool
    ) -> RevocationCheck:
        try:
            crl = read_crl(octets)
        except UnreadableError as error:
            return _unknown("crl", url, str(error))
        check = crl_check(crl, self.certificate, self.authorities, point, now=self.now)
        return msgspec.structs.replace(check, url=safe_text(url), cached=cached)

    async def ask_responders(self) -> None:
        """Go through the responders until one has told the state."""
        urls = self.certificate.ocsp_urls[:MOST_RESPONDERS]
        for url in urls:
            refusal = self._not_fetched(url)
            if refusal is None and not self.issuers:
                refusal = "not asked: the issuer's certificate is not known"
            if refusal is not None:
                self._tell("ocsp", url, refusal)
                continue
            check = await self._answer_of(url)
            self.checks.append(msgspec.structs.replace(check, url=safe_text(url)))
            if check.state in _DECIDED:
                return

    async def _answer_of(self, url: str) -> RevocationCheck:
        """Ask one responder, by POST where GET brought nothing that can be read."""
        try:
            request = ocsp_request(self.certificate, self.issuers[0])
        except UnreadableError as error:
            return _unknown("ocsp", url, f"no request can be made of it: {error}")
        check = _unknown("ocsp", url, NOT_FETCHED)
        for way in fetch_requests(url, request):
            if self.fetch is None:
                break
            fetched = await self.fetch(way)
            if fetched.body is not None:
                answer = read_answer(fetched.body, self.certificate, self.issuers, self.now)
                check = answer_check(answer, "ocsp")
                if answer.status != MALFORMED:
                    break
            else:
                check = _unknown("ocsp", url, fetched.reason or "nothing came")
                if fetched.status is None:
                    break  # nobody is there: another method will not help
        return check

    def _not_fetched(self, url: str) -> str | None:
        scheme, colon, _ = url.partition(":")
        if colon and scheme.lower() not in {"http", "https"}:
            return f"{safe_text(scheme)}: is not fetched from"
        return NOT_FETCHED if self.fetch is None else None

    def _tell(self, source: RevocationSource, url: str | None, reason: str) -> None:
        self.checks.append(_unknown(source, url, reason))


def _unknown(source: RevocationSource, url: str | None, reason: str) -> RevocationCheck:
    return RevocationCheck(
        source=source,
        state="unknown",
        url=None if url is None else safe_text(url),
        reason=safe_text(reason),
    )


def _revocation(
    certificate: X509Certificate,
    state: RevocationState,
    reason: str,
    checks: tuple[RevocationCheck, ...] = (),
) -> Revocation:
    return Revocation(
        sha256=certificate.sha256.hex(), state=state, reason=safe_text(reason), checks=checks
    )


def _state(
    certificate: X509Certificate, checks: Sequence[RevocationCheck], *, public: bool
) -> tuple[RevocationState, str]:
    """Return what all the evidence comes to, and why, in one line."""
    for check in checks:
        if check.state == "revoked":
            on = "" if check.revoked_at is None else f" on {moment(check.revoked_at)}"
            return "revoked", f"revoked{on}, says {_named(check)}: {check.reason}"
    for check in checks:
        if check.state == "good":
            note = "" if check.reason is None else f"; {check.reason}"
            return "good", f"not revoked, says {_named(check)}{_of(check)}{note}"
    if not certificate.ocsp_urls and not any(check.source == "crl" for check in checks):
        return _without_evidence(certificate, public=public)
    reasons = dict.fromkeys(
        check.reason if check.reason == NOT_FETCHED else f"{_named(check)}: {check.reason}"
        for check in checks
    )
    return "unknown", "; ".join(str(reason) for reason in reasons)


def _without_evidence(certificate: X509Certificate, *, public: bool) -> tuple[RevocationState, str]:
    """Return the state of one that names neither CRL nor responder."""
    if is_short_lived(certificate.not_before, certificate.not_after):
        return "not applicable", "short-lived: it ends before a revocation would be noticed"
    named = "it names neither a CRL nor a responder"
    if public:
        # Baseline Requirements section 7.1.2.11.2: no other public certificate may do so.
        return "unknown", f"{named}, and lives too long to need none"
    return "not applicable", f"{named}, and shows no sign of a public authority, who must"


_NAMES: dict[RevocationSource, str] = {
    "crl": "the CRL",
    "ocsp": "the responder",
    "staple": "the staple",
}


def _named(check: RevocationCheck) -> str:
    return _NAMES[check.source] + ("" if check.url is None else f" {check.url}")


def _of(check: RevocationCheck) -> str:
    parts = []
    if check.this_update is not None:
        parts.append(f"of {moment(check.this_update)}")
    if check.next_update is not None:
        parts.append(f"valid until {moment(check.next_update)}")
    return f" ({', '.join(parts)})" if parts else ""
