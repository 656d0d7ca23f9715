"""Lists of logs: the installed one, and files of Chrome's and Apple's format."""

import base64
import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki.issuing import NIMBUS, NOW
from pki.transparency.making import LONG_AGO, TestLog, list_file
from tlsward.errors import UsageError
from tlsward.pki.transparency import LogList
from tlsward.pki.transparency.log_list_file import LARGEST_LIST


def test_the_installed_list():
    installed = LogList.installed()
    assert len(installed) >= 245
    assert installed.left_out == ()
    assert installed.source == "cryptodatahub"
    assert installed.date >= datetime(2026, 7, 27, tzinfo=UTC)
    nimbus = installed.log(NIMBUS)
    assert (nimbus.description, nimbus.operator) == ("Cloudflare 'Nimbus2017' Log", "Cloudflare")
    assert (nimbus.kind, nimbus.shown_state) == ("rfc6962", "rejected")
    assert installed.log(bytes(32)) is None


def test_the_installed_list_has_static_logs_and_two_opinions():
    installed = LogList.installed()
    octets = base64.b64decode
    # Let's Encrypt 'Sycamore2026h2' and TrustAsia 'Luoshu2027'.
    static = [log for log in installed._logs.values() if log.kind == "static"]
    assert any("Sycamore2026h2" in log.description for log in static)
    assert len(static) >= 50
    (luoshu,) = [log for log in static if log.description == "TrustAsia Luoshu2027"]
    assert luoshu.standing("chrome").state == "usable"
    assert luoshu.standing("apple").state == "pending"
    assert all(len(log.log_id) == 32 and log.key[:1] == octets("MA==") for log in static)


def test_a_file_of_the_format():
    plain = TestLog(name="plain", state="readonly")
    tiled = TestLog(name="tiled", operator="Operator B", static=True, previous=(("X", NOW),))
    found = LogList.from_json(list_file(plain, tiled), name="logs.json")
    assert (len(found), found.source, found.date, found.left_out) == (2, "logs.json", NOW, ())
    first, second = found.log(plain.log_id), found.log(tiled.log_id)
    assert (first.kind, first.operator, first.shown_state) == ("rfc6962", "Operator A", "readonly")
    assert first.standing("apple") == first.standing("chrome")
    assert first.standing("chrome").since == LONG_AGO
    assert (second.kind, second.operator_at(LONG_AGO), second.operator_at(NOW)) == (
        "static",
        "X",
        "Operator B",
    )


def test_a_byte_order_mark_and_fields_of_later_versions_do_no_harm():
    listed = json.loads(list_file(TestLog()))
    listed["version"] = "99.0"
    listed["new"] = {"deep": [1]}
    listed["operators"][0]["logs"][0] |= {"log_type": "prod", "previous_operators": None}
    listed["operators"][0]["tiled_logs"] = None
    assert len(LogList.from_json(b"\xef\xbb\xbf" + json.dumps(listed).encode())) == 1


def changed(**fields):
    listed = json.loads(list_file(TestLog(name="first"), TestLog(name="second")))
    listed["operators"][0]["logs"][0] |= fields
    return json.dumps(listed).encode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"log_id": base64.b64encode(bytes(32)).decode()}, "its ID is not the SHA-256 of its key"),
        ({"key": "AAAA"}, "its ID is not the SHA-256 of its key"),
        ({"key": "not base64!"}, "its ID or its key is not base64"),
        ({"log_id": "\N{SNOWMAN}"}, "its ID or its key is not base64"),
    ],
)
def test_a_log_that_is_not_what_it_says_is_left_out(fields, told):
    found = LogList.from_json(changed(**fields))
    assert len(found) == 1
    assert found.left_out == (f"first: {told}",)


def test_one_that_is_there_twice():
    log = TestLog(name="again")
    found = LogList.from_json(list_file(log, log))
    assert (len(found), found.left_out) == (1, ("again: there twice",))


@pytest.mark.parametrize("state", [None, {}, {"fresh": {}}, {"usable": {}, "retired": {}}])
def test_a_state_that_is_not_known(state):
    found = LogList.from_json(changed(state=state))
    assert {log.shown_state for log in found._logs.values()} == {"unknown", "usable"}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b'{"operators": 1}',
        b'{"operators": []}',
        b'{"operators": [{"name": "x"}]}',
        b"\xff\xfe",
        b"<html>",
        changed(key=1),
        changed(state={"usable": {"timestamp": "2026-01-01T00:00:00"}}),
        changed(state={"usable": {"timestamp": "yesterday"}}),
        b'{"operators": [], "logs": "' + b"x" * LARGEST_LIST + b'"}',
    ],
    ids=range(13),
)
def test_what_is_no_list_is_one_line(octets):
    with pytest.raises(UsageError) as refused:
        LogList.from_json(octets, name="bad\x1b[31m.json")
    assert str(refused.value).isprintable()
    assert str(refused.value).startswith("bad\\x1B[31m.json: ")


def test_a_list_of_nothing_usable_says_why():
    listed = json.loads(list_file(TestLog(name="only")))
    listed["operators"][0]["logs"][0]["key"] = ""
    with pytest.raises(UsageError, match=r"not one log in it can be used: only: its ID is not"):
        LogList.from_json(json.dumps(listed).encode())


def test_many_that_are_left_out_are_counted():
    listed = json.loads(list_file(*(TestLog(name=f"log {number}") for number in range(40))))
    for log in listed["operators"][0]["logs"][1:]:
        log["key"] = ""
    found = LogList.from_json(json.dumps(listed).encode())
    assert (len(found), len(found.left_out), found.left_out[-1]) == (1, 17, "… (23 more)")


@given(st.data())
def test_no_octets_raise_anything_else(data):
    octets = bytearray(_FILE)
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UsageError):
        assert len(LogList.from_json(bytes(octets))) in (1, 2)


_FILE = list_file(TestLog(), TestLog(static=True))
