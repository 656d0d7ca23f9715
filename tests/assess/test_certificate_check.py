"""The gate of a certificate: each question, and that unknown keeps it shut."""

from datetime import timedelta

import msgspec
import pytest

from tlsward.assess.certificate_check import Demands, checked
from tlsward.model.certificate import ChainFacts
from tlsward.model.certificate_check import CHECKS
from tlsward.model.dns import CaaVerdict, Dane
from tlsward.model.lifetime import Lifetime
from tlsward.model.lint import KeyWeakness, LintFinding
from tlsward.model.revocation import Revocation
from tlsward.model.transparency import TransparencyVerdict


@pytest.fixture
def good(build):
    return msgspec.structs.replace(
        build.certificate(),
        trust={"mozilla": "yes", "apple": "no"},
        trust_reasons={"mozilla": "CN=a root", "apple": "unknown issuer: CN=a root"},
        hostname_match="yes",
        chain_facts=ChainFacts(order="yes", complete="yes"),
        lifetime=Lifetime(
            days=90,
            left_days=60.0,
            left_percent=66.7,
            renew_at=build.NOW + timedelta(days=30),
            due=False,
        ),
        revocation=(Revocation(sha256="ab" * 32, state="good", reason="by its CRL"),),
        transparency=(TransparencyVerdict(policy="chrome", met="yes", reason="2 of 2"),),
        caa=(CaaVerdict(name="a.example", allowed="yes", reason="a-ca.example may"),),
        dane=Dane(name="_443._tcp.a.example"),
    )


@pytest.fixture
def answers(build):
    def ask(deployment, **demands):
        asked = Demands(**({"now": build.NOW, "hostname": "a.example"} | demands))
        return {check.name: check.holds for check in checked(deployment, asked)}

    return ask


def test_a_good_certificate(good, answers):
    found = answers(good)
    assert tuple(found) == CHECKS
    assert found.pop("dane") == "not applicable"
    assert set(found.values()) == {"yes"}


@pytest.mark.parametrize("name", CHECKS)
def test_what_is_skipped_is_not_asked(good, answers, name):
    assert name not in answers(good, skip={name})


def test_any_store_will_do_unless_some_are_named(good, answers):
    assert answers(good, stores=("mozilla",))["trust"] == "yes"
    assert answers(good, stores=("mozilla", "apple"))["trust"] == "no"
    assert answers(good, stores=("private",))["trust"] == "unknown"
    untold = msgspec.structs.replace(good, trust={"mozilla": "unknown", "apple": "no"})
    assert answers(untold)["trust"] == "unknown"
    refused = msgspec.structs.replace(good, trust={"mozilla": "no", "apple": "no"})
    assert answers(refused)["trust"] == "no"


@pytest.mark.parametrize(
    ("change", "name", "answer"),
    [
        ({"hostname_match": "no"}, "name", "no"),
        ({"hostname_match": "unknown"}, "name", "unknown"),
        ({"chain_facts": ChainFacts(complete="no", missing=("CN=x",))}, "chain", "no"),
        ({"chain_facts": ChainFacts()}, "chain", "unknown"),
        ({"revocation": ()}, "revocation", "unknown"),
        ({"transparency": ()}, "transparency", "not applicable"),
        ({"lifetime": None}, "lifetime", "unknown"),
        ({"caa": ()}, "caa", "unknown"),
        ({"dane": None}, "dane", "unknown"),
        ({"dane": Dane(name="x", error="no answer")}, "dane", "unknown"),
        (
            {"key_weaknesses": (KeyWeakness(id="roca", text="ROCA", reference="x"),)},
            "key",
            "no",
        ),
        (
            {
                "lint": (
                    LintFinding(
                        id="lint.x", severity="error", certificate="x", text="t", reference="r"
                    ),
                )
            },
            "lint",
            "no",
        ),
    ],
)
def test_each_question(good, answers, change, name, answer):
    found = answers(msgspec.structs.replace(good, **change))
    assert found.pop(name) == answer
    assert set(found.values()) <= {"yes", "not applicable"}


def test_dates(good, answers, build):
    leaf = good.chain[0]
    assert answers(good, now=leaf.not_after + timedelta(seconds=1))["dates"] == "no"
    assert answers(good, now=leaf.not_before - timedelta(seconds=1))["dates"] == "no"
    assert answers(msgspec.structs.replace(good, chain=()))["dates"] == "unknown"


def test_life_that_is_left(good, answers):
    assert answers(good, least_days=60)["lifetime"] == "yes"
    assert answers(good, least_days=61)["lifetime"] == "no"
    due = msgspec.structs.replace(good.lifetime, due=True)
    late = msgspec.structs.replace(good, lifetime=due)
    assert answers(late)["lifetime"] == "no"
    assert answers(late, least_days=30)["lifetime"] == "yes"


def test_no_name_to_be_for(good, answers):
    assert answers(good, hostname=None)["name"] == "not applicable"


def test_a_staple_that_it_demands_is_part_of_revocation(good, answers):
    leaf = msgspec.structs.replace(good.chain[0], must_staple=True)
    demanding = msgspec.structs.replace(good, chain=(leaf, *good.chain[1:]))
    for stapling, answer in (("stapled", "yes"), ("not stapled", "no"), ("unknown", "yes")):
        found = answers(msgspec.structs.replace(demanding, ocsp_stapling=stapling))
        assert found["revocation"] == answer
