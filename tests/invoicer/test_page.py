"""The page without a script: what it lists, makes and deletes, and that it escapes everything."""

import pytest
from markupsafe import escape

from invoicer.asgi import is_problem

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def test_a_guest_sees_no_invoices(make_house):
    house = make_house()
    house.caller().json("POST", "/invoice", {"amount": 4242})
    page = house.client()("GET", "/")
    assert page.status == 200
    assert "42.42" not in page.text
    assert "no OpenID provider" in page.text


def test_a_form_makes_an_invoice_and_another_deletes_it(house):
    person = house.person(name="Ada <b>")
    token = person.csrf_token()
    fields = {
        "csrf_token": token,
        "amount": "123.4",
        "due_date": "2026-12-24",
        "is_paid": "yes",
        "charge_type": "x",
        "charge_amount": "-0.05",
        "charge_description": HOSTILE,
    }
    answer = person.form("/page/invoices", fields)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    page = person("GET", "/").text
    assert "123.40" in page
    assert "2026-12-24" in page
    assert "-0.05" in page
    assert HOSTILE not in page
    assert page.count(str(escape(HOSTILE))) == 2
    assert "Ada &lt;b&gt;" in page
    assert person.form("/page/invoices/1/delete", {"csrf_token": token}).status == 303
    assert "123.40" not in person("GET", "/").text
    is_problem(person.form("/page/invoices/1/delete", {"csrf_token": token}), 404)


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": ""},
        {"amount": "1,5"},
        {"amount": "-1"},
        {"amount": "1.234"},
        {"amount": "1."},
        {"amount": ".5"},
        {"amount": "٣"},
        {"amount": "9" * 40},
        {"amount": "--1"},
        {"amount": "1", "due_date": "tomorrow"},
        {"amount": "1", "charge_type": "x", "charge_amount": ""},
        {"amount": "1", "charge_type": "x" * 65, "charge_amount": "1"},
        {"amount": "1", "charge_type": "x\0", "charge_amount": "1"},
    ],
)
def test_forms_that_do_not_fit(house, fields):
    person = house.person()
    is_problem(person.form("/page/invoices", {"csrf_token": person.csrf_token(), **fields}), 422)


@pytest.mark.parametrize("body", [b"\xff=1", b"&".join([b"a=1"] * 60), b"a=%ff"])
def test_bodies_that_are_no_forms(house, body):
    kind = "application/x-www-form-urlencoded"
    is_problem(house.person()("POST", "/page/invoices", body, content_type=kind), 400)


def test_another_kind_of_form_is_not_read(house):
    kind = "multipart/form-data; boundary=x"
    is_problem(house.person()("POST", "/page/invoices", b"--x--", content_type=kind), 415)


def test_the_page_has_pages(house):
    api = house.caller()
    for number in range(21):
        api.json("POST", "/invoice", {"amount": number})
    person = house.person()
    assert 'href="/?after=20&amp;limit=20"' in person("GET", "/").text
    last = person("GET", "/?after=20&limit=20").text
    assert 'id="invoice-21"' in last
    assert 'id="more"' not in last
    is_problem(person("GET", "/?after=x"), 400)


def test_the_files_of_the_page(house):
    anybody = house.client()
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
        answer = anybody("GET", f"/statics/{name}")
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["cache-control"].startswith("public")
    for name in ("../page.py", "page.py", "..%2fpage.py", ""):
        is_problem(anybody("GET", f"/statics/{name}"), 404)
