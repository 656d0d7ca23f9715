"""All ways from a leaf through known certificates to trust anchors, or to a dead end.

Bounded in length, in branches and in number, with a guard against loops: authorities
that certify each other are common, and a server may send whatever it likes.

The ways from an issuer on are the same for all of its leaves, so they are remembered: by
the fingerprints of the issuer and of everything that the way could lead through.
"""

from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
from cryptography import x509

from tlsward.pki.memory import Memory
from tlsward.pki.path_rules import Authorities
from tlsward.pki.stores import Anchor, Stores
from tlsward.pki.x509 import X509Certificate

#: Certificates in one path, leaf and anchor included; real ones have two to five.
LONGEST_PATH = 12
#: Certificates of one server that are looked at.
MOST_SERVED = 32
#: Paths kept, and issuers tried above one issuer, before the search is given up.
MOST_PATHS = 32
MOST_ISSUERS = 512
#: Surroundings with more octets of certificates than this are not remembered.
LARGEST_REMEMBERED = 32_768
#: Issuers whose ways up are remembered for one kind of surroundings.
_MOST_ISSUERS_REMEMBERED = 64
#: Certificates on the ways up that each leaf is compared with.
_MOST_COMPARED = 16


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A chain, leaf first. It ends at `anchor`, or else `dead_end` says why not at one.

    `unchecked` says which signature on it could not be checked, `added` has the SHA-256
    of those certificates on it that the server did not send and no store has.
    `authorities` is what stands above the leaf, where that is known already.
    """

    certificates: tuple[X509Certificate, ...]
    anchor: Anchor | None = None
    dead_end: str | None = None
    unchecked: str | None = None
    added: tuple[bytes, ...] = ()
    authorities: Authorities | None = None


class Ways(msgspec.Struct, frozen=True):
    """The ways found; `complete` is false where there may be more."""

    ways: tuple[Way, ...]
    complete: bool


def ways(
    leaf: X509Certificate,
    served: Sequence[X509Certificate],
    stores: Stores,
    *,
    added: Sequence[X509Certificate] = (),
    pool: bool = True,
) -> Ways:
    """Return every way from `leaf`, `served` being what else the server sent.

    `added` are certificates from elsewhere to build with; where `pool` says so, those of
    the stores' pool of intermediates are as well. What the server sent comes first.
    """
    surroundings = _surroundings(served[:MOST_SERVED], added[:MOST_SERVED], stores, pool=pool)
    complete = len(served) <= MOST_SERVED and len(added) <= MOST_SERVED
    found: list[Way] = []
    # A certificate that a store has is its own path (RFC 5280 section 6.1: the anchor is
    # not part of what is validated).
    anchor = stores.anchor(leaf.sha256)
    if anchor is not None:
        found.append(Way(certificates=(leaf,), anchor=anchor))
    bad_signature = False
    ended = True
    steps = () if leaf.self_signed else surroundings.steps(leaf.issuer)
    for step in steps[:MOST_ISSUERS]:
        if _same_authority(step.issuer, leaf):
            continue
        signed = stores.signed_by(leaf, step.issuer)
        if signed is False:
            bad_signature = True
            continue
        ended = False
        doubt = None if signed else _unchecked(leaf)
        up = surroundings.ways_up(step, leaf)
        complete = complete and up.complete
        found += [_with_leaf(leaf, way, doubt) for way in up.ways]
    if ended:
        found.append(Way(certificates=(leaf,), dead_end=_dead_end(leaf, bad_signature)))
    complete = complete and len(steps) <= MOST_ISSUERS and len(found) <= MOST_PATHS
    return Ways(tuple(found[:MOST_PATHS]), complete)


def _with_leaf(leaf: X509Certificate, way: Way, doubt: str | None) -> Way:
    return Way(
        certificates=(leaf, *way.certificates),
        anchor=way.anchor,
        dead_end=way.dead_end,
        unchecked=way.unchecked or doubt,
        added=way.added,
        authorities=way.authorities,
    )


class _Step(msgspec.Struct, frozen=True):
    """A certificate with the wanted name, the anchor that it is, whether it was added."""

    issuer: X509Certificate
    anchor: Anchor | None
    added: bool


class _WaysUp(msgspec.Struct, frozen=True):
    """The ways from an issuer on, itself first, and the certificates met beyond it.

    Where those are too many to compare with each leaf, `met` has none and `names` has their
    names, as shown.
    """

    ways: tuple[Way, ...]
    complete: bool
    met: tuple[X509Certificate, ...] = ()
    names: frozenset[str] = frozenset()

    def lead_through(self, leaf: X509Certificate) -> bool:
        """Return false where none of the certificates met can be the leaf."""
        if self.names:
            return leaf.shown_subject in self.names
        return any(_same_authority(certificate, leaf) for certificate in self.met)


def _surroundings(
    served: Sequence[X509Certificate],
    added: Sequence[X509Certificate],
    stores: Stores,
    *,
    pool: bool,
) -> "_Surroundings":
    if sum([len(certificate.der) for certificate in (*served, *added)]) > LARGEST_REMEMBERED:
        return _Surroundings(served, added, stores, pool=pool)
    key = (
        pool,
        tuple([certificate.sha256 for certificate in served]),
        tuple([certificate.sha256 for certificate in added]),
    )
    found = stores.surroundings.recall(key, lambda: _Surroundings(served, added, stores, pool=pool))
    return cast("_Surroundings", found)


class _Surroundings:
    """What a way may lead through: what was served, what was added, pool and anchors."""

    def __init__(
        self,
        served: Sequence[X509Certificate],
        added: Sequence[X509Certificate],
        stores: Stores,
        *,
        pool: bool,
    ) -> None:
        self.stores = stores
        self._pool = pool
        self._served = _by_subject(served)
        self._added = _by_subject(added)
        self._steps: Memory[x509.Name, tuple[_Step, ...]] = Memory(_MOST_ISSUERS_REMEMBERED)
        self._ways_up: Memory[bytes, _WaysUp] = Memory(_MOST_ISSUERS_REMEMBERED)

    def steps(self, name: x509.Name) -> tuple[_Step, ...]:
        """Return the certificates with this subject: anchors, then served, then added ones."""
        return self._steps.recall(name, lambda: self._find_steps(name))

    def ways_up(self, step: _Step, leaf: X509Certificate) -> _WaysUp:
        """Return the ways from the issuer of a leaf on, none of them through the leaf."""
        found = self._ways_up.recall(step.issuer.sha256, lambda: self._climb(step, None))
        # An authority's own certificate may be the leaf, and then no way leads through it.
        return self._climb(step, leaf) if found.lead_through(leaf) else found

    def _find_steps(self, name: x509.Name) -> tuple[_Step, ...]:
        steps = {
            anchor.certificate.sha256: _Step(anchor.certificate, anchor, added=False)
            for anchor in self.stores.anchors(name)
        }
        for certificate in self._served.get(name, ()):
            steps.setdefault(certificate.sha256, _Step(certificate, None, added=False))
        more = self._added.get(name, [])
        if self._pool:
            more = [*more, *self.stores.intermediates(name, most=MOST_ISSUERS + 1)]
        for certificate in more:
            steps.setdefault(certificate.sha256, _Step(certificate, None, added=True))
        return tuple(steps.values())

    def _climb(self, step: _Step, leaf: X509Certificate | None) -> _WaysUp:
        climb = _Climb(self, leaf)
        found: list[Way] = []
        for way in climb.from_step(step):
            if len(found) == MOST_PATHS:
                climb.complete = False
                break
            found.append(way)
        met = tuple(climb.met.values())
        if len(met) <= _MOST_COMPARED:
            return _WaysUp(tuple(found), climb.complete, met=met)
        names = frozenset([certificate.shown_subject for certificate in met])
        return _WaysUp(tuple(found), climb.complete, names=names)


class _Climb:
    """One search upwards, with what it has used of its budget."""

    def __init__(self, surroundings: _Surroundings, leaf: X509Certificate | None) -> None:
        self.complete = True
        self.met: dict[bytes, X509Certificate] = {}
        self._surroundings = surroundings
        self._leaf = leaf
        self._issuers_tried = 0

    def from_step(self, step: _Step) -> Iterator[Way]:
        """Yield the ways that begin with one certificate, which is not the leaf's own."""
        yield from self._on((step,), None)

    def _on(self, path: tuple[_Step, ...], unchecked: str | None) -> Iterator[Way]:
        """Yield the ways that begin with `path`: to its last certificate, or beyond it."""
        last = path[-1]
        if last.anchor is not None:
            yield self._way(path, unchecked, None)
        if last.anchor is None or not last.issuer.self_signed:
            yield from self._beyond(path, unchecked)

    def _beyond(self, path: tuple[_Step, ...], unchecked: str | None) -> Iterator[Way]:
        last = path[-1].issuer
        bad_signature = False
        ended = True
        steps = () if last.self_signed else self._surroundings.steps(last.issuer)
        for step in steps:
            self.met[step.issuer.sha256] = step.issuer
            if self._comes_back(step.issuer, path):
                continue
            # The leaf is one more certificate of the path.
            if len(path) + 1 >= LONGEST_PATH or self._issuers_tried >= MOST_ISSUERS:
                self.complete = False
                break
            self._issuers_tried += 1
            signed = self._surroundings.stores.signed_by(last, step.issuer)
            if signed is False:
                bad_signature = True
                continue
            ended = False
            yield from self._on((*path, step), unchecked if signed else _unchecked(last))
        if ended:
            yield self._way(path, unchecked, _dead_end(last, bad_signature))

    def _comes_back(self, issuer: X509Certificate, path: tuple[_Step, ...]) -> bool:
        if self._leaf is not None and _same_authority(issuer, self._leaf):
            return True
        return any(_same_authority(issuer, step.issuer) for step in path)

    def _way(self, path: tuple[_Step, ...], unchecked: str | None, dead_end: str | None) -> Way:
        certificates = tuple([step.issuer for step in path])
        return Way(
            certificates=certificates,
            anchor=path[-1].anchor if dead_end is None else None,
            dead_end=dead_end,
            unchecked=unchecked,
            added=tuple([step.issuer.sha256 for step in path if step.added]),
            authorities=Authorities(certificates),
        )


def _by_subject(
    certificates: Sequence[X509Certificate],
) -> dict[x509.Name, list[X509Certificate]]:
    found: dict[x509.Name, list[X509Certificate]] = {}
    for certificate in certificates:
        found.setdefault(certificate.subject, []).append(certificate)
    return found


def _same_authority(one: X509Certificate, other: X509Certificate) -> bool:
    if one.sha256 == other.sha256:
        return True
    # Most have keys of their own, and then their names need not be read.
    if one.key.loaded is None or one.key != other.key:
        return False
    return one.shown_subject == other.shown_subject and one.subject == other.subject


def _unchecked(certificate: X509Certificate) -> str:
    return f"cannot check the signature of {certificate.shown_subject}"


def _dead_end(last: X509Certificate, bad_signature: bool) -> str:
    if last.self_signed:
        return f"self-signed: {last.shown_subject}"
    if bad_signature:
        return f"bad signature: {last.shown_subject}"
    return f"unknown issuer: {last.shown_issuer}"
