"""Lines of the log, and the collector of reports, which anybody can write to."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from invoicer.asgi import is_problem
from invoicer.live import live
from tlsward.invoicer.database import Database, database_url
from tlsward.invoicer.log import json_log
from tlsward.invoicer.reports import BURST, Bucket

CSP = {
    "csp-report": {
        "document-uri": "https://invoicer.test/?code=hunter2",
        "violated-directive": "script-src",
        "blocked-uri": "inline",
        "original-policy": "x" * 5000,
        "line-number": 7,
    }
}
PINS = {
    "date-time": "2026-01-01T00:00:00Z",
    "hostname": "invoicer.test",
    "port": 443,
    "served-certificate-chain": ["x"],
    "known-pins": ["y"],
}
BARED = "https://ada:hunter2@b/c#access_token=hunter2"
REPORTING = [
    {"type": "csp-violation", "body": {"documentURL": "https://a/?x", "blockedURL": BARED}}
]


@pytest.mark.parametrize(
    ("kind", "report", "logged"),
    [
        (
            "application/csp-report",
            CSP,
            {
                "kind": "csp",
                "document_uri": "https://invoicer.test/",
                "line_number": "7",
                "violated_directive": "script-src",
                "blocked_uri": "inline",
            },
        ),
        (
            "application/json",
            PINS,
            {
                "kind": "pins",
                "hostname": "invoicer.test",
                "port": "443",
                "date_time": "2026-01-01T00:00:00Z",
            },
        ),
        (
            "application/reports+json",
            REPORTING,
            {"kind": "csp-violation", "documentURL": "https://a/", "blockedURL": "https://b/c"},
        ),
    ],
)
def test_reports_are_logged(house, kind, report, logged):
    body = json.dumps(report).encode()
    assert house.client()("POST", "/reports", body, content_type=kind).status == 204
    line = next(line for line in house.log if line["event"] == "report")
    assert {k: v for k, v in line.items() if k not in {"time", "level", "event"}} == logged
    assert "hunter2" not in json.dumps(house.log)


def test_reports_are_bounded(house):
    anybody = house.client()
    kind = {"content_type": "application/reports+json"}
    is_problem(anybody("POST", "/reports", b" " * 16385, **kind), 413)
    is_problem(anybody("POST", "/reports", b"{", **kind), 400)
    is_problem(anybody("POST", "/reports", b"[" * 16000, **kind), 400)
    is_problem(anybody("POST", "/reports", b"{}", content_type="text/html"), 415)
    many = json.dumps([{"type": "t" * 200, "body": {"hostname": "h"}}] * 60).encode()
    assert anybody("POST", "/reports", many, **kind).status == 204
    assert sum(line["event"] == "report" for line in house.log) == 10
    for odd in (b"[1, null, []]", b'"x"', b'{"csp-report": 1}', b'{"body": null, "type": {}}'):
        assert anybody("POST", "/reports", odd, **kind).status == 204


def test_a_flood_of_reports_is_refused(house):
    anybody = house.client()
    kind = {"content_type": "application/json"}
    answers = [anybody("POST", "/reports", b"{}", **kind) for _ in range(int(BURST) + 30)]
    assert answers[0].status == 204
    is_problem(answers[-1], 429, "too many")


def test_the_bucket_fills_up_again():
    now = [0.0]
    bucket = Bucket(lambda: now[0])
    assert [bucket.take() for _ in range(int(BURST) + 1)] == [True] * int(BURST) + [False]
    now[0] += 0.5
    assert [bucket.take() for _ in range(6)] == [True] * 5 + [False]
    now[0] += 1e6
    assert sum(bucket.take() for _ in range(200)) == int(BURST)


def test_no_secret_is_in_the_log(house):
    person, api = house.person(), house.caller()
    token = person.csrf_token()
    person.form("/page/invoices", {"csrf_token": token, "amount": "1"})
    api.json("POST", "/invoice", {"amount": 1})
    person("GET", "/oauth2callback?code=hunter2&state=hunter3")
    written = house.written.getvalue().decode()
    secrets = [token, *person.cookies.values(), api.headers["authorization"].split()[1], "hunter"]
    assert [secret for secret in secrets if secret in written] == []


def test_what_is_kept_is_in_no_error_of_the_database(house):
    """Which ends as a traceback in the log."""
    statement, secret = text("SELECT 1 FROM nowhere WHERE x = :secret"), {"secret": "hunter2"}

    async def written():
        async with house.service.database.engine.begin() as connection:
            await connection.execute(statement, secret)

    for broken in (house.service.database.rows(statement, secret), written()):
        with pytest.raises(SQLAlchemyError) as caught:
            house.run(broken)
        assert "nowhere" in str(caught.value)
        assert "hunter2" not in str(caught.value)


def test_a_hostile_path_is_one_line_and_cut(house):
    house.client()("GET", "/" + "\x1b[31m\n{}" + "x" * 3000)
    [line] = house.written.getvalue().splitlines()
    assert b"\x1b" not in line
    assert len(json.loads(line)["path"]) == 501


def test_orders_to_a_terminal_are_written_out(house):
    told = {"hostname": "a\x9b31m\x7f\u2028\u202eb", "noted-hostname": "\xe9\u20ac"}
    body = json.dumps(told).encode()
    assert house.client()("POST", "/reports", body, content_type="application/json").status == 204
    written = house.written.getvalue().decode()
    assert not set(written) & set(told["hostname"][1:2] + "\x7f\u2028\u202e")
    assert "\xe9\u20ac" in written
    line = next(line for line in house.log if line["event"] == "report")
    assert line["hostname"] == told["hostname"]


def test_a_method_of_no_end_is_cut(house):
    house.client()("M" * 3000, "/")
    assert len(house.log[-1]["method"]) == 501


def test_a_log_that_cannot_be_written_breaks_nothing():
    with Path("/dev/full").open("wb", buffering=0) as full:
        with pytest.raises(OSError, match="No space"):
            full.write(b"x")
        json_log(full).info("request")


def test_an_upgrade_is_no_news(tmp_path):
    with live(tmp_path) as running:
        for wanted in ("h2c", "websocket"):
            asked = {"Connection": "Upgrade", "Upgrade": wanted}
            assert running.answer("GET", "/__lbheartbeat__", **asked)[0] == 200
        assert [line for line in running.log if line["event"] == "server"] == []


def test_request_ids_differ(house):
    anybody = house.client(headers={"x-request-id": "chosen"})
    ids = {anybody("GET", "/__version__").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20
    assert "chosen" not in ids


def test_a_database_that_is_gone_is_503(house):
    api = house.caller()
    gone = Database(database_url("postgresql://ada:hunter2@127.0.0.1:1/invoices"))
    kept, house.service.database = house.service.database, gone
    house.service.credentials._database = gone
    is_problem(api("GET", "/invoices"), 503, "database does not answer")
    beat = house.client()("GET", "/__heartbeat__")
    assert (beat.status, beat.json) == (503, {"database": False})
    assert b"hunter2" not in house.written.getvalue()
    house.run(gone.stop())
    house.service.database = kept
