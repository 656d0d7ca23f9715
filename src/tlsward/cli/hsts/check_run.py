"""What `tlsward hsts check` does."""

import sys
from typing import Literal

import msgspec

from tlsward.cli.duration import parse_duration
from tlsward.cli.exchanging import exchanger, least_hsts_seconds
from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.cli.hsts.preload import (
    PreloadSeen,
    judge_preload,
    judge_removal,
    preload_exchanges,
)
from tlsward.cli.options import read_bytes
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.policy_value import policy_value
from tlsward.cli.web_target import WebTarget, parse_web_target
from tlsward.errors import UsageError
from tlsward.http.fields import field_values
from tlsward.http.hsts import NAME, HstsReceived, judge_hsts, next_stage_seconds, received_hsts
from tlsward.http.hsts_preload import (
    EIGHTEEN_WEEKS_SECONDS,
    YEAR_SECONDS,
    PreloadIssue,
    has_errors,
    judge_preload_response,
)
from tlsward.http.hsts_preload_list import PreloadList
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.http import HeaderFinding, HttpResponse
from tlsward.net.loop import run
from tlsward.report.transport_policies import HstsReport, render_hsts, render_hsts_json
from tlsward.settings.table import Settings

#: Directives that make an argument a value though it has neither = nor ; in it.
_WORDS = frozenset({"includesubdomains", "preload", "max-age"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks beside the settings."""

    min_age: str | None = None
    preload: bool = False
    removal: bool = False
    preload_list: str | None = None


def run_check(subject: str, form: Literal["text", "json"], asked: Asked, settings: Settings) -> int:
    """Judge a value or a host; return the exit code."""
    if asked.preload and asked.removal:
        raise UsageError("--preload and --removal exclude each other")
    least = least_hsts_seconds()
    if asked.min_age is not None:
        least = parse_duration(asked.min_age, "--min-age")
    value = policy_value(subject, NAME, _WORDS)
    known = _preload_list(asked)
    if value is None:
        report = _of_host(parse_web_target(subject, settings), asked, least, settings, known)
        host = report.host
        if known is not None and host is not None:
            report = msgspec.structs.replace(report, preloaded=known.status(host))
    else:
        if known is not None:
            raise UsageError("--preload-list: a value has no host that could be on it")
        report = _of_values((value,), asked, least, name=value)
    with open_output(settings.output) as output:
        if form == "json":
            output.write(render_hsts_json(report))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_hsts(report, color=color))
        output.commit()
    return exit_code(report)


def exit_code(report: HstsReport) -> int:
    """Return the exit code: by the lists' rules where they were asked, else by our own."""
    return {YES: HOLDS, NO: DOES_NOT_HOLD, UNKNOWN: COULD_NOT_TELL}[report.holds]


def _of_values(values: tuple[str, ...], asked: Asked, least: int, *, name: str) -> HstsReport:
    received = received_hsts(values, secure=True, host="")
    issues: tuple[PreloadIssue, ...] | None = None
    if asked.preload or asked.removal:
        issues = judge_preload_response(values, removal=asked.removal)
    return _report(name, None, received, least, issues, asked)


def _of_host(
    target: WebTarget, asked: Asked, least: int, settings: Settings, known: PreloadList | None
) -> HstsReport:
    if target.url.scheme == "http":
        raise UsageError("http:// hosts cannot have HSTS; name the https:// URL")
    host = target.url.host
    early = known is not None and known.came_early(host)
    listed_with = EIGHTEEN_WEEKS_SECONDS if early else YEAR_SECONDS
    asking = exchanger(target, settings)
    seen: PreloadSeen | None = None
    if asked.preload:
        seen = run(preload_exchanges(asking, target, settings))
        exchange = seen.secure
    else:
        exchange = run(asking.get(target.url))
    name = exchange.url
    if not exchange.responses:
        issues = None if seen is None else judge_preload(seen, host)
        return HstsReport(
            name=name,
            host=host,
            issues=issues,
            reason=exchange.reason or "no answer",
            holds=UNKNOWN,
        )
    first = exchange.responses[0]
    values = field_values(first.headers, NAME)
    issues = None
    if seen is not None:
        issues = judge_preload(seen, host, least_seconds=listed_with)
    elif asked.removal:
        issues = judge_removal(exchange)
    report = _report(name, first, _received(first, values), least, issues, asked)
    if seen is not None and seen.unseen is not None and report.holds == YES:
        reason = f"not looked at: {seen.unseen}"
        return msgspec.structs.replace(report, holds=UNKNOWN, reason=reason)
    return report


def _received(response: HttpResponse, values: tuple[str, ...]) -> HstsReceived:
    return received_hsts(
        values,
        secure=True,
        host=response.host,
        verified=NO if response.verified == NO else YES,
    )


def _report(
    name: str,
    response: HttpResponse | None,
    received: HstsReceived,
    least: int,
    issues: tuple[PreloadIssue, ...] | None,
    asked: Asked,
) -> HstsReport:
    findings = judge_hsts(received, least_age_seconds=least)
    policy = received.policy
    after = None if policy is None else next_stage_seconds(policy.max_age_seconds)
    holds: Answer = NO if _fails(received, findings) else YES
    if issues is not None:
        holds = _by_the_lists(issues)
        # The lists only warn of a directive that is repeated; browsers ignore the field then.
        if asked.preload and received.policy is None:
            holds = NO
    several = len(received.fields) > 1 and issues is None
    return HstsReport(
        name=name,
        reason=_SEVERAL.format(len(received.fields)) if several else None,
        host=None if response is None else response.host,
        received=received,
        findings=findings,
        issues=issues,
        next_stage_seconds=after,
        holds=holds,
    )


_SEVERAL = "{} fields are sent, a host must send one (RFC 6797 section 7.1)"


def _by_the_lists(issues: tuple[PreloadIssue, ...]) -> Answer:
    """Return whether the lists would take it; unknown where only our own means fall short."""
    if has_errors(each for each in issues if not each.code.startswith("internal.")):
        return NO
    return UNKNOWN if has_errors(issues) else YES


def _fails(received: HstsReceived, findings: tuple[HeaderFinding, ...]) -> bool:
    return received.policy is None or any(each.grade in {"weak", "bad"} for each in findings)


def _preload_list(asked: Asked) -> PreloadList | None:
    if asked.preload_list is None:
        return None
    return PreloadList.from_json(read_bytes(asked.preload_list), name=asked.preload_list)
