"""`tlsward primer forward-secrecy`: what a stolen private key opens."""

import click

from tlsward.cli.options import complete_file, settings_in_effect
from tlsward.cli.primer.options import Form, lesson_options

EPILOG = """\b
Without files two sessions are recorded now, with an endpoint that is started here: one with
RSA key exchange, one with ECDHE. --keep writes both recordings and the private key, to be
read again with --recording and --key.

\b
Examples:
  tlsward primer forward-secrecy
  tlsward primer forward-secrecy --keep recorded
  tlsward primer forward-secrecy --recording recorded/rsa.json --key recorded/server.key

Exit codes: 0 the lesson was told; 2 the call is wrong; 3 no session could be recorded.
"""


@click.command("forward-secrecy", epilog=EPILOG)
@click.option(
    "--recording",
    metavar="FILE",
    shell_complete=complete_file,
    help="A recorded session (tlsward.recording/1) to open.",
)
@click.option(
    "--key",
    metavar="FILE",
    shell_complete=complete_file,
    help="The server's RSA private key (PEM, DER or PKCS #12).",
)
@click.option(
    "--keep", metavar="DIRECTORY", help="Write the recordings made and the private key there."
)
@click.option("--force", is_flag=True, help="With --keep: write over files that are there.")
@lesson_options("primer", "primer forward-secrecy")
def forward_secrecy(
    recording: str | None,
    key: str | None,
    keep: str | None,
    force: bool,
    form: Form,
    **given: object,
) -> int:
    """Open a recorded session with the server's private key, and fail to open another one."""
    settings = settings_in_effect(given)
    from tlsward.cli.primer.forward_secrecy_run import run_files, run_live
    from tlsward.errors import UsageError

    if (recording is None) is not (key is None):
        raise UsageError("--recording and --key belong together: give both or none")
    if recording is not None and key is not None:
        if keep is not None:
            raise UsageError("--keep is for sessions that are recorded now: leave it out")
        return run_files(recording, key, form, settings)
    if force and keep is None:
        raise UsageError("--force is for --keep: say where to keep the recordings")
    return run_live(keep, form, settings, force=force)
