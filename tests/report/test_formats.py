"""What formats for machines say of a pass, a failure and an unknown."""

import json
import re
from xml.etree import ElementTree as ET

import msgspec
import pytest
from msgspec.structs import replace

from report.servers import incomplete, modern, unreachable, weak
from tlsward.model.dns import CaaVerdict, Dane
from tlsward.model.revocation import Revocation
from tlsward.model.scan_result import ScanResult
from tlsward.report import render
from tlsward.report.comparison import Comparison, compare, matching
from tlsward.report.html_page import POLICY


def states(document):
    root = ET.fromstring(document)
    found = {}
    for case in root.iter("testcase"):
        found[case.get("name")] = next((child.tag for child in case), "passed")
    return root, found


def test_junit_fails_where_the_gate_does():
    root, found = states(render([weak()], "junit"))
    assert found["scan is complete"] == "passed"
    assert found["modern level of guideline 4.0"] == "failure"
    assert found["tls.protocol.remove:TLSv1"] == "failure"
    assert found["tls.ocsp.stapling"] == "skipped"
    assert root.get("failures") == "5"
    assert root.get("errors") == "0"


def test_junit_fails_nothing_without_a_target():
    root, found = states(render([weak(target=None)], "junit"))
    assert root.get("failures") == root.get("errors") == "0"
    assert found["tls.protocol.remove:TLSv1"] == "skipped"


@pytest.mark.parametrize("server", [incomplete, unreachable])
def test_junit_has_an_error_where_it_could_not_be_told(server):
    root, found = states(render([server()], "junit"))
    assert found["scan is complete"] == "error"
    assert int(root.get("errors")) >= 1


def test_junit_fails_only_what_is_new_since_the_baseline():
    comparison = Comparison(found=True, new=("tls.protocol.remove:TLSv1",), known=("x",))
    _, found = states(render([weak()], "junit", comparisons=[comparison]))
    assert [name for name, state in found.items() if state == "failure"] == [
        "modern level of guideline 4.0",
        "tls.protocol.remove:TLSv1",
    ]


def test_sarif_levels_and_identities():
    (run,) = json.loads(render([weak()], "sarif"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["tls.suite.remove", "tls.protocol.remove", "tls.ocsp.stapling"]
    assert {result["level"] for result in run["results"]} == {"error", "note"}
    assert run["results"][2]["partialFingerprints"] == {
        "tlswardFinding/v1": "tls://www.example.com:443 tls.protocol.remove:TLSv1"
    }
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert run["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize("server", [incomplete, unreachable])
def test_sarif_is_not_successful_where_it_could_not_be_told(server):
    (run,) = json.loads(render([server()], "sarif"))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


def test_json_of_one_is_an_object_and_of_several_a_list():
    assert msgspec.json.decode(render([weak()], "json"), type=ScanResult) == weak()
    both = msgspec.json.decode(render([weak(), modern()], "json"), type=list[ScanResult])
    assert both == [weak(), modern()]
    assert isinstance(json.loads(render([weak()], "json", many=True)), list)
    assert json.loads(render([], "json")) == []


def test_json_lines_are_one_result_a_line():
    lines = render([weak(), modern()], "jsonl").splitlines()
    assert [msgspec.json.decode(line, type=ScanResult) for line in lines] == [weak(), modern()]


def test_html_allows_its_own_style_and_nothing_else():
    page = render([weak()], "html")
    assert f'content="{POLICY}"' in page
    assert POLICY.startswith("default-src 'none'; style-src 'sha256-")
    assert "prefers-color-scheme: dark" in page
    assert not re.search(r"<(script|img|link|iframe|object)\b", page)
    assert not re.search(r"url\(|@import", page)


def test_markdown_shows_the_verdict():
    text = render([weak()], "markdown")
    assert "**Mozilla evaluation: non compliant** by guideline 4.0" in text
    assert "Target level modern: **not met**" in text


def test_cbom_tells_what_withstands_a_quantum_computer():
    components = {
        component["name"]: component
        for component in json.loads(render([modern()], "cbom"))["components"]
    }
    levels = {
        name: components[name]["cryptoProperties"]["algorithmProperties"][
            "nistQuantumSecurityLevel"
        ]
        for name in ("X25519MLKEM768", "X25519", "AES-128-GCM")
    }
    assert levels == {"X25519MLKEM768": 3, "X25519": 0, "AES-128-GCM": 1}


def test_unknown_format():
    with pytest.raises(KeyError):
        render([weak()], "csv")


def test_comparison_of_findings():
    before = weak()
    assert compare(before, before) == Comparison(
        found=True,
        known=(
            "tls.suite.remove:ECDHE-ECDSA-AES128-SHA",
            "tls.suite.remove:ECDHE-ECDSA-AES256-SHA",
            "tls.protocol.remove:TLSv1",
            "tls.protocol.remove:TLSv1.1",
        ),
    )
    assert compare(modern(), before).gone == compare(before, before).known
    assert compare(before, modern()).new == compare(before, before).known
    assert compare(before, None).found is False
    assert compare(before, None).new == compare(before, before).known
    assert compare(incomplete(), incomplete()).unsettled == compare(incomplete(), None).unsettled
    assert compare(incomplete(), modern()).unsettled == (
        "protocols.SSLv2: deadline",
        "protocols.TLSv1: deadline",
    )


def test_matching_prefers_the_same_address():
    here, there = modern(), modern()
    there = msgspec.structs.replace(
        there, target=msgspec.structs.replace(there.target, address="192.0.2.2")
    )
    assert matching(here, [there, here]) is here
    assert matching(here, [there]) is there
    assert matching(here, [unreachable()]) is None


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_what_was_asked_of_a_chain_is_told_for_people(form):
    result = weak()
    [found] = result.certificates
    asked = replace(
        found,
        revocation=(
            Revocation(sha256=found.chain[0].sha256, state="good", reason="so says its CRL"),
        ),
        caa=(CaaVerdict(name="a.example", allowed="no", reason="nobody may"),),
        dane=Dane(name="_443._tcp.a.example"),
    )
    document = render([replace(result, certificates=(asked,))], form)
    for words in ("ot revoked", "so says its CRL", "a.example: nobody may", "no TLSA records"):
        assert words in document, words
