"""The gate of `tlsward cert check`, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tlsward.model.certificate_check import CheckedCertificate
from tlsward.report.json_document import encode
from tlsward.report.style import Line, Piece, answer_style, draw, plain, styled, table
from tlsward.report.words import key_words, moment

SCHEMA = "tlsward.check/1"


def render_check(
    name: str, certificates: Sequence[CheckedCertificate], *, reason: str | None, color: bool
) -> str:
    """Return every check of each certificate as text; `reason` says why there are none."""
    return draw(_lines(name, certificates, reason), color=color)


def render_check_json(
    name: str, certificates: Sequence[CheckedCertificate], *, reason: str | None
) -> str:
    """Return the checks as indented JSON, with all that is known of each chain."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "name": name,
        "reason": reason,
        "certificates": [
            {
                "counts": checked.counts,
                "checks": checked.checks,
                "certificate": checked.deployment,
            }
            for checked in certificates
        ],
    }
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _lines(
    name: str, certificates: Sequence[CheckedCertificate], reason: str | None
) -> Iterator[Line]:
    if reason is not None:
        yield ((name, "bold"), (" ", ""), (reason, "bad"))
        return
    yield styled(name, "bold")
    for checked in certificates:
        leaf = checked.deployment.chain[0] if checked.deployment.chain else None
        if leaf is not None:
            who = leaf.subject or ", ".join(leaf.dns_names[:3]) or leaf.error or leaf.sha256
            yield plain("")
            yield ((who, "bold"), (f"  {key_words(checked.deployment.key)}", "dim"))
            yield styled(f"until {moment(leaf.not_after)}, issued by {leaf.issuer}", "dim")
        if not checked.counts:
            words = "only to clients that send no server_name: shown, and not part of the verdict"
            yield styled(words, "warn")
        yield from table([_row(check.name, check.holds, check.reason) for check in checked.checks])


def _row(name: str, holds: str, reason: str) -> list[Piece]:
    style = "dim" if holds == "not applicable" else answer_style(holds)
    return [(f"  {name}", ""), (holds, style), (reason, "dim")]
