"""`tlsward demo`: the main job on this machine alone, or two endpoints to practise on."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tlsward.cli.exit_codes import COULD_NOT_TELL, DOES_NOT_HOLD, HOLDS
from tlsward.cli.options import text_or_json
from tlsward.errors import UsageError

if TYPE_CHECKING:
    from tlsward.sandbox.demonstration import Chapter

EPILOG = """\b
Examples:
  tlsward demo
  tlsward demo --format json > demo.json
  tlsward demo --serve
"""
CA_FILE = Path("ca.pem")
#: What a change of policy changes in a report; the first chapter shows all of it.
TELLING_SECTIONS = frozenset({"Ciphers Evaluation", "Analyzers", "Reasons"})
_SECTION = re.compile(r"^(?:\x1b\[[0-9;]*m)?--- (.+?) ---", re.MULTILINE)


@click.command("demo", epilog=EPILOG)
@text_or_json
@click.option("--full", is_flag=True, help="Show all of each report, not what changed alone.")
@click.option("--no-color", is_flag=True, help="Print without colour, as to a pipe.")
@click.option("--serve", is_flag=True, help="Serve a weak and a modern endpoint until Ctrl-C.")
@click.option(
    "--port",
    type=click.IntRange(1, 65534),
    default=8443,
    help="With --serve: port of the weak endpoint; the modern one has the next.  [default: 8443]",
)
def demo(*, form: str, full: bool, no_color: bool, serve: bool, port: int) -> int:
    """Scan a weak endpoint, change its policy, and scan it again.

    The endpoint is started on this machine, on a free port of the loopback address, with the
    policy that load balancers had in 2015 and a certificate of a throw-away authority. The
    exit code is 0 if it was measured as it had to be: non compliant before, modern after.
    """
    if serve:
        return _serve(port)
    color = not no_color and not os.environ.get("NO_COLOR") and sys.stdout.isatty()
    try:
        as_told = _tell_json() if form == "json" else _tell(full=full, color=color)
    except OSError as error:  # no port to listen on, or an OpenSSL that cannot serve the policy
        click.echo(f"tlsward: the endpoint cannot be served: {error}", err=True)
        return COULD_NOT_TELL
    return HOLDS if as_told else DOES_NOT_HOLD


def _tell(*, full: bool, color: bool) -> bool:
    from tlsward.report import render
    from tlsward.sandbox.demonstration import chapters

    click.echo(
        "A TLS endpoint on this machine gets the policy that load balancers had in 2015 and a\n"
        "certificate of a throw-away authority. It is scanned and judged, its policy is changed,\n"
        "and it is scanned and judged again."
    )
    told: list[Chapter] = []
    for chapter in chapters():
        report = render([chapter.result], "text", color=color)
        if told and not full:
            report = _sections(report)
        told.append(chapter)
        heading = f"{len(told)}. {chapter.title}, judged by guideline {chapter.guideline}"
        click.echo()
        click.secho(heading, bold=True, color=color)
        click.echo(f"   {_policy(chapter)}\n\n$ {_command(chapter)}")
        click.echo(report.rstrip("\n"), color=color)
        click.echo(f"\n$ echo $?\n{_exit_code(chapter)}")
    _summarise(told, color=color)
    return all(chapter.as_told for chapter in told)


def _policy(chapter: "Chapter") -> str:
    policy = chapter.policy
    suites = f", {len(policy.cipher_suites)} cipher suites" if policy.cipher_suites else ""
    return f"Policy: {policy.name} ({', '.join(policy.protocols)}{suites})"


def _command(chapter: "Chapter") -> str:
    target = chapter.result.target
    return (
        f"tlsward scan {target.host}:{target.port} --ca-file {CA_FILE} "
        f"--guideline {chapter.guideline} --target-level modern"
    )


def _sections(report: str) -> str:
    """Return the headline and the telling sections of a text report."""

    def parts() -> Iterator[str]:
        starts = [match.start() for match in _SECTION.finditer(report)]
        yield report[: starts[0]] if starts else report
        for start, end in zip(starts, [*starts[1:], len(report)], strict=True):
            match = _SECTION.match(report[start:end])
            if match is not None and match[1] in TELLING_SECTIONS:
                yield report[start:end]

    return "".join(parts())


def _summarise(told: "list[Chapter]", *, color: bool) -> None:
    click.echo()
    click.secho("In short", bold=True, color=color)
    rows = [("policy", "guideline", "measured level", "target", "exit code")]
    rows += [(c.policy.name, c.guideline, _measured(c), "modern", str(_exit_code(c))) for c in told]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("   " + "  ".join(cells).rstrip())
    click.echo()
    for chapter in told:
        if not chapter.as_told:
            click.echo(
                f"Not as it had to be: {chapter.policy.name} under guideline "
                f"{chapter.guideline} measured {_measured(chapter)}, not {chapter.expected}."
            )
    if all(chapter.as_told for chapter in told):
        click.echo(
            "The weak endpoint was refused and the modern one passed. Next, one of your own:\n"
            "   tlsward scan HOST\n"
            "or two endpoints to practise on:\n"
            "   tlsward demo --serve"
        )


def _tell_json() -> bool:
    import msgspec

    from tlsward.sandbox.demonstration import chapters

    told = list(chapters())
    document = {
        "schema": "tlsward.demo/1",
        "as_told": all(chapter.as_told for chapter in told),
        "chapters": [
            {
                "title": chapter.title,
                "policy": chapter.policy,
                "guideline": chapter.guideline,
                "expected": chapter.expected,
                "measured": _measured(chapter),
                "exit_code": _exit_code(chapter),
                "as_told": chapter.as_told,
                "result": chapter.result,
            }
            for chapter in told
        ],
    }
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
    return all(chapter.as_told for chapter in told)


def _measured(chapter: "Chapter") -> str:
    evaluation = chapter.result.evaluation
    return chapter.result.status if evaluation is None else evaluation.level


def _exit_code(chapter: "Chapter") -> int:
    from tlsward.cli.gate import exit_code

    return exit_code(chapter.result)


def _serve(port: int) -> int:
    import signal
    import threading

    from tlsward.sandbox.practice import practice_endpoints

    # Ended by whoever started it in the background, it takes its file away as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with practice_endpoints(port, CA_FILE) as (weak, modern):
            click.echo(
                f"weak:    localhost:{weak.port}  ({weak.policy.name})\n"
                f"modern:  localhost:{modern.port}  ({modern.policy.name})\n"
                f"trust:   {CA_FILE} in this directory, while this runs\n\n"
                f"In another terminal: tlsward scan localhost:{weak.port} --ca-file {CA_FILE}\n"
                "Ctrl-C ends it."
            )
            threading.Event().wait()  # for the KeyboardInterrupt of Ctrl-C
    except FileExistsError:
        raise UsageError(f"{CA_FILE} is here already; move it or work in another place") from None
    except OSError as error:
        raise UsageError(f"--port {port}: {error.strerror or error}") from None
    return HOLDS
