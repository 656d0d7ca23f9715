"""Every route of the API and every refusal, on SQLite and on a real PostgreSQL."""

import pytest

from invoicer.asgi import House, is_problem
from tlsward.invoicer.values import MOST_CHARGES

DRAFT = {
    "amount": 12345,
    "is_paid": True,
    "due_date": "2026-12-24",
    "payment_date": "2026-11-30",
    "charges": [
        {"type": "blood work", "amount": 10000, "description": "two phials"},
        {"type": "discount", "amount": -500},
    ],
}


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def house(request, tmp_path_factory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database')}/invoicer.db"
    else:
        url = request.getfixturevalue("postgres")
    house = House(url)
    yield house
    house.close()


@pytest.fixture(scope="module")
def api(house):
    return house.caller()


@pytest.fixture
def invoice(api):
    return api.json("POST", "/invoice", DRAFT).json


def test_an_invoice_is_made_read_and_where_it_is_said_to_be(api):
    made = api.json("POST", "/invoice", DRAFT)
    assert made.status == 201
    assert made.headers["location"] == f"/invoice/{made.json['id']}"
    read = api("GET", made.headers["location"])
    assert read.status == 200
    assert read.json == made.json
    kept = {**read.json, "charges": [{**c, "id": 0} for c in read.json["charges"]]}
    wanted = [{"id": 0, "description": "", **charge} for charge in DRAFT["charges"]]
    assert kept == {**DRAFT, "id": made.json["id"], "charges": wanted}


def test_a_draft_needs_no_more_than_an_amount(api):
    made = api.json("POST", "/invoice", {"amount": 0}).json
    assert made == {
        "id": made["id"],
        "amount": 0,
        "is_paid": False,
        "due_date": None,
        "payment_date": None,
        "charges": [],
    }


@pytest.mark.parametrize("written", [b"7", b"7.0", b"70e-1", b"0.7e1"])
def test_a_whole_number_may_be_written_with_a_point(api, written):
    kind = {"content_type": "application/json"}
    made = api("POST", "/invoice", b'{"amount": %s}' % written, **kind)
    assert made.json["amount"] == 7


def test_a_number_beyond_all_is_refused(api):
    kind = {"content_type": "application/json"}
    answer = api("POST", "/invoice", b'{"amount": 1e999}', **kind)
    assert answer.status in {400, 422}


def test_to_replace_replaces_all_but_the_id(api, invoice):
    replaced = api.json("PUT", f"/invoice/{invoice['id']}", {"amount": 7})
    assert replaced.status == 202
    assert replaced.json["id"] == invoice["id"]
    assert replaced.json["amount"] == 7
    assert replaced.json["charges"] == []
    assert api("GET", f"/invoice/{invoice['id']}").json == replaced.json


def test_to_delete_takes_the_charges_along(api, invoice):
    gone = api("DELETE", f"/invoice/{invoice['id']}")
    assert gone.status == 202
    assert gone.json == {"id": invoice["id"]}
    is_problem(api("GET", f"/invoice/{invoice['id']}"), 404, "no invoice")
    charge = invoice["charges"][0]["id"]
    is_problem(api("DELETE", f"/invoice/{invoice['id']}/charge/{charge}"), 404, "no charge")


def test_an_id_is_not_given_again(api):
    last = api.json("POST", "/invoice", {"amount": 1}).json["id"]
    assert api("DELETE", f"/invoice/{last}").status == 202
    assert api.json("POST", "/invoice", {"amount": 1}).json["id"] > last


def test_charges_are_added_and_deleted(api, invoice):
    path = f"/invoice/{invoice['id']}/charge"
    more = api.json("POST", path, {"type": "x-ray", "amount": 900})
    assert more.status == 201
    assert [c["type"] for c in more.json["charges"]] == ["blood work", "discount", "x-ray"]
    first = more.json["charges"][0]["id"]
    assert api("DELETE", f"{path}/{first}").status == 202
    left = api("GET", f"/invoice/{invoice['id']}").json["charges"]
    assert [c["type"] for c in left] == ["discount", "x-ray"]


def test_a_charge_of_another_invoice_is_not_deleted(api, invoice):
    other = api.json("POST", "/invoice", DRAFT).json
    charge = other["charges"][0]["id"]
    is_problem(api("DELETE", f"/invoice/{invoice['id']}/charge/{charge}"), 404, "no charge")
    assert len(api("GET", f"/invoice/{other['id']}").json["charges"]) == 2


def test_an_invoice_has_so_many_charges(api):
    full = {"amount": 1, "charges": [{"type": "x", "amount": 1}] * MOST_CHARGES}
    made = api.json("POST", "/invoice", full)
    assert made.status == 201
    path = f"/invoice/{made.json['id']}/charge"
    is_problem(api.json("POST", path, {"type": "x", "amount": 1}), 409, "100 charges")
    full["charges"] += full["charges"][:1]
    is_problem(api.json("POST", "/invoice", full), 422, "charges")


def test_pages_lead_through_all_invoices(api):
    made = [api.json("POST", "/invoice", {"amount": n}).json["id"] for n in range(5)]
    seen, after = [], made[0] - 1
    while after is not None:
        page = api("GET", f"/invoices?after={after}&limit=2").json
        assert len(page["invoices"]) <= 2
        seen += [invoice["id"] for invoice in page["invoices"]]
        after = page["next"]
    assert [i for i in seen if i in made] == made
    assert seen == sorted(set(seen))


def test_the_last_page_is_empty_where_there_is_nothing(api):
    assert api("GET", f"/invoices?after={2**63 - 1}").json == {"invoices": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "after=-1",
        "after=1&after=2",
        "page=1",
        "limit=",
        "limit=٣",
    ],
)
def test_queries_that_are_none(api, query):
    is_problem(api("GET", f"/invoices?{query}"), 400)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["0", "-1", "00", "1.0", "x", "1e3", "9" * 19, "1%00", " 1", "٣"])
def test_ids_that_are_none(api, method, name):
    answer = (
        api.json(method, f"/invoice/{name}", DRAFT)
        if method == "PUT"
        else api(method, f"/invoice/{name}")
    )
    is_problem(answer, 400, "an id is")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["999999999", str(2**63 - 1)])
def test_invoices_that_are_not_there(api, method, name):
    answer = (
        api.json(method, f"/invoice/{name}", DRAFT)
        if method == "PUT"
        else api(method, f"/invoice/{name}")
    )
    is_problem(answer, 404, "no invoice")


def test_a_charge_for_an_invoice_that_is_not_there(api):
    charge = {"type": "x", "amount": 1}
    is_problem(api.json("POST", "/invoice/999999999/charge", charge), 404, "no invoice")


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ({}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"amount": 1e300}, "amount"),
        ({"amount": "1"}, "amount"),
        ({"amount": 10**13}, "amount"),
        ({"amount": 1, "id": 7}, "`id`"),
        ({"amount": 1, "due_date": "24.12.2026"}, "due_date"),
        ({"amount": 1, "due_date": "2026-02-30"}, "due_date"),
        ({"amount": 1, "charges": [{"type": "", "amount": 1}]}, "charges"),
        ({"amount": 1, "charges": [{"type": "x" * 65, "amount": 1}]}, "charges"),
        ({"amount": 1, "charges": [{"type": "a\0b", "amount": 1}]}, "charges"),
        ({"amount": 1, "charges": [{"type": "x", "amount": 1, "invoice_id": 1}]}, "invoice_id"),
        ({"amount": 1, "charges": [{"type": "x", "amount": 1, "description": "\0"}]}, "charges"),
        ([], "object"),
        ("x" * 100_000, "object"),
        (None, "object"),
    ],
)
def test_drafts_that_do_not_fit(api, draft, words):
    is_problem(api.json("POST", "/invoice", draft), 422, words)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"amount": 1}x', b"nul"])
def test_bodies_that_are_no_json(api, body):
    is_problem(api("POST", "/invoice", body, content_type="application/json"), 400, "not JSON")


@pytest.mark.parametrize("text", [rb"\ud800", b"\xed\xa0\x80", b"\xff"])
def test_a_text_that_is_no_unicode(api, text):
    body = b'{"amount": 1, "charges": [{"type": "%s", "amount": 1}]}' % text
    answer = api("POST", "/invoice", body, content_type="application/json")
    assert 400 <= answer.status < 500


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_media_types(api, kind):
    is_problem(api("POST", "/invoice", b'{"amount": 1}', content_type=kind), 415)


def test_a_body_that_is_too_long(api):
    long = b" " * (128 * 1024 + 1)
    kind = {"content_type": "application/json"}
    is_problem(api("POST", "/invoice", long, content_length=str(len(long)), **kind), 413)
    is_problem(api("POST", "/invoice", [b" " * 65536] * 3, **kind), 413)
    is_problem(api("POST", "/invoice", b"", content_length="9" * 5000, **kind), 413)
    is_problem(api("POST", "/invoice", b"", content_length="-1", **kind), 400)


def test_any_text_comes_back_as_it_was(api):
    text = "<script>alert(1)</script> \" ' & \u202e \U0001f9fe \x01"
    draft = {"amount": 1, "charges": [{"type": "x", "amount": 1, "description": text}]}
    made = api.json("POST", "/invoice", draft).json
    assert made["charges"][0]["description"] == text


def test_methods_that_are_not_there(api):
    answer = api("PATCH", "/invoice/1")
    is_problem(answer, 405)
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PUT"
    is_problem(api("GET", "/invoice"), 405)
    is_problem(api("OPTIONS", "/invoice"), 405)


@pytest.mark.parametrize(
    "path", ["/nothing", "/invoice/1/", "/invoice/", "//", "/invoice/delete/1"]
)
def test_paths_that_are_not_there(api, path):
    is_problem(api("GET", path), 404)


def test_the_heartbeats_and_the_version_need_no_token(house):
    anybody = house.client(scheme="http")
    assert anybody("GET", "/__heartbeat__").json == {"database": True}
    assert anybody("GET", "/__lbheartbeat__").status == 200
    assert set(anybody("GET", "/__version__").json) == {"source", "version", "commit", "build"}
