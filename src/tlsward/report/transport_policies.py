"""Judgements of HSTS and HPKP headers, as text and as JSON (tlsward.hsts/1, tlsward.hpkp/1)."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tlsward.facts.http_history import http_history
from tlsward.http.fields import shown
from tlsward.http.hpkp import HpkpField, HpkpVerdict
from tlsward.http.hsts import HstsReceived, duration_words
from tlsward.http.hsts_preload import PreloadIssue
from tlsward.http.hsts_preload_list import PreloadStatus
from tlsward.model.answer import UNKNOWN, Answer
from tlsward.model.http import HeaderFinding
from tlsward.report.headers import finding_lines
from tlsward.report.json_document import encode
from tlsward.report.style import Line, answer_style, draw, plain, styled

HSTS_SCHEMA = "tlsward.hsts/1"
HPKP_SCHEMA = "tlsward.hpkp/1"
_NOT_ASKED = "unknown: no list was given (--preload-list)"


class HstsReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a value or a host: `issues` by hstspreload.org, None where not asked."""

    name: str
    holds: Answer
    host: str | None = None
    received: HstsReceived | None = None
    findings: tuple[HeaderFinding, ...] = ()
    issues: tuple[PreloadIssue, ...] | None = None
    preloaded: PreloadStatus | None = None
    next_stage_seconds: int | None = None
    reason: str | None = None


class HpkpReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the pins of a value or a host."""

    name: str
    holds: Answer
    field: HpkpField | None = None
    verdict: HpkpVerdict | None = None
    findings: tuple[HeaderFinding, ...] = ()
    reason: str | None = None


def render_hsts(report: HstsReport, *, color: bool) -> str:
    """Return the judgement as text."""
    return draw(_hsts_lines(report), color=color)


def render_hsts_json(report: HstsReport) -> str:
    """Return the judgement as indented JSON."""
    return _json(HSTS_SCHEMA, report)


def render_hpkp(report: HpkpReport, *, color: bool) -> str:
    """Return the judgement as text."""
    return draw(_hpkp_lines(report), color=color)


def render_hpkp_json(report: HpkpReport) -> str:
    """Return the judgement as indented JSON."""
    return _json(HPKP_SCHEMA, report)


def _json(schema: str, report: HstsReport | HpkpReport) -> str:
    document: dict[str, Any] = {"schema": schema, **msgspec.structs.asdict(report)}
    return msgspec.json.format(encode(document), indent=2) + "\n"


def _hsts_lines(report: HstsReport) -> Iterator[Line]:
    yield ((shown(report.name), "bold"), ("  ", ""), (report.holds, answer_style(report.holds)))
    if report.reason is not None:
        yield styled(f"  {report.reason}", "bad")
    for field in () if report.received is None or report.host is None else report.received.fields:
        yield plain(f"  Strict-Transport-Security: {shown(field.value)}")
    policy = None if report.received is None else report.received.policy
    if policy is not None:
        yield plain(f"  max-age             {duration_words(policy.max_age_seconds)}")
        yield plain(f"  includeSubDomains   {'yes' if policy.include_subdomains else 'no'}")
        yield plain(f"  preload             {'yes' if policy.preload else 'no'}")
    if report.host is not None:
        status = report.preloaded
        words = _NOT_ASKED if status is None else f"{status.preloaded}: {status.reason}"
        yield plain(f"  on the preload list {words}")
    yield from finding_lines(report.findings)
    if report.issues is not None:
        yield styled("  by the rules of hstspreload.org:", "heading")
        for issue in report.issues:
            style = "bad" if issue.severity == "error" else "warn"
            yield ((f"  {issue.severity:<8}", style), (issue.code, "bold"))
            told = f" ({issue.evidence})" if issue.evidence else ""
            yield styled(f"          {issue.text}{told}", "dim")
        if not report.issues:
            yield styled("  nothing to complain of", "good")


def _hpkp_lines(report: HpkpReport) -> Iterator[Line]:
    yield ((shown(report.name), "bold"), ("  ", ""), (report.holds, answer_style(report.holds)))
    if report.reason is not None:
        yield styled(f"  {report.reason}", "bad")
    policy = None if report.field is None else report.field.policy
    verdict = report.verdict
    if policy is not None:
        for pin in policy.pins:
            yield plain(f"  pin {pin}{_place(pin, verdict)}")
        age = policy.max_age_seconds
        yield plain(f"  max-age             {'none' if age is None else duration_words(age)}")
        yield plain(f"  includeSubDomains   {'yes' if policy.include_subdomains else 'no'}")
        if policy.report_uri is not None:
            yield plain(f"  report-uri          {shown(policy.report_uri)}")
    if verdict is not None:
        yield (
            ("  noted               ", ""),
            (verdict.noted, answer_style(verdict.noted)),
            (f"  {verdict.reason}", "dim"),
        )
    yield from finding_lines(report.findings)
    if report.field is not None:
        successors = http_history()["public-key-pins"].successors
        yield styled(f"  instead: {'; '.join(successors)}", "dim")


def _place(pin: str, verdict: HpkpVerdict | None) -> str:
    if verdict is None or verdict.noted == UNKNOWN:
        return ""
    if pin in verdict.matching:
        return "  in the chain"
    return "  not in the chain: a backup" if pin in verdict.backups else ""
