"""Go: `crypto/x509`, asked by the program in tests/servers/go-verifier."""

import base64
import json
import subprocess

from pki.judges.verdict import Said
from pki.verdict_set.case import Case
from servers.install import INSTALLED

PROGRAM = INSTALLED / "go-verifier"


def version() -> str:
    return ".".join(_ask([])["version"].removeprefix("go").split(".")[:2])


def judge(cases: list[Case]) -> list[Said]:
    return [Said(said["accepted"], said["words"]) for said in _ask(cases)["verdicts"]]


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
    run = subprocess.run([PROGRAM], input=json.dumps(asked).encode(), stdout=-1, check=True)
    return json.loads(run.stdout)
