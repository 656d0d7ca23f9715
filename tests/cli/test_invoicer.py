"""`tlsward invoicer` as a person or an init system runs it."""

import contextlib
import http.client
import json
import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from servers.laboratory import HOST

PREFIX = "TLSWARD_INVOICER_"
PINS = ["AAAA" * 10 + "AAA=", "/" * 42 + "8="]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


@contextlib.contextmanager
def serving(tmp_path, *arguments, **environment):
    """Run the command in a process of its own; yields it and the lines it has logged."""
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tlsward", "invoicer", "serve"),
                *("--listen", f"{HOST}:0", *arguments),
            ],
            cwd=tmp_path,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )

    def lines():
        return [json.loads(line) for line in log.read_text().splitlines()]

    try:
        yield process, lines
    finally:
        process.kill()
        process.wait()


def until_answered(process, lines):
    """Wait until the service answers; return its port and the answer."""
    while True:
        assert process.poll() is None, lines()
        ports = [line["port"] for line in lines() if line["event"] == "listening"]
        if ports:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection(HOST, ports[0], timeout=20)
                with contextlib.closing(connection):
                    connection.request("GET", "/__heartbeat__")
                    return ports[0], json.loads(connection.getresponse().read())
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_a_signal(tmp_path, number):
    with serving(tmp_path) as (process, lines):
        _, beat = until_answered(process, lines)
        assert beat == {"database": True}
        process.send_signal(number)
        assert process.wait(30) == 0
    assert [line["event"] for line in lines()] == ["listening", "request"]
    assert (tmp_path / "invoicer.db").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_early_is_not_lost(tmp_path, number):
    """Between the word that it listens and the first request that it takes."""
    with serving(tmp_path) as (process, lines):
        while not lines():
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(30) == 0


def test_a_token_of_the_command_line_is_one_of_the_service(call, tmp_path):
    made = call("invoicer", "token", "--name", "deployer")
    assert made.code == 0
    token = made.out.strip()
    assert len(token) == 43
    assert token.encode() not in (tmp_path / "invoicer.db").read_bytes()
    with serving(tmp_path) as (process, lines):
        port, _ = until_answered(process, lines)
        with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=20)) as connection:
            connection.request("GET", "/invoices", headers={"Authorization": f"Bearer {token}"})
            assert json.loads(connection.getresponse().read())["invoices"] == []
        process.terminate()  # the line is written after the answer
        process.wait(30)
    assert lines()[-1]["actor"] == "token deployer"


def test_tokens_are_listed_and_revoked(call):
    for name in ("deployer", "deployer", "cron"):
        assert call("invoicer", "token", "--name", name).code == 0
    lines = call("invoicer", "tokens").out.splitlines()
    assert [line.split()[2] for line in lines] == ["cron", "deployer", "deployer"]
    told = call("invoicer", "revoke", "--name", "deployer")
    assert (told.code, told.out) == (0, "tokens revoked: 2, sessions ended: 0\n")
    assert call("invoicer", "tokens").out.splitlines() == lines[:1]
    assert call("invoicer", "revoke", "--id", lines[0].split()[0]).code == 0
    assert call("invoicer", "tokens").out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [([], "say what to revoke"), (["--name", "x", "--person", "y"], "no token and no session")],
)
def test_to_revoke_nothing_is_a_wrong_call(call, monkeypatch, arguments, words):
    assert call("invoicer", "token", "--name", "api").code == 0
    monkeypatch.setenv(PREFIX + "NAME", "api")
    answer = call("invoicer", "revoke", *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert len(call("invoicer", "tokens").out.splitlines()) == 1


def test_only_the_owner_reads_the_database(call, tmp_path):
    assert call("invoicer", "token").code == 0
    assert stat.S_IMODE((tmp_path / "invoicer.db").stat().st_mode) == 0o600


def test_settings_come_from_variables(tmp_path):
    told = {
        PREFIX + "DATABASE": f"sqlite:///{tmp_path}/other.db",
        PREFIX + "TRUSTED_PROXY": "127.0.0.1 10.0.0.0/8",
    }
    with serving(tmp_path, **told, TLSWARD_INVOICER_HTTPS_REDIRECT="yes") as (process, lines):
        port, _ = until_answered(process, lines)
        with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=20)) as connection:
            connection.request("GET", "/", headers={"Host": "a.test"})
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Location"]) == (308, "https://a.test/")
            answer.read()
            connection.request("GET", "/", headers={"X-Forwarded-Proto": "https"})
            assert connection.getresponse().status == 200
    assert (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--listen", "8080"], "no port"),
        (["--listen", "127.0.0.1:99999"], "no port"),
        (["--listen", "example.com:80"], "not an address"),
        (["--database", "mysql://x/y"], "no database of kind"),
        (["--database", "nothing"], "not the URL of a database"),
        (["--database", "sqlite://"], "must be a file"),
        (["--database", "postgresql://u:hunter2@localhost/x"], "seen by all"),
        (["--database", "postgresql://db.example.com/x?sslmode=disable"], "sslmode=verify-full"),
        (["--public-url", "http://a.test"], "https://HOST"),
        (["--public-url", "https://a.test/path"], "scheme and host alone"),
        (["--public-url", "https://u@a.test"], "https://HOST"),
        (["--public-url", "https://a.test:x"], "not a URL"),
        (["--tls-cert", "x"], "go together"),
        (["--tls-cert", "x", "--tls-key", "y"], "No such file"),
        (["--trusted-proxy", "x"], "not a network"),
        (["--trusted-proxy", "0.0.0.0/0"], "believes everybody"),
        (["--trusted-proxy", "10.0.0.1/8"], "not a network"),
        (["--oidc-issuer", "https://a"], "--oidc-client-id"),
        (["--oidc-issuer", "https://a", "--oidc-client-id", "b"], "--public-url"),
        (["--database", "postgresql://localhost/x?password=hunter2"], "seen by all"),
        (["--database", "postgresql://localhost/x?sslpassword=hunter2"], "seen by all"),
        (["--database", "sqlite:///x.db?mode=ro"], "takes nothing"),
        (["--tls-level", "modern"], "--tls-level: does nothing without --tls-cert"),
        (["--hpkp-enforce"], "--hpkp-enforce: does nothing without --hpkp-pin"),
        (["--hpkp-max-age", "60"], "--hpkp-max-age: does nothing without --hpkp-pin"),
        (["--allow", "*"], "--allow: does nothing without --oidc-issuer"),
        (["--https-redirect"], "--https-redirect: say where https is"),
        (["--oidc-client-id", "x"], "--oidc-client-id: does nothing without --oidc-issuer"),
        (["--hpkp-pin", PINS[0]], "two keys"),
        (["--hpkp-pin", "x", "--hpkp-pin", PINS[0]], "SHA-256"),
    ],
)
def test_wrong_calls(call, arguments, words):
    answer = call("invoicer", "serve", *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert len(answer.err.splitlines()) == 1
    assert "hunter2" not in answer.err


OIDC = ["--oidc-client-id", "b", "--public-url", "https://a.test"]
PROXIED = ["--trusted-proxy", "10.0.0.1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--oidc-issuer", "http://login.example.com"], "https URL"),
        (["--oidc-issuer", "https://a"], "say whom to let in"),
        (["--oidc-issuer", "https://a", "--allow", "*"], "over https alone"),
        (["--oidc-issuer", "https://a", "--allow", "ada"], "write an address"),
        (["--oidc-issuer", "https://a", "--allow", "*", "--oidc-ca-file", "none"], "none"),
        (
            ["--oidc-issuer", "https://a", "--allow", "*", "--oidc-ca-file", "e", *PROXIED],
            "no certif",
        ),
        (["--oidc-issuer", "https://a", "--allow", "*", "--oidc-client-secret-file", "e"], "empty"),
    ],
)
def test_wrong_calls_about_the_provider(call, tmp_path, arguments, words):
    (tmp_path / "e").write_text("\n")
    answer = call("invoicer", "serve", *OIDC, *arguments)
    assert answer.code == 2
    assert words in answer.err


def test_pins_that_would_lock_out_are_refused(call, laboratory):
    credentials = laboratory.credentials
    tls = ["--tls-cert", credentials.certificate("ecdsa"), "--tls-key", credentials.key("ecdsa")]
    own = call("cert", "pin", "--leaf", credentials.certificate("ecdsa")).out.split()
    pin = next(word for word in own if len(word) == 44)
    pins = ["--hpkp-pin", PINS[0], "--hpkp-pin", PINS[1]]
    answer = call("invoicer", "serve", *tls, *pins)
    assert (answer.code, "no pin is of the served chain" in answer.err) == (2, True)
    chain = call("cert", "pin", credentials.certificate("ecdsa")).out.split()
    every = [word for word in chain if len(word) == 44]
    assert pin in every
    only = [word for known in (every * 2)[:2] for word in ("--hpkp-pin", known)]
    answer = call("invoicer", "serve", *tls, *only)
    assert answer.code == 2
    assert "--hpkp-pin" in answer.err


def test_a_database_that_cannot_be_used_is_told(call, tmp_path):
    answer = call("invoicer", "token", "--database", "postgresql://127.0.0.1:1/x")
    assert answer.code == 3
    assert "the database cannot be used" in answer.err
    with serving(tmp_path, "--database", "postgresql://127.0.0.1:1/x") as (process, _):
        assert process.wait(60) == 3
    [line] = (tmp_path / "log").read_text().splitlines()
    assert line.startswith("tlsward: the database cannot be used: ")
    assert line.endswith("Connection refused")


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_names_of_tokens_that_are_none(call, name):
    assert call("invoicer", "token", "--name", name).code == 2


def test_without_the_extra_it_says_what_to_install(call, monkeypatch):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n, *m: None if n == "starlette" else found(n, *m)
    )
    answer = call("invoicer", "serve")
    assert answer.code == 2
    assert "pip install 'tlsward[service]'" in answer.err


def test_help_imports_nothing_of_the_service():
    code = (
        "import sys; from tlsward.cli.root import run; run(['invoicer', 'serve', '--help']); "
        "sys.exit(any(n in sys.modules for n in ('starlette', 'sqlalchemy', 'uvicorn', 'asyncio')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--tls-level" in done.stdout
