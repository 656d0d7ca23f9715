"""Calls the command line in this process, with an engine that knows its answers."""

import sys

import msgspec
import pytest

from report.servers import modern, result, unreachable, weak
from tlsward.cli.root import run


class Call(msgspec.Struct, frozen=True):
    code: int
    out: str
    err: str


class FakeEngine:
    """Answers for hosts by name; `asked` are the targets and settings of each scan."""

    def __init__(self):
        self.answers = {
            "weak.example": weak(None),
            "modern.example": modern(),
            "down.example": unreachable(),
        }
        self.asked = []

    async def scan(self, target, settings, progress=None, **more):
        self.asked.append((target, settings))
        if progress is not None:
            progress(1, 2)
        answer = self.answers.get(target.host) or result()
        return msgspec.structs.replace(answer, target=target, evaluation=None, grade=None)

    async def scan_addresses(self, target, settings, progress=None, **more):
        one = await self.scan(target, settings, progress)
        return [
            msgspec.structs.replace(one, target=msgspec.structs.replace(target, address=address))
            for address in ("192.0.2.1", "192.0.2.2")
        ]


class Evaluations:
    """Judges as the results were judged by hand, for the target that was asked for."""

    def __init__(self):
        self.judged = {"weak.example": weak(None), "modern.example": modern()}
        self.asked = []

    def assess(self, scan, *, guideline, target, now):
        from tlsward.model.evaluation import TargetVerdict

        self.asked.append((guideline, target, now))
        known = self.judged.get(scan.target.host)
        if known is None or known.evaluation is None or scan.status != "complete":
            return scan
        verdict = None
        if target is not None:
            better = {"modern": 0, "intermediate": 1, "old": 2}
            met = better.get(known.evaluation.level, 9) <= better[target]
            verdict = TargetVerdict(level=target, met=met)
        evaluation = msgspec.structs.replace(known.evaluation, target=verdict)
        return msgspec.structs.replace(scan, evaluation=evaluation, grade=known.grade)


class Caller:
    def __init__(self, capsys, engine, judge):
        self.capsys = capsys
        self.engine = engine
        self.judge = judge

    def __call__(self, *arguments):
        self.capsys.readouterr()
        kept = sys.stdout
        code = run([str(argument) for argument in arguments])
        if sys.stdout is not kept:  # it was given up for /dev/null
            sys.stdout.close()
            sys.stdout = kept
        out, err = self.capsys.readouterr()
        return Call(code, out, err)


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    from tlsward.cli import scan_run
    from tlsward.scan import engine

    fake, judge = FakeEngine(), Evaluations()
    monkeypatch.setattr(engine, "scan", fake.scan)
    monkeypatch.setattr(engine, "scan_addresses", fake.scan_addresses, raising=False)
    monkeypatch.setattr(scan_run, "assess", judge.assess)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "TLSWARD_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return Caller(capsys, fake, judge)
