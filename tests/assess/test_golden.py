"""Findings word for word, so that an id or a word never changes unnoticed.

To write the files anew after a change that is meant, delete the old ones and run the
test with `--basetemp` pointing anywhere: what was found is written to a directory
named in the failure, to be read and copied.
"""

from pathlib import Path

import msgspec
import pytest

from tlsward.assess import assess

GOLDEN = Path(__file__).parent / "golden"
SERVERS = (
    "elb_2015",
    "modernised",
    "nginx_intermediate",
    "nginx_weak",
    "rsa_only",
    "tls13_only",
    "post_quantum_only",
    "expired",
    "untrusted",
    "cut_off",
    "unreachable",
)
VERSIONS = ("4.0", "5.7", "6.0")


def told(judged):
    """What is said of a server, as far as it must not change unnoticed."""
    evaluation = judged.evaluation
    return {
        "level": evaluation.level,
        "levels": {
            name: {
                "met": verdict.met,
                "findings": [f"{f.severity} {f.id}: {f.action}" for f in verdict.findings],
                "unsettled": list(verdict.unsettled),
            }
            for name, verdict in evaluation.levels.items()
        },
    }


@pytest.mark.parametrize("server", SERVERS)
def test_findings_are_those_written_down(build, server, tmp_path):
    judged = {
        version: assess(build.SERVERS[server](), guideline=version, now=build.NOW)
        for version in VERSIONS
    }
    last = judged[VERSIONS[-1]]
    found = {
        "guidelines": {version: told(result) for version, result in judged.items()},
        "vulnerabilities": {v.id: f"{v.state}: {v.evidence}" for v in last.vulnerabilities},
        "grade": {
            "letter": last.grade.letter,
            "score": last.grade.score,
            "reasons": [f"{r.cap or '-'} {r.id}: {r.text}" for r in last.grade.reasons],
        },
    }
    written = GOLDEN / f"{server}.json"
    now = tmp_path / written.name
    now.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    assert written.exists(), f"what was found is in {now}"
    assert found == msgspec.json.decode(written.read_bytes()), f"what was found is in {now}"
