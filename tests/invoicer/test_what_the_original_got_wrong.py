"""Each weakness of the invoicer of "Securing DevOps", and that ours does not have it."""

import base64
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

import tlsward.invoicer
from invoicer.asgi import is_problem
from tlsward.errors import UsageError
from tlsward.invoicer.database import database_url
from tlsward.invoicer.operation import FORM
from tlsward.invoicer.routes import OPERATIONS
from tlsward.invoicer.security_headers import CONTENT_SECURITY_POLICY
from tlsward.invoicer.settings import PinPolicy, pin_policy

SOURCE = Path(tlsward.invoicer.__file__).parent
PINS = tuple(base64.b64encode(bytes([n]) * 32).decode() for n in range(2))
API = [operation for operation in OPERATIONS if operation.access == "caller"]


@pytest.mark.parametrize("operation", API, ids=lambda o: f"{o.method} {o.path}")
def test_the_api_had_no_authentication(house, operation):
    path = re.sub(r"{\w+}", "1", operation.path)
    anybody = house.client()
    answer = anybody(operation.method, path)
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    basic = f"Basic {house.token()}"
    for wrong in (basic, "Bearer x", "Bearer ", "Basic YTpi", "x" * 9000, "Bearer \xff"):
        assert is_problem(anybody(operation.method, path, authorization=wrong), 401)


def test_no_operation_that_changes_anything_is_open():
    open_ones = {
        (operation.method, operation.path)
        for operation in OPERATIONS
        if operation.access in {"anybody", "guest"} and operation.method != "GET"
    }
    assert open_ones == {("POST", "/reports")}
    assert all(o.access == "person" for o in OPERATIONS if o.body is FORM)


def test_the_csrf_token_was_asked_for_on_get_delete_alone(house):
    person = house.person()
    invoice = house.caller().json("POST", "/invoice", {"amount": 1}).json["id"]
    for method, path in [
        ("POST", "/invoice"),
        ("PUT", f"/invoice/{invoice}"),
        ("DELETE", f"/invoice/{invoice}"),
        ("POST", f"/invoice/{invoice}/charge"),
        ("DELETE", f"/invoice/{invoice}/charge/1"),
    ]:
        is_problem(person.json(method, path, {"amount": 1}), 403, "CSRF token is missing")
    for path in ("/page/invoices", f"/page/invoices/{invoice}/delete", "/logout"):
        is_problem(person.form(path, {"amount": "1"}), 403, "CSRF token is missing")
    assert house.caller()("GET", f"/invoice/{invoice}").status == 200
    # And there is no way to delete by GET at all.
    is_problem(person("GET", f"/invoice/delete/{invoice}"), 404)
    is_problem(person("GET", f"/page/invoices/{invoice}/delete"), 405)


def test_the_csrf_token_was_not_bound_to_the_session(house):
    ada, eve = house.person("ada"), house.person("eve")
    answer = ada.json("POST", "/invoice", {"amount": 1}, x_csrf_token=eve.csrf_token())
    is_problem(answer, 403, "not of this session")
    assert ada.json("POST", "/invoice", {"amount": 1}, x_csrf_token=ada.csrf_token()).status == 201


def test_the_csrf_token_never_expired(house):
    ada = house.person()
    token = ada.csrf_token()
    house.clock.time += timedelta(seconds=3599)
    assert ada.json("POST", "/invoice", {"amount": 1}, x_csrf_token=token).status == 201
    house.clock.time += timedelta(seconds=2)
    is_problem(ada.json("POST", "/invoice", {"amount": 1}, x_csrf_token=token), 403, "expired")


def test_the_session_store_had_no_key(house):
    """It was made with the key before the key was: with nil, so anybody could make sessions."""
    credentials = house.service.credentials
    keys = set()
    for _ in range(3):
        session_id = house.run(credentials.begin_session("ada", "Ada", seconds=60))
        assert len(session_id) >= 43
        keys.add(house.run(credentials.session(session_id)).csrf_key)
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    for made_up in ("", "x", "ada", "\0", "x" * 500):
        assert house.run(credentials.session(made_up)) is None


@pytest.mark.parametrize("name", ["0", "-1", "00", ""])
def test_to_delete_id_0_deleted_all_rows(house, name):
    api = house.caller()
    for _ in range(3):
        api.json("POST", "/invoice", {"amount": 1, "charges": [{"type": "x", "amount": 1}]})
    before = api("GET", "/invoices").json
    assert 400 <= api("DELETE", f"/invoice/{name}").status < 500
    assert 400 <= api("DELETE", f"/invoice/1/charge/{name}").status < 500
    person = house.person()
    fields = {"csrf_token": person.csrf_token()}
    assert 400 <= person.form(f"/page/invoices/{name}/delete", fields).status < 500
    assert api("GET", "/invoices").json == before
    assert len(before["invoices"]) == 3


def test_to_delete_what_is_missing_was_202(house):
    is_problem(house.caller()("DELETE", "/invoice/7"), 404, "there is no invoice 7")


def test_put_assigned_the_id(house):
    api = house.caller()
    first, second = (api.json("POST", "/invoice", {"amount": n}).json["id"] for n in (1, 2))
    answer = api.json("PUT", f"/invoice/{first}", {"id": second, "amount": 9})
    is_problem(answer, 422, "`id`")
    assert [i["amount"] for i in api("GET", "/invoices").json["invoices"]] == [1, 2]
    draft = {"amount": 9, "charges": [{"id": 1, "type": "x", "amount": 1}]}
    is_problem(api.json("PUT", f"/invoice/{first}", draft), 422, "`id`")


def test_every_origin_could_read_the_answers(house):
    api = house.caller()
    for answer in (
        api("GET", "/invoices", origin="https://evil.test"),
        api("OPTIONS", "/invoices", origin="https://evil.test"),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_the_oauth_client_secret_was_in_the_code():
    """What is secret comes from a file or a variable; the command line has no option for it."""
    from tlsward.cli.invoicer_command import serve, token

    options = {name for command in (serve, token) for p in command.params for name in p.opts}
    assert {name for name in options if "secret" in name} == {"--oidc-client-secret-file"}
    for path in SOURCE.rglob("*.py"):
        assert not re.search(r"""(?i)secret\w*["']?\s*[=:]\s*["'][^"']+["']""", path.read_text())


def test_the_profile_was_not_parsed(house):
    """Who somebody is comes from a verified ID token; see test_sign_in for the provider's part."""
    from tlsward.invoicer.oidc import Person, is_allowed

    ada = Person(subject="1", name="Ada", email="ada@example.com")
    unverified = Person(subject="2", name="Eve", email=None)
    assert is_allowed(ada, ("@example.com",))
    assert is_allowed(ada, ("ada@example.com",))
    assert not is_allowed(ada, ("@ample.com", "eve@example.com", "@example.com.evil.test"))
    assert not is_allowed(Person(subject="3", name="Eve", email="eveada@example.com"), (ada.email,))
    assert not is_allowed(unverified, ("@example.com", "ada@example.com"))
    assert is_allowed(unverified, ("*",))


def test_the_csp_had_an_unbalanced_quote(house):
    policy = house.client()("GET", "/").headers["content-security-policy"]
    assert policy == CONTENT_SECURITY_POLICY
    directives = [directive.split() for directive in policy.split(";")]
    names = [name for name, *_ in directives]
    assert len(names) == len(set(names))
    for _, *values in directives:
        for value in values:
            assert re.fullmatch(r"'[a-z-]+'|[a-z/]+", value), value
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_page_needs_nothing_inline(house):
    person = house.person()
    html = person("GET", "/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|style=|javascript:", html)


def test_hsts_lacked_subdomains_and_ended_with_a_semicolon(house):
    header = house.client()("GET", "/").headers["strict-transport-security"]
    assert header == "max-age=63072000; includeSubDomains"
    over_http = house.client(scheme="http")("GET", "/")
    assert "strict-transport-security" not in over_http.headers


def test_hpkp_pinned_authorities_of_others(make_house):
    """Off by default; on, it takes two keys, and with a chain at hand one of them must be in it."""
    assert not [n for n in make_house().client()("GET", "/").headers if "key-pins" in n]
    for wrong in ([PINS[0]], [PINS[0]] * 2, [PINS[0], "x"], [PINS[0], "YQ=="]):
        with pytest.raises(UsageError, match="--hpkp-pin"):
            pin_policy(wrong, max_age_seconds=60, report_only=True)
    assert pin_policy([], max_age_seconds=60, report_only=True) is None
    pins = PinPolicy(pins=PINS, max_age_seconds=60, report_only=False)
    house = make_house(pins=pins, public_url="https://invoicer.test")
    header = house.client()("GET", "/").headers["public-key-pins"]
    assert header == (
        f'pin-sha256="{PINS[0]}"; pin-sha256="{PINS[1]}"; max-age=60; '
        'report-uri="https://invoicer.test/reports"'
    )
    assert "public-key-pins" not in house.client(scheme="http")("GET", "/").headers
    told = make_house(pins=PinPolicy(pins=PINS)).client()("GET", "/").headers
    assert "public-key-pins" not in told
    assert told["public-key-pins-report-only"].count("pin-sha256") == 2


def test_an_invoice_id_could_be_a_script(house):
    """The page read an id from its address and wrote it as HTML (DOM XSS)."""
    person = house.person()
    for name in ("<script>alert(1)</script>", "1<img src=x onerror=alert(1)>"):
        answer = person("GET", f"/invoice/{name}")
        assert 400 <= answer.status < 500
        assert "json" in answer.headers["content-type"]
        assert "script" not in answer.text
    script = (SOURCE / "statics" / "page.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|document\.write|insertAdjacentHTML|eval", script)
    assert not re.search(r"location|document\.URL|referrer", script)
    policy = person("GET", "/").headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy


def test_the_script_read_another_csrf_field_than_there_was(house):
    """It looked for an id; the input had a name. test_browser runs both in a real browser."""
    html = house.person()("GET", "/").text
    [field] = set(re.findall(r'<input type="hidden" name="(\w+)"', html))
    script = (SOURCE / "statics" / "page.js").read_text()
    assert f"form.elements.{field}.value" in script


def test_the_log_lacked_the_status(house):
    house.caller()("GET", "/invoice/7?token=hunter2")
    line = house.log[-1]
    assert line["status"] == 404
    assert line["method"] == "GET"
    assert line["path"] == "/invoice/7"
    assert line["actor"] == "token tests"
    assert line["duration_ms"] >= 0
    assert re.fullmatch(r"[0-9a-f]{16}", line["request_id"])
    assert "hunter2" not in json.dumps(house.log)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_the_database_was_reached_with_sslmode_disable(mode):
    with pytest.raises(UsageError, match=f"sslmode={mode}"):
        database_url(f"postgresql://db.example.com/invoices?sslmode={mode}")


def test_a_database_elsewhere_is_reached_over_verified_tls():
    query = database_url("postgresql://user:pass@db.example.com/invoices").query
    assert query == {"sslmode": "verify-full", "sslrootcert": "system"}
    own = database_url("postgres://10.0.0.1/invoices?sslrootcert=/etc/ca.pem").query
    assert own == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert database_url("postgresql://127.0.0.1/x").query == {}
    assert database_url("postgresql:///x?host=/run/postgresql").query == {"host": "/run/postgresql"}
    with pytest.raises(UsageError, match="sslmode"):
        database_url("postgresql://localhost/x?host=db.example.com&sslmode=disable")


@pytest.mark.parametrize(
    ("url", "variables"),
    [
        ("postgresql:///x", {"PGHOST": "db.example.com"}),
        ("postgresql:///x", {"PGHOSTADDR": "203.0.113.7"}),
        ("postgresql://localhost/x", {"PGHOSTADDR": "203.0.113.7"}),
        ("postgresql:///x?service=billing", {}),
        ("postgresql:///x", {"PGSERVICE": "billing"}),
        ("postgresql:///x?host=127.0.0.1,db.example.com", {}),
    ],
)
def test_nor_is_one_that_a_variable_or_a_service_names(monkeypatch, url, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert database_url(url).query["sslmode"] == "verify-full"
    with pytest.raises(UsageError, match="sslmode=prefer"):
        database_url(url + ("&" if "?" in url else "?") + "sslmode=prefer")
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ca.pem")
    assert database_url(url).query["sslrootcert"] == "/etc/ca.pem"


def test_a_variable_does_not_count_where_the_url_says_more(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example.com")
    assert database_url("postgresql://127.0.0.1/x").query == {}
    monkeypatch.setenv("PGHOST", "/run/postgresql")
    assert database_url("postgresql:///x").query == {}
