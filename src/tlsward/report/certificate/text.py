"""Certificates explained as text: each field, and under it what it means."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tlsward.report.certificate.shown import (
    Shown,
    ShownCertificate,
    ShownChain,
    reception,
    short_name,
)
from tlsward.report.style import Line, draw, plain, styled

if TYPE_CHECKING:
    from tlsward.pki.explanation.tree import Explained

#: Children of one field that are written out; the JSON document has more.
MOST_CHILDREN = 50
#: Columns of a page that a person reads with ease.
COLUMNS = 100
_INDENT = "  "


def render_certificates(
    shown: Shown, *, brief: bool = False, color: bool = False, columns: int = COLUMNS
) -> str:
    """Return everything of a source as text; `brief` leaves the meanings out."""
    return draw(_lines(shown, None if brief else max(40, columns)), color=color)


def _lines(shown: Shown, columns: int | None) -> Iterator[Line]:
    yield ((shown.name, "bold"), (f": {_contents(shown)}", ""))
    several = len(shown.chains) > 1
    for number, chain in enumerate(shown.chains, 1):
        yield from _chain(chain, f"Chain {number}, c" if several else "C", columns)
    for number, request in enumerate(shown.requests, 1):
        yield ()
        yield styled(f"--- Request {number} of {len(shown.requests)} ---", "heading")
        yield from fields(request.fields, columns)
    for number, key in enumerate(shown.keys, 1):
        yield ()
        yield styled(f"--- Key {number} of {len(shown.keys)} ---", "heading")
        yield from fields(key.fields, columns)
    for words in (*(f"not shown: {each}" for each in shown.others), *shown.missed):
        yield ()
        yield styled(words, "warn")


def _contents(shown: Shown) -> str:
    counts = (
        (sum(len(chain.certificates) for chain in shown.chains), "certificate"),
        (len(shown.requests), "request"),
        (len(shown.keys), "key"),
    )
    words = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    if len(shown.chains) > 1:
        words[0] += f" in {len(shown.chains)} chains"
    return ", ".join(words) or "nothing"


def _chain(chain: ShownChain, begin: str, columns: int | None) -> Iterator[Line]:
    told = reception(
        chain.protocols, chain.served_with_sni, chain.served_without_sni, chain.hostname
    )
    for number, each in enumerate(chain.certificates, 1):
        yield ()
        title = f"{begin}ertificate {number} of {len(chain.certificates)}: {_title(each)}"
        yield styled(f"--- {title} ---", "heading")
        if told and number == 1:
            yield plain(told)
        if each.explained is not None:
            yield from fields(each.explained.fields, columns)
        else:
            yield styled(f"unreadable: {each.certificate.error}", "bad")
            yield plain(f"SHA-256: {each.certificate.sha256}")


def _title(shown: ShownCertificate) -> str:
    role = "unreadable" if shown.explained is None else shown.explained.role
    return f"{role} {short_name(shown.certificate)}"


def fields(
    found: Iterable["Explained"],
    columns: int | None,
    *,
    depth: int = 0,
    given: set[str] | None = None,
) -> Iterator[Line]:
    """Yield a tree; a meaning that several of its fields have is given with the first.

    `columns` is where meanings are wrapped, None to leave them out; `given` are the
    meanings that were written already.
    """
    given = set() if given is None else given
    for field in found:
        yield _field(field, depth)
        if columns is not None and field.meaning and field.meaning not in given:
            given.add(field.meaning)
            yield from _meaning(field, depth, columns)
        shown = field.children[:MOST_CHILDREN]
        yield from fields(shown, columns, depth=depth + 1, given=given)
        left = field.more + len(field.children) - len(shown)
        if left:
            yield styled(f"{_INDENT * (depth + 1)}… and {left} more", "dim")


def _field(field: "Explained", depth: int) -> Line:
    critical = (" (critical)", "warn") if field.critical else ("", "")
    value = f": {field.value}" if field.value else ""
    return (
        (_INDENT * depth, ""),
        (field.name, "bold" if depth == 0 else ""),
        critical,
        (value, "bad" if field.wrong else ""),
    )


def _meaning(field: "Explained", depth: int, columns: int) -> Iterator[Line]:
    text = f"{field.meaning} [{field.reference}]" if field.reference else field.meaning
    indent = _INDENT * (depth + 2)
    for line in textwrap.wrap(text, max(30, columns - len(indent))):
        yield styled(indent + line, "dim")
