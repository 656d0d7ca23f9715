"""The root command: its subcommands are named in a table and imported when they are run.

`tlsward --help` is asked for most and must answer at once, so nothing here imports a
subcommand, the scanner, cryptography or asyncio.
"""

import errno
import os
from collections.abc import Sequence

import click

from tlsward import __version__
from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS, INTERRUPTED, WRONG_CALL
from tlsward.cli.lazy_group import Entry, LazyGroup
from tlsward.cli.output import forget_standard_output
from tlsward.errors import UsageError

#: What a disk answers that takes no more: the caller's to mend, and no fault of the program.
_CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


COMMANDS = {
    "scan": Entry(
        "tlsward.cli.scan_command", "scan", "Scan endpoints and judge them by the guideline."
    ),
    "inspect": Entry("tlsward.cli.inspect_command", "inspect", "Show one connection in full."),
    "cert": Entry(
        "tlsward.cli.cert_command", "cert", "Show, check, split, pin and lint certificates."
    ),
    "trust": Entry("tlsward.cli.trust_command", "trust", "Show and update the root stores."),
    "headers": Entry(
        "tlsward.cli.headers_command", "headers", "Show and judge the HTTP headers of a host."
    ),
    "hsts": Entry("tlsward.cli.hsts_command", "hsts", "Build and check HSTS headers."),
    "hpkp": Entry("tlsward.cli.hpkp_command", "hpkp", "Build and check public key pins."),
    "dns": Entry("tlsward.cli.dns_command", "dns", "Show the names and records of a host."),
    "primer": Entry(
        "tlsward.cli.primer_command", "primer", "Teach the ground under TLS, on any numbers."
    ),
    "schema": Entry("tlsward.cli.schema_command", "schema", "Print the JSON Schema of a document."),
    "config": Entry(
        "tlsward.cli.config_command", "config", "Check tlsward.toml and show what is in effect."
    ),
    "demo": Entry(
        "tlsward.cli.demo_command", "demo", "Scan a weak endpoint here, fix it, scan it again."
    ),
    "invoicer": Entry(
        "tlsward.cli.invoicer_command", "invoicer", "Serve invoices: a service to put on HTTPS."
    ),
    "completion": Entry(
        "tlsward.cli.completion_command", "completion", "Print the completion of a shell."
    ),
}

EPILOG = """\b
Examples:
  tlsward scan example.com
  tlsward scan --target-level intermediate example.com && deploy
  tlsward inspect example.com:443
"""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tlsward", message="%(prog)s %(version)s")
def root() -> None:
    """Scan TLS endpoints, judge them by Mozilla's guideline, and gate deployments on it.

    \b
    Exit codes of every command:
      0  it holds: measured, and as it has to be
      1  it does not hold
      2  the call is wrong
      3  could not tell: unreachable, no TLS, incomplete
    """  # noqa: D301 - \b is click's mark for "do not wrap"


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code; errors are one line on stderr."""
    try:
        _read_updates()
        code = root.main(list(arguments), prog_name="tlsward", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG_CALL
    except click.ClickException as error:
        complain(_one_line(error))
        return WRONG_CALL
    except UsageError as error:
        complain(str(error))
        return WRONG_CALL
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        complain(f"the output cannot be written: {error.strerror}")
        forget_standard_output()
        return WRONG_CALL
    except (KeyboardInterrupt, click.exceptions.Abort):
        return INTERRUPTED
    except SystemExit as done:
        # click exits by itself in two cases: 0 when it has completed words for a shell,
        # and 1, which would say that something does not hold, when a pipe is broken.
        return COULD_NOT_TELL if done.code else HOLDS
    except Exception as error:  # noqa: BLE001  Python's own exit code 1 would be a verdict
        from tlsward.cli.defect import report_defect

        report_defect(error)
        return COULD_NOT_TELL
    return code if isinstance(code, int) else HOLDS


def _read_updates() -> None:
    """Have newer data of the root stores read where `tlsward trust update` keeps them.

    Where it never kept any, nothing is imported for it.
    """
    from tlsward.settings.home import HOME_VARIABLE, trust_directory

    try:
        directory = trust_directory(os.environ)
    except UsageError:
        if os.environ.get(HOME_VARIABLE):
            raise
        return  # without a home nothing was ever kept there
    if not os.path.lexists(directory):
        return
    from tlsward.cli.trust.keeping import believed_directory
    from tlsward.pki.data_package import keep_updates_in

    keep_updates_in(believed_directory())


def complain(message: str) -> None:
    """Say on stderr what is wrong, each line with the program's name before it."""
    from tlsward.report.escape import inert

    for line in message.splitlines() or [""]:
        click.echo(f"tlsward: {inert(line)}", err=True)


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    path = context.command_path if isinstance(context, click.Context) else "tlsward"
    return f"{message.rstrip('.')}; see {path} --help"
