"""What OpenSSL's own programs say: the judge our verdicts are compared with."""

import subprocess
from datetime import datetime
from pathlib import Path

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


def openssl_dane_accepts(port: int, record: str, *, domain: str, roots: Path) -> bool:
    """Return whether `openssl s_client` takes a server's chain by one TLSA record.

    `record` is written as in zone files. Names do not count for DANE-EE, as RFC 7671
    section 5.1 has it; s_client looks at them unless told not to.
    """
    run = subprocess.run(
        [
            *("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-brief"),
            *("-no-CApath", "-no-CAstore", "-CAfile", str(roots), "-verify_return_error"),
            *("-dane_tlsa_domain", domain, "-dane_ee_no_namechecks"),
            *("-dane_tlsa_rrdata", record),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = run.stdout + run.stderr
    accepted = run.returncode == 0
    assert ("Verification: OK" in printed) == accepted, printed
    return accepted
