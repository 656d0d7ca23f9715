"""`tlsward cert chain --fetch-issuers`: a forgotten intermediate is fetched where it may be."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pki.issuing import (
    CA_USAGE,
    basic_constraints,
    extension,
    issue,
    key_usage,
    object_identifier,
    sequence,
    tlv,
)

AUTHORITY = (basic_constraints(True), key_usage(CA_USAGE))


@pytest.fixture
def forgotten(tmp_path):
    """A leaf that says where its issuer's certificate is, and a server that has it there."""
    now = datetime.now(UTC)
    valid = {"not_before": now - timedelta(days=1), "not_after": now + timedelta(days=1)}
    root = issue("a root", extensions=AUTHORITY, **valid)
    intermediate = issue("an intermediate", root, extensions=AUTHORITY, **valid)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(intermediate.der)))
            self.end_headers()
            self.wfile.write(intermediate.der)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/issuer.cer"
        named = sequence(sequence(object_identifier("1.3.6.1.5.5.7.48.2"), tlv(0x86, url.encode())))
        leaf = issue(
            "a leaf", intermediate, extensions=(extension("1.3.6.1.5.5.7.1.1", named),), **valid
        )
        (tmp_path / "leaf.pem").write_bytes(leaf.pem)
        (tmp_path / "root.pem").write_bytes(root.pem)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield url
        server.shutdown()
        thread.join()


def test_a_missing_intermediate_is_fetched(call, forgotten):
    known = ("cert", "chain", "leaf.pem", "--ca-file", "root.pem")
    assert call(*known).code == 1
    done = call(*known, "--fetch-issuers", "--fetch-private")
    assert done.code == 0, done.err
    assert "CN=an intermediate  (ECDSA prime256v1, 0 days left, taken from elsewhere)" in done.out
    assert "= root of private" in done.out


def test_nothing_is_fetched_from_this_machine_unless_allowed(call, forgotten):
    done = call("cert", "chain", "leaf.pem", "--ca-file", "root.pem", "--fetch-issuers")
    assert done.code == 1
    assert forgotten in done.out
    assert "x unknown issuer: CN=an intermediate" in done.out
