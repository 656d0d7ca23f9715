"""`tlsward inspect`: its calls, and a real connection to a server of our own."""

import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from report.inspections import failed, tls13
from tlsward.cli import inspect_run
from tlsward.model.target import Target
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import modern_policy


@pytest.fixture
def fake(call, monkeypatch):
    asked = []
    answers = {"modern.example": tls13(), "down.example": failed()}

    async def inspect(target, settings):
        asked.append((target, settings))
        return replace(answers[target.host], target=target)

    monkeypatch.setattr(inspect_run, "inspect", inspect)
    return asked


def test_text_and_json(call, fake):
    done = call("inspect", "modern.example", "--timeout", "3", "--sni", "other.example")
    assert done.code == 0
    assert done.out.startswith("modern.example:443 (asked for other.example) served in 35 ms\n")
    target, settings = fake[0]
    assert target == Target(host="modern.example", port=443, sni="other.example")
    assert settings.timeout_seconds == 3.0
    document = json.loads(call("inspect", "modern.example", "-f", "json").out)
    assert document["schema"] == "tlsward.inspect/1"
    assert document["connection"]["protocol"] == "TLSv1.3"
    assert document["connection"]["group"] == "X25519MLKEM768"
    assert document["handshake"][0]["name"] == "ClientHello"


def test_no_connection_is_3(call, fake):
    done = call("inspect", "down.example")
    assert done.code == 3
    assert done.out == "down.example:443 TLSv1.3: connection refused\n"
    assert json.loads(call("inspect", "down.example", "-f", "json").out)["connection"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument 'TARGET'"),
        (["a b"], "not a host name"),
        (["a", "b"], "unexpected extra argument"),
        (["a", "-f", "html"], "'html'"),
        (["a", "--ca-file", "missing.pem"], "missing.pem: cannot be read"),
    ],
)
def test_a_wrong_call_is_exit_2_and_one_line(call, fake, arguments, words):
    done = call("inspect", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1
    assert fake == []


def test_to_a_file(call, fake, tmp_path):
    assert call("inspect", "modern.example", "-o", "seen.txt").out == ""
    assert "--- Handshake ---" in (tmp_path / "seen.txt").read_text()


def test_a_real_server(call, tmp_path):
    credentials = throw_away_credentials(datetime.now(UTC))
    (tmp_path / "ca.pem").write_bytes(credentials.root)
    with LocalEndpoint(modern_policy("6.0"), credentials) as endpoint:
        done = call(*("inspect", f"localhost:{endpoint.port}", "--ca-file", "ca.pem", "-f", "json"))
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["connection"]["outcome"] == "served"
    assert document["connection"]["protocol"] == "TLSv1.3"
    assert document["certificate"]["trust"]["private"] == "yes"
    names = [(message["sender"], message["name"]) for message in document["handshake"]]
    assert names[:2] == [("client", "ClientHello"), ("server", "ServerHello")]
    assert ("server", "CertificateVerify") in names
    times = [message["at"] for message in document["handshake"]]
    assert times == sorted(times)
