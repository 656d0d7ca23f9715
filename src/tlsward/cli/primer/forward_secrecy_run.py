"""What `tlsward primer forward-secrecy` does: record or read sessions, and try the key."""

import ssl
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tlsward.cli.certificate_source import read_file
from tlsward.cli.exit_codes import COULD_NOT_TELL
from tlsward.cli.new_files import NewFile, write_new_files
from tlsward.cli.passwords import password_for
from tlsward.cli.pkcs12_process import open_pkcs12
from tlsward.cli.primer.options import Form, write_lesson
from tlsward.cli.root import complain
from tlsward.errors import UsageError
from tlsward.model.lesson import Lesson
from tlsward.pki.bundle import read_bundle
from tlsward.primer.lessons.forward_secrecy import forward_secrecy, try_key
from tlsward.primer.recordings import read_recording, write_recording
from tlsward.sandbox.recorded import RecordedSession, recorded_sessions
from tlsward.settings.table import Settings

#: What the recordings are called in the order in which they are made, and the key.
_FILES = ("rsa.json", "ecdhe.json")
_KEY_FILE = "server.key"


def run_live(keep: str | None, form: Form, settings: Settings, *, force: bool = False) -> int:
    """Record two sessions and tell what the key opens; return the exit code.

    With `keep` they are written into that directory, over what is there with `force` alone.
    """
    try:
        sessions = recorded_sessions()
    except (OSError, ssl.SSLError) as error:
        complain(f"no session could be recorded: {error}")
        return COULD_NOT_TELL
    if keep is not None:
        _keep(Path(keep), sessions, force=force)
    return write_lesson(told(sessions), form, settings)


def told(sessions: Sequence[RecordedSession]) -> Lesson:
    """Tell recorded sessions, each tried with its server's private key."""
    return forward_secrecy(
        [
            try_key(each.recording, _rsa_key(each.private_key, "the endpoint's key"))
            for each in sessions
        ]
    )


def run_files(recording: str, key: str, form: Form, settings: Settings) -> int:
    """Tell what a key opens of a recording; return the exit code."""
    private_key = _rsa_key(read_file(key), key, settings)
    read = read_recording(read_file(recording), recording)
    return write_lesson(forward_secrecy([try_key(read, private_key)]), form, settings)


def _rsa_key(octets: bytes, name: str, settings: Settings | None = None) -> RSAPrivateKey:
    password = None if settings is None else password_for(name, settings)
    bundle = read_bundle(octets, name=name, password=password, open_pkcs12=open_pkcs12)
    for key in bundle.keys:
        if isinstance(key, RSAPrivateKey):
            return key
    words = "" if bundle.is_empty else f", only {bundle.words}"
    raise UsageError(f"{name}: there is no RSA private key in it{words}")


def _keep(directory: Path, sessions: Sequence[RecordedSession], *, force: bool) -> None:
    """Write recordings and key into a directory; UsageError where that cannot be."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--keep: {directory}: {error.strerror or error}") from None
    files = [
        NewFile(path=directory / name, content=write_recording(session.recording).encode())
        for name, session in zip(_FILES, sessions, strict=True)
    ]
    key = NewFile(path=directory / _KEY_FILE, content=sessions[0].private_key, private=True)
    write_new_files([*files, key], force=force)
