"""What a scan with --http says of real servers, and what it says where there is no HTTP."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from servers.stacks import headers
from tlsward.assess import assess
from tlsward.model.target import Target
from tlsward.scan.engine import scan
from tlsward.scan.settings import ScanSettings

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def nginx(laboratory):
    return laboratory.launch("http-layer-of-nginx", headers.nginx)


def scanned(server, **how):
    how = {"quick": True, "http": True, "ca_file_pem": server.ca_file.read_bytes(), **how}
    target = Target(host="localhost", port=server.port, sni="localhost", starttls=server.starttls)
    return asyncio.run(scan(target, ScanSettings(connect="127.0.0.1", **how)))


@pytest.fixture(scope="module")
def result(nginx):
    return scanned(nginx)


def test_the_facts(result):
    assert result.status == "complete"
    assert result.http == {
        "state": "yes",
        "version": "HTTP/2",
        "status": "200",
        "hsts": "yes",
        "hsts_max_age_seconds": "63072000",
        "strict_transport_security": headers.HSTS,
        "compression": "gzip",
        "server": "nginx",
        "cookies": "a, b",
        "cookie_faults": "not-secure (b); script-readable (b); no-same-site (b)",
    }
    assert result.questions["http"] == 1
    assert "http" not in {each.fact for each in result.unknowns}


def test_long_hsts_is_no_longer_missing(result):
    judged = assess(result, guideline="latest", now=NOW)
    assert "no-long-hsts" not in {each.id for each in judged.grade.reasons}
    assert "hsts_min_age" not in judged.evaluation.not_checked
    findings = {f.id for level in judged.evaluation.levels.values() for f in level.findings}
    assert "http.hsts" not in findings


@pytest.mark.parametrize("seconds", ["0", "300", "15551999"])
def test_short_hsts_is_advice_and_a_reason(result, seconds):
    short = msgspec.structs.replace(result, http={**result.http, "hsts_max_age_seconds": seconds})
    judged = assess(short, guideline="latest", now=NOW)
    assert "no-long-hsts" in {each.id for each in judged.grade.reasons}
    for level in ("modern", "intermediate"):
        [found] = [f for f in judged.evaluation.levels[level].findings if f.id == "http.hsts"]
        assert found.severity == "advisory"
        assert "63072000" in found.action
    before = assess(result, guideline="latest", now=NOW).evaluation
    assert judged.evaluation.level == before.level


def test_six_months_are_enough_for_the_grade(result):
    six = msgspec.structs.replace(result, http={**result.http, "hsts_max_age_seconds": "15552000"})
    assert "no-long-hsts" not in {each.id for each in assess(six, now=NOW).grade.reasons}


def test_nobody_asked(nginx):
    unasked = scanned(nginx, http=False)
    assert unasked.http == {}
    judged = assess(unasked, now=NOW)
    assert "hsts_min_age" in judged.evaluation.not_checked
    [reason] = [each for each in judged.grade.reasons if each.id == "no-long-hsts"]
    assert "HTTP was not looked at" in reason.text


def test_no_connection_is_left_for_it(nginx):
    spent = scanned(nginx, http=False).connections
    result = scanned(nginx, max_connections=spent + 2)
    assert result.http["state"] == "unknown"
    assert "http" in {each.fact for each in result.unknowns}


def test_what_is_not_http_is_told(laboratory):
    """A server that sends its own words to whoever connects over TLS."""
    server = laboratory.launch("pop3s", pop3_over_tls)
    result = scanned(server)
    assert result.status == "complete"
    assert result.http["state"] == "no", result.http
    assert result.http["reason"].startswith("not an HTTP answer")
    assert assess(result, now=NOW).evaluation.not_checked == ("hsts_min_age",)


def pop3_over_tls(bench):
    """stunnel before a program that greets as POP3 does."""
    from servers.laboratory import HOST, Launch

    script = bench.write("greet", "#!/bin/sh\nprintf '+OK ready\\r\\n'\nsleep 1\n")
    script.chmod(0o755)
    conf = bench.write(
        "stunnel.conf",
        f"""
foreground = yes
pid =
[pop3s]
accept = {HOST}:{bench.port}
cert = {bench.credentials.both("rsa")}
exec = {script}
""",
    )
    return Launch(command=["stunnel", str(conf)])


def test_protocols_that_begin_in_the_clear_are_not_asked(laboratory):
    result = scanned(laboratory.start("dovecot-imap"))
    assert result.status == "complete"
    assert result.http == {}
