"""What hstspreload.org would say of hosts whose redirects or www name lead astray."""

import asyncio
import json

import pytest

from servers.laboratory import NAME
from servers.stacks import headers as stacks
from tlsward.cli.hsts import preload
from tlsward.cli.hsts.preload import PreloadSeen, judge_preload
from tlsward.net.fetch_url import FetchUrl
from tlsward.net.http_exchange import HttpExchanger


@pytest.fixture(scope="module")
def server(laboratory):
    return laboratory.launch("hsts-astray", stacks.astray)


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setattr(preload, "registrable_domain", lambda name: name.removeprefix("www."))


def port_of(server, which):
    return int((server.log_file.parent / f"{which}-port").read_text())


def asked(server, scheme, port, path="/"):
    """Ask the server by its name; return what asked, and the exchange."""
    url = FetchUrl(scheme=scheme, host=NAME, port=port, target=path)
    asking = HttpExchanger(
        url, ca_pem=server.ca_file.read_bytes(), connect=("127.0.0.1", port), most_redirects=5
    )
    return asking, asyncio.run(asking.get(url))


def codes(seen):
    return [each.code for each in judge_preload(seen, NAME)]


def test_a_host_that_is_as_it_should_be(server):
    _, secure = asked(server, "https", server.port)
    assert codes(PreloadSeen(secure=secure)) == []


def test_a_redirect_to_an_unaccepted_certificate_is_not_followed_by_the_site(server):
    _, secure = asked(server, "https", server.port, "/away")
    assert len(secure.responses) == 2
    assert codes(PreloadSeen(secure=secure)) == ["redirects.follow_error"]


def test_nor_is_the_first_redirect_of_plain_http(server):
    _, secure = asked(server, "https", server.port)
    _, plain = asked(server, "http", port_of(server, "plain"))
    assert [each.verified for each in plain.responses] == ["unknown", "no"]
    assert codes(PreloadSeen(secure=secure, plain=plain)) == [
        "redirects.follow_error",
        "redirects.http.first_redirect.invalid",
    ]


@pytest.mark.parametrize(
    ("which", "expected"),
    [("", []), ("stray", ["domain.www.no_tls"]), ("plain", ["domain.www.no_tls"])],
)
def test_a_www_name_that_accepts_connections_must_speak_tls(server, which, expected):
    _, secure = asked(server, "https", server.port)
    www, _ = asked(server, "https", port_of(server, which) if which else server.port)
    seen = PreloadSeen(secure=secure, www_connects=www.connected > 0, www_has_tls=www.trusted > 0)
    assert codes(seen) == expected


def test_a_www_name_that_nobody_answers_for_is_none(server):
    www, exchange = asked(server, "https", 1)
    assert exchange.reason == "connection refused"
    assert (www.connected, www.trusted) == (0, 0)


def test_removal_wants_an_accepted_certificate_too(call, server):
    url = f"https://localhost:{port_of(server, 'stray')}/short"
    done = call("hsts", "check", url, "--removal")
    assert (done.code, "domain.tls.invalid_cert_chain" in done.out) == (1, True)


def test_a_port_of_which_the_lists_know_nothing_is_not_passed(call, server):
    """Plain HTTP and the www name are asked beside port 443 alone."""
    done = call(
        *("hsts", "check", f"https://{NAME}:{server.port}", "--connect", "127.0.0.1"),
        *("--ca-file", server.ca_file, "--preload"),
    )
    assert done.code == 3, done.out
    assert "the lists are about port 443" in done.out


@pytest.mark.parametrize(
    ("policy", "code"),
    [("bulk-1-year", "below_1_year"), ("bulk-18-weeks", "below_18_weeks"), ("", "below_1_year")],
)
def test_who_came_early_may_stay_with_less(call, server, tmp_path, policy, code):
    entry = {"name": NAME, "mode": "force-https", "policy": policy, "include_subdomains": True}
    (tmp_path / "list.json").write_text(json.dumps({"entries": [entry]}))
    done = call(
        *("hsts", "check", f"https://{NAME}:{port_of(server, 'young')}", "--connect", "127.0.0.1"),
        *("--ca-file", server.ca_file, "--preload", "--preload-list", "list.json"),
    )
    assert done.code == 1
    assert f"error   header.preloadable.max_age.{code}" in done.out


def test_the_lists_look_at_the_root_whatever_path_is_named(call, server):
    done = call(
        *("hsts", "check", f"https://{NAME}:{server.port}/away", "--connect", "127.0.0.1"),
        *("--ca-file", server.ca_file, "--preload"),
    )
    assert done.out.startswith(f"https://{NAME}:{server.port}/  ")
    assert "redirects." not in done.out


def test_a_field_that_browsers_ignore_is_not_preloadable(call):
    done = call("hsts", "check", f"{stacks.PRELOAD}; includeSubDomains", "--preload")
    assert (done.code, "appears more than once" in done.out) == (1, True)
