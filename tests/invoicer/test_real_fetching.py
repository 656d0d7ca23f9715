"""The provider over a real socket: what cannot be reached, redirects, and answers too long."""

import asyncio
import contextlib
import http.server
import threading

import pytest

from tlsward.invoicer.oidc import ANSWER_LIMIT_BYTES, Provider, ProviderError
from tlsward.invoicer.settings import OidcClient


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind = self.path.split("/")[1]
        self.send_response({"moved": 302, "gone": 500}.get(kind, 200))
        if kind == "moved":
            self.send_header("Location", "/fine/.well-known/openid-configuration")
        self.end_headers()
        if kind == "long":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(b" " * (ANSWER_LIMIT_BYTES + 1))

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def port():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "reason"),
    [("moved", "answered 302"), ("gone", "answered 500"), ("long", "too long")],
)
def test_answers_that_are_not_taken(port, path, reason):
    with pytest.raises(ProviderError, match=reason):
        fetch(f"http://127.0.0.1:{port}/{path}")


def test_a_provider_that_is_not_there():
    with pytest.raises(ProviderError, match="cannot be reached"):
        fetch("http://127.0.0.1:1")


def test_a_provider_whose_certificate_nobody_signed(laboratory):
    running = laboratory.start("nginx-default")
    with pytest.raises(ProviderError, match="cannot be reached"):
        fetch(f"https://localhost:{running.port}")
    # With its authority trusted it answers, though with nothing that it should.
    with pytest.raises(ProviderError, match=r"answered 404|cannot be read"):
        fetch(f"https://localhost:{running.port}", running.ca_file)


def fetch(issuer, ca_file=None):
    client = OidcClient(issuer=issuer, client_id="a", secret=None, allowed=("*",), ca_file=ca_file)
    return asyncio.run(Provider(client).metadata())
