"""The page of lint rules, and the page on lifetimes, are what the facts say."""

from tools import lint_reference

from docs.console import ROOT
from tlsward.facts.certificate_lifetimes import all_public_limits


def test_the_page_of_rules_is_current():
    text = (ROOT / "docs" / "reference" / "lint.md").read_text(encoding="utf-8")
    told = "run: python tools/lint_reference.py > docs/reference/lint.md"
    assert text == lint_reference.reference(), told


def test_the_page_on_lifetimes_has_the_limits_of_the_facts():
    text = (ROOT / "docs" / "explanation" / "lifetimes.md").read_text(encoding="utf-8")
    for limit in all_public_limits():
        most = f"{limit.days} days" if limit.days is not None else f"{limit.months} months"
        assert f"| {limit.since} | {most} |" in text
