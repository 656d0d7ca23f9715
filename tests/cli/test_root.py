"""The command itself: help at once, errors in one line, completion, schema, settings."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tlsward import __version__
from tlsward.cli.root import COMMANDS, root
from tlsward.report.schema import schema_document

TLSWARD = [sys.executable, "-m", "tlsward"]
MOST_CPU_SECONDS = 0.15
#: What a command that opens no connection must not import: each takes 10 ms and more.
HEAVY = {"asyncio", "cryptography", "rich", "ssl", "tlsward.scan", "tlsward.assess", "tlsward.pki"}


def cpu_seconds(*arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*TLSWARD, *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["scan", "--help"]])
def test_help_answers_at_once(arguments):
    assert min(cpu_seconds(*arguments) for _ in range(3)) <= MOST_CPU_SECONDS


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["inspect", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    program = (
        "import sys; from tlsward.cli.root import run; run(sys.argv[1:]); "
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )
    imported = set(done.stderr.strip("[]\n").replace("'", "").split(", "))
    assert HEAVY & imported == set()


def test_a_home_that_is_none_is_a_wrong_call(call, monkeypatch):
    monkeypatch.setenv("TLSWARD_HOME", "~no-such-user/tlsward")
    done = call("--version")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "tlsward: TLSWARD_HOME=~no-such-user/tlsward: there is no home directory of such a user"
    ]


def test_version(call):
    assert call("--version").out == f"tlsward {__version__}\n"


def paths(command, path=()):
    import click

    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from paths(command.get_command(context, name), (*path, name))


@pytest.mark.parametrize("path", list(paths(root)), ids=" ".join)
def test_every_command_has_help_with_an_example(call, path):
    done = call(*path, "--help")
    assert done.code == 0
    assert "Example" in done.out
    assert f"tlsward {' '.join(path)}".strip() in done.out


def test_the_table_has_the_commands_help(call):
    for name in COMMANDS:
        assert name in call("--help").out


def test_nothing_said(call):
    done = call()
    assert done.code == 2
    assert "Usage: tlsward" in done.err


def test_a_command_there_is_none_of(call):
    done = call("scann")
    assert done.code == 2
    assert done.err.startswith("tlsward: No such command 'scann'")
    assert done.err.count("\n") == 1


def test_schema(call):
    assert call("schema", "scan").out == schema_document()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(call, shell):
    done = call("completion", shell)
    assert done.code == 0
    assert "_TLSWARD_COMPLETE" in done.out


@pytest.mark.parametrize(
    ("begun", "completed"),
    [
        ("scan --target-level m", ["plain,modern"]),
        ("scan --guideline 5.7", ["plain,5.7"]),
        ("scan --skip suites,al", ["plain,suites,alpn"]),
        ("scan --ca-file ", ["file,"]),
        ("inspect --config set", ["file,set"]),
        ("config check tls", ["file,tls"]),
    ],
)
def test_completion_completes(begun, completed):
    words = f"tlsward {begun}"
    environment = {
        **os.environ,
        "_TLSWARD_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    done = subprocess.run(
        TLSWARD, env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.splitlines() == completed


class TestConfigCheck:
    def test_nothing_there(self, call):
        done = call("config", "check")
        assert done.code == 0
        assert done.out == "no tlsward.toml here: the defaults hold\n"

    def test_what_is_in_effect_and_from_where(self, call, tmp_path, monkeypatch):
        (tmp_path / "tlsward.toml").write_text('timeout = 3\ntarget_level = "modern"\n')
        monkeypatch.setenv("TLSWARD_TIMEOUT", "4")
        monkeypatch.setenv("TLSWARD_PROXY", "http://me:secret@proxy.example")
        done = call("config", "check")
        assert done.code == 0
        assert done.out.splitlines() == [
            'target_level = "modern"  # tlsward.toml',
            "timeout = 4.0  # TLSWARD_TIMEOUT",
            "proxy = (set)  # TLSWARD_PROXY",
        ]

    def test_every_bad_line(self, call, tmp_path):
        (tmp_path / "other.toml").write_text("timeout = 0\n\nquik = true\n")
        done = call("config", "check", "other.toml")
        assert done.code == 2
        assert done.err.splitlines() == [
            "tlsward: other.toml:1: timeout: expected a number larger than 0, not 0",
            "tlsward: other.toml:3: quik: there is no such setting; quick?",
        ]

    def test_a_variable_there_is_none_of(self, call, monkeypatch):
        monkeypatch.setenv("TLSWARD_TIMOUT", "4")
        done = call("config", "check")
        assert done.code == 2
        assert done.err == "tlsward: TLSWARD_TIMOUT: there is no such setting\n"


def test_ctrl_c_is_130():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        process = subprocess.Popen(
            [*TLSWARD, "scan", f"127.0.0.1:{port}", "--timeout", "60"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.settimeout(30)
        silent.accept()[0].close()  # the scan is under way
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


def test_help_into_a_closed_pipe_is_quiet():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [*TLSWARD, "schema", "scan"],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == ""
    assert done.returncode == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["schema", "scan"],
        ["--help"],
        ["scan", "127.0.0.1:1"],
        ["scan", "127.0.0.1:1", "-f", "json"],
    ],
)
def test_a_full_disk_is_2_and_one_line(arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*TLSWARD, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.stderr == "tlsward: the output cannot be written: No space left on device\n"
    assert done.returncode == 2


def test_a_full_device_as_output_file_is_2_and_one_line():
    done = subprocess.run(
        [*TLSWARD, "scan", "127.0.0.1:1", "-o", "/dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "tlsward: the output cannot be written: No space left on device\n"
    assert done.returncode == 2


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_do_no_harm(closed):
    command = f'exec "$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", command, "sh", *TLSWARD, "scan", "127.0.0.1:1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == ""
    assert ("unreachable" in done.stdout) == (">&-" not in closed.split())


def test_a_closed_port_is_3_and_quick():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        began = time.monotonic()
        done = subprocess.run(
            [*TLSWARD, "scan", f"127.0.0.1:{port}", "--target-level", "old"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert "unreachable" in done.stdout
    assert time.monotonic() - began < 10
