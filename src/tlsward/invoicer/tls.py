"""TLS of the service's own: a level of the guideline, and a certificate that may change.

When the files change, new connections get the new certificate; those that are open keep what
they have. Files that do not fit together, as they are for a moment while they are written, or
cannot be read, are logged, and the old certificate stays.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

from tlsward.errors import UsageError
from tlsward.facts.guidelines import guideline
from tlsward.invoicer.log import Log, short
from tlsward.invoicer.settings import PinPolicy, TlsFiles
from tlsward.pki.bundle import read_bundle
from tlsward.pki.certificate import parse_certificate

GUIDELINE = "6.0"
LOOK_SECONDS = 1.0
_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
#: Python's ssl can be given one group before 3.15; by itself it serves more than is allowed.
_ONE_GROUP = "prime256v1"

Stamp = tuple[tuple[int, int, int, int] | None, ...]


def level_context(files: TlsFiles) -> ssl.SSLContext:
    """Return a context that serves the level with this certificate.

    Raises OSError for files that cannot be read, and ssl.SSLError, which is one, for what is
    no certificate, or no key of it; ValueError for a certificate that the level does not allow.
    """
    for path in (files.certificate, files.key):
        path.open("rb").close()  # OpenSSL does not say which of them it is
    level = guideline(GUIDELINE).levels[files.level]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[level.protocols[0]]
    context.maximum_version = _VERSIONS[level.protocols[-1]]
    if level.cipher_suites:
        context.set_ciphers(":".join(level.cipher_suites))
    if not level.server_preferred_order:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ecdh_curve(_ONE_GROUP)
    context.set_alpn_protocols(["http/1.1"])
    # A key with a password would have OpenSSL ask for it on the terminal.
    context.load_cert_chain(files.certificate, files.key, password=_refuse_password)
    _refuse_other_keys(files)
    return context


def _refuse_other_keys(files: TlsFiles) -> None:
    """Raise ValueError for a key whose kind the level does not allow: a scan would fail it."""
    allowed = guideline(GUIDELINE).levels[files.level].certificate_types
    encoded = read_bundle(files.certificate.read_bytes(), name="--tls-cert").certificates[0]
    key = parse_certificate(encoded).key
    kind = "unknown" if key is None else key.algorithm
    if kind not in allowed:
        raise ValueError(
            f"level {files.level} wants a certificate with a key of kind {' or '.join(allowed)}, "
            f"this one's is {kind}"
        )


class ReloadingTls:
    """The context of new connections. Raises UsageError for files that are wrong at the start."""

    def __init__(self, files: TlsFiles, log: Log, pins: PinPolicy | None = None) -> None:
        self._files = files
        self._log = log
        self._pins = pins
        self._seen = self._stamp()
        try:
            self.context = self._load()
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--tls-cert {files.certificate}, --tls-key {files.key}: {_reason(error)}"
            ) from None

    def look(self) -> bool:
        """Load the files if they have changed; return whether there is a new certificate."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            self.context = self._load()
        except (OSError, ValueError, UsageError) as error:
            self._log.error(
                "certificate kept", file=str(self._files.certificate), reason=_reason(error)
            )
            return False
        self._log.info("certificate loaded", file=str(self._files.certificate))
        return True

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look at the files every second while the block lasts."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()

    def _load(self) -> ssl.SSLContext:
        context = level_context(self._files)
        if self._pins is not None:
            from tlsward.invoicer.pins import refuse_lock_out

            refuse_lock_out(self._files.certificate.read_bytes(), self._pins)
        return context

    def _stamp(self) -> Stamp:
        return tuple(_stamp_of(path) for path in (self._files.certificate, self._files.key))


def _stamp_of(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    # The change time as well: a file may become readable without being written.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _refuse_password() -> str:
    raise ValueError("the key has a password; the service needs one without")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        words = "no certificate with the key that belongs to it, or a weak one"
        return f"{words} ({short(error.reason)})" if error.reason else words
    if isinstance(error, OSError):
        reason = error.strerror or "cannot be read"
        return f"{short(error.filename)}: {reason}" if error.filename else reason
    return str(error)
