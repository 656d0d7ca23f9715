"""`tlsward demo` as it is called: a process of its own, its output and its exit code."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent.parent / "src"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCE)}

FINDINGS_OF_4_0 = (
    "remove ciphersuites ECDHE-ECDSA-AES128-SHA, ECDHE-ECDSA-AES256-SHA",
    "remove protocols TLSv1, TLSv1.1",
    "consider enabling OCSP stapling",
)


def tlsward(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "tlsward", *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return tlsward("demo", cwd=tmp_path_factory.mktemp("demo"))


def test_ends_well_and_leaves_nothing_on_stderr(told):
    assert (told.returncode, told.stderr) == (0, "")


def test_shows_four_commands_with_their_exit_codes(told):
    commands = re.findall(r"^\$ (tlsward scan .*)$", told.stdout, re.MULTILINE)
    assert [re.sub(r":\d+", ":PORT", command) for command in commands] == [
        f"tlsward scan localhost:PORT --ca-file ca.pem --guideline {guideline} "
        "--target-level modern"
        for guideline in ("4.0", "6.0", "4.0", "6.0")
    ]
    assert re.findall(r"^\$ echo \$\?\n(\d)$", told.stdout, re.MULTILINE) == ["1", "1", "0", "0"]


def test_says_why_the_weak_endpoint_is_refused(told):
    first = told.stdout.split("\n2. ")[0]
    assert "* Mozilla evaluation: non compliant" in first
    assert 'Measured level "non compliant" does not match target level "modern"' in first
    for finding in FINDINGS_OF_4_0:
        assert f"  - for modern level: {finding}" in first


def test_prints_no_colour_to_a_pipe(told):
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told.stdout) is None


def test_json_holds_every_result(tmp_path):
    run = tlsward("demo", "--format", "json", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    assert document["as_told"] is True
    assert [
        (chapter["guideline"], chapter["measured"], chapter["exit_code"])
        for chapter in document["chapters"]
    ] == [
        ("4.0", "non compliant", 1),
        ("6.0", "non compliant", 1),
        ("4.0", "modern", 0),
        ("6.0", "modern", 0),
    ]
    for chapter in document["chapters"]:
        assert chapter["result"]["schema"] == "tlsward.scan/1"
        assert chapter["result"]["unknowns"] == []


def free_port():
    """A port that was free, and the next one as well, a moment ago."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
        return port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_told_to_end(tmp_path, number):
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-u", "-m", "tlsward", "demo", "--serve", "--port", str(port)],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = [serving.stdout.readline() for _ in range(3)]
        assert f"localhost:{port} " in lines[0]
        assert f"localhost:{port + 1} " in lines[1]
        gate = ("scan", "--ca-file", "ca.pem", "--target-level", "modern")
        assert tlsward(*gate, f"localhost:{port}", cwd=tmp_path).returncode == 1
        assert tlsward(*gate, f"localhost:{port + 1}", cwd=tmp_path).returncode == 0
        again = tlsward("demo", "--serve", "--port", str(port), cwd=tmp_path)
        assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
        serving.send_signal(number)
        assert serving.wait(20) == 130
    finally:
        serving.kill()
        serving.wait()
        serving.stdout.close()
    assert not (tmp_path / "ca.pem").exists()
