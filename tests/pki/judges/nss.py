"""NSS: CERT_VerifyCertificate and CERT_VerifyCertName, what `certutil -V` and curl-nss call.

The tools check no host name, so the library itself is asked, by nss_program.py in a
process of its own.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path

from pki.judges.verdict import Said
from pki.verdict_set.case import Case

PROGRAM = Path(__file__).with_name("nss_program.py")


def version() -> str:
    return ".".join(_ask([])["version"].split(".")[:2])


def judge(cases: list[Case]) -> list[Said]:
    return [Said(not words, words) for words in _ask(cases)["verdicts"]]


def _ask(cases: list[Case]) -> dict:
    asked = [
        {
            "chain": [base64.b64encode(each.der).decode() for each in case.chain],
            "roots": [base64.b64encode(each.der).decode() for each in case.roots],
            "hostname": case.hostname,
            "moment": int(case.moment.timestamp()),
        }
        for case in cases
    ]
    run = subprocess.run(
        [sys.executable, PROGRAM], input=json.dumps(asked).encode(), stdout=-1, check=True
    )
    return json.loads(run.stdout)
