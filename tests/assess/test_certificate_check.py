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
    assert found.pop("staple") == "not applicable"
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


def test_life_that_is_over_is_told_as_such(good, build):
    over = msgspec.structs.replace(good.lifetime, left_days=-3.04, left_percent=0.0, due=True)
    late = msgspec.structs.replace(good, lifetime=over)
    for least_days in (None, 0):
        asked = Demands(now=build.NOW, hostname="a.example", least_days=least_days)
        found = {check.name: check for check in checked(late, asked)}["lifetime"]
        assert (found.holds, found.reason) == ("no", "over for 3.0 days")


def test_a_private_store_is_the_one_that_is_asked_about(good, build):
    refused = msgspec.structs.replace(
        good,
        trust={"mozilla": "no", "private": "no"},
        trust_reasons={"mozilla": "not a root of this store: CN=r", "private": "expired: CN=x"},
    )
    asked = Demands(now=build.NOW, hostname="a.example")
    found = {check.name: check for check in checked(refused, asked)}["trust"]
    assert (found.holds, found.reason) == ("no", "expired: CN=x")


@pytest.mark.parametrize(
    ("protocols", "stapling", "answer"),
    [
        (("TLSv1.3",), "not stapled", "no"),
        (("TLSv1.3",), "stapled", "yes"),
        (("TLSv1.3",), "unknown", "unknown"),
        ((), "unknown", "not applicable"),
    ],
)
def test_a_staple_that_is_demanded(good, answers, protocols, stapling, answer):
    leaf = msgspec.structs.replace(good.chain[0], must_staple=True)
    served = msgspec.structs.replace(
        good, chain=(leaf, *good.chain[1:]), protocols=protocols, ocsp_stapling=stapling
    )
    found = answers(served)
    assert found.pop("staple") == answer
    assert set(found.values()) <= {"yes", "not applicable"}


def test_no_name_to_be_for(good, answers):
    assert answers(good, hostname=None)["name"] == "not applicable"


def test_a_window_that_was_asked_for_and_not_told(good, answers):
    untold = msgspec.structs.replace(good.lifetime, no_window="renewal information: status 404")
    late = msgspec.structs.replace(good, lifetime=untold)
    assert answers(late)["lifetime"] == "yes"
    assert answers(late, issuers_window=True)["lifetime"] == "unknown"
    assert answers(late, issuers_window=True, least_days=30)["lifetime"] == "yes"


def test_the_reason_of_a_good_chain_is_of_what_was_asked(good, build):
    plain = Revocation(sha256="ab" * 32, state="not applicable", reason="it names nobody")
    told = Revocation(sha256="cd" * 32, state="good", reason="not in its CRL")
    chain = msgspec.structs.replace(good, revocation=(plain, told))
    [found] = [
        check for check in checked(chain, Demands(now=build.NOW)) if check.name == "revocation"
    ]
    assert (found.holds, found.reason) == ("yes", "not in its CRL")
