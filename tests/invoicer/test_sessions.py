"""Sessions and tokens: what holds, how long, and what the database has of them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from invoicer.asgi import is_problem
from tlsward.invoicer.csrf import make_csrf_token, refusal_of
from tlsward.invoicer.tables import logins, sessions, tokens

COOKIE = "__Host-invoicer-session"


def rows(house, table):
    return house.run(house.service.database.rows(select(table)))


def test_a_token_holds_until_it_expires(house):
    token = house.token(days=2)
    client = house.client(headers={"authorization": f"bearer {token}"})
    assert client("GET", "/invoices").status == 200
    house.clock.time += timedelta(days=2)
    is_problem(client("GET", "/invoices"), 401, "does not hold")


def test_a_token_that_is_deleted_works_seconds_longer_at_most(house):
    api = house.caller()
    assert api("GET", "/invoices").status == 200

    async def forget():
        async with house.service.database.engine.begin() as connection:
            await connection.execute(delete(tokens))

    house.run(forget())
    house.clock.time += timedelta(seconds=6)
    is_problem(api("GET", "/invoices"), 401)


def test_tokens_are_listed_and_revoked_by_name_and_by_id(house):
    credentials = house.service.credentials
    made = [house.token(name) for name in ("b", "b", "a", "c")]
    listed = house.run(credentials.tokens())
    assert [token.name for token in listed] == ["a", "b", "b", "c"]
    assert len({token.id for token in listed}) == 4
    assert all(token.expires == house.clock.time + timedelta(days=1) for token in listed)
    assert not [t for t in listed for secret in made if t.id in secret]
    assert house.run(credentials.revoke(names=["b"], ids=[listed[3].id, "x"])) == 3
    assert [token.name for token in house.run(credentials.tokens())] == ["a"]
    assert house.run(credentials.revoke(names=[], ids=[])) == 0
    answers = [house.client(headers={"authorization": f"Bearer {t}"})("GET", "/") for t in made]
    assert [answer.status for answer in answers] == [401, 401, 200, 401]


def test_sessions_of_a_person_are_ended_and_no_others(house):
    ada, also_ada, eve = (house.person(subject) for subject in ("ada", "ada", "eve"))
    assert house.run(house.service.credentials.end_sessions_of(["ada", "nobody"])) == 2
    for person in (ada, also_ada):
        is_problem(person("GET", "/invoices"), 401)
    assert eve("GET", "/invoices").status == 200
    assert house.run(house.service.credentials.end_sessions_of([])) == 0


def test_a_session_holds_until_it_expires_and_is_forgotten_then(house):
    person = house.person()
    assert person("GET", "/invoices").status == 200
    house.clock.time += timedelta(hours=8)
    is_problem(person("GET", "/invoices"), 401, "sign in")
    house.person("another")
    assert len(rows(house, sessions)) == 1


def test_signing_out_ends_the_session_for_good(house):
    person = house.person()
    stolen = dict(person.cookies)
    answer = person.form("/logout", {"csrf_token": person.csrf_token()})
    assert answer.status == 303
    assert COOKIE not in person.cookies
    [cookie] = answer.all("set-cookie")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    person.cookies = stolen
    is_problem(person("GET", "/invoices"), 401)
    assert rows(house, sessions) == []


def test_the_database_has_hashes_alone(house):
    token = house.token()
    person = house.person()
    login_id, _ = house.run(house.service.credentials.begin_login())
    kept = repr([rows(house, table) for table in (tokens, sessions, logins)])
    for secret in (token, person.cookies[COOKIE], login_id):
        assert secret not in kept


def test_a_login_is_finished_once_and_in_time(house):
    credentials = house.service.credentials
    first, login = house.run(credentials.begin_login())
    assert house.run(credentials.take_login(first)) == login
    assert house.run(credentials.take_login(first)) is None
    late, _ = house.run(credentials.begin_login())
    house.clock.time += timedelta(minutes=10)
    assert house.run(credentials.take_login(late)) is None
    house.run(credentials.begin_login())
    assert len(rows(house, logins)) == 1


def test_a_request_with_a_token_needs_no_csrf_token_but_is_not_a_session(house):
    api = house.caller()
    assert api.json("POST", "/invoice", {"amount": 1}).status == 201
    is_problem(api.form("/page/invoices", {"amount": "1"}), 401, "sign in first")


def test_a_bad_token_is_not_mended_by_a_cookie(house):
    is_problem(house.person()("GET", "/invoices", authorization="Bearer x"), 401)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://invoicer.test"},
        {"origin": "https://invoicer.test:8443"},
    ],
)
def test_a_page_of_another_origin_cannot_act_even_with_the_token(house, headers):
    person = house.person()
    token = person.csrf_token()
    answer = person.json("POST", "/invoice", {"amount": 1}, x_csrf_token=token, **headers)
    is_problem(answer, 403, "another origin")


def test_our_own_page_can(house):
    person = house.person()
    fields = {"csrf_token": person.csrf_token(), "amount": "1"}
    own = {"origin": "https://invoicer.test", "sec_fetch_site": "same-origin"}
    assert person.form("/page/invoices", fields, **own).status == 303


def test_behind_a_proxy_that_changes_the_host_the_public_url_is_ours_too(make_house):
    house = make_house(public_url="https://invoicer.example.com")
    person = house.person()
    token = person.csrf_token()
    for origin, status in (("https://invoicer.example.com", 201), ("https://evil.test", 403)):
        more = {"origin": origin, "host": "10.0.0.7:8080", "x_csrf_token": token}
        assert person.json("POST", "/invoice", {"amount": 1}, **more).status == status


def test_a_session_is_found_among_other_cookies_and_no_two_are(house):
    person, anybody = house.person(), house.client()
    own = f"{COOKIE}={person.cookies[COOKIE]}"
    for header in (own, f"a=b; {own}", f'x="\\"; {own};', f"{own};{own}", f"{COOKIE}2=x;\t{own}"):
        assert anybody("GET", "/invoices", cookie=header).status == 200, header
    for header in (f"{own}; {COOKIE}=x", f"{COOKIE}=x; {own}", f'{COOKIE}="{own}"', f"x{own}"):
        is_problem(anybody("GET", "/invoices", cookie=header), 401, "sign in")


def test_cookies_are_not_read_by_what_takes_quadratic_time(house, monkeypatch):
    """A head full of quoted cookies kept the loop for a second (CVE-2024-7592)."""
    import http.cookies

    def never(*_):
        raise AssertionError

    monkeypatch.setattr(http.cookies, "_unquote", never)
    hostile = f'{COOKIE}="' + "\\1" * 7000 + '"'
    assert house.client()("GET", "/", cookie=hostile).status == 200
    is_problem(house.client()("GET", "/invoices", cookie=hostile), 401)


KEY, OTHER = b"k" * 32, b"o" * 32


def test_csrf_tokens():
    token = make_csrf_token(KEY, expires=1000)
    assert refusal_of(token, KEY, now=999.9) is None
    assert "expired" in refusal_of(token, KEY, now=1000)
    assert "session" in refusal_of(token, OTHER, now=0)
    assert "session" in refusal_of("2" + token[1:], KEY, now=0)
    for nothing in (None, ""):
        assert "missing" in refusal_of(nothing, KEY, now=0)
    for bad in ("x", ".", token[:-9], token + "0" * 40, "é" + token[1:], "٣" * 4 + token[4:]):
        assert "malformed" in refusal_of(bad, KEY, now=0)
    for key in (b"", b"short"):
        with pytest.raises(ValueError, match="key"):
            make_csrf_token(key, expires=1)
