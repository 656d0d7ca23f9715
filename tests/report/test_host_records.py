"""The records of a host as text and as JSON."""

import json

import pytest

from report.golden_files import check_golden
from report.test_escaping import unsafe_in
from tlsward.model.dns import CaaRecord, CaaSet, HostRecords, ServiceBinding, TlsaRecord
from tlsward.report.host_records import render_host_records, render_host_records_json

HOSTILE = "\x1b]0;title\x07\x1b[2J\u202e\u2028"


def full():
    return HostRecords(
        host="www.example.com",
        port=443,
        aliases=("edge.example.net", "pop.example.net"),
        addresses=("192.0.2.1", "2001:db8::1"),
        dnssec="secure",
        caa=CaaSet(
            name="www.example.com",
            found_at="example.com",
            records=(
                CaaRecord(flags=0, tag="issue", value="letsencrypt.org"),
                CaaRecord(flags=128, tag="issuewild", value=";"),
            ),
            dnssec="secure",
        ),
        https=(
            ServiceBinding(
                name="www.example.com",
                priority=1,
                target=".",
                parameters={"alpn": "h2,h3", "no-default-alpn": "", "ech": "AEX+…"},
                ech_public_names=("cover.example",),
            ),
            ServiceBinding(
                name="www.example.com",
                priority=2,
                target="pool.example.net",
                parameters={"ech": "AAA="},
                problem="a malformed ECHConfigList: too short",
            ),
        ),
        tlsa_name="_443._tcp.pop.example.net",
        tlsa=(
            TlsaRecord(usage=3, selector=1, matching_type=1, data="ab" * 32),
            TlsaRecord(usage=9, selector=1, matching_type=1, data=""),
        ),
        tlsa_dnssec="insecure",
    )


def bare():
    return HostRecords(
        host="localhost", port=8443, caa=CaaSet(name="localhost"), tlsa_name="_8443._tcp.localhost"
    )


def partial():
    return HostRecords(
        host="www.example.com",
        port=25,
        addresses=("192.0.2.1",),
        dnssec="insecure",
        caa=CaaSet(name="www.example.com", error="CAA of example.com: no answer"),
        https=(ServiceBinding(name="www.example.com", priority=0, target="svc.example"),),
        unknowns={"caa": "CAA of example.com: no answer", "tlsa": "SERVFAIL", "https": "REFUSED"},
    )


def absent():
    return HostRecords(host="www.example.com", port=443, reason="no such name: www.example.com")


def many():
    value = HOSTILE + "x" * 1200
    return HostRecords(
        host="www.example.com",
        port=443,
        aliases=(HOSTILE,) * 16,
        addresses=("192.0.2.1",) * 1000,
        caa=CaaSet(
            name="www.example.com",
            found_at=HOSTILE,
            records=(CaaRecord(flags=0, tag=HOSTILE, value=value),) * 1000,
        ),
        https=(
            ServiceBinding(
                priority=1, target=HOSTILE, parameters={HOSTILE: value}, ech_public_names=(HOSTILE,)
            ),
        )
        * 1000,
        tlsa=(TlsaRecord(usage=3, selector=0, matching_type=0, data="ab" * 1000),) * 1000,
        unknowns={HOSTILE: HOSTILE},
    )


@pytest.mark.parametrize("build", [full, bare, partial, absent])
def test_rendering(build):
    check_golden(f"dns.{build.__name__}.txt", render_host_records(build()))
    check_golden(f"dns.{build.__name__}.json", render_host_records_json(build()))


def test_json_has_the_name_of_its_form():
    assert json.loads(render_host_records_json(full()))["schema"] == "tlsward.dns/1"


def test_nothing_hostile_gets_through_and_a_text_has_an_end():
    text = render_host_records(many())
    assert unsafe_in(text) == set()
    assert len(text) < 200_000
    assert "… (980 more)" in text
    # Each character once: it is megabytes.
    assert unsafe_in("".join(set(render_host_records_json(many())))) == set()
    coloured = render_host_records(many(), color=True)
    assert "\x1b[2J" not in coloured
    assert "\x1b[1m" in coloured
