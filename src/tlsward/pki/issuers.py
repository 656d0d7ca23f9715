"""Missing intermediates, fetched from where certificates say that their issuer is.

RFC 5280 section 4.2.2.1: a caIssuers URL leads to one certificate in DER or to a "certs-only"
PKCS #7 message; PEM is met as well. What comes is a certificate like any that a server sends:
nothing is believed because it was fetched. Each fetch that was of no use has its reason.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from tlsward.model.answer import YES
from tlsward.model.fetching import Fetcher, FetchRequest
from tlsward.pki.chain_building import MOST_SERVED, Ways, ways
from tlsward.pki.display import safe_text
from tlsward.pki.library import UnreadableError, quietly, reading
from tlsward.pki.paths import trust
from tlsward.pki.root_programs import certificates_in_pem
from tlsward.pki.stores import Stores
from tlsward.pki.x509 import X509Certificate, read_certificate

#: Fetches for one chain: a chain lacks one or two certificates, each with one or two URLs.
MOST_FETCHES = 8
#: The largest answer of use, in octets; the bundles of bridges between authorities have
#: some hundred thousand.
LARGEST_ANSWER = 1 << 20
#: Certificates of one answer that are looked at.
MOST_IN_ONE_ANSWER = 64
#: Longer URLs are not fetched, in characters.
LONGEST_URL = 2048
#: URLs of one certificate that are looked at, and reasons that are kept.
MOST_URLS = 8
MOST_FAILURES = 32
#: What the certificates that were fetched for one chain may amount to, in octets.
MOST_OCTETS = 1 << 20


class FetchedIssuers(msgspec.Struct, frozen=True):
    """Certificates that ways lead through, and the reasons of the fetches that gave none."""

    certificates: tuple[X509Certificate, ...]
    failures: tuple[str, ...]


async def missing_issuers(
    certificates: Sequence[X509Certificate], stores: Stores, fetch: Fetcher, now: datetime
) -> tuple[X509Certificate, ...]:
    """Return what `fetched_issuers` found."""
    return (await fetched_issuers(certificates, stores, fetch, now)).certificates


async def fetched_issuers(
    certificates: Sequence[X509Certificate], stores: Stores, fetch: Fetcher, now: datetime
) -> FetchedIssuers:
    """Fetch what a served chain, leaf first, lacks for paths to the roots of `stores`.

    While some store does not trust the leaf at `now`, the issuers that ways end for want of
    are fetched, at most MOST_FETCHES in all and each URL once. Never raises.
    """
    if not certificates:
        return FetchedIssuers((), ())
    chase = _Chase(certificates, stores, now)
    while (url := chase.next_url()) is not None:
        request = FetchRequest(url=url, limit_bytes=LARGEST_ANSWER)
        fetched = await fetch(request)
        if fetched.body is None:
            chase.failed(url, fetched.reason or "nothing came")
        else:
            chase.take(url, fetched.body)
    return chase.outcome()


class _Chase:
    """What is known on the way: certificates found, URLs tried, what came of them."""

    def __init__(
        self, certificates: Sequence[X509Certificate], stores: Stores, now: datetime
    ) -> None:
        self._leaf, self._served = certificates[0], certificates[1:]
        self._stores = stores
        self._now = now
        self._found: dict[bytes, X509Certificate] = {}
        self._octets = 0
        self._tried: dict[str, None] = {}
        self._failures: list[str] = []

    def next_url(self) -> str | None:
        """Return what to fetch next; None where no more is needed, known or allowed."""
        with quietly():
            found = self._ways()
            verdict = trust(found, self._stores, self._now)
        if all(answer == YES for answer in verdict.answers.values()):
            return None
        for certificate in _ends(found):
            for url in certificate.issuer_urls[:MOST_URLS]:
                if url in self._tried:
                    continue
                self._tried[url] = None
                reason = _unfit(url)
                if reason is not None:
                    self.failed(url, reason)
                elif len(self._tried) > MOST_FETCHES:
                    self.failed(
                        url, f"not fetched: {MOST_FETCHES} fetches for one chain are enough"
                    )
                    return None
                else:
                    return url
        return None

    def failed(self, url: str, reason: str) -> None:
        """Note why a URL was of no use."""
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(f"{safe_text(url)}: {safe_text(reason)}")

    def take(self, url: str, body: bytes) -> None:
        """Take the certificates of an answer."""
        with quietly():
            try:
                found = certificates_in_answer(body)
            except UnreadableError as error:
                self.failed(url, f"no certificate: {error}")
                return
            wanted = {certificate.issuer for certificate in _ends(self._ways())}
            fresh = [each for each in found if each.sha256 not in self._found]
            of_use = any(each.subject in wanted for each in fresh)
            for each in fresh:
                # A root is an anchor or of no use, and there must be an end to it.
                if not each.self_signed and self._octets + len(each.der) <= MOST_OCTETS:
                    self._found[each.sha256] = each
                    self._octets += len(each.der)
        if not of_use:
            self.failed(url, "another certificate than the missing issuer's")

    def outcome(self) -> FetchedIssuers:
        """Return the certificates that ways lead through, in the order they were found."""
        with quietly():
            used = {sha256 for way in self._ways().ways for sha256 in way.added}
        certificates = [each for sha256, each in self._found.items() if sha256 in used]
        return FetchedIssuers(tuple(certificates), tuple(self._failures))

    def _ways(self) -> Ways:
        return ways(self._leaf, self._served, self._stores, added=self._within_reach())

    def _within_reach(self) -> list[X509Certificate]:
        """Return those found that may stand above the chain: an answer may have many others."""
        reached: dict[bytes, X509Certificate] = {}
        wanted = {certificate.issuer for certificate in (self._leaf, *self._served)}
        while wanted:
            fresh = {
                sha256: each
                for sha256, each in self._found.items()
                if sha256 not in reached and each.subject in wanted
            }
            reached.update(fresh)
            wanted = {each.issuer for each in fresh.values()}
        return list(reached.values())[:MOST_SERVED]


def certificates_in_answer(body: bytes) -> list[X509Certificate]:
    """Return the certificates in an answer: DER, PEM, or PKCS #7 in either.

    Certificates that cannot be read are left out. Raises UnreadableError where none is left.
    """
    if b"-----BEGIN CERTIFICATE-----" in body:
        encoded = certificates_in_pem(body)
    elif b"-----BEGIN PKCS7-----" in body or b"-----BEGIN CMS-----" in body:
        encoded = _in_pkcs7(body, pem=True)
    else:
        encoded = _in_der(body)
    found = []
    for octets in encoded[:MOST_IN_ONE_ANSWER]:
        try:
            certificate = read_certificate(octets)
        except UnreadableError:
            continue
        if certificate.named:
            found.append(certificate)
    if not found:
        raise UnreadableError("it is not X.509, PEM or PKCS #7")
    return found


def _in_der(body: bytes) -> list[bytes]:
    try:
        with reading():
            x509.load_der_x509_certificate(body)
    except UnreadableError:
        return _in_pkcs7(body, pem=False)
    return [body]


def _in_pkcs7(body: bytes, *, pem: bool) -> list[bytes]:
    load = pkcs7.load_pem_pkcs7_certificates if pem else pkcs7.load_der_pkcs7_certificates
    with reading():
        loaded = load(body)
        return [each.public_bytes(Encoding.DER) for each in loaded[:MOST_IN_ONE_ANSWER]]


def _ends(found: Ways) -> list[X509Certificate]:
    """Return the certificates whose issuer is not known, nearest to the leaf first."""
    ends = {
        way.certificates[-1].sha256: way.certificates[-1]
        for way in sorted(found.ways, key=lambda way: len(way.certificates))
        if way.dead_end is not None and not way.certificates[-1].self_signed
    }
    return list(ends.values())


def _unfit(url: str) -> str | None:
    """Return why a URL is not fetched."""
    if len(url) > LONGEST_URL:
        return f"longer than {LONGEST_URL} characters"
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return "not a URL"
    if scheme not in {"http", "https"}:
        return "only http and https are fetched"
    return None
