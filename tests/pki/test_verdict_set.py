"""The set of chains: our verdict on each, and what OpenSSL, Go, NSS and `cryptography` say."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pki.issuing import Issued
from pki.judges import go, library, nss, openssl
from pki.judges.verdict import Said
from pki.verdict_set import all_cases, by_theme
from pki.verdict_set.case import JUDGES
from pki.verdict_set.differences import DIFFERENCES
from pki.verdict_set.ours import judged, verdict_of

PROGRAMS = {"openssl": openssl, "go": go, "nss": nss, "library": library}
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "verdicts-compared.md"
BY_NAME = {case.name: case for case in all_cases()}


def said(judge: str) -> dict[str, Said]:
    """Return what a judge says of all cases by their names."""
    cases = list(all_cases())
    return {
        case.name: words for case, words in zip(cases, PROGRAMS[judge].judge(cases), strict=True)
    }


def test_there_are_enough_of_all_kinds():
    assert len(all_cases()) >= 260
    counts = Counter(case.verdict for case in all_cases())
    assert min(counts["yes"], counts["no"]) > 80
    assert all(len(cases) >= 15 for cases in by_theme().values())


def test_names_are_unique_and_all_differences_are_of_a_case():
    assert len(BY_NAME) == len(all_cases())
    assert set(DIFFERENCES) <= set(BY_NAME)
    assert {judge for differs in DIFFERENCES.values() for judge in differs} <= set(JUDGES)


@pytest.mark.parametrize("name", BY_NAME)
def test_our_verdict(name):
    case = BY_NAME[name]
    verdict, reason = verdict_of(case)
    assert (verdict, reason) == (case.verdict, reason)
    assert reason.startswith(case.because), reason
    # Whoever is refused is told why, and it is what the case is about.
    assert bool(case.because) == (verdict != "yes")


@pytest.mark.real_server
@pytest.mark.parametrize("judge", JUDGES)
def test_the_judge_says_the_same_or_what_is_recorded(judge):
    verdicts = said(judge)
    others = {
        case.name: verdicts[case.name].words or "accepted"
        for case in all_cases()
        if verdicts[case.name].accepted is not case.accepted_by(judge)
    }
    assert others == {}
    assert all(each.accepted or each.words for each in verdicts.values())


@pytest.mark.real_server
@pytest.mark.parametrize("judge", JUDGES)
def test_the_page_names_the_version_that_judges(judge):
    title = {"openssl": "OpenSSL", "go": "Go", "nss": "NSS", "library": "`cryptography`"}[judge]
    assert f"| {title} | {PROGRAMS[judge].version()} |" in PAGE.read_text(encoding="utf-8")


def test_at_least_one_judge_that_is_a_client_agrees_with_every_verdict_of_ours():
    """Where all that speak TLS said otherwise, we would be the ones who are wrong."""
    alone = [case.name for case in all_cases() if {"openssl", "go", "nss"} <= set(case.differs)]
    assert alone == [
        # They compare octets, where RFC 5280 knows no such name.
        "a trailing dot of both",
        # They leave it to their callers.
        "an A-label, the host written as U-label",
    ]


@hypothesis_settings(max_examples=300)
@given(st.data())
def test_no_mutation_raises(data):
    case = data.draw(st.sampled_from(all_cases()))
    chain = [bytearray(each.der) for each in case.chain]
    for _ in range(data.draw(st.integers(1, 4))):
        _mutate(data, data.draw(st.sampled_from(chain)))
    found = judged(case, [bytes(each) for each in chain])
    assert found.trust["private"] in ("yes", "no", "unknown")
    assert found.hostname_match in ("yes", "no", "unknown")
    assert all(reason.isprintable() for reason in found.trust_reasons.values())


@hypothesis_settings(max_examples=150)
@given(st.data())
def test_no_mutation_of_a_root_raises(data):
    case = data.draw(st.sampled_from(all_cases()))
    root = data.draw(st.sampled_from(case.roots))
    octets = bytearray(root.der)
    _mutate(data, octets)
    changed = Issued(bytes(octets), root.key, root.subject)
    found = judged(case, roots=(changed,))
    assert found.trust["private"] in ("yes", "no", "unknown")


def test_any_certificates_of_the_set_may_come_together():
    """All of it in one chain: bounded in ways, so that it ends within the test's time."""
    everything = {each.der for case in all_cases() for each in case.chain}
    for case in all_cases()[::40]:
        found = judged(case, [case.chain[0].der, *sorted(everything)])
        assert found.trust["private"] in ("yes", "no", "unknown")


def _mutate(data, octets: bytearray) -> None:
    """Change an octet, or leave out or double a few."""
    if not octets:
        return
    start = data.draw(st.integers(0, len(octets) - 1))
    match data.draw(st.sampled_from(["change", "remove", "repeat"])):
        case "change":
            octets[start] = data.draw(st.integers(0, 255))
        case "remove":
            del octets[start : start + data.draw(st.integers(1, 8))]
        case _:
            octets[start:start] = octets[start : start + data.draw(st.integers(1, 8))]
