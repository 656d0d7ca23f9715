"""Scans that end too early: whatever they say is what a whole scan says, or unknown.

The server is Python's own TLS in memory, so that hundreds of scans take seconds.
"""

import asyncio
import json
import random
import ssl
from datetime import UTC, datetime

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tlsward.assess import assess
from tlsward.model.observation import Outcome
from tlsward.model.target import Target
from tlsward.net.driver import Count
from tlsward.report import render
from tlsward.report.schema import scan_schema
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.scan import engine
from tlsward.scan.settings import ScanSettings

FAILURES = (Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.OVER_BUDGET)
VALIDATOR = Draft202012Validator(scan_schema())


class MemoryDriver:
    """Runs conversations against a server in memory, up to a number, some of them in vain."""

    server: ssl.SSLContext
    failing = 0.0
    dice = random.Random(0)

    def __init__(self, endpoint, limits, shared=None):
        self.total = Count()
        self.questions = {}
        self.most = limits.max_connections

    def give_up(self):
        self.most = 0

    async def run(self, factory, *, label=""):
        conversation = factory()
        await asyncio.sleep(0)
        if self.total.connections >= self.most:
            return conversation.finish(Outcome.OVER_BUDGET, "the budget is used up")
        self.total.connections += 1
        if self.dice.random() < self.failing:
            return conversation.finish(self.dice.choice(FAILURES), "in vain")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = self.server.wrap_bio(incoming, outgoing, server_side=True)
        data = conversation.start()
        while data and not conversation.done:
            incoming.write(data)
            try:
                server.do_handshake()
                server.read(1)
            except (ssl.SSLError, OSError):
                pass
            data = conversation.receive(outgoing.read())
        if not conversation.done:
            conversation.eof()
        return conversation.finish(Outcome.CLOSED, "closed the connection")


NEWEST = {"both": ssl.TLSVersion.TLSv1_3, "older": ssl.TLSVersion.TLSv1_2}


@pytest.fixture(scope="module", params=NEWEST)
def server(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("credentials")
    credentials = throw_away_credentials(datetime.now(UTC), names=["server.test"])
    (directory / "chain.pem").write_bytes(credentials.chain)
    (directory / "key.pem").write_bytes(credentials.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = NEWEST[request.param]
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(directory / "chain.pem", directory / "key.pem")
    return context


@pytest.fixture
def scan(server, monkeypatch):
    driver = type("Driver", (MemoryDriver,), {"server": server})
    monkeypatch.setattr(engine, "Driver", driver)

    def run(*, most=1000, failing=0.0, seed=0):
        driver.failing, driver.dice = failing, random.Random(seed)
        target = Target(host="127.0.0.1", port=443, sni="server.test")
        result = asyncio.run(engine.scan(target, ScanSettings(max_connections=most)))
        return assess(result, guideline="5.7", target="old", now=datetime.now(UTC))

    return run


def facts(result):
    found = {f"protocols.{name}": answer for name, answer in result.protocols.items()}
    found |= {f"order.{name}": answer for name, answer in result.cipher_order.items()}
    for part in ("session", "extensions"):
        values = msgspec.to_builtins(getattr(result, part)).items()
        found |= {f"{part}.{name}": v for name, v in values if isinstance(v, str)}
    found |= {f"vulnerability.{v.id}": v.state for v in result.vulnerabilities}
    found |= {f"level.{name}": v.met for name, v in result.evaluation.levels.items()}
    found["server_side_ordering"] = result.server_side_ordering
    found["curves_fallback"] = result.curves_fallback
    return {name: answer for name, answer in found.items() if answer != "unknown"}


def suites(result):
    return {(suite.code, suite.protocols) for suite in result.cipher_suites}


def hold(cut, whole):
    document = json.loads(render([cut], "json", color=False))
    assert not list(VALIDATOR.iter_errors(document))
    assert facts(cut).items() <= facts(whole).items()
    assert suites(cut) <= suites(whole)
    if cut.status == "complete":
        assert suites(cut) == suites(whole)
        told = {unknown.fact.partition(".")[0] for unknown in cut.unknowns}
        for part in ("groups", "signature_schemes"):
            assert part in told or set(getattr(cut, part)) == set(getattr(whole, part))
    else:
        assert cut.evaluation.target.met is not True


def test_a_budget_of_any_size_makes_no_wrong_answer(scan):
    whole = scan()
    assert whole.status == "complete"
    for most in range(whole.connections):
        hold(scan(most=most), whole)


@pytest.mark.parametrize("failing", [0.02, 0.1, 0.4])
def test_connections_in_vain_make_no_wrong_answer(scan, failing):
    whole = scan()
    for seed in range(60):
        hold(scan(failing=failing, seed=seed), whole)
