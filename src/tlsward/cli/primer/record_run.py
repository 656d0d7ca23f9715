"""What `tlsward primer record` does: pass one connection on, and write what came by."""

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.output import open_output
from tlsward.cli.root import complain
from tlsward.cli.targets import parse_target
from tlsward.primer.recordings import write_recording
from tlsward.report.words import target_title
from tlsward.sandbox.relay import HOST, MOST_OCTETS_KEPT, RecordingRelay
from tlsward.settings.table import Settings


def run_record(argument: str, listen: int, settings: Settings) -> int:
    """Record one connection; return the exit code."""
    target = parse_target(argument)
    name = target_title(target)
    relay = RecordingRelay(target.port, host=target.host, listen=listen)
    with open_output(settings.output) as output:
        try:
            with relay:
                words = f"connect to {HOST}:{relay.port} instead of {name}"
                complain(f"{words}; the first session is recorded, to its end")
                recording = relay.recording(f"a session with {name}")
        except OSError as error:
            complain(f"--listen: {HOST}:{listen} cannot be listened on: {error.strerror}")
            return COULD_NOT_TELL
        if not recording.pieces:
            complain(f"{name}: nothing was recorded: {relay.problem or 'nothing came by'}")
            return COULD_NOT_TELL
        if relay.is_cut:
            complain(f"the session is longer than {MOST_OCTETS_KEPT} octets: its end is not kept")
        output.write(write_recording(recording))
        output.commit()
    return HOLDS
