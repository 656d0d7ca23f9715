"""Pins of public keys, and whether keys belong together: as text, as JSON."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from tlsward.model.answer import Answer
from tlsward.model.certificate import PublicKey
from tlsward.report.json_document import encode
from tlsward.report.style import Line, Piece, answer_style, draw, styled, table
from tlsward.report.words import key_words

PIN_SCHEMA = "tlsward.cert.pin/1"
MATCH_SCHEMA = "tlsward.cert.match/1"

VERDICTS: dict[Answer, str] = {
    "yes": "they belong together: the same public key",
    "no": "they do not belong together",
    "unknown": "it cannot be told whether they belong together",
}


class Held(Protocol):
    """What has a public key; see `pki.key_holders.KeyHolder`."""

    @property
    def kind(self) -> str:
        """Return what it is, as `certificate` or `private key`."""
        ...

    @property
    def subject(self) -> str | None:
        """Return whose it is; None for keys."""
        ...

    @property
    def key(self) -> PublicKey | None:
        """Return what kind of key it is."""
        ...

    @property
    def pin(self) -> str | None:
        """Return its pin."""
        ...

    @property
    def reason(self) -> str:
        """Return why there is no pin."""
        ...


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was compared: where it is from, and whether its key is that of the first."""

    source: str
    holder: Any
    same: Answer


def holder_words(holder: Held) -> str:
    """Return in words what has the key: `certificate CN=example.com (ECDSA prime256v1)`."""
    whose = holder.kind if holder.subject is None else f"{holder.kind} {holder.subject or '(none)'}"
    return f"{whose} ({key_words(holder.key)})"


def render_pins(holders: Iterable[Held]) -> str:
    """Return the pins, one a line; what has none is left out."""
    return "".join(f"{holder.pin}\n" for holder in holders if holder.pin is not None)


def render_pins_json(source: str, holders: Sequence[Held], reason: str | None = None) -> str:
    """Return the pins as an indented JSON document; `reason` says why there are none."""
    return _document(
        {
            "schema": PIN_SCHEMA,
            "source": source,
            "reason": reason,
            "pins": [_described(holder) for holder in holders],
        }
    )


def render_match(
    compared: Sequence[Compared], match: Answer, reason: str, *, color: bool = False
) -> str:
    """Return what was compared as a table, and the verdict below it."""
    rows: list[list[Piece]] = [
        [
            (each.source, ""),
            (holder_words(each.holder), ""),
            ((each.holder.pin or "unknown")[:12] + "…", "dim"),
            (_same_words(each.same, first=index == 0), answer_style(each.same)),
        ]
        for index, each in enumerate(compared)
    ]
    words = VERDICTS[match] + (f": {reason}" if reason else "")
    lines: list[Line] = [*table(rows), styled(words, answer_style(match))]
    return draw(lines, color=color)


def render_match_json(compared: Sequence[Compared], match: Answer, reason: str) -> str:
    """Return the same as an indented JSON document."""
    return _document(
        {
            "schema": MATCH_SCHEMA,
            "match": match,
            "reason": reason or None,
            "compared": [
                {"source": each.source, **_described(each.holder), "same_as_first": each.same}
                for each in compared
            ],
        }
    )


def _same_words(same: Answer, *, first: bool) -> str:
    if first:
        return "the first"
    return {"yes": "same key", "no": "another key", "unknown": "cannot tell"}[same]


def _described(holder: Held) -> dict[str, Any]:
    return {
        "kind": holder.kind,
        "subject": holder.subject,
        "key": holder.key,
        "pin_sha256": holder.pin,
        "reason": holder.reason or None,
    }


def _document(document: dict[str, Any]) -> str:
    return msgspec.json.format(encode(document), indent=2) + "\n"
