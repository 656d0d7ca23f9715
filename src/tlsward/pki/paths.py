"""Trust per store: which ways are valid paths for it, and why the others are not."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography import x509

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import TrustPath
from tlsward.pki.chain_building import Way, Ways
from tlsward.pki.memory import kept
from tlsward.pki.name_constraints import violation
from tlsward.pki.path_rules import Authorities, LeafRules
from tlsward.pki.root_programs import Limit
from tlsward.pki.stores import PRIVATE, Anchor, Stores
from tlsward.pki.x509 import X509Certificate

#: Invalid paths told of per store: the first say enough.
MOST_INVALID = 8


class _Judged(msgspec.Struct, frozen=True, dict=True):
    """A way and why it is no valid path, whatever the store; or why that is not known.

    `above` is what stands above its leaf. `weak_in_public` and `weak_in_private` are what is
    too weak for public and for private stores.
    """

    way: Way
    above: Authorities
    reason: str | None
    doubt: str | None
    weak_in_public: str | None
    weak_in_private: str | None

    @kept
    def subjects(self) -> tuple[str, ...]:
        """The names on the whole path, as they are reported."""
        return (self.way.certificates[0].shown_subject, *self.above.shown_subjects)

    @kept
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each certificate on the path in hexadecimal."""
        return (self.way.certificates[0].sha256.hex(), *self.above.fingerprints)

    @kept
    def added(self) -> tuple[str, ...]:
        """Those of the fingerprints that the server did not send and no store has."""
        return tuple([sha256.hex() for sha256 in self.way.added])


class _Verdict(msgspec.Struct, frozen=True):
    """An answer, its reason, and the paths that it rests on with the reason of each."""

    answer: Answer
    reason: str
    paths: tuple[tuple[_Judged, str | None], ...] = ()


class Trust(msgspec.Struct, frozen=True, dict=True):
    """Answers and reasons by store, and the paths they rest on.

    `verdicts` are those of the stores that there are data for.
    """

    answers: dict[str, Answer]
    reasons: dict[str, str]
    verdicts: dict[str, _Verdict]

    @kept
    def paths(self) -> tuple[TrustPath, ...]:
        """The paths of each store; they are put into words when they are first asked for."""
        return tuple(
            _path(judged, store, reason)
            for store, verdict in self.verdicts.items()
            for judged, reason in verdict.paths
        )


#: All that a verdict has of a store: whether it is the private one, and for each way whether
#: the store has its anchor, or how far it believes that.
_Standing = tuple[bool | Limit, ...]


def trust(
    found: Ways,
    stores: Stores,
    now: datetime,
    *,
    timestamps: Sequence[datetime] = (),
    unchecked_timestamps: Sequence[datetime] = (),
    all_certificates_read: bool = True,
) -> Trust:
    """Return what each store says of the ways from one leaf at `now`.

    `timestamps` are those of the leaf's SCTs, by which some stores date their distrust;
    `unchecked_timestamps` those that anybody may have made: they leave it unknown.
    The reason of a `yes` names the root. Paths through what the server sent come before
    those for which something had to be added. Where a certificate of the chain could not be
    read or there were too many ways to follow, a store that has no valid path is
    unknown, not no.
    """
    judged = _judged(found, now)
    excuse = None
    if not found.complete:
        excuse = "there are too many ways to follow them all"
    elif not all_certificates_read:
        excuse = "a certificate of the chain cannot be read"
    answers: dict[str, Answer] = {}
    reasons: dict[str, str] = {}
    told: dict[str, _Verdict] = {}
    firsts = _first_alike([way.anchor for way in found.ways], stores)
    for store in stores.names:
        first = firsts.get(store)
        if first is None:
            answers[store], reasons[store] = UNKNOWN, _NO_DATA
            continue
        verdict = told.get(first) or _verdict(
            judged, store, (timestamps, unchecked_timestamps), excuse
        )
        told[store] = verdict
        answers[store], reasons[store] = verdict.answer, verdict.reason
    return Trust(answers, reasons, told)


def _judged(found: Ways, now: datetime) -> list[_Judged]:
    judged = []
    rules: dict[bytes, LeafRules] = {}
    for way in found.ways:
        leaf = way.certificates[0]
        rule = rules.get(leaf.sha256)
        if rule is None:
            rule = rules[leaf.sha256] = LeafRules(leaf, now)
        above = way.authorities or Authorities(way.certificates[1:])
        judged.append(
            _Judged(
                way,
                above,
                rule.violated_rule(above),
                way.unchecked or rule.unread_extensions(above),
                *rule.weaknesses(above),
            )
        )
    return judged


_NO_DATA = "no data of this root store are installed"


def _first_alike(anchors: Sequence[Anchor | None], stores: Stores) -> dict[str, str]:
    """Return for each store with data the first one to which these anchors mean the same."""
    key = tuple([None if anchor is None else anchor.certificate.sha256 for anchor in anchors])
    return stores.alike.recall(key, lambda: _find_first_alike(anchors, stores))


def _find_first_alike(anchors: Sequence[Anchor | None], stores: Stores) -> dict[str, str]:
    firsts: dict[_Standing, str] = {}
    return {
        store: firsts.setdefault(_standing(anchors, store), store)
        for store in stores.names
        if store in stores.known
    }


def _standing(anchors: Sequence[Anchor | None], store: str) -> _Standing:
    return (
        store == PRIVATE,
        *[
            anchor is not None and store in anchor.stores and anchor.limits.get(store, True)
            for anchor in anchors
        ],
    )


def _verdict(
    judged: Sequence[_Judged],
    store: str,
    timestamps: tuple[Sequence[datetime], Sequence[datetime]],
    excuse: str | None,
) -> _Verdict:
    checked, unchecked = timestamps
    valid: list[_Judged] = []
    invalid: list[tuple[_Judged, str]] = []
    for each in judged:
        anchor = each.way.anchor
        if anchor is None or store not in anchor.stores:
            continue
        reason = each.reason or _reason(each, store, checked)
        if reason is None:
            valid.append(each)
        elif unchecked and not (each.reason or _reason(each, store, (*checked, *unchecked))):
            # What is wrong with it is the date of its logging, which cannot be told.
            doubt = each.doubt or f"{reason}; its early timestamps cannot be checked"
            valid.append(msgspec.structs.replace(each, doubt=doubt))
        else:
            invalid.append((each, reason))
    if len(valid) > 1:
        # A path on which everything was checked says more than one with a doubt.
        valid.sort(key=lambda each: (each.doubt is not None, len(each.way.added) > 0))
    if not valid and not invalid:
        invalid = [(each, _astray(each)) for each in sorted(judged, key=_astray_first)]
    paths = (
        *[(each, each.doubt) for each in valid],
        *invalid[:MOST_INVALID],
    )
    if valid and valid[0].doubt is None:
        return _Verdict(YES, _end(valid[0]), paths)
    if valid:
        return _Verdict(UNKNOWN, valid[0].doubt or "", paths)
    if excuse is not None:
        return _Verdict(UNKNOWN, excuse, paths)
    return _Verdict(NO, invalid[0][1] if invalid else "no way to a root of this store", paths)


def _reason(judged: _Judged, store: str, timestamps: Sequence[datetime]) -> str | None:
    """Return why a way that ends at an anchor of `store` is no path that this store takes."""
    weak = judged.weak_in_private if store == PRIVATE else judged.weak_in_public
    anchor = judged.way.anchor
    if weak is not None or anchor is None or store not in anchor.limits:
        return weak
    limit = anchor.limits[store]
    leaf = judged.way.certificates[0]
    root = anchor.certificate.shown_subject
    if limit.issued_after is not None and leaf.not_before > limit.issued_after:
        return f"distrusted for certificates issued after {limit.issued_after:%Y-%m-%d}: {root}"
    # Chrome asks for one timestamp that is early enough; a certificate with none has none,
    # but one that was not read may have some, and then the path has its doubt.
    early = limit.logged_after is None or any(at <= limit.logged_after for at in timestamps)
    if not early and leaf.extensions_read:
        return f"distrusted for certificates logged after {limit.logged_after:%Y-%m-%d}: {root}"
    if limit.domains and not _all_names_within(leaf, limit.domains):
        return f"trusted only for names under {', '.join(limit.domains)}: {root}"
    return None


def _all_names_within(leaf: X509Certificate, domains: Sequence[str]) -> bool:
    bases = [x509.DNSName(domain) for domain in domains]
    constraints = x509.NameConstraints(permitted_subtrees=bases, excluded_subtrees=None)
    return violation(leaf, constraints) is None


def _astray(judged: _Judged) -> str:
    """Return why a way leads to no root of a store."""
    if judged.way.dead_end is not None:
        return judged.way.dead_end
    return f"not a root of this store: {_end(judged)}"


def _end(judged: _Judged) -> str:
    """Return the name of the last certificate of a way."""
    return judged.way.certificates[-1].shown_subject


def _astray_first(judged: _Judged) -> tuple[bool, int]:
    """Sort roots of other stores before dead ends, short ways before long ones."""
    return judged.way.anchor is None, len(judged.way.certificates)


def _path(judged: _Judged, store: str, reason: str | None) -> TrustPath:
    return TrustPath(
        store=store,
        subjects=judged.subjects,
        fingerprints=judged.fingerprints,
        reason=reason,
        added=judged.added,
    )
