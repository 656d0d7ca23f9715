"""All ways from a leaf through known certificates to trust anchors, or to a dead end.

Bounded in length, in branches and in number, with a guard against loops: authorities
that certify each other are common, and a server may send whatever it likes.
"""

from collections.abc import Iterator, Sequence

import msgspec
from cryptography import x509

from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.stores import Anchor, Stores
from tlsward.pki.x509 import X509Certificate

#: Certificates in one path, leaf and anchor included; real ones have two to five.
LONGEST_PATH = 12
#: Certificates of one server that are looked at.
MOST_SERVED = 32
#: Paths kept, and issuers tried in all, before the search is given up.
MOST_PATHS = 32
MOST_ISSUERS = 512


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A chain, leaf first. It ends at `anchor`, or else `dead_end` says why not at one.

    `unchecked` says which signature on it could not be checked.
    """

    certificates: tuple[X509Certificate, ...]
    anchor: Anchor | None = None
    dead_end: str | None = None
    unchecked: str | None = None


class Ways(msgspec.Struct, frozen=True):
    """The ways found; `complete` is false where there may be more."""

    ways: tuple[Way, ...]
    complete: bool


def ways(leaf: X509Certificate, served: Sequence[X509Certificate], stores: Stores) -> Ways:
    """Return every way from `leaf`, `served` being what else the server sent."""
    search = _Search(served[:MOST_SERVED], stores)
    found = []
    for way in search.from_leaf(leaf):
        found.append(way)
        if len(found) == MOST_PATHS:
            search.complete = False
            break
    return Ways(tuple(found), search.complete and len(served) <= MOST_SERVED)


class _Search:
    def __init__(self, served: Sequence[X509Certificate], stores: Stores) -> None:
        self.complete = True
        self._stores = stores
        self._issuers_tried = 0
        self._served: dict[x509.Name, list[X509Certificate]] = {}
        for certificate in served:
            self._served.setdefault(certificate.subject, []).append(certificate)

    def from_leaf(self, leaf: X509Certificate) -> Iterator[Way]:
        # A self-signed certificate that a store has is its own path (RFC 5280 section
        # 6.1: the anchor is not part of what is validated).
        for anchor in self._stores.anchors(leaf.subject):
            if anchor.certificate.sha256 == leaf.sha256:
                yield Way(certificates=(leaf,), anchor=anchor)
        yield from self._beyond((leaf,), None)

    def _beyond(self, path: tuple[X509Certificate, ...], unchecked: str | None) -> Iterator[Way]:
        """Yield the ways that begin with `path`, whose last certificate is no anchor here."""
        last = path[-1]
        bad_signature = False
        ended = True
        if not last.self_signed:
            for issuer, anchor in self._issuers(last.issuer):
                if any(_same_authority(issuer, certificate) for certificate in path):
                    continue
                if len(path) >= LONGEST_PATH or self._issuers_tried >= MOST_ISSUERS:
                    self.complete = False
                    break
                self._issuers_tried += 1
                signed = self._stores.signed_by(last, issuer)
                if signed is False:
                    bad_signature = True
                    continue
                ended = False
                doubt = unchecked
                if signed is None:
                    doubt = f"cannot check the signature of {shown_name(last.subject)}"
                longer = (*path, issuer)
                if anchor is not None:
                    yield Way(certificates=longer, anchor=anchor, unchecked=doubt)
                if anchor is None or not issuer.self_signed:
                    yield from self._beyond(longer, doubt)
        if ended:
            yield Way(
                certificates=path, dead_end=_dead_end(last, bad_signature), unchecked=unchecked
            )

    def _issuers(self, name: x509.Name) -> list[tuple[X509Certificate, Anchor | None]]:
        anchors = self._stores.anchors(name)
        known = {anchor.certificate.sha256 for anchor in anchors}
        served = {
            certificate.sha256: certificate
            for certificate in self._served.get(name, ())
            if certificate.sha256 not in known
        }
        return [
            *((anchor.certificate, anchor) for anchor in anchors),
            *((certificate, None) for certificate in served.values()),
        ]


def _same_authority(one: X509Certificate, other: X509Certificate) -> bool:
    if one.subject != other.subject:
        return False
    return one.sha256 == other.sha256 or (one.key.loaded is not None and one.key == other.key)


def _dead_end(last: X509Certificate, bad_signature: bool) -> str:
    if last.self_signed:
        return f"self-signed: {shown_name(last.subject)}"
    if bad_signature:
        return f"bad signature: {shown_name(last.subject)}"
    return f"unknown issuer: {shown_name(last.issuer)}"
