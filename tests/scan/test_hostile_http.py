"""Servers that hang or lie in HTTP: bounded, unknown, and TLS is told all the same."""

import asyncio
import unicodedata
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from servers import hostile_http
from tlsward.assess import assess
from tlsward.cli.gate import exit_code
from tlsward.model.target import Target
from tlsward.report import FORMATS, render
from tlsward.scan import http_layer
from tlsward.scan.engine import scan
from tlsward.scan.settings import ScanSettings

NOW = datetime.now(UTC)


@pytest.fixture
def pem(laboratory):
    credentials = laboratory.credentials
    return str(credentials.certificate("rsa")), str(credentials.key("rsa"))


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr(http_layer, "MOST_SECONDS", 2.0)


def scanned(port, laboratory, **more):
    settings = {
        "quick": True,
        "also": frozenset({"groups", "extensions"}),
        "http": True,
        "timeout_seconds": 0.5,
        "connect": "127.0.0.1",
        "ca_file_pem": laboratory.credentials.ca.read_bytes(),
        **more,
    }
    target = Target(host="localhost", port=port, sni="localhost")
    return asyncio.run(scan(target, ScanSettings(**settings)))


def on_tls(result):
    """Return what was told of TLS."""
    forms = (result.status, result.protocols, result.cipher_suites, result.groups)
    return (*forms, result.cipher_order, result.server_side_ordering)


@pytest.mark.parametrize("name", hostile_http.UNTOLD)
def test_what_it_does_is_no_answer_and_spoils_none(name, pem, laboratory):
    script, alpn, words = hostile_http.UNTOLD[name]
    with hostile_http.hostile_http(script, *pem, alpn=alpn) as server:
        result = scanned(server.port, laboratory)
        unasked = scanned(server.port, laboratory, http=False)
    assert result.http["state"] == "unknown"
    assert words in result.http["reason"]
    assert result.http_findings == ()
    assert "http" in {each.fact for each in result.unknowns}
    assert on_tls(result) == on_tls(unasked)
    assert result.status == "complete"
    level = assess(unasked, now=NOW, guideline="5.7").evaluation.level
    target = level if level in {"old", "intermediate"} else "old"
    judged = assess(result, now=NOW, guideline="5.7", target=target)
    assert judged.evaluation.target.met is not True
    assert exit_code(judged) != 0


def test_every_connection_and_request_is_counted(pem, laboratory):
    page = hostile_http.response(b"Strict-Transport-Security: max-age=63072000")
    with hostile_http.hostile_http(hostile_http.saying(page), *pem) as server:
        result = scanned(server.port, laboratory)
    assert result.http["state"] == "yes"
    assert result.connections == server.connections
    assert result.http["requests"] == str(server.requests) == "1"
    assert sum(result.questions.values()) == result.connections


def test_a_certificate_that_is_not_accepted_takes_a_connection_more(pem, laboratory):
    with hostile_http.hostile_http(hostile_http.saying(hostile_http.response()), *pem) as server:
        result = scanned(server.port, laboratory, ca_file_pem=None)
    assert result.http["state"] == "yes"
    assert result.questions["http"] == result.rounds["http"] == 2
    assert result.http["requests"] == str(server.requests) == "1"
    assert result.connections == server.connections


@pytest.mark.parametrize("status", [b"500 Oops", b"503 Busy"])
def test_an_error_without_hsts_says_nothing_of_it(pem, laboratory, status):
    with hostile_http.hostile_http(
        hostile_http.saying(hostile_http.response(status=status)), *pem
    ) as server:
        result = scanned(server.port, laboratory)
    assert result.http["hsts"] == "unknown"
    assert "hsts_max_age_seconds" not in result.http
    assert "http.hsts" in {each.fact for each in result.unknowns}
    assert not {each.id for each in result.http_findings} & {
        "http.hsts.missing",
        "http.csp.missing",
    }
    assert assess(result, now=NOW, target="modern").evaluation.target.hsts_min_age == "unknown"


def test_a_thousand_cookies_are_bounded(pem, laboratory):
    cookies = [b"Set-Cookie: c%d=v" % number for number in range(400)]
    with hostile_http.hostile_http(
        hostile_http.saying(hostile_http.response(*cookies)), *pem
    ) as server:
        result = scanned(server.port, laboratory)
    assert result.http["state"] == "yes"
    assert len(result.http_findings) <= 200
    assert len(result.http["cookies"]) < 300


def test_the_gravest_is_kept_of_too_much(pem, laboratory):
    policy = b"; ".join(b"unknown-%d x" % number for number in range(255))
    cookies = [b"Set-Cookie: c%d=v" % number for number in range(64)]
    page = hostile_http.response(b"Content-Security-Policy: " + policy, *cookies)
    with hostile_http.hostile_http(hostile_http.saying(page), *pem) as server:
        result = scanned(server.port, laboratory)
    ids = [each.id for each in result.http_findings]
    assert len(ids) == 200
    assert ids.count("http.cookie.not-secure") == 64
    assert {"http.hsts.missing", "http.sniffing.missing", "http.csp.no-base-uri"} <= set(ids)
    assert result.http_findings[0].grade == "bad"


@pytest.fixture
def evil(pem, laboratory):
    with hostile_http.hostile_http(hostile_http.saying(hostile_http.EVIL_PAGE), *pem) as server:
        result = scanned(server.port, laboratory)
    assert result.http["state"] == "yes", result.http
    assert len(result.http_findings) > 3
    return assess(result, now=NOW, target="modern")


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_it_reaches_a_reader_as_more_than_text(evil, form):
    document = render([evil], form)
    unsafe = {c for c in document if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert unsafe <= {"\n"}
    assert "secret-of-a-cookie" not in document
    if form == "html":
        assert "<script" not in document
    if form == "junit":
        ET.fromstring(document)
    if form == "markdown":
        assert "\n" not in "".join(evil.http.values())
        assert r"\<script\>" in document


def test_a_fault_of_ours_spoils_nothing(pem, laboratory, monkeypatch):
    async def faulty(*given):
        raise RuntimeError("a bug")

    monkeypatch.setattr(http_layer, "http_layer", faulty)
    page = hostile_http.response()
    with hostile_http.hostile_http(hostile_http.saying(page), *pem) as server:
        result = scanned(server.port, laboratory)
    assert result.status == "complete"
    assert result.http == {
        "state": "unknown",
        "reason": "a fault of tlsward ended it: RuntimeError",
    }


def test_the_deadline_of_the_scan_holds(pem, laboratory):
    with hostile_http.hostile_http(hostile_http.silent, *pem) as server:
        settled = scanned(server.port, laboratory, deadline_seconds=0.001)
    assert settled.http["state"] == "unknown"
    assert replace(settled, http={}).status != "complete"
