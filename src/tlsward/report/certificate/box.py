"""One box of the figure: what is written in it, and how high that makes it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from tlsward.model.certificate import Certificate
from tlsward.model.chain_of_trust import ChainCertificate, ChainOfTrust, TrustWay
from tlsward.report.certificate.layout import Node
from tlsward.report.certificate.shown import short_name
from tlsward.report.escape import inert
from tlsward.report.words import aware, days, key_words

WIDTH = 272
PADDING = 14
#: Columns that fit into a box at the size of each class of text, wide letters being two.
COLUMNS = {"name": 26, "small": 37, "reason": 38}
LINE_HEIGHT = {"name": 20, "small": 17, "reason": 17}
PILL_HEIGHT = 22
_PILL_GAP = 6
_PILL_LETTER = 6.9
_MOST_LINES = 3
#: An attribute of an RFC 4514 string, its value with its escapes.
_ATTRIBUTE = r"(?:^|[,+]){kind}=((?:\\.|[^,+\\])*)"


class Line(msgspec.Struct, frozen=True):
    """A line of text with its classes of style; the first says its size."""

    text: str
    kind: str
    tone: str = ""


class Pill(msgspec.Struct, frozen=True):
    """A store's name in a rounded frame, placed within its block."""

    text: str
    tone: str
    left: float
    top: float
    width: float


class Box(msgspec.Struct, frozen=True):
    """A box: `pills` and `notes` stand above its frame, `lines` within."""

    role: str
    full_name: str
    lines: tuple[Line, ...]
    pills: tuple[Pill, ...]
    pills_height: float
    notes: tuple[Line, ...]

    @property
    def height(self) -> float:
        """The height of the frame."""
        return 2 * PADDING + sum(LINE_HEIGHT[line.kind] for line in self.lines) - 4

    @property
    def above(self) -> float:
        """The height of what stands above the frame."""
        notes = sum(LINE_HEIGHT[line.kind] for line in self.notes)
        return self.pills_height + (notes + 6 if notes else 0)

    @property
    def total(self) -> float:
        """The height of it all."""
        return self.height + self.above


def box_of(chain: ChainOfTrust, node: Node, ways: Sequence[TrustWay]) -> Box:
    """Return the box of a certificate or of a missing issuer; `ways` are those drawn."""
    if node.missing:
        return _missing(node.key)
    each = chain.certificates[node.key]
    ending = [way for way in ways if way.fingerprints[-1] == node.key]
    trusting = _stores(ending, "yes")
    pills, height = _pills(trusting)
    return Box(
        role=_role(chain, each),
        full_name=each.certificate.subject or each.certificate.sha256,
        lines=tuple(_lines(chain, each)),
        pills=pills,
        pills_height=height,
        notes=tuple(_notes(ending)),
    )


def wrapped(text: str, columns: int, most: int = _MOST_LINES) -> list[str]:
    """Return a text in lines of so many columns, the last cut where it takes more of them."""
    lines = [""]
    for word in re.findall(r"\S+\s*|\s+", inert(text)):
        rest = word
        while rest:
            room = columns - _width(lines[-1])
            if _width(rest.rstrip()) <= room:
                lines[-1] += rest
                break
            if lines[-1] and _width(rest.rstrip()) <= columns:
                lines.append("")
                continue
            cut = _fitting(rest, max(room, 1))
            lines[-1] += rest[:cut]
            rest = rest[cut:]
            lines.append("")
    shown = [line.rstrip() for line in lines if line.strip()]
    if len(shown) > most:
        kept = shown[most - 1]
        shown = [*shown[: most - 1], kept[: _fitting(kept, columns - 1)] + "…"]
    return shown


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _fitting(text: str, columns: int) -> int:
    """Return how many letters of a text fit, one at least."""
    used = 0
    for index, letter in enumerate(text):
        used += _width(letter)
        if used > columns:
            return max(1, index)
    return len(text)


def _role(chain: ChainOfTrust, each: ChainCertificate) -> str:
    if chain.ways and chain.ways[0].fingerprints[0] == each.certificate.sha256:
        return "leaf"
    return "root" if each.stores or each.certificate.self_signed else "intermediate"


def _role_words(certificate: Certificate) -> str:
    if not certificate.is_ca:
        return "end entity"
    return "root" if certificate.self_signed else "intermediate"


def _lines(chain: ChainOfTrust, each: ChainCertificate) -> Iterator[Line]:
    certificate = each.certificate
    words = [_role_words(certificate)]
    if each.added:
        words.append("taken from elsewhere")
    elif chain.hostname is not None:
        words.append("sent" if each.positions else "not sent")
    yield Line(" · ".join(words), "small", "soft")
    name = _attribute(certificate.subject, "CN")
    if not certificate.is_ca or not name:
        name = short_name(certificate)
    for line in wrapped(name, COLUMNS["name"]):
        yield Line(line, "name")
    organization = _attribute(certificate.subject, "O")
    if organization and organization != name:
        yield Line(wrapped(organization, COLUMNS["small"], 1)[0], "small")
    key = f"{key_words(certificate.key)} · {certificate.signature_algorithm}"
    for line in wrapped(key, COLUMNS["small"], 2):
        yield Line(line, "small", "soft")
    text, tone = _validity(chain, each)
    yield Line(text, "small", tone)
    more = len(certificate.dns_names) + len(certificate.ip_addresses) - 1
    if more > 0 and _role(chain, each) == "leaf":
        yield Line(f"and {more} more name{'' if more == 1 else 's'}", "small", "soft")
    siblings = _cross_signs(chain, each)
    if siblings > 1:
        yield Line(f"◆ one key, {siblings} certificates", "small", "cross")


def _cross_signs(chain: ChainOfTrust, each: ChainCertificate) -> int:
    """Return how many certificates on the ways have this name and this key."""
    own = (each.certificate.subject, each.certificate.spki_sha256)
    if not own[1]:
        return 1
    on_ways = {fingerprint for way in chain.ways for fingerprint in way.fingerprints}
    found = [chain.certificates[fingerprint].certificate for fingerprint in on_ways]
    return sum((one.subject, one.spki_sha256) == own for one in found)


def _validity(chain: ChainOfTrust, each: ChainCertificate) -> tuple[str, str]:
    begin, end = each.certificate.not_before, each.certificate.not_after
    if begin is None or end is None:
        return "validity unknown", "bad"
    left = aware(end) - aware(chain.now)
    if aware(begin) > aware(chain.now):
        return f"not valid before {begin:%Y-%m-%d}", "bad"
    if left.total_seconds() < 0:
        return f"expired on {end:%Y-%m-%d}", "bad"
    return f"until {end:%Y-%m-%d} · {days(left.days)} left", "soft"


def _attribute(subject: str, kind: str) -> str:
    r"""Return an attribute's value out of an RFC 4514 string, empty where there is none."""
    found = re.search(_ATTRIBUTE.format(kind=kind), subject)
    return re.sub(r'\\([ "#+,;<=>\\])', r"\1", found[1]) if found else ""


def _missing(name: str) -> Box:
    shown = _attribute(name, "CN") or name or "(no name)"
    return Box(
        role="missing",
        full_name=name,
        lines=(
            Line("issuer not found", "small", "bad"),
            *(Line(line, "name", "soft") for line in wrapped(shown, COLUMNS["name"])),
            Line("neither sent nor a known root", "small", "soft"),
        ),
        pills=(),
        pills_height=0,
        notes=(),
    )


def _stores(ending: Sequence[TrustWay], answer: str) -> list[str]:
    found = [each.store for way in ending for each in way.stores if each.trusted == answer]
    return list(dict.fromkeys(found))


def _notes(ending: Sequence[TrustWay]) -> Iterator[Line]:
    """Yield why a way that ends here fails, for which stores."""
    refusals: dict[tuple[str, str], list[str]] = {}
    for way in ending:
        if way.reason is not None and way.missing is None:
            refusals.setdefault(("no", way.reason), [])
        for each in way.stores:
            if each.trusted != "yes":
                stores = refusals.setdefault((each.trusted, each.reason or ""), [])
                if each.store not in stores:
                    stores.append(each.store)
    for (answer, reason), stores in list(refusals.items())[:_MOST_LINES]:
        tone = "bad" if answer == "no" else "warn"
        text = f"✗ {', '.join(stores)}: {reason}" if stores else f"✗ {reason}"
        for line in wrapped(text, COLUMNS["reason"], 4):
            yield Line(line, "reason", tone)


def _pills(stores: Sequence[str]) -> tuple[tuple[Pill, ...], float]:
    """Return the names of stores in rows, and the height of those."""
    pills: list[Pill] = []
    left, top = 0.0, 0.0
    for store in stores:
        width = len(store) * _PILL_LETTER + 20
        if left and left + width > WIDTH:
            left, top = 0.0, top + PILL_HEIGHT + _PILL_GAP
        pills.append(Pill(store, "good", left, top, width))
        left += width + _PILL_GAP
    return tuple(pills), (top + PILL_HEIGHT + 10 if pills else 0.0)
