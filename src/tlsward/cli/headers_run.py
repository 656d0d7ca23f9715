"""What `tlsward headers` does: ask, judge, compare, and one exit code."""

import asyncio
import sys
from typing import Literal

import msgspec

from tlsward.cli.exchanging import exchanger, least_hsts_seconds
from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.web_target import WebTarget, parse_web_target
from tlsward.errors import UsageError
from tlsward.http.expectation import judge_expectation, parse_expectation
from tlsward.http.fields import shown
from tlsward.http.finding import header_finding
from tlsward.http.redirects import judge_redirects, noted_on_the_way
from tlsward.http.security_headers import SERVER_ERROR, judge_headers
from tlsward.model.answer import NO, UNKNOWN
from tlsward.model.http import GRADES, HeaderFinding, HeadersReport, HttpExchange
from tlsward.net.http_exchange import HTTP_VERSIONS, HttpExchanger
from tlsward.net.loop import run
from tlsward.report.headers import render_headers, render_headers_json
from tlsward.settings.table import Settings

HTTPS_PORT, HTTP_PORT = 443, 80


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks beside the settings."""

    expected: tuple[str, ...] = ()
    fail_on: Literal["weak", "bad"] | None = None
    http_version: str | None = None
    http_port: int | None = None


def run_headers(
    argument: str, form: Literal["text", "json"], asked: Asked, settings: Settings
) -> int:
    """Ask a host for a page and report its headers; return the exit code."""
    target = parse_web_target(argument, settings)
    expected = [parse_expectation(text) for text in asked.expected]
    port = _plain_port(target, asked)
    versions = HTTP_VERSIONS if asked.http_version is None else (asked.http_version,)
    asking = exchanger(target, settings, versions=versions)
    with open_output(settings.output) as output:
        exchange, plain = run(_exchanges(asking, target, port))
        report = HeadersReport(
            exchange=exchange,
            plain=plain,
            findings=_findings(exchange, plain),
            expectations=tuple(judge_expectation(exchange, *each) for each in expected),
        )
        if form == "json":
            output.write(render_headers_json(report))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_headers(report, color=color))
        output.commit()
    return exit_code(report, asked.fail_on)


def exit_code(report: HeadersReport, fail_on: Literal["weak", "bad"] | None) -> int:
    """Return the exit code: a no before what cannot be told."""
    answers = {each.holds for each in report.expectations}
    worst = max((GRADES.index(each.grade) for each in report.findings), default=0)
    if NO in answers or (fail_on is not None and worst >= GRADES.index(fail_on)):
        return DOES_NOT_HOLD if report.exchange.last is not None else COULD_NOT_TELL
    if UNKNOWN in answers or report.exchange.last is None:
        return COULD_NOT_TELL
    # Of a page that was never got to, nothing is known to be good enough.
    broken = report.exchange.reason is not None or report.exchange.last.status >= SERVER_ERROR
    if fail_on is not None and broken:
        return COULD_NOT_TELL
    return HOLDS


def _plain_port(target: WebTarget, asked: Asked) -> int | None:
    if target.url.scheme == "http":
        if asked.http_port is not None:
            raise UsageError("--http-port: plain HTTP is asked already, by an http:// URL")
        return None
    if asked.http_port is not None:
        return asked.http_port
    return HTTP_PORT if target.url.port == HTTPS_PORT else None


async def _exchanges(
    asking: HttpExchanger, target: WebTarget, port: int | None
) -> tuple[HttpExchange, HttpExchange | None]:
    if port is None:
        return await asking.get(target.url), None
    exchange, plain = await asyncio.gather(asking.get(target.url), asking.get(target.plain(port)))
    return exchange, plain


def _findings(exchange: HttpExchange, plain: HttpExchange | None) -> tuple[HeaderFinding, ...]:
    findings: list[HeaderFinding] = []
    if exchange.last is not None:
        noted = noted_on_the_way(exchange)
        for finding in judge_headers(
            exchange.last, least_hsts_seconds=least_hsts_seconds(), compression_asked=True
        ):
            if finding.id == "http.hsts.missing" and noted is not None:
                findings.append(header_finding("hsts.noted-before", shown(noted)))
            else:
                findings.append(finding)
        findings += judge_redirects(exchange)
    if plain is not None:
        findings += judge_redirects(plain)
    # Both ways may lead through the same pages.
    return tuple(dict.fromkeys(findings))
