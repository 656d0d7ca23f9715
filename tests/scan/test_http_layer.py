"""What a scan with --http says of real servers, and what it says where there is no HTTP."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from servers.stacks import headers
from tlsward.assess import assess
from tlsward.model.target import Target
from tlsward.net.budget import Budget
from tlsward.scan import http_layer
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
        "content_type": "text/plain",
        "server": "nginx",
        "cookies": "a, b",
        "cookie_faults": "not-secure (b); script-readable (b); no-same-site (b)",
        "requests": "1",
    }
    assert result.questions["http"] == result.rounds["http"] == 1
    assert "http" not in {each.fact for each in result.unknowns}


def test_the_findings_are_those_of_the_headers(result):
    grades = {f"{each.id} {each.evidence}".rstrip(): each.grade for each in result.http_findings}
    assert grades["http.hsts.long max-age 63072000 (2 years)"] == "good"
    assert grades["http.csp.sound"] == "good"
    assert grades["http.cookie.not-secure b"] == "bad"
    assert grades["http.compression.used gzip"] == "note"
    assert "http.cookie.not-secure a" not in grades
    assert not any(name.startswith("http.tls") for name in grades)
    assert all(each.advice for each in result.http_findings if each.grade in {"weak", "bad"})


def test_hsts_is_not_called_good_where_browsers_ignore_it(nginx):
    """Nobody vouches for the certificate here, and then no browser takes note of the field."""
    found = {each.id for each in scanned(nginx, ca_file_pem=None).http_findings}
    assert "http.hsts.ignored" in found
    assert not {"http.hsts.long", "http.tls.not-verified"} & found


@pytest.mark.parametrize(
    # Apache's status page is a long text that nobody compresses, Caddy's is "ok".
    ("name", "breach"),
    [("apache", "no"), ("caddy", "unknown")],
)
def test_other_servers(laboratory, name, breach):
    server = laboratory.launch(f"http-layer-of-{name}", headers.SERVERS[name])
    found = scanned(server)
    assert found.status == "complete"
    assert found.http["state"] == "yes"
    assert found.http["hsts_max_age_seconds"] == "63072000"
    assert found.http["cookies"] == "a, b"
    ids = {each.id for each in found.http_findings}
    assert {"http.hsts.long", "http.csp.sound", "http.cookie.not-secure"} <= ids
    states = {v.id: v.state for v in assess(found, now=NOW).vulnerabilities}
    assert states["breach"] == breach


def test_long_hsts_is_no_longer_missing(result):
    judged = assess(result, guideline="latest", now=NOW)
    assert "no-long-hsts" not in {each.id for each in judged.grade.reasons}
    assert "hsts_min_age" not in judged.evaluation.not_checked
    findings = {f.id for level in judged.evaluation.levels.values() for f in level.findings}
    assert "http.hsts" not in findings


@pytest.mark.parametrize("seconds", ["0", "300", "15551999"])
def test_short_hsts_misses_the_level_and_is_a_reason(result, seconds):
    short = msgspec.structs.replace(result, http={**result.http, "hsts_max_age_seconds": seconds})
    judged = assess(short, guideline="latest", now=NOW)
    assert "no-long-hsts" in {each.id for each in judged.grade.reasons}
    for level in ("modern", "intermediate"):
        [found] = [f for f in judged.evaluation.levels[level].findings if f.id == "http.hsts"]
        assert found.severity == "blocking"
        assert "63072000" in found.action
        assert judged.evaluation.levels[level].met == "no"


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
    result = scanned(nginx, max_connections=spent)
    assert result.http["state"] == "unknown"
    assert "budget of connections" in result.http["reason"]
    assert "http" in {each.fact for each in result.unknowns}
    assert result.status == "complete"
    assert result.connections == spent
    assert scanned(nginx, max_connections=spent + 1).http["state"] == "yes"


def test_what_is_not_http_is_told(laboratory):
    """A server that sends its own words to whoever connects over TLS."""
    server = laboratory.launch("pop3s", pop3_over_tls)
    result = scanned(server)
    assert result.status == "complete"
    assert result.http["state"] == "no", result.http
    assert result.http["reason"].startswith("not an HTTP answer")
    judged = assess(result, now=NOW, target="intermediate").evaluation
    assert judged.not_checked == ()
    assert judged.target.hsts_min_age == "unknown"
    assert judged.target.met is not True


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


class TestTheQuestion:
    """It is chosen as others are, and not asked unless it is named."""

    @pytest.mark.parametrize(
        ("how", "asked"),
        [
            ({}, False),
            ({"http": True}, True),
            ({"quick": True, "http": True}, True),
            ({"only": frozenset({"http"})}, True),
            ({"only": frozenset({"order"})}, False),
            ({"only": frozenset({"order"}), "http": True}, True),
            ({"skip": frozenset({"http"}), "http": True}, False),
        ],
    )
    def test_when_it_is_asked(self, how, asked):
        assert ScanSettings(**how).asks("http") is asked

    def test_alone(self, nginx):
        found = scanned(nginx, quick=False, http=False, only=frozenset({"http"}))
        assert found.http["state"] == "yes"
        assert set(found.questions) <= {"protocols", "suites", "http", "control"}
        assert found.groups == ()

    def test_progress_counts_it(self, nginx):
        def told(**how):
            steps = []
            settings = ScanSettings(quick=True, connect="127.0.0.1", **how)
            target = Target(host="localhost", port=nginx.port, sni="localhost")
            pem = nginx.ca_file.read_bytes()
            settings = msgspec.structs.replace(settings, ca_file_pem=pem)
            asyncio.run(scan(target, settings, lambda *step: steps.append(step)))
            return steps

        with_http, without = told(http=True), told()
        assert with_http[-1][0] == with_http[-1][1] == without[-1][1] + 1
        assert all(finished <= begun for finished, begun in with_http)


class TestLimits:
    """Its connections are let in and counted as all others are."""

    def test_the_shared_budget_has_a_say(self, nginx):
        spent = scanned(nginx, http=False).connections
        shared = Budget(concurrency=4, max_connections=spent)
        settings = ScanSettings(quick=True, http=True, connect="127.0.0.1")
        target = Target(host="localhost", port=nginx.port, sni="localhost")
        found = asyncio.run(scan(target, settings, shared=shared))
        assert found.status == "complete"
        assert found.http["state"] == "unknown"
        assert shared.opened == spent
        assert shared.open_now == 0

    def test_the_rate_holds(self, nginx, monkeypatch):
        paused = []
        pace = Budget._pace

        async def noted(self):
            paused.append(self.opened)
            await pace(self)

        monkeypatch.setattr(Budget, "_pace", noted)
        found = scanned(nginx, rate_per_second=500.0)
        assert found.http["state"] == "yes"
        assert len(paused) == found.connections

    def test_one_at_a_time(self, nginx, monkeypatch):
        most = []
        take = Budget._take

        def noted(self, alone):
            take(self, alone)
            most.append(self.open_now)

        monkeypatch.setattr(Budget, "_take", noted)
        found = scanned(nginx, concurrency=1)
        assert found.http["state"] == "yes"
        assert max(most) == 1
        assert len(most) == found.connections


class TestPlainHttp:
    """On port 443 the port 80 is asked too: here both are played by the laboratory's ports."""

    def scanned(self, nginx, monkeypatch, plain, **how):
        monkeypatch.setattr(http_layer, "HTTPS_PORT", nginx.port)
        monkeypatch.setattr(http_layer, "HTTP_PORT", plain)
        return scanned(nginx, **how)

    def test_the_port_beside_another_to_connect_to_is_left_alone(self, nginx):
        settings = ScanSettings(quick=True, http=True, connect=f"127.0.0.1:{nginx.port}")
        target = Target(host="localhost", port=443, sni="localhost")
        found = asyncio.run(scan(target, settings))
        assert found.http["state"] == "yes"
        assert "redirect_from_http" not in found.http

    def test_a_redirect(self, nginx, monkeypatch):
        plain = int((nginx.log_file.parent / "plain-port").read_text())
        found = self.scanned(nginx, monkeypatch, plain)
        assert found.http["redirect_from_http"] == "yes"
        assert found.http["requests"] == "2"
        assert found.questions["http"] == 2
        assert found.rounds["http"] == 1
        ids = {each.id for each in found.http_findings}
        assert "http.redirect.to-https" in ids
        assert not ids & {"http.redirect.too-many", "http.redirect.broken"}

    def test_a_closed_port(self, nginx, monkeypatch):
        found = self.scanned(nginx, monkeypatch, 1)
        assert found.http["state"] == "yes"
        assert found.http["redirect_from_http"] == "unknown"
        assert "http.redirect_from_http" in {each.fact for each in found.unknowns}
        assert "http.redirect.http-closed" in {each.id for each in found.http_findings}

    def test_no_connection_is_left_for_it(self, nginx, monkeypatch):
        plain = int((nginx.log_file.parent / "plain-port").read_text())
        whole = self.scanned(nginx, monkeypatch, plain)
        found = self.scanned(nginx, monkeypatch, plain, max_connections=whole.connections - 1)
        assert found.http["state"] == "yes"
        assert found.http["redirect_from_http"] == "unknown"
        assert "budget of connections" in found.http["redirect_reason"]
        assert not any(each.id.startswith("http.redirect") for each in found.http_findings)


def test_a_redirect_is_not_judged_as_a_page(laboratory):
    def redirecting(bench):
        launch = headers.nginx(bench)
        conf = bench.directory / "nginx.conf"
        moved = "location = / { return 302 /x; } location / {"
        conf.write_text(conf.read_text().replace("location / {", moved, 1))
        return launch

    found = scanned(laboratory.launch("http-layer-redirecting", redirecting))
    assert found.http["status"] == "302"
    assert found.http["location"].endswith("/x")
    assert found.http["hsts"] == "no"
    ids = {each.id for each in found.http_findings}
    assert "http.hsts.missing" in ids
    assert "http.redirect.no-hsts" in ids
    assert not any(
        name.startswith(("http.csp", "http.framing", "http.compression")) for name in ids
    )
