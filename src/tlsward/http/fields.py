"""Lines of headers, and the grammar that many of them share (RFC 9110 section 5.6)."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tlsward.model.http import HeaderLine

#: What is read of one value, in characters; servers themselves stop at 8 or 16 KiB.
LONGEST_VALUE = 16_384
#: Directives read of one value, and lines of one name.
MOST_DIRECTIVES = 256
MOST_LINES = 64
#: What is shown of a value.
LONGEST_SHOWN = 200

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
#: A quoted-string with its quoted-pairs (RFC 2616 section 2.2, RFC 9110 section 5.6.4).
_QUOTED = re.compile(r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t -\x7e\x80-\xff])*"\Z')
#: A quoted string, closed or not; a semicolon; or what is neither. Each octet is looked at once.
_PART = re.compile(r'"(?:[^"\\]|\\.?)*(?:"|\Z)|;|[^";]+', re.DOTALL)
_OPTIONAL_SPACE = " \t"


class Directive(msgspec.Struct, frozen=True):
    """`name[=value]`: `value` without quotes, None where there is no `=`.

    `problem` says what the grammar does not allow; then name and value are as they stand.
    """

    name: str
    value: str | None = None
    quoted: bool = False
    problem: str | None = None

    @property
    def key(self) -> str:
        """Return the name in lower case, by which directives are the same."""
        return self.name.lower()


def field_values(lines: Iterable[HeaderLine], name: str) -> tuple[str, ...]:
    """Return the values of all lines of a name in their order, without the space around."""
    wanted = name.lower()
    found: list[str] = []
    for line in lines:
        if line.name.lower() == wanted:
            found.append(line.value[:LONGEST_VALUE].strip(_OPTIONAL_SPACE))
            if len(found) == MOST_LINES:
                break
    return tuple(found)


def is_token(text: str) -> bool:
    """Whether a text is a token (RFC 9110 section 5.6.2)."""
    return _TOKEN.match(text) is not None


def unquoted(text: str) -> str | None:
    """Return what a quoted-string holds, None for what is none."""
    if _QUOTED.match(text) is None:
        return None
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def directives(value: str) -> tuple[Directive, ...]:
    """Return the directives of `name[=value] *(";" …)`; empty ones are left out.

    Where the value is cut, the last has a `problem`.
    """
    found: list[Directive] = []
    for piece in split_outside_quotes(value[:LONGEST_VALUE]):
        text = piece.strip(_OPTIONAL_SPACE)
        if not text:
            continue
        if len(found) == MOST_DIRECTIVES:
            found[-1] = Directive(text, problem=f"more than {MOST_DIRECTIVES} directives")
            break
        found.append(_directive(text))
    if len(value) > LONGEST_VALUE:
        found.append(Directive("", problem=f"longer than {LONGEST_VALUE} characters"))
    return tuple(found)


def split_outside_quotes(value: str) -> Iterator[str]:
    """Yield the pieces between semicolons that stand in no quoted string."""
    piece: list[str] = []
    for part in _PART.findall(value):
        if part == ";":
            yield "".join(piece)
            piece.clear()
        else:
            piece.append(part)
    yield "".join(piece)


def shown(text: str, longest: int = LONGEST_SHOWN) -> str:
    r"""Return a text of a header safe to show: what does not print as `\xNN`, cut."""
    cut = text[:longest]
    safe = "".join(c if " " <= c <= "~" else f"\\x{ord(c):02X}" for c in cut)
    return safe if len(text) <= longest else f"{safe}… ({len(text) - longest} more characters)"


def quoted(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Return a text of a header safe to show, in single quotes."""
    return f"'{shown(text, longest)}'"


def _directive(text: str) -> Directive:
    name, equals, value = text.partition("=")
    name, value = name.rstrip(_OPTIONAL_SPACE), value.lstrip(_OPTIONAL_SPACE)
    if not is_token(name):
        return Directive(name, value if equals else None, problem=f"{quoted(name)} is no name")
    if not equals:
        return Directive(name)
    if value.startswith('"'):
        inner = unquoted(value)
        if inner is None:
            return Directive(name, value, problem=f"{shown(name)}: its quotes are not closed")
        return Directive(name, inner, quoted=True)
    if not is_token(value):
        held = "has no value" if not value else f"{quoted(value)} is neither token nor quoted"
        return Directive(name, value, problem=f"{shown(name)}: {held}")
    return Directive(name, value)
