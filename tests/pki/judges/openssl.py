"""OpenSSL: `openssl verify` of the system, one process for each chain (it takes one at a time)."""

import subprocess
import tempfile
from pathlib import Path

from pki.judges.verdict import Said
from pki.verdict_set.case import Case, is_address


def version() -> str:
    words = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True)
    return ".".join(words.stdout.split()[1].split(".")[:2])


def judge(cases: list[Case]) -> list[Said]:
    with tempfile.TemporaryDirectory() as directory:
        return [_judge(case, Path(directory)) for case in cases]


def _judge(case: Case, directory: Path) -> Said:
    leaf, *others = case.chain
    for name, certificates in (("leaf", [leaf]), ("others", others), ("roots", case.roots)):
        octets = b"".join(certificate.pem for certificate in certificates)
        (directory / f"{name}.pem").write_bytes(octets)
    host = "-verify_ip" if is_address(case.hostname) else "-verify_hostname"
    run = subprocess.run(
        [
            *("openssl", "verify", "-no-CApath", "-no-CAstore"),
            *("-CAfile", directory / "roots.pem"),
            *(("-untrusted", directory / "others.pem") if others else ()),
            *("-purpose", "sslserver", "-auth_level", "1"),
            *("-attime", str(int(case.moment.timestamp()))),
            *(host, case.hostname),
            directory / "leaf.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # 1 where a file of certificates cannot be read, 2 where one does not verify.
    assert run.returncode in (0, 1, 2), run.stderr
    return Said(run.returncode == 0, " ".join((run.stderr or run.stdout).split()))
