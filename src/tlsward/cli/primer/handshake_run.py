"""What `tlsward primer handshake` does: make connections, and have them told."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tlsward.cli.exit_codes import COULD_NOT_TELL
from tlsward.cli.primer.options import Form, write_lesson
from tlsward.cli.root import complain
from tlsward.cli.scan_run import scan_settings
from tlsward.cli.targets import parse_target
from tlsward.model.target import Target
from tlsward.net.loop import run
from tlsward.primer.lessons.handshake import Connection, handshake
from tlsward.report.words import target_title
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import HOST, LocalEndpoint
from tlsward.sandbox.policy import Policy
from tlsward.scan.inspect import TRIED, Inspection, inspect
from tlsward.scan.settings import ScanSettings
from tlsward.settings.table import Settings
from tlsward.wire.codepoints import ProtocolVersion

NAME = "localhost"
#: The two versions in use, the older first: its handshake is the longer story.
_LOCAL = (
    Policy(
        name="TLS 1.2",
        protocols=("TLSv1.2",),
        cipher_suites=("ECDHE-ECDSA-AES128-GCM-SHA256",),
    ),
    Policy(name="TLS 1.3", protocols=("TLSv1.3",)),
)


def run_handshake(host: str | None, form: Form, settings: Settings) -> int:
    """Draw the handshakes with a host, or with an endpoint here; return the exit code."""
    how = scan_settings(settings)
    try:
        inspected = list(_of_host(host, settings, how) if host is not None else local_handshakes())
    except OSError as error:
        complain(f"the endpoint cannot be served: {error}")
        return COULD_NOT_TELL
    connections = shown(inspected)
    if not connections:
        complain(f"{target_title(inspected[0].target)}: {inspected[0].reason}")
        return COULD_NOT_TELL
    return write_lesson(handshake(connections), form, settings)


def shown(inspected: Sequence[Inspection]) -> list[Connection]:
    """Return the connections that came to a handshake, each version once."""
    connections = {
        each.observation.version: Connection(
            source=target_title(each.target), seen=each.observation
        )
        for each in reversed(inspected)
        if each.observation is not None
    }
    return [connections[version] for version in sorted(connections, key=lambda v: v or 0)]


def local_handshakes() -> Iterator[Inspection]:
    """Yield a connection of TLS 1.2 and one of TLS 1.3 with an endpoint that is started here.

    Raises OSError where there is no loopback port to listen on.
    """
    credentials = throw_away_credentials(datetime.now(UTC))
    settings = ScanSettings(ca_file_pem=credentials.root)
    for policy in _LOCAL:
        with LocalEndpoint(policy, credentials) as endpoint:
            target = Target(host=NAME, port=endpoint.port, sni=NAME, address=HOST)
            yield run(inspect(target, settings))


def _of_host(host: str, settings: Settings, how: ScanSettings) -> Iterator[Inspection]:
    target = parse_target(host, starttls=settings.starttls, sni=settings.sni)
    newest = run(inspect(target, how))
    yield newest
    seen = newest.observation
    if seen is not None and seen.version == ProtocolVersion.TLS13:
        yield run(inspect(target, how, versions=TRIED[1:2]))
