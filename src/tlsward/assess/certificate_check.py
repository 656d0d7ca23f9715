"""The gate of `tlsward cert check`: which questions a certificate is asked, and their answers."""

from collections.abc import Callable, Collection
from datetime import datetime

import msgspec

from tlsward.assess.authenticity import (
    Standing,
    complete,
    keeps_the_rules,
    matched_by_dane,
    permitted_by_caa,
    sound_key,
    staples_as_it_must,
    transparent,
    trusted,
    unrevoked,
    within_dates,
)
from tlsward.model.answer import NO, NOT_APPLICABLE, UNKNOWN, YES
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.certificate_check import CHECKS, Check


class Demands(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a certificate.

    `stores` must all trust it (any, where none is named); `hostname` is what it has to be
    for, None where nobody said; `least_days` is the life it must have left, None for the
    moment at which it ought to be renewed, which `issuers_window` wants its issuer to have
    said; `skip` are checks left out by name.
    """

    now: datetime
    hostname: str | None = None
    stores: tuple[str, ...] = ()
    least_days: int | None = None
    issuers_window: bool = False
    skip: Collection[str] = ()


def checked(deployment: CertificateDeployment, demands: Demands) -> tuple[Check, ...]:
    """Return the answer to every question that is asked, in the order of CHECKS."""
    asked = [name for name in CHECKS if name not in demands.skip]
    standings = [_QUESTIONS[name](deployment, demands) for name in asked]
    return tuple(
        Check(name=name, holds=standing.answer, reason=standing.reason)
        for name, standing in zip(asked, standings, strict=True)
    )


def _name(deployment: CertificateDeployment, demands: Demands) -> Standing:
    if demands.hostname is None:
        return Standing(NOT_APPLICABLE, "no name to be for was given")
    words = {
        YES: f"it names {demands.hostname}",
        NO: f"it does not name {demands.hostname}",
        UNKNOWN: "its names cannot be read",
    }
    return Standing(deployment.hostname_match, words[deployment.hostname_match])


def _staple(deployment: CertificateDeployment) -> Standing:
    if not deployment.protocols:
        return Standing(NOT_APPLICABLE, "nobody serves a file")
    return staples_as_it_must(deployment)


def _lifetime(deployment: CertificateDeployment, demands: Demands) -> Standing:
    lifetime = deployment.lifetime
    if lifetime is None:
        return Standing(UNKNOWN, "its dates are not known")
    if lifetime.left_days < 0:
        return Standing(NO, f"over for {-lifetime.left_days:.1f} days")
    left = f"{lifetime.left_days:.1f} days left, {lifetime.left_percent:.0f} % of its life"
    if demands.least_days is not None:
        long_enough = lifetime.left_days >= demands.least_days
        return Standing(YES if long_enough else NO, f"{left}; at least {demands.least_days} asked")
    if demands.issuers_window and lifetime.no_window is not None and not lifetime.due:
        return Standing(UNKNOWN, f"{left}; when its issuer wants it renewed: {lifetime.no_window}")
    words = f"{left}; to be renewed {'since' if lifetime.due else 'from'} "
    return Standing(NO if lifetime.due else YES, f"{words}{lifetime.renew_at:%Y-%m-%d}")


_Question = Callable[[CertificateDeployment, Demands], Standing]


def _alone(question: Callable[[CertificateDeployment], Standing]) -> _Question:
    """Return a question that needs to know nothing but the chain."""
    return lambda deployment, _: question(deployment)


_QUESTIONS: dict[str, _Question] = {
    "trust": lambda deployment, demands: trusted(deployment, demands.stores),
    "name": _name,
    "dates": lambda deployment, demands: within_dates(deployment, demands.now),
    "chain": _alone(complete),
    "key": _alone(sound_key),
    "revocation": _alone(unrevoked),
    "staple": _alone(_staple),
    "transparency": _alone(transparent),
    "lint": _alone(keeps_the_rules),
    "lifetime": _lifetime,
    "caa": _alone(permitted_by_caa),
    "dane": _alone(matched_by_dane),
}
