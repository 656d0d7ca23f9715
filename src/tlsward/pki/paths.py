"""Trust per store: which ways are valid paths for it, and why the others are not."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography import x509

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.certificate import TrustPath
from tlsward.pki.chain_building import Way, Ways
from tlsward.pki.distinguished_name import shown_name
from tlsward.pki.name_constraints import violation
from tlsward.pki.path_rules import unread_extensions, violated_rule, weakness
from tlsward.pki.stores import PRIVATE, Stores
from tlsward.pki.x509 import X509Certificate

#: Invalid paths told of per store: the first say enough.
MOST_INVALID = 3


class Trust(msgspec.Struct, frozen=True):
    """Answers and reasons by store, and the paths they rest on."""

    answers: dict[str, Answer]
    reasons: dict[str, str]
    paths: tuple[TrustPath, ...]


class _Judged(msgspec.Struct, frozen=True):
    """A way and why it is no valid path, whatever the store; or why that is not known."""

    way: Way
    reason: str | None
    doubt: str | None


class _Verdict(msgspec.Struct, frozen=True):
    answer: Answer
    reason: str
    paths: tuple[TrustPath, ...] = ()


def trust(
    found: Ways,
    stores: Stores,
    now: datetime,
    *,
    timestamps: Sequence[datetime] = (),
    all_certificates_read: bool = True,
) -> Trust:
    """Return what each store says of the ways from one leaf at `now`.

    `timestamps` are those of the leaf's SCTs, by which some stores date their distrust.
    The reason of a `yes` names the root. Where a certificate of the chain could not be
    read or there were too many ways to follow, a store that has no valid path is
    unknown, not no.
    """
    judged = [
        _Judged(
            way,
            violated_rule(way.certificates, now),
            way.unchecked or unread_extensions(way.certificates),
        )
        for way in found.ways
    ]
    excuse = None
    if not found.complete:
        excuse = "there are too many ways to follow them all"
    elif not all_certificates_read:
        excuse = "a certificate of the chain cannot be read"
    answers: dict[str, Answer] = {}
    reasons: dict[str, str] = {}
    paths: list[TrustPath] = []
    for store in stores.names:
        verdict = _verdict(judged, store, timestamps, excuse) if store in stores.known else _NO_DATA
        answers[store], reasons[store] = verdict.answer, verdict.reason
        paths += verdict.paths
    return Trust(answers, reasons, tuple(paths))


_NO_DATA = _Verdict(UNKNOWN, "no data of this root store are installed")


def _verdict(
    judged: Sequence[_Judged], store: str, timestamps: Sequence[datetime], excuse: str | None
) -> _Verdict:
    valid: list[_Judged] = []
    invalid: list[tuple[Way, str]] = []
    for each in judged:
        if each.way.anchor is None or store not in each.way.anchor.stores:
            continue
        reason = each.reason or _reason(each.way, store, timestamps)
        if reason is None:
            valid.append(each)
        else:
            invalid.append((each.way, reason))
    # A path on which everything was checked says more than one with a doubt.
    valid.sort(key=lambda each: each.doubt is not None)
    if not valid and not invalid:
        invalid = [(each.way, _astray(each)) for each in sorted(judged, key=_astray_first)]
    paths = (
        *(_path(each.way, store, each.doubt) for each in valid),
        *(_path(way, store, reason) for way, reason in invalid[:MOST_INVALID]),
    )
    if valid and valid[0].doubt is None:
        return _Verdict(YES, shown_name(valid[0].way.certificates[-1].subject), paths)
    if valid:
        return _Verdict(UNKNOWN, valid[0].doubt or "", paths)
    if excuse is not None:
        return _Verdict(UNKNOWN, excuse, paths)
    return _Verdict(NO, invalid[0][1] if invalid else "no way to a root of this store", paths)


def _reason(way: Way, store: str, timestamps: Sequence[datetime]) -> str | None:
    """Return why a way that ends at an anchor of `store` is no path that this store takes."""
    weak = weakness(way.certificates, public=store != PRIVATE)
    if weak is not None or way.anchor is None or store not in way.anchor.limits:
        return weak
    limit = way.anchor.limits[store]
    leaf = way.certificates[0]
    root = shown_name(way.anchor.certificate.subject)
    if limit.issued_after is not None and leaf.not_before > limit.issued_after:
        return f"distrusted for certificates issued after {limit.issued_after:%Y-%m-%d}: {root}"
    # Chrome asks for one timestamp that is early enough; a certificate with none has none.
    if limit.logged_after is not None and not any(at <= limit.logged_after for at in timestamps):
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
    return f"not a root of this store: {shown_name(judged.way.certificates[-1].subject)}"


def _astray_first(judged: _Judged) -> tuple[bool, int]:
    """Sort roots of other stores before dead ends, short ways before long ones."""
    return judged.way.anchor is None, len(judged.way.certificates)


def _path(way: Way, store: str, reason: str | None) -> TrustPath:
    return TrustPath(
        store=store,
        subjects=tuple(shown_name(certificate.subject) for certificate in way.certificates),
        fingerprints=tuple(certificate.sha256.hex() for certificate in way.certificates),
        reason=reason,
    )
