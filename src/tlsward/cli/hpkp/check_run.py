"""What `tlsward hpkp check` does."""

import sys
from typing import Literal

from tlsward.cli.exchanging import exchanger
from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.cli.hpkp.pins import chain_pins_of
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.policy_value import policy_value
from tlsward.cli.web_target import parse_web_target
from tlsward.errors import UsageError
from tlsward.http.fields import field_values
from tlsward.http.hpkp import (
    NAME,
    REPORT_ONLY_NAME,
    judge_hpkp,
    parse_hpkp,
    would_be_noted,
)
from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.net.loop import run
from tlsward.report.transport_policies import HpkpReport, render_hpkp, render_hpkp_json
from tlsward.settings.table import Settings

_WORDS = frozenset({"includesubdomains", "max-age"})


def run_check(
    subject: str,
    chain: str | None,
    form: Literal["text", "json"],
    settings: Settings,
    *,
    report_only: bool,
) -> int:
    """Judge a value or a host; return the exit code."""
    name = REPORT_ONLY_NAME if report_only else NAME
    value = policy_value(subject, name, _WORDS)
    if value is None:
        if chain is not None:
            raise UsageError("--chain: of a host its own chain is taken")
        report = _of_host(subject, name, settings, report_only=report_only)
    else:
        report = _judged(value, value, chain, settings, report_only=report_only)
    with open_output(settings.output) as output:
        if form == "json":
            output.write(render_hpkp_json(report))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_hpkp(report, color=color))
        output.commit()
    return {YES: HOLDS, NO: DOES_NOT_HOLD, UNKNOWN: COULD_NOT_TELL}[report.holds]


def _of_host(subject: str, name: str, settings: Settings, *, report_only: bool) -> HpkpReport:
    target = parse_web_target(subject, settings)
    if target.url.scheme == "http":
        raise UsageError("over plain HTTP the header is ignored; name the https:// URL")
    exchange = run(exchanger(target, settings, most_redirects=0).get(target.url))
    if not exchange.responses:
        reason = exchange.reason or "no answer"
        return HpkpReport(name=str(target.url), holds=UNKNOWN, reason=reason)
    first = exchange.responses[0]
    values = field_values(first.headers, name)
    if not values:
        return HpkpReport(name=str(target.url), holds=NO, reason=f"it sends no {name}")
    # Only the first field of a name is processed (RFC 7469 section 2.3.1).
    authority = f"https://{target.url.authority}"
    return _judged(
        str(target.url),
        values[0],
        authority,
        settings,
        report_only=report_only,
        host=first.host,
        verified=NO if first.verified == NO else YES,
    )


def _judged(
    name: str,
    value: str,
    chain: str | None,
    settings: Settings,
    *,
    report_only: bool,
    host: str = "",
    verified: Answer = YES,
) -> HpkpReport:
    field = parse_hpkp(value, report_only=report_only)
    pins: frozenset[str] | None = None
    reason: str | None = None
    if chain is not None:
        found = chain_pins_of(chain, settings)
        if isinstance(found, str):
            reason = found
        else:
            pins = found
    verdict = would_be_noted(field, pins, host=host, verified=verified)
    return HpkpReport(
        name=name,
        holds=verdict.noted,
        field=field,
        verdict=verdict,
        findings=judge_hpkp(field, verdict),
        reason=reason,
    )
