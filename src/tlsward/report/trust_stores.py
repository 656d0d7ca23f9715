"""Root stores and their roots, as text and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec

from tlsward.model.certificate import PublicKey
from tlsward.model.trust_stores import RootLimit, StoredRoot, TrustStore
from tlsward.report.json_document import encode
from tlsward.report.style import Line, Piece, draw, plain, styled, table

STORES_SCHEMA = "tlsward.trust-stores/1"
ROOTS_SCHEMA = "tlsward.trust-roots/1"
#: Data older than this have missed changes of most programs, in days.
OLD_DAYS = 180


def render_stores_json(stores: Sequence[TrustStore]) -> str:
    """Return the stores as indented JSON."""
    return _document({"schema": STORES_SCHEMA, "stores": stores})


def render_roots_json(roots: Sequence[StoredRoot]) -> str:
    """Return roots as indented JSON."""
    return _document({"schema": ROOTS_SCHEMA, "roots": roots})


def render_stores(stores: Sequence[TrustStore], *, color: bool = False) -> str:
    """Return the stores as a table: roots, those with limits, data and their age."""
    heading: list[Piece] = [
        (text, "heading") for text in ("store", "roots", "limited", "data", "of", "age")
    ]
    return draw(table([heading, *map(_store_row, stores)]), color=color)


def render_store(name: str, roots: Sequence[StoredRoot], *, color: bool = False) -> str:
    """Return the roots of one store, one a line, and under those with limits what they are."""
    return draw(_store_lines(name, roots), color=color)


def render_roots(roots: Sequence[StoredRoot], *, color: bool = False) -> str:
    """Return everything that is known of roots."""
    return draw(_root_lines(roots), color=color)


def _document(document: dict[str, object]) -> str:
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _store_row(store: TrustStore) -> list[Piece]:
    if store.package is None:
        data: Piece = ("no data installed", "warn") if not store.roots else ("your file", "")
        return [
            (store.name, "bold"),
            (str(store.roots), ""),
            (str(store.limited), ""),
            data,
            ("", ""),
            ("", ""),
        ]
    version = f"{store.package} {store.version or '(version unknown)'}"
    return [
        (store.name, "bold"),
        (str(store.roots), ""),
        (str(store.limited), ""),
        (f"{version}, updated" if store.updated else version, ""),
        (_day(store.data_date), ""),
        _age(store.age_days),
    ]


def _age(days: int | None) -> Piece:
    if days is None:
        return "unknown", "warn"
    return f"{days} days", "warn" if days > OLD_DAYS else ""


def _store_lines(name: str, roots: Sequence[StoredRoot]) -> Iterator[Line]:
    yield styled(f"{name}: {len(roots)} root{'' if len(roots) == 1 else 's'}", "heading")
    for root in roots:
        until = (f"until {root.not_after:%Y-%m-%d}", "bad" if root.expired else "dim")
        yield (root.sha256[:16], "dim"), ("  ", ""), (root.subject, ""), ("  ", ""), until
        for limit in root.limits:
            if limit.store == name:
                yield ("                  ", ""), (_limit_words(limit), "warn")


def _root_lines(roots: Iterable[StoredRoot]) -> Iterator[Line]:
    for number, root in enumerate(roots):
        if number:
            yield plain("")
        yield styled(root.subject, "bold")
        expired: Piece = ("  expired", "bad") if root.expired else ("", "")
        rows: list[list[Piece]] = [
            [("SHA-256", "dim"), (root.sha256, "")],
            [("pin", "dim"), (f"sha256/{root.spki_sha256}" if root.spki_sha256 else "unknown", "")],
            [("serial", "dim"), (root.serial, "")],
            [("valid", "dim"), (f"{_day(root.not_before)} to {_day(root.not_after)}", "")],
            [("key", "dim"), (_key_words(root.key), "")],
            [("signature", "dim"), (root.signature_algorithm, "")],
            [("stores", "dim"), (", ".join(root.stores), "")],
        ]
        for each in root.limits:
            rows.append([("limit", "dim"), (f"{each.store}: {_limit_words(each)}", "warn")])
            if each.reference is not None:
                rows.append([("", ""), (each.reference, "dim")])
        for line, row in zip(table(rows), rows, strict=True):
            yield (*line, expired) if row[0][0] == "valid" else line


def _key_words(key: PublicKey) -> str:
    size = "" if key.size is None else f" {key.size} bits"
    return f"{key.algorithm}{size}{f' ({key.curve})' if key.curve else ''}"


def _limit_words(limit: RootLimit) -> str:
    words = []
    if limit.issued_after is not None:
        words.append(f"only certificates issued by {_day(limit.issued_after)}")
    if limit.logged_after is not None:
        words.append(f"only certificates logged by {_day(limit.logged_after)}")
    if limit.domains:
        words.append(f"only names under {', '.join(limit.domains)}")
    return "; ".join(words)


def _day(day: date | datetime | None) -> str:
    return "unknown" if day is None else f"{day:%Y-%m-%d}"
