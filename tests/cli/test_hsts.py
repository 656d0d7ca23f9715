"""`tlsward hsts build|check`."""

import json

import pytest

from servers.stacks import headers as stacks

FULL = "max-age=63072000; includeSubDomains; preload"


@pytest.fixture(scope="module")
def nginx(laboratory):
    return laboratory.launch("hsts-of-nginx", stacks.nginx)


@pytest.mark.parametrize(
    ("options", "printed"),
    [
        ([], "max-age=63072000"),
        (["--max-age", "1y", "--include-subdomains"], "max-age=31536000; includeSubDomains"),
        (["--max-age", "300"], "max-age=300"),
        (["--max-age", "0"], "max-age=0"),
        (["--max-age", "2w", "--header"], "Strict-Transport-Security: max-age=1209600"),
        (["--include-subdomains", "--preload"], FULL),
        (
            ["--max-age", "1y", "--stages"],
            "max-age=300\nmax-age=604800\nmax-age=2592000\nmax-age=31536000",
        ),
    ],
)
def test_build(call, options, printed):
    done = call("hsts", "build", *options)
    assert (done.code, done.out) == (0, f"{printed}\n")


@pytest.mark.parametrize(
    "options",
    [
        ["--preload"],
        ["--preload", "--include-subdomains", "--max-age", "30d"],
        ["--max-age", "-1"],
        ["--max-age", "1month"],
        ["--max-age", "200y"],
    ],
)
def test_what_is_not_built(call, options):
    assert call("hsts", "build", *options).code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["max-age=63072000"], 0),
        (['max-age="63072000"; includeSubDomains;'], 0),
        (["Strict-Transport-Security: max-age=63072000"], 0),
        (["max-age=31536000"], 1),
        (["max-age=31536000", "--min-age", "1y"], 0),
        (["max-age=0", "--min-age", "0"], 1),
        (["max-age=63072000; max-age=63072000"], 1),
        (["includeSubDomains"], 1),
        ([""], 1),
        ([FULL, "--preload"], 0),
        (["max-age=63072000; includeSubDomains", "--preload"], 1),
        (['max-age="63072000"; includeSubDomains; preload', "--preload"], 1),
        (["max-age=300", "--removal"], 0),
        ([FULL, "--removal"], 1),
        ([FULL, "--removal", "--preload"], 2),
        ([FULL, "--min-age", "x"], 2),
        ([FULL, "--preload-list", "missing"], 2),
        (["http://localhost"], 2),
    ],
)
def test_check_of_a_value(call, arguments, code):
    assert call("hsts", "check", *arguments).code == code


def test_the_lists_codes_are_told(call):
    done = call("hsts", "check", "max-age=1; preload", "--preload")
    assert "error   header.preloadable.include_sub_domains.missing" in done.out
    assert "error   header.preloadable.max_age.below_1_year" in done.out


def test_check_of_a_host(call, nginx):
    with_ca = ("--ca-file", nginx.ca_file)
    good = call("hsts", "check", f"localhost:{nginx.port}", *with_ca)
    assert (good.code, "max-age             63072000 (2 years)" in good.out) == (0, True)
    several = call("hsts", "check", f"https://localhost:{nginx.port}/twice", *with_ca)
    assert (several.code, "More than one field is sent" in several.out) == (1, True)
    assert "2 fields are sent, a host must send one" in several.out
    assert "for long enough" not in several.out
    none = call("hsts", "check", f"https://localhost:{nginx.port}/pins", *with_ca)
    assert (none.code, "The header is missing" in none.out) == (1, True)
    address = call("hsts", "check", f"127.0.0.1:{nginx.port}", *with_ca)
    assert (address.code, "named by its address" in address.out) == (1, True)
    unverified = call("hsts", "check", f"localhost:{nginx.port}")
    assert (unverified.code, "the certificate is not accepted" in unverified.out) == (1, True)
    assert call("hsts", "check", "localhost:1").code == 3


def test_the_lists_rules_of_a_host(call, nginx):
    done = call(
        *("hsts", "check", f"https://server.test:{nginx.port}", "--connect", "127.0.0.1"),
        *("--ca-file", nginx.ca_file, "--preload", "-f", "json"),
    )
    document = json.loads(done.out)
    assert done.code == 1
    assert document["schema"] == "tlsward.hsts/1"
    assert [each["code"] for each in document["issues"]] == ["header.preloadable.preload.missing"]
    done = call("hsts", "check", f"localhost:{nginx.port}", "--preload")
    assert "domain.format.public_suffix" in done.out
    done = call("hsts", "check", "a.server.test:1", "--connect", "127.0.0.1", "--preload")
    assert (done.code, "domain.tls.cannot_connect" in done.out) == (3, True)


def test_without_a_list_of_suffixes_it_cannot_be_told(call, nginx, monkeypatch):
    from tlsward.cli.hsts import preload

    monkeypatch.setattr(preload, "registrable_domain", lambda name: None)
    done = call(
        *("hsts", "check", f"https://server.test:{nginx.port}/", "--connect", "127.0.0.1"),
        *("--ca-file", nginx.ca_file, "--preload"),
    )
    assert "internal.domain.name.cannot_compute_etld1" in done.out
    assert done.code == 1  # the header lacks preload, whatever the name is


def test_whether_it_is_on_the_list(call, nginx, tmp_path):
    (tmp_path / "list.json").write_text(
        '// Chrome\n{"entries": [{"name": "localhost", "mode": "force-https"}]}'
    )
    host = ("hsts", "check", f"localhost:{nginx.port}", "--ca-file", nginx.ca_file)
    assert "on the preload list unknown: no list was given" in call(*host).out
    done = call(*host, "--preload-list", "list.json")
    assert "on the preload list yes: localhost is on the list" in done.out
    assert call("hsts", "check", FULL, "--preload-list", "list.json").code == 2
