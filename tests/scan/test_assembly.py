from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tlsward.model.observation import Observation, Outcome
from tlsward.model.scan_result import PROTOCOLS, ScanResult
from tlsward.model.target import Target
from tlsward.probe.knowledge import Knowledge
from tlsward.probe.suites import VersionFindings
from tlsward.scan.assembly import assemble, forward_secrecy, merge_order, unreached
from tlsward.scan.findings import Findings
from tlsward.scan.settings import ScanSettings

CODES = st.lists(st.integers(0, 30), unique=True, max_size=12)


@given(CODES, CODES)
def test_a_merged_order_has_every_code_once_and_keeps_the_first_order(first, second):
    listed: list[int] = []
    merge_order(listed, first)
    assert listed == first
    merge_order(listed, second)
    assert sorted(listed) == sorted({*first, *second})
    assert [code for code in listed if code in first] == first


@given(st.permutations(list(range(12))), st.data())
def test_orders_that_agree_are_both_kept(order, data):
    one = [code for code in order if data.draw(st.booleans())]
    other = [code for code in order if data.draw(st.booleans())]
    listed: list[int] = []
    merge_order(listed, one)
    merge_order(listed, other)
    for kept in (one, other):
        assert [code for code in listed if code in kept] == kept


def test_forward_secrecy_in_the_words_of_the_report():
    def said(**fields):
        return forward_secrecy(Observation(outcome=Outcome.SERVED, **fields))

    assert said(group=0x0017) == "ECDH,P-256,256bits"
    assert said(dh_bits=2048) == "DH,2048bits"
    assert said(group=0x0100) == "DH,2048bits"
    assert said() == "None"


def test_a_server_that_refuses_every_hello_has_said_no_to_us_and_not_to_versions():
    """It may want another name, another address, or a pause."""
    versions = {
        protocol: VersionFindings(protocol=protocol, spoken="no", reason="sent the alert x")
        for protocol in PROTOCOLS
    }
    findings = Findings(knowledge=Knowledge(server_name="a.test", versions=versions), answered=True)
    basis = unreached(
        ScanResult(
            tlsward_version="0",
            target=Target(host="a.test", port=443, sni="a.test"),
            status="incomplete",
            started_at=datetime(2026, 1, 1, tzinfo=UTC),
            duration_ms=0,
        ),
        "incomplete",
        "",
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    result = assemble(basis, findings, (), ScanSettings())
    assert result.status == "incomplete"
    assert set(result.protocols.values()) == {"unknown"}
    assert {unknown.fact for unknown in result.unknowns} >= {f"protocols.{p}" for p in PROTOCOLS}
