"""ACME renewal information (RFC 9773), asked of a small HTTP server that stands in for one.

Debian's pebble 2.4.0, which is what tests could run, has no renewal information yet; so the
server here is a fake with the RFC's own example as its answer.
"""

import asyncio
import json
import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki import issuing
from pki.lint.profiles import leaf, read
from tlsward.facts.acme_directories import acme_directories
from tlsward.model.fetching import Fetched
from tlsward.model.lifetime import RenewalWindow
from tlsward.net.fetching import HttpFetcher
from tlsward.pki.library import UnreadableError
from tlsward.pki.renewal_information import (
    certificate_identifier,
    directory_url,
    renewal_window,
)
from tlsward.pki.x509 import read_certificate

#: RFC 9773, appendix A.
EXAMPLE = """-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----
"""
IDENTIFIER = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"
WINDOW = {
    "suggestedWindow": {"start": "2026-07-02T04:00:00Z", "end": "2026-07-03T04:00:00Z"},
    "explanationURL": "https://acme.example.com/docs/ari",
}
NOW = datetime(2026, 6, 15, tzinfo=UTC)


def example():
    return read_certificate(ssl.PEM_cert_to_DER_cert(EXAMPLE))


def test_the_identifier_of_the_rfcs_example():
    assert certificate_identifier(example()) == IDENTIFIER


@pytest.mark.parametrize(
    ("serial", "octets"),
    [(0x7F, "fw"), (0x80, "AIA"), (0x0100, "AQA"), (0x87654321, "AIdlQyE"), (0, "AA"), (-1, "_w")],
)
def test_the_serial_is_written_as_its_octets_stand_in_the_certificate(serial, octets):
    identifier = certificate_identifier(read(leaf(serial=serial)))
    assert identifier.partition(".")[2] == octets


def test_without_an_authority_key_identifier_there_is_none():
    with pytest.raises(UnreadableError, match="does not say which key"):
        certificate_identifier(read(leaf(authority_key=None)))


def test_directories_are_found_by_the_organisation_of_the_issuer():
    assert directory_url(read(leaf())) == "https://acme-v02.api.letsencrypt.org/directory"
    other = issuing.name(("2.5.4.10", "A company"))
    assert directory_url(read(leaf(issuer_name=other))) is None
    assert all(each.url.startswith("https://") for each in acme_directories().values())


class Server:
    """The fake: a directory and one renewal information; `asked` are the paths asked for."""

    def __init__(self):
        self.asked = []
        self.answers = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append(self.path)
                status, body = server.answers.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


async def over_http(made, address):
    async with HttpFetcher(allow_private=True) as fetch:
        return await renewal_window(made, address, fetch, NOW)


def test_a_window_is_asked_for_where_the_directory_says():
    made = read(leaf(serial=0x87654321))
    with Server() as server:
        path = f"/renewal-info/{certificate_identifier(made)}"
        directory = {"newOrder": "x", "renewalInfo": f"{server.address}/renewal-info/"}
        server.answers = {
            "/directory": (200, json.dumps(directory).encode()),
            path: (200, json.dumps(WINDOW).encode()),
        }
        address = f"{server.address}/directory"
        found = asyncio.run(over_http(made, address))
        assert server.asked == ["/directory", path]
        server.answers[path] = (404, b"{}")
        refused = asyncio.run(over_http(made, address))
    assert found == RenewalWindow(
        start=datetime(2026, 7, 2, 4, tzinfo=UTC),
        end=datetime(2026, 7, 3, 4, tzinfo=UTC),
        explanation_url="https://acme.example.com/docs/ari",
    )
    assert refused.startswith("renewal information: ")
    assert "404" in refused


DIRECTORY = b'{"renewalInfo": "https://acme.example.com/ri"}'


def answered(directory: bytes | None = DIRECTORY, window: bytes | None = b"", **more):
    """What comes of these two answers."""

    async def fetch(request):
        body = directory if request.url.endswith("/directory") else window
        reason = "timed out \x1b[31m" if body is None else None
        status = None if body is None else 200
        return Fetched(url=request.url, status=status, body=body, reason=reason)

    url = "https://acme.example.com/directory"
    made = more.get("certificate") or read(leaf())
    return asyncio.run(renewal_window(made, url, fetch, more.get("now", NOW)))


def with_window(**changed) -> bytes:
    return json.dumps(WINDOW | changed).encode()


@pytest.mark.parametrize(
    ("directory", "window", "words"),
    [
        (None, b"", "ACME directory: timed out \\x1B[31m"),
        (b"<html>", b"", "ACME directory: it is none"),
        (b"[]", b"", "ACME directory: it is none"),
        (b"\xff", b"", "ACME directory: it is none"),
        (b'{"renewalInfo": 7}', b"", "ACME directory: it is none"),
        (b"{}", b"", "the issuer offers no renewal information"),
        (b'{"renewalInfo": "file:///etc/passwd"}', b"", "renewalInfo is no address"),
        (b'{"renewalInfo": "https://a\\u001b/"}', b"", "renewalInfo is no address"),
        (DIRECTORY, None, "renewal information: timed out"),
        (DIRECTORY, b"", "renewal information: it is none"),
        (DIRECTORY, b"[" * 50_000, "renewal information: it is none"),
        (DIRECTORY, b'{"suggestedWindow": {}}', "renewal information: it is none"),
        (
            DIRECTORY,
            with_window(suggestedWindow={"start": "2026-07-02", "end": "2026-07-03"}),
            "it is none",
        ),
        (
            DIRECTORY,
            with_window(
                suggestedWindow=WINDOW["suggestedWindow"] | {"end": "2026-07-02T04:00:00Z"}
            ),
            "the window ends before it starts",
        ),
        (
            DIRECTORY,
            with_window(
                suggestedWindow={"start": "2026-07-02T04:00:00", "end": "2026-07-03T04:00:00"}
            ),
            "a date has no time zone",
        ),
        (
            DIRECTORY,
            with_window(
                suggestedWindow={
                    "start": "0001-01-01T00:00:00+23:00",
                    "end": "2026-07-03T04:00:00Z",
                }
            ),
            "a date is out of range",
        ),
    ],
)
def test_what_is_no_answer_is_a_reason(directory, window, words):
    said = answered(directory, window)
    assert isinstance(said, str)
    assert words in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a/\x1b[31m", "https://a/" + "a" * 3000, "https://å/"]
)
def test_an_explanation_that_is_no_address_is_left_out(url):
    found = answered(window=with_window(explanationURL=url))
    assert found.explanation_url is None


def test_an_expired_certificate_is_not_asked_about():
    assert answered(now=datetime(2027, 1, 1, tzinfo=UTC)) == "the certificate has expired"


def test_a_certificate_without_identifier_is_not_asked_about():
    said = answered(certificate=read(leaf(authority_key=None)))
    assert said == "the certificate does not say which key signed it"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_comes_is_a_window_or_a_reason(directory, window):
    assert isinstance(answered(directory, window), str)
    assert isinstance(answered(window=window), str)
