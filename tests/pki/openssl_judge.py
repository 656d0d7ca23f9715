"""What OpenSSL's own programs say: the judge our verdicts are compared with."""

import subprocess
from datetime import datetime

from pki.issuing import Issued


def openssl_accepts(
    directory, leaf: Issued, others: list[Issued], roots: list[Issued], now: datetime
) -> bool:
    """Return whether `openssl verify` finds a path for a TLS server."""
    (directory / "leaf.pem").write_bytes(leaf.pem)
    (directory / "others.pem").write_bytes(b"".join(each.pem for each in others))
    (directory / "roots.pem").write_bytes(b"".join(each.pem for each in roots))
    run = subprocess.run(
        [
            "openssl",
            "verify",
            "-no-CApath",
            "-no-CAstore",
            *("-CAfile", directory / "roots.pem"),
            *(("-untrusted", directory / "others.pem") if others else ()),
            *("-purpose", "sslserver", "-auth_level", "1"),
            *("-attime", str(int(now.timestamp()))),
            directory / "leaf.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 2), run.stderr
    return run.returncode == 0
