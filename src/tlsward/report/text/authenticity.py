"""Rows on what beside trust decides whether a chain is believed, as far as it was asked."""

import math
from collections.abc import Iterator

from tlsward.assess.authenticity import (
    Standing,
    matched_by_dane,
    permitted_by_caa,
    sound_key,
    transparent,
    unrevoked,
)
from tlsward.model.certificate import CertificateDeployment
from tlsward.model.lifetime import Lifetime
from tlsward.report.style import Piece, answer_style
from tlsward.report.words import days

#: Rules named in one row; `tlsward cert lint` tells them all.
MOST_RULES = 6


def authenticity_rows(deployment: CertificateDeployment) -> Iterator[list[Piece]]:
    """Yield name, answer and reason of everything that was asked about a chain."""
    if deployment.revocation:
        yield _row("not revoked", unrevoked(deployment))
    if deployment.transparency:
        yield _row("logged", transparent(deployment))
    if deployment.key_weaknesses:
        yield _row("key sound", sound_key(deployment))
    if deployment.lifetime is not None:
        yield _life(deployment.lifetime)
    yield from _lint(deployment)
    if deployment.caa:
        yield _row("CAA allows it", permitted_by_caa(deployment))
    if deployment.dane is not None:
        yield _row("DANE", matched_by_dane(deployment))


def _row(name: str, standing: Standing) -> list[Piece]:
    style = "dim" if standing.answer == "not applicable" else answer_style(standing.answer)
    return [(name, ""), (standing.answer, style), (standing.reason, "dim")]


def _life(lifetime: Lifetime) -> list[Piece]:
    left = max(0.0, lifetime.left_percent)
    when = f"renew {'since' if lifetime.due else 'from'} {lifetime.renew_at:%Y-%m-%d}"
    words = f"{math.floor(lifetime.left_days * 10) / 10} of {days(lifetime.days)}; {when}"
    return [
        ("life left", ""),
        (f"{left:.0f} %", "warn" if lifetime.due else "good"),
        (words, "dim"),
    ]


def _lint(deployment: CertificateDeployment) -> Iterator[list[Piece]]:
    for severity, style in (("error", "bad"), ("warning", "warn")):
        broken = dict.fromkeys(f.id for f in deployment.lint if f.severity == severity)
        if broken:
            shown = ", ".join(list(broken)[:MOST_RULES])
            more = "" if len(broken) <= MOST_RULES else f" and {len(broken) - MOST_RULES} more"
            yield [(f"lint {severity}s", ""), (str(len(broken)), style), (shown + more, "dim")]
