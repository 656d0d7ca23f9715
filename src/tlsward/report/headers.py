"""The headers of a host, and what is said of them, as text and as JSON (tlsward.headers/1)."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tlsward.model.http import HeaderFinding, HeaderLine, HeadersReport, HttpExchange, HttpResponse
from tlsward.report.json_document import encode
from tlsward.report.style import Line, answer_style, draw, plain, styled

SCHEMA = "tlsward.headers/1"
GRADE_STYLES = {"good": "good", "note": "dim", "weak": "warn", "bad": "bad"}
LONGEST_LINE = 300


def render_headers(report: HeadersReport, *, color: bool) -> str:
    """Return the report as text."""
    return draw(_lines(report), color=color)


def render_headers_json(report: HeadersReport) -> str:
    """Return the report as indented JSON. Values of cookies are left out."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "url": report.exchange.url,
        "exchange": _without_secrets(report.exchange),
        "plain": None if report.plain is None else _without_secrets(report.plain),
        "findings": report.findings,
        "expectations": report.expectations,
    }
    return msgspec.json.format(encode(document), indent=2) + "\n"


def finding_lines(findings: tuple[HeaderFinding, ...]) -> Iterator[Line]:
    """Yield a line for each finding, and one each for its advice and its evidence."""
    for each in findings:
        header = f"{each.header}: " if each.header else ""
        style = GRADE_STYLES[each.grade]
        yield ((f"  {each.grade:<5}", style), (header, "bold"), (each.text, ""))
        if each.advice:
            yield plain(f"        do: {each.advice}")
        if each.evidence:
            yield styled(f"        {each.evidence}", "dim")


def exchange_lines(exchange: HttpExchange) -> Iterator[Line]:
    """Yield every response of an exchange with its header lines, and why there is no other."""
    for response in exchange.responses:
        yield from _response(response)
    if exchange.reason is not None:
        where = "" if exchange.responses else f"{exchange.url}  "
        yield ((where, "bold"), (exchange.reason, "bad"))


def shown_line(line: HeaderLine) -> HeaderLine:
    """Return a header line as it may be shown: without the value of a cookie."""
    if line.name.lower() != "set-cookie":
        return line
    pair, semicolon, attributes = line.value.partition(";")
    name, equals, value = pair.partition("=")
    # Without `=` the whole is the value of a cookie without a name.
    kept = f"{name}=" if equals else ""
    count = len(value if equals else pair)
    return HeaderLine(line.name, f"{kept}({count} characters){semicolon}{attributes}")


def _lines(report: HeadersReport) -> Iterator[Line]:
    yield from exchange_lines(report.exchange)
    if report.plain is not None:
        yield plain("")
        yield styled("--- Plain HTTP ---", "heading")
        for response in report.plain.responses:
            where = "" if response.location is None else f" to {response.location}"
            yield plain(f"{response.url}  {response.version} {response.status}{where}")
        if report.plain.reason is not None:
            yield styled(report.plain.reason, "warn")
    if report.findings:
        yield plain("")
        yield styled("--- Findings ---", "heading")
        yield from finding_lines(report.findings)
    if report.expectations:
        yield plain("")
        yield styled("--- Expected ---", "heading")
        for each in report.expectations:
            yield (
                (f"  {each.holds:<8}", answer_style(each.holds)),
                (f"{each.header}: {each.value}", "bold"),
            )
            yield styled(f"          {each.reason}", "dim")


def _response(response: HttpResponse) -> Iterator[Line]:
    tls = "" if response.tls_version is None else f"  {response.tls_version}"
    yield (
        (response.url, "bold"),
        (f"  {response.version} {response.status}", ""),
        (tls, "dim"),
    )
    if response.verification is not None:
        yield styled(f"  {response.verification}", "bad")
    for line in map(shown_line, response.headers):
        value = line.value
        if len(value) > LONGEST_LINE:
            value = f"{value[:LONGEST_LINE]}… ({len(line.value) - LONGEST_LINE} more characters)"
        yield ((f"  {line.name}: ", "dim"), (value, ""))


def _without_secrets(exchange: HttpExchange) -> HttpExchange:
    responses = tuple(
        msgspec.structs.replace(each, headers=tuple(map(shown_line, each.headers)))
        for each in exchange.responses
    )
    return msgspec.structs.replace(exchange, responses=responses)
