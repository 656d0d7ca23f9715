"""What `tlsward inspect` does: one connection, and its report."""

import sys
from typing import Literal

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.output import is_terminal, open_output
from tlsward.cli.scan_run import scan_settings
from tlsward.cli.targets import parse_target
from tlsward.net.loop import run
from tlsward.report.inspection import render_inspection, render_inspection_json
from tlsward.scan.inspect import inspect
from tlsward.settings.table import Settings


def run_inspect(argument: str, form: Literal["text", "json"], settings: Settings) -> int:
    """Make one connection to a target and report it; return the exit code."""
    target = parse_target(argument, starttls=settings.starttls, sni=settings.sni)
    how = scan_settings(settings)
    with open_output(settings.output) as output:
        inspected = run(inspect(target, how))
        if form == "json":
            output.write(render_inspection_json(inspected))
        else:
            color = settings.output is None and not settings.no_color and is_terminal(sys.stdout)
            output.write(render_inspection(inspected, color=color))
        output.commit()
    return COULD_NOT_TELL if inspected.observation is None else HOLDS
