"""Certificates explained, as text and as JSON."""

import json

import pytest

from pki.explanation import samples
from pki.issuing import NOW
from report.golden_files import check_golden
from report.test_escaping import unsafe_in
from tlsward.model.certificate import Certificate
from tlsward.pki.explanation.certificate import explain
from tlsward.pki.x509 import read_certificate
from tlsward.report.certificate.document import render_certificates_json
from tlsward.report.certificate.shown import Shown, ShownCertificate, ShownChain
from tlsward.report.certificate.text import render_certificates

SAMPLES = [
    samples.everything,
    samples.authority,
    samples.precertificate,
    samples.hostile,
    samples.malformed,
]


def shown(*issued, name="a.pem", **how):
    certificates = []
    for each in issued:
        found = explain(read_certificate(each.der), NOW)
        certificates.append(ShownCertificate(certificate=found.certificate, explained=found))
    return Shown(name=name, now=NOW, chains=(ShownChain(certificates=tuple(certificates), **how),))


@pytest.mark.parametrize("build", SAMPLES)
def test_text_and_json(build):
    certificate = shown(build())
    check_golden(f"certificate.{build.__name__}.txt", render_certificates(certificate))
    check_golden(f"certificate.{build.__name__}.json", render_certificates_json(certificate))


def test_brief_leaves_the_meanings_out():
    certificate = shown(samples.everything())
    check_golden("certificate.brief.txt", render_certificates(certificate, brief=True))
    document = render_certificates_json(certificate, brief=True)
    assert '"meaning"' not in document
    full = json.loads(render_certificates_json(certificate))
    brief = json.loads(document)
    for each in (*full["chains"], *brief["chains"]):
        each["certificates"][0].pop("explained")
    assert full == brief


def test_a_meaning_is_given_once():
    text = render_certificates(shown(samples.everything()))
    assert text.count("Once the host name, today a label for people") == 1


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_meanings_fit_the_columns(columns):
    text = render_certificates(shown(samples.everything()), columns=columns)
    meanings = [line for line in text.splitlines() if line.startswith("    ") and ": " not in line]
    assert max(map(len, meanings)) <= columns


def test_many_names_are_bounded():
    certificate = shown(samples.with_names(10_000))
    text = render_certificates(certificate)
    assert "… and 9950 more" in text
    assert len(text) < 20_000
    document = json.loads(render_certificates_json(certificate))
    found = document["chains"][0]["certificates"][0]["extensions"]["2.5.29.17"]["value"]
    assert found["count"] == 10_000
    assert len(found["names"]) == 1000


def test_how_a_chain_was_met():
    text = render_certificates(
        shown(
            samples.everything(),
            name="localhost:8443",
            hostname="localhost",
            protocols=("TLSv1.2",),
            served_with_sni="no",
            served_without_sni="yes",
        )
    )
    assert "served in TLSv1.2, only to clients that send no server_name\n" in text


def test_what_cannot_be_read():
    broken = Certificate(sha256="00" * 32, der=b"0", error="not a certificate: \x1b[2J")
    found = Shown(
        name="a.pem",
        now=NOW,
        chains=(ShownChain(certificates=(ShownCertificate(certificate=broken),)),),
        others=("X509 CRL",),
        missed=("TLSv1.2: timed out",),
    )
    text = render_certificates(found)
    assert "unreadable: not a certificate: \\x1b[2J" in text
    assert "not shown: X509 CRL" in text
    assert "TLSv1.2: timed out" in text
    [chain] = json.loads(render_certificates_json(found))["chains"]
    assert chain["certificates"][0]["error"].startswith("not a certificate")


def test_nothing_hostile_gets_through():
    certificate = shown(samples.hostile(), name=samples.HOSTILE)
    assert unsafe_in(render_certificates(certificate)) == set()
    assert unsafe_in(render_certificates_json(certificate)) == set()
    assert "\x1b[31mred" not in render_certificates(certificate, color=True)
