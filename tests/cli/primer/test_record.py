"""`tlsward primer record`, between real clients and servers, and the key tried afterwards."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from primer.recorder import REQUEST
from servers.stacks.web import nginx

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@contextlib.contextmanager
def recorder(*arguments):
    """Run the command; yields it and the port that it listens on."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tlsward", "primer", "record", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = running.stderr.readline()
        yield running, int(re.search(r"127\.0\.0\.1:(\d+) instead of", said)[1])
    finally:
        running.kill()
        running.communicate()


def ask(port, suite):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-quiet", "-tls1_2"]
    command += ["-cipher", suite, "-servername", "localhost"]
    return subprocess.run(command, input=REQUEST, capture_output=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("suite", "opened"), [("AES128-SHA256", "yes"), ("ECDHE-RSA-AES128-GCM-SHA256", "no")]
)
def test_a_session_with_nginx(laboratory, call, tmp_path, suite, opened):
    start = nginx("ssl_protocols TLSv1.2", f"ssl_ciphers {suite}")
    server = laboratory.launch(f"nginx-record-{opened}", start)
    recording = tmp_path / "own.json"
    with recorder(f"localhost:{server.port}", "-o", recording) as (running, port):
        answer = ask(port, suite).stdout
        assert running.wait(30) == 0
    assert answer.startswith(b"HTTP/1.1 200")
    key = laboratory.credentials.key("rsa")
    files = ("--recording", recording, "--key", key, "--format", "json")
    results = json.loads(call("primer", "forward-secrecy", *files).out)["results"]
    assert results["session_1_opened"] == opened
    assert results["session_1_title"] == f"a session with localhost:{server.port}"
    assert results.get("session_1_client_said", "") == (REQUEST.decode() * (opened == "yes"))


def test_standard_output_has_the_recording_alone(laboratory):
    server = laboratory.launch("nginx-record-out", nginx("ssl_protocols TLSv1.2"))
    with recorder(f"localhost:{server.port}") as (running, port):
        ask(port, "DEFAULT")
        out, err = running.communicate(timeout=30)
    assert json.loads(out)["schema"] == "tlsward.recording/1"
    assert (running.returncode, err) == (0, "")


def test_a_server_that_is_not_there(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = taken.getsockname()[1]
    recording = tmp_path / "own.json"
    with recorder(f"127.0.0.1:{gone}", "-o", recording) as (running, port):
        with socket.create_connection(("127.0.0.1", port), 20) as client:
            assert client.recv(100) == b""
        _, err = running.communicate(timeout=30)
    assert running.returncode == 3
    assert "nothing was recorded: it cannot be reached: Connection refused" in err
    assert not recording.exists()


def test_a_client_that_says_nothing(laboratory):
    server = laboratory.launch("nginx-record-mute", nginx("ssl_protocols TLSv1.2"))
    with recorder(f"localhost:{server.port}") as (running, port):
        socket.create_connection(("127.0.0.1", port), 20).close()
        _, err = running.communicate(timeout=30)
    assert (running.returncode, "nothing came by" in err) == (3, True)


def test_a_port_that_is_taken(call):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = call("primer", "record", "localhost:1", "--listen", port)
    assert (done.code, done.out) == (3, "")
    assert "cannot be listened on" in done.err


@pytest.mark.parametrize(
    "arguments", [(), ("not a host",), ("localhost", "--listen", "65536"), ("a", "b")]
)
def test_wrong_calls(call, arguments):
    done = call("primer", "record", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
