"""Two endpoints to practise on, one weak and one modern, under the same authority."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import LOAD_BALANCER_2015, modern_policy


@contextlib.contextmanager
def practice_endpoints(port: int, ca_file: Path) -> Iterator[tuple[LocalEndpoint, LocalEndpoint]]:
    """Serve the weak policy on `port` and guideline 6.0's modern one on the port after it.

    The root certificate is in `ca_file` meanwhile. Raises FileExistsError where such a file
    is there already, and OSError where a port is taken or the file cannot be written.
    """
    credentials = throw_away_credentials(datetime.now(UTC))
    with (
        LocalEndpoint(LOAD_BALANCER_2015, credentials, port=port) as weak,
        LocalEndpoint(modern_policy("6.0"), credentials, port=port and port + 1) as modern,
    ):
        with ca_file.open("xb") as file:
            file.write(credentials.root)
        try:
            yield weak, modern
        finally:
            ca_file.unlink(missing_ok=True)
