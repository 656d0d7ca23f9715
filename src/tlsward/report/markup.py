"""HTML from values: what is not markup already is escaped, so nothing slips through."""

from collections.abc import Iterable, Sequence
from html import escape

from tlsward.report.escape import printable


class Markup(str):
    """Text that is HTML already. Made here alone; every other string is escaped."""

    __slots__ = ()


Content = str | Markup


def text(content: Content) -> Markup:
    """Return content as HTML: escaped unless it is markup."""
    return content if isinstance(content, Markup) else Markup(escape(printable(content)))


def element(name: str, *content: Content, **attributes: str) -> Markup:
    """Return an element; `class_` stands for class, an empty attribute is left out."""
    written = "".join(
        f' {key.rstrip("_")}="{escape(printable(value))}"'
        for key, value in attributes.items()
        if value
    )
    return Markup(f"<{name}{written}>{''.join(map(text, content))}</{name}>")


def join(parts: Iterable[Markup]) -> Markup:
    """Return several pieces of HTML as one."""
    return Markup("\n".join(parts))


def table(heads: Sequence[str], rows: Iterable[Sequence[Content]]) -> Markup:
    """Return a table in a box that scrolls where the page is narrow."""
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    body = join(element("tr", *(element("td", cell) for cell in row)) for row in rows)
    return element(
        "div",
        element("table", element("thead", head), element("tbody", body)),
        class_="wide",
    )


def facts(rows: Iterable[Sequence[Content]]) -> Markup:
    """Return a table of names and what holds for them."""
    body = join(
        element("tr", element("th", name, scope="row"), *(element("td", cell) for cell in cells))
        for name, *cells in rows
    )
    return element("div", element("table", element("tbody", body)), class_="wide")


def link(address: str) -> Markup:
    """Return a link, or the text alone where the address is not https."""
    if not address.startswith("https://"):
        return text(address)
    return element("a", address, href=address, rel="noreferrer")
