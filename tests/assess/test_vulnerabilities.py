"""Weaknesses that follow from what was measured, each yes, no and unknown."""

import msgspec
import pytest

from tlsward.assess import assess
from tlsward.assess.vulnerabilities import VULNERABILITIES
from tlsward.facts.vulnerabilities import vulnerability
from tlsward.model.scan_result import Vulnerability


@pytest.fixture
def states(build):
    def run(result):
        return {v.id: v.state for v in assess(result, now=build.NOW).vulnerabilities}

    return run


@pytest.fixture
def server(build):
    def make(*names, versions=("TLSv1.2",), dh_bits=2048, **more):
        offered = [build.suite(name, versions, dh_bits=dh_bits) for name in names]
        return build.scan(offered, [build.certificate("rsa")], **more)

    return make


def test_each_has_a_text():
    assert all(vulnerability(identifier) is not None for identifier in VULNERABILITIES)


def test_a_good_server_has_none(build, states):
    found = states(build.tls13_only())
    assert {i for i, state in found.items() if state != "no"} == {"breach"}
    assert found["breach"] == "unknown"


def test_every_one_has_evidence(build):
    for make in build.SERVERS.values():
        for found in assess(make(), now=build.NOW).vulnerabilities:
            assert found.evidence


@pytest.mark.parametrize(
    ("names", "versions", "dh_bits", "identifier"),
    [
        (("AES128-SHA",), ("SSLv3",), 2048, "poodle-sslv3"),
        (("EXP-RC4-MD5",), ("TLSv1",), 2048, "freak"),
        (("EXP-EDH-RSA-DES-CBC-SHA",), ("TLSv1",), 512, "logjam"),
        (("DHE-RSA-AES128-SHA",), ("TLSv1.2",), 768, "logjam"),
        (("DHE-RSA-AES128-SHA",), ("TLSv1.2",), 1024, "weak-dh"),
        (("DES-CBC3-SHA",), ("TLSv1.2",), 2048, "sweet32"),
        (("IDEA-CBC-SHA",), ("TLSv1",), 2048, "sweet32"),
        (("RC4-SHA",), ("TLSv1.2",), 2048, "rc4"),
        (("NULL-SHA256",), ("TLSv1.2",), 2048, "null-encryption"),
        (("ADH-AES128-SHA",), ("TLSv1.2",), 2048, "anonymous"),
        (("AES128-SHA",), ("TLSv1",), 2048, "beast"),
        (("AES128-SHA",), ("TLSv1.2",), 2048, "lucky13"),
    ],
)
def test_a_suite_shows_it(states, server, names, versions, dh_bits, identifier):
    with_it = server("ECDHE-RSA-AES128-GCM-SHA256", *names, versions=versions, dh_bits=dh_bits)
    assert states(with_it)[identifier] == "yes"

    without = server("ECDHE-RSA-AES128-GCM-SHA256")
    assert states(without)[identifier] == "no"

    unknown = server("ECDHE-RSA-AES128-GCM-SHA256", unknowns=(("cipher_suites", "cut off"),))
    if identifier != "poodle-sslv3":
        assert states(unknown)[identifier] == "unknown"


def test_logjam_is_not_weak_dh(states, server):
    assert states(server("DHE-RSA-AES128-SHA", dh_bits=768))["weak-dh"] == "no"
    assert states(server("DHE-RSA-AES128-SHA", dh_bits=1024))["logjam"] == "no"


def test_a_size_that_could_not_be_read_is_unknown(states, server):
    result = server("DHE-RSA-AES128-SHA")
    (suite,) = result.cipher_suites
    suite = msgspec.structs.replace(suite, forward_secrecy="None")
    found = states(msgspec.structs.replace(result, cipher_suites=(suite,)))
    assert found["logjam"] == "unknown"
    assert found["weak-dh"] == "unknown"


def test_sslv3_without_cbc_is_no_poodle(states, server):
    assert states(server("RC4-SHA", versions=("SSLv3",)))["poodle-sslv3"] == "no"


@pytest.mark.parametrize(
    ("protocol", "identifier"), [("SSLv2", "drown"), ("SSLv3", "poodle-sslv3")]
)
def test_a_protocol_that_could_not_be_told_is_unknown(states, server, protocol, identifier):
    result = server("AES128-SHA", protocols={protocol: "unknown"})
    assert states(result)[identifier] == "unknown"


def test_sslv2_is_enough_for_drown(states, server):
    assert states(server("AES128-SHA", protocols={"SSLv2": "yes"}))["drown"] == "yes"


@pytest.mark.parametrize(
    ("fact", "answer", "identifier", "state"),
    [
        ("compression", "yes", "crime", "yes"),
        ("compression", "no", "crime", "no"),
        ("compression", "unknown", "crime", "unknown"),
        ("compression", "not applicable", "crime", "no"),
        ("secure_renegotiation", "not applicable", "insecure-renegotiation", "no"),
        ("fallback_scsv", "not applicable", "no-fallback-scsv", "no"),
        ("secure_renegotiation", "no", "insecure-renegotiation", "yes"),
        ("secure_renegotiation", "yes", "insecure-renegotiation", "no"),
        ("secure_renegotiation", "unknown", "insecure-renegotiation", "unknown"),
        ("fallback_scsv", "no", "no-fallback-scsv", "yes"),
        ("fallback_scsv", "yes", "no-fallback-scsv", "no"),
        ("fallback_scsv", "unknown", "no-fallback-scsv", "unknown"),
    ],
)
def test_an_extension_shows_it(states, server, fact, answer, identifier, state):
    result = server("AES128-SHA", versions=("TLSv1.1", "TLSv1.2"), extensions={fact: answer})
    assert states(result)[identifier] == state


def test_tls_1_3_alone_neither_compresses_nor_renegotiates(build, states):
    silent = dict.fromkeys(("compression", "secure_renegotiation", "fallback_scsv"), "unknown")
    found = states(build.tls13_only(extensions=silent))
    assert found["crime"] == "no"
    assert found["insecure-renegotiation"] == "no"
    assert found["no-fallback-scsv"] == "no"


def test_what_was_probed_for_is_kept(build, states):
    robot = Vulnerability(id="robot", state="yes", evidence="oracle")
    assert states(build.tls13_only(vulnerabilities=(robot,)))["robot"] == "yes"


def test_mail_has_no_breach(build, states):
    assert "breach" not in states(build.tls13_only(starttls="smtp"))
