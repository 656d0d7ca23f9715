"""Signing in at a real OpenID provider, the whole way round."""

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest

from invoicer.signing_in import Browser, signing_in

SESSION = "__Host-invoicer-session"


@pytest.fixture(scope="module")
def served(laboratory, tmp_path_factory):
    with signing_in(laboratory, tmp_path_factory.mktemp("live")) as (running, public_url):
        yield running, public_url


@pytest.fixture
def browser(laboratory):
    return Browser(laboratory.credentials.ca)


class Stop(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def first_step(browser, public_url):
    """Begin to sign in; return the query that the provider is asked with."""
    opener = urllib.request.build_opener(
        *(handler for handler in browser.opener.handlers if "Redirect" not in str(type(handler))),
        Stop(),
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(f"{public_url}/authenticate", timeout=30)
    with caught.value as answer:
        assert answer.code == 303
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query))


def test_a_person_signs_in_and_out(served, browser):
    running, public_url = served
    status, url, page = browser.sign_in(public_url, "ada")
    assert (status, url) == (200, f"{public_url}/")
    assert "ada &lt;script&gt;" in page
    cookie = browser.cookie(SESSION)
    assert cookie.secure
    assert cookie.path == "/"
    assert not cookie.domain_specified
    assert "HttpOnly" in cookie._rest
    assert cookie._rest["SameSite"].lower() == "lax"
    assert browser.cookie("__Host-invoicer-login") is None
    assert browser.open(f"{public_url}/invoices")[0] == 200
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert browser.open(f"{public_url}/logout", {"csrf_token": token})[0] == 200
    assert browser.open(f"{public_url}/invoices")[0] == 401
    assert any(line.get("actor") == "ada" for line in running.log)


def test_signing_in_again_ends_the_session_of_before(served, browser):
    running, public_url = served
    browser.sign_in(public_url, "ada")
    before = browser.cookie(SESSION).value
    assert browser.sign_in(public_url, "ada")[0] == 200
    assert browser.cookie(SESSION).value != before
    credentials = running.running.service.credentials
    assert running.run(credentials.session(before)) is None
    assert running.run(credentials.session(browser.cookie(SESSION).value)).subject == "ada"


def test_what_the_provider_is_asked(served, browser):
    _, public_url = served
    first, second = first_step(browser, public_url), first_step(browser, public_url)
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid email profile"
    assert first["redirect_uri"] == f"{public_url}/oauth2callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) == 43
        assert first[name] != second[name]


@pytest.mark.parametrize("person", ["eve", "unverified-ada", "ada@example.com.evil"])
def test_a_person_who_is_not_allowed_is_not_let_in(served, browser, person):
    _, public_url = served
    status, _, page = browser.sign_in(public_url, person)
    assert status == 403
    assert "not among those" in json.loads(page)["detail"]
    assert browser.cookie(SESSION) is None


def test_an_answer_of_another_login_is_refused(served, browser, laboratory):
    """The attacker's code in the victim's browser (RFC 6749 section 10.12)."""
    _, public_url = served
    victim = Browser(laboratory.credentials.ca)
    ours, theirs = first_step(browser, public_url), first_step(victim, public_url)
    callback = f"{public_url}/oauth2callback?code=x&state="
    status, _, page = victim.open(callback + ours["state"])
    assert (status, json.loads(page)["detail"]) == (403, "the answer is of another login")
    # And it was the one answer that this login could have had.
    status, _, page = victim.open(callback + theirs["state"])
    assert status == 403
    assert "no login is under way" in json.loads(page)["detail"]


def test_a_code_that_is_none_is_refused_by_the_provider(served, browser):
    running, public_url = served
    query = first_step(browser, public_url)
    issuer = urllib.parse.quote(running.running.service.settings.oidc.issuer)
    where = f"{public_url}/oauth2callback?code=hunter2&iss={issuer}&state={query['state']}"
    status, _, page = browser.open(where)
    assert status == 502
    assert "hunter2" not in page
    assert any(line["event"] == "provider" and "400" in line["reason"] for line in running.log)
    assert b"hunter2" not in running.written.getvalue()


def test_what_the_provider_refuses_is_told(served, browser):
    _, public_url = served
    query = first_step(browser, public_url)
    where = f"{public_url}/oauth2callback?error=access_denied&state={query['state']}"
    status, _, page = browser.open(where)
    assert (status, json.loads(page)["detail"]) == (403, "the provider refused: access_denied")
