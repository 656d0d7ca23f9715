"""What the DNS says of a host, as text and as JSON (`tlsward.dns/1`)."""

from collections.abc import Iterable, Iterator

import msgspec

from tlsward.model.dns import CaaSet, DnssecState, HostRecords, ServiceBinding
from tlsward.pki.display import shortened
from tlsward.pki.tlsa import USAGES
from tlsward.report.json_document import encode
from tlsward.report.style import Line, Piece, draw, plain, styled, table

SCHEMA = "tlsward.dns/1"
#: Records of one kind that the text shows; JSON has all of them.
MOST_SHOWN = 20

_STYLES: dict[DnssecState, str] = {
    "secure": "good",
    "insecure": "",
    "bogus": "bad",
    "unknown": "warn",
}


def render_host_records(records: HostRecords, *, color: bool = False) -> str:
    """Return the records as text: names, CAA, HTTPS, TLSA, and what could not be told."""
    return draw(_lines(records), color=color)


def render_host_records_json(records: HostRecords) -> str:
    """Return the records as indented JSON."""
    document = {"schema": SCHEMA, **msgspec.structs.asdict(records)}
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _lines(records: HostRecords) -> Iterator[Line]:
    title = f"{records.host}:{records.port}"
    if records.reason is not None:
        yield ((title, "bold"), (" ", ""), (records.reason, "bad"))
        return
    yield styled(title, "bold")
    yield from _section("Names")
    yield from table(
        [
            [("aliases", "dim"), (" → ".join(records.aliases) or "none", "")],
            [("addresses", "dim"), (_listed(records.addresses) or "none", "")],
            [("DNSSEC", "dim"), (records.dnssec, _STYLES[records.dnssec])],
        ]
    )
    if records.caa is not None:
        yield from _section("CAA")
        yield from _caa(records.caa)
    yield from _section("HTTPS")
    yield from _https(records)
    yield from _section("TLSA")
    yield from _tlsa(records)
    if records.unknowns:
        yield from _section("Unknown")
        yield from table(
            [[(of, "dim"), (reason, "warn")] for of, reason in sorted(records.unknowns.items())]
        )


def _caa(found: CaaSet) -> Iterator[Line]:
    if found.error is not None:
        yield styled(f"unknown: {found.error}", "warn")
        return
    if found.found_at is None:
        yield plain(f"none: any authority may issue (DNSSEC: {found.dnssec})")
        return
    where = " → ".join((found.found_at, *found.aliases))
    yield plain(f"found at {where} (DNSSEC: {found.dnssec})")
    rows: list[list[Piece]] = [
        [(str(each.flags), ""), (each.tag, ""), (f'"{shortened(each.value)}"', "")]
        for each in found.records[:MOST_SHOWN]
    ]
    yield from table(rows)
    yield from _more(found.records)


def _https(records: HostRecords) -> Iterator[Line]:
    if not records.https:
        yield _absent(records, "https")
        return
    for each in records.https[:MOST_SHOWN]:
        mode = "alias of" if each.priority == 0 else "priority"
        number = "" if each.priority == 0 else f"{each.priority}, target "
        yield plain(f"{each.name}: {mode} {number}{each.target}")
        yield from table([[("  ", ""), *row] for row in _parameters(each)])
    yield from _more(records.https)


def _parameters(binding: ServiceBinding) -> Iterator[list[Piece]]:
    for key, value in binding.parameters.items():
        if key != "ech":
            yield [(key, "dim"), (shortened(value) or "yes", "")]
        elif binding.problem:
            yield [(key, "dim"), (binding.problem, "bad")]
        else:
            names = _listed(binding.ech_public_names) or "none of a known version"
            yield [(key, "dim"), (f"public name {names}", "")]


def _tlsa(records: HostRecords) -> Iterator[Line]:
    if not records.tlsa:
        yield _absent(records, "tlsa")
        return
    yield plain(f"at {records.tlsa_name} (DNSSEC: {records.tlsa_dnssec})")
    rows: list[list[Piece]] = [
        [
            (f"{each.usage} {each.selector} {each.matching_type}", ""),
            (USAGES.get(each.usage, "unknown usage"), "dim"),
            (shortened(each.data), ""),
        ]
        for each in records.tlsa[:MOST_SHOWN]
    ]
    yield from table(rows)
    yield from _more(records.tlsa)


def _absent(records: HostRecords, of: str) -> Line:
    return styled("unknown", "warn") if of in records.unknowns else plain("none")


def _section(name: str) -> Iterator[Line]:
    yield ()
    yield styled(f"--- {name} ---", "heading")


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_SHOWN
    return ", ".join((*names[:MOST_SHOWN], *((f"… ({more} more)",) if more > 0 else ())))


def _more(found: tuple[object, ...]) -> Iterable[Line]:
    left = len(found) - MOST_SHOWN
    return [styled(f"… ({left} more)", "dim")] if left > 0 else []
