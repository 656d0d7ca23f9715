"""The chain of trust as text and as JSON."""

import json

import pytest

from report.certificate import chains
from report.golden_files import check_golden
from report.test_escaping import unsafe_in
from tlsward.report.certificate.chain import render_chains, render_chains_json

ALL = [
    chains.simple,
    chains.crossed,
    chains.diamond,
    chains.incomplete,
    chains.in_several_stores,
    chains.hostile,
    chains.unreadable,
]


@pytest.mark.parametrize("build", ALL)
def test_text(build):
    check_golden(f"chain.{build.__name__}.txt", render_chains("www.example.com:443", [build()]))


@pytest.mark.parametrize("build", [chains.crossed, chains.hostile])
def test_json(build):
    check_golden(f"chain.{build.__name__}.json", render_chains_json("a file", [build()]))


def test_chains_of_a_host_are_told_apart():
    other = chains.judged(
        chains.leaf(chains.ISSUING, "default.example", number=91),
        chains.ISSUING,
        roots=(chains.NEW,),
        with_sni="no",
    )
    text = render_chains("www.example.com:443", [chains.simple(), other], missed=["why"])
    assert text.startswith("www.example.com:443: 2 chains\n")
    assert "served in TLSv1.3, TLSv1.2, to clients with and without server_name" in text
    assert "served in TLSv1.3, TLSv1.2, only to clients that send no server_name" in text
    assert text.endswith("\nwhy\n")


def test_a_chain_has_the_form_that_openssl_prints():
    lines = render_chains("a host", [chains.crossed()]).splitlines()
    begin = next(number for number, line in enumerate(lines) if "Certificate chain" in line)
    assert lines[begin + 1 : begin + 5] == [
        " 0 s:CN=www.example.com",
        "   i:CN=R12,O=New Trust",
        " 1 s:CN=R12,O=New Trust",
        "   i:CN=New Root X1,O=New Trust",
    ]


def test_json_has_every_certificate_of_every_way():
    [chain] = json.loads(render_chains_json("a file", [chains.crossed()]))["chains"]
    assert {way["trusted"] for way in chain["ways"]} == {"yes", "no"}
    for way in chain["ways"]:
        assert set(way["fingerprints"]) <= set(chain["certificates"])
    assert [way["missing"] for way in chain["ways"]].count(
        "CN=Root That Nobody Has,O=Somebody Else"
    ) == 1


@pytest.mark.parametrize("color", [True, False])
def test_nothing_hostile_gets_through(color):
    text = render_chains("\x1b[2J", [chains.hostile()], color=color)
    assert "\x1b[2J" not in text
    assert "\x1b[31mred" not in text
    if not color:
        assert unsafe_in(text) == set()
    assert unsafe_in(render_chains_json("\x1b[2J", [chains.hostile()])) == set()
