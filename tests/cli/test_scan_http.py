"""`tlsward scan --http` from end to end: the gate, every format, the baseline."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from servers.stacks import headers
from tlsward.cli.root import run
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import modern_policy

#: What stands in each format for a cookie that anybody can read on the wire.
WORDS = {
    "text": "A cookie lacks Secure",
    "json": '"id": "http.cookie.not-secure"',
    "jsonl": '"id":"http.cookie.not-secure"',
    "sarif": '"ruleId": "http.cookie.not-secure"',
    "junit": 'name="http.cookie.not-secure:b"',
    "html": "set the cookie with Secure",
    "markdown": "set the cookie with Secure",
}


def configured(name, *changes):
    """Return what starts nginx with its configuration changed."""

    def start(bench):
        launch = headers.nginx(bench)
        conf = bench.directory / "nginx.conf"
        text = conf.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        conf.write_text(text)
        return launch

    start.__name__ = name
    return start


@pytest.fixture(scope="module")
def call(laboratory):
    """Scan nginx, started with changes; --quick, since TLS is tested elsewhere."""
    started = {}

    def scan(*options, changes=()):
        if changes not in started:
            name = f"scan-http-{len(started)}"
            started[changes] = laboratory.launch(name, configured(name, *changes))
        server = started[changes]
        target = f"localhost:{server.port}"
        trust = ("--ca-file", str(server.ca_file), "--connect", f"127.0.0.1:{server.port}")
        return run(["scan", target, "--quick", *trust, *options])

    return scan


NO_CSP = ((f'add_header Content-Security-Policy "{headers.CSP}" always;', ""),)


@pytest.mark.parametrize("form", WORDS)
def test_every_format_has_the_findings(call, capsys, form):
    assert call("--http", "--format", form) == 0
    document = capsys.readouterr().out
    assert WORDS[form] in document
    assert "secret-two" not in document


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    """Scan an endpoint at the modern level that sends HSTS for so long, for that level."""
    credentials = throw_away_credentials(datetime.now(UTC))
    ca = tmp_path_factory.mktemp("authority") / "ca.pem"
    ca.write_bytes(credentials.root)

    def scan(*options, seconds=63_072_000):
        policy = msgspec.structs.replace(modern_policy("6.0"), strict_transport_security=seconds)
        with LocalEndpoint(policy, credentials) as endpoint:
            target = f"localhost:{endpoint.port}"
            trust = ("--ca-file", str(ca), "--target-level", "modern")
            return run(["scan", target, "--quick", *trust, *options])

    return scan


@pytest.mark.parametrize("seconds", [None, 0, 300, 63_071_999])
def test_a_short_max_age_fails_the_level_that_was_met(gate, capsys, seconds):
    assert gate(seconds=seconds) == 0
    unasked = capsys.readouterr().out
    assert '  - target level "modern" is met' in unasked
    assert "  - HSTS was not checked (--http asks for it)" in unasked
    assert "not checked: HSTS (hsts_min_age" in unasked
    assert gate("--http", seconds=seconds) == 1
    asked = capsys.readouterr().out
    assert "send Strict-Transport-Security with a max-age of 63072000 or more" in asked
    assert "not checked" not in asked


def test_a_long_one_meets_it(gate, capsys):
    assert gate("--http") == 0
    told = capsys.readouterr().out
    assert '  - target level "modern" is met' in told
    assert "not checked" not in told


@pytest.mark.parametrize(("options", "standing"), [((), "not checked"), (("--http",), "met")])
def test_the_verdict_on_the_target_says_it(gate, capsys, options, standing):
    assert gate(*options, "--format", "json") == 0
    verdict = json.loads(capsys.readouterr().out)["evaluation"]["target"]
    assert verdict == {"level": "modern", "met": True, "hsts_min_age": standing}


def test_the_baseline_sees_a_policy_that_was_lost(call, capsys, tmp_path):
    before = tmp_path / "before.json"
    assert call("--http", "--format", "json", "-o", str(before)) == 0
    assert call("--http", "--baseline", str(before)) == 0
    # The same endpoint as far as a baseline tells, with another configuration.
    document = json.loads(before.read_text())
    document["http_findings"] = [
        each for each in document["http_findings"] if each["id"] != "http.cookie.not-secure"
    ]
    before.write_text(json.dumps(document))
    capsys.readouterr()
    assert call("--http", "--baseline", str(before)) == 1
    assert "new: http.cookie.not-secure:b" in capsys.readouterr().out
    assert call("--http", "--baseline", str(before), "--format", "sarif") == 1
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    states = {each["properties"]["finding"]: each.get("baselineState") for each in results}
    assert states["http.cookie.not-secure:b"] == "new"
    assert states["http.cookie.script-readable:b"] == "unchanged"
    assert call("--baseline", str(before)) == 3


def test_the_question_is_chosen_by_its_name(call, capsys):
    assert call("--only", "http", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["http"]["state"] == "yes"
    assert call("--http", "--skip", "http", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["http"] == {}
    assert call("--only", "https") == 2
    assert "http)" in capsys.readouterr().err


def test_a_policy_that_is_missing_is_said(call, capsys):
    assert call("--http", changes=NO_CSP) == 0
    assert "There is no policy: injected scripts run." in capsys.readouterr().out


def test_a_host_that_is_none_says_that_http_was_not_told(capsys):
    assert run(["scan", "nothing.invalid", "--http", "--format", "json"]) == 3
    assert json.loads(capsys.readouterr().out)["http"]["state"] == "unknown"
