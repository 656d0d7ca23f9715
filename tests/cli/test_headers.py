"""`tlsward headers` of real servers: what is shown, what fails, and with which exit code."""

import json

import pytest

from servers.stacks import headers as stacks
from servers.stacks import web


@pytest.fixture(scope="module")
def nginx(laboratory):
    return laboratory.launch("headers-of-nginx", stacks.nginx)


@pytest.fixture(scope="module", params=sorted(stacks.SERVERS))
def server(request, laboratory):
    return laboratory.launch(f"headers-of-{request.param}-too", stacks.SERVERS[request.param])


@pytest.fixture
def ask(call, nginx):
    """Ask nginx for a path, by its name and with its authority."""

    def ask(path="/", *more):
        url = f"https://localhost:{nginx.port}{path}"
        return call("headers", url, "--ca-file", nginx.ca_file, *more)

    return ask


HSTS = f"Strict-Transport-Security: {stacks.HSTS}"


def plain_port(server):
    return (server.log_file.parent / "plain-port").read_text()


@pytest.mark.parametrize("version", ["1.1", "2"])
def test_what_a_deployment_test_expects_of_each_server(call, server, version):
    arguments = ["headers", f"localhost:{server.port}", "--http-version", version]
    arguments += ["--ca-file", server.ca_file, "--expect"]
    assert call(*arguments, HSTS).code == 0
    assert call(*arguments, HSTS.lower().replace("subdomains", "subDomains")).code == 1
    assert call(*arguments, f"strict-transport-security :   {stacks.HSTS} ").code == 0
    assert call(*arguments, f"{HSTS};").code == 1
    assert call(*arguments, HSTS, "--expect", "X-Nothing: x").code == 1


def test_the_value_is_exact_in_case_too(ask):
    assert ask("/", "--expect", HSTS.replace("Sub", "sub")).code == 1


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        ("/", 0, "it has the value, once"),
        ("/moved", 0, "it has the value, once"),
        ("/twice", 1, "there are 2 lines of it"),
        ("/error", 1, "the status is 503"),
        ("/loop", 1, "it redirects more than 5 times"),
        ("/elsewhere", 1, "it redirects to another host: https://elsewhere.invalid/"),
        ("/inward", 1, "it redirects to another host"),
        ("/down", 3, "it redirects from https to http"),
    ],
)
def test_what_fails(ask, path, code, reason):
    done = ask(path, "--expect", HSTS)
    assert done.code == code, done.out
    assert reason in done.out


def test_an_unaccepted_certificate_leaves_it_open(call, nginx):
    target = f"localhost:{nginx.port}"
    done = call("headers", target, "--expect", HSTS)
    assert done.code == 3
    assert "anybody may have sent it: its certificate is not accepted" in done.out
    assert call("headers", target).code == 0
    assert call("headers", target, "--fail-on", "bad").code == 1


def test_a_redirect_that_anybody_sent_leads_to_no_pass(call, laboratory):
    server = laboratory.launch("headers-astray", stacks.astray)
    stray = (server.log_file.parent / "stray-port").read_text()
    ask = ("headers", f"https://localhost:{stray}/back", "--ca-file", server.ca_file)
    done = call(*ask, "--expect", f"Strict-Transport-Security: {stacks.PRELOAD}")
    assert (done.code, "anybody may have sent it" in done.out) == (3, True)
    done = call(*ask, "--fail-on", "bad")
    assert (done.code, "  bad  Location: A response on the way" in done.out) == (1, True)


def test_hsts_over_plain_http_is_not_there(call, nginx):
    url = f"http://localhost:{plain_port(nginx)}/open"
    done = call("headers", url, "--expect", HSTS)
    assert (done.code, "over plain HTTP browsers ignore it" in done.out) == (1, True)


def test_an_error_page_is_no_measured_pass(ask):
    done = ask("/error", "--fail-on", "bad")
    assert (
        done.code,
        "The server failed: these are the headers of its error page" in done.out,
    ) == (3, True)
    assert ask("/error", "--fail-on", "weak").code == 1
    assert ask("/error").code == 0


def test_nobody_there(call):
    done = call("headers", "localhost:1", "--expect", HSTS)
    assert (done.code, "connection refused" in done.out) == (3, True)
    assert call("headers", "localhost:1", "--fail-on", "bad").code == 3
    assert call("headers", "localhost:1").code == 3


def test_the_report(ask, nginx):
    done = ask("/", "--http-port", plain_port(nginx))
    assert done.code == 0
    first, *lines = done.out.splitlines()
    assert first == f"https://localhost:{nginx.port}/  HTTP/2 200  TLSv1.3"
    assert f"  strict-transport-security: {stacks.HSTS}" in lines
    assert "  set-cookie: a=(10 characters); Secure; HttpOnly; SameSite=Lax" in lines
    assert "secret-" not in done.out
    assert "--- Plain HTTP ---" in lines
    assert any("Plain HTTP redirects to HTTPS on the same host at once" in e for e in lines)
    assert any("HSTS" not in each and "weak" in each for each in lines)


def test_plain_http_that_sends_hsts_and_does_not_redirect(call, nginx):
    done = call("headers", f"http://localhost:{plain_port(nginx)}/open", "--fail-on", "bad")
    assert done.code == 1
    assert "Plain HTTP answers by itself instead of redirecting" in done.out
    assert "sent over plain HTTP, where it must not be" in done.out


def test_json(ask, nginx):
    document = json.loads(ask("/", "-f", "json", "--expect", HSTS).out)
    assert document["schema"] == "tlsward.headers/1"
    assert document["url"] == f"https://localhost:{nginx.port}/"
    [response] = document["exchange"]["responses"]
    assert {"name": "strict-transport-security", "value": stacks.HSTS} in response["headers"]
    assert document["expectations"][0]["holds"] == "yes"
    graded = {each["id"]: each["grade"] for each in document["findings"]}
    assert graded["http.hsts.long"] == "good"
    assert graded["http.csp.sound"] == "good"
    assert graded["http.cookie.not-secure"] == "bad"
    assert graded["http.compression.used"] == "note"
    assert "secret-" not in json.dumps(document)


def test_another_name_on_the_same_address(call, nginx):
    done = call(
        *("headers", f"127.0.0.1:{nginx.port}", "--sni", "server.test"),
        *("--ca-file", nginx.ca_file, "--expect", HSTS),
    )
    assert done.code == 0
    assert done.out.startswith(f"https://server.test:{nginx.port}/")
    done = call(
        *("headers", f"https://server.test:{nginx.port}", "--connect", "127.0.0.1"),
        *("--ca-file", nginx.ca_file, "--expect", HSTS),
    )
    assert done.code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["headers"],
        ["headers", "localhost", "--expect", "x"],
        ["headers", "ftp://localhost"],
        ["headers", "https://localhost/a b"],
        ["headers", "https://user@localhost/"],
        ["headers", "starttls+smtp://localhost"],
        ["headers", "http://localhost", "--http-port", "80"],
        ["headers", "http://::1"],
        ["headers", "http://localhost:"],
        ["headers", "localhost", "--expect", "X: a\r\nb"],
        ["headers", "https://localhost/" + "a" * 5000],
        ["headers", "localhost", "--connect", "http://x"],
        ["headers", "localhost", "--ca-file", "missing.pem"],
    ],
)
def test_wrong_calls(call, arguments):
    done = call(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("tlsward: ")
    assert done.err.count("\n") == 1
    assert len(done.err) < 300


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("ftp://localhost/", "'ftp://localhost/': expected https:// or http://, not ftp://"),
        ("starttls+smtp://localhost", "no HTTP is spoken there"),
    ],
)
def test_targets_that_speak_no_http(call, target, words):
    done = call("headers", target)
    assert (done.code, words in done.err) == (2, True)


def test_a_server_without_http2_is_not_called_broken_for_no_reason(call, laboratory):
    server = laboratory.launch("headers-without-http2", web.nginx())
    done = call(
        "headers", f"localhost:{server.port}", "--ca-file", server.ca_file, "--http-version", "2"
    )
    assert (done.code, "unknown" in done.out) == (3, False)
