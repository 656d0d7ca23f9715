"""Every kind of finding, every rule, every weakness and every cap is in the documentation."""

from pathlib import Path

import pytest

from tlsward.assess import guideline, observatory
from tlsward.assess.vulnerabilities import VULNERABILITIES
from tlsward.facts.advice import kinds
from tlsward.facts.grade import rating_guide
from tlsward.facts.vulnerabilities import all_vulnerabilities

DOCS = Path(__file__).parents[2] / "docs"
FINDINGS = (DOCS / "reference" / "findings.md").read_text()
LEVELS = (DOCS / "explanation" / "levels.md").read_text()
GRADE = (DOCS / "explanation" / "grade.md").read_text()

RULES = (
    *guideline.RULES,
    *guideline.BAD_RULES,
    *observatory.RULES,
    *observatory.ORDER_RULES,
    *observatory.BAD_RULES,
)


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_is_documented(kind):
    assert f"`{kind}`" in FINDINGS or f"`{kind}:" in FINDINGS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_documented(rule):
    assert f"`{rule.id}`" in LEVELS
    assert rule.version >= 1


def test_rules_have_ids_of_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("entry", all_vulnerabilities(), ids=lambda entry: entry.id)
def test_a_weakness_is_documented_with_its_weight(entry):
    assert f"`{entry.id}`" in FINDINGS
    if entry.id in VULNERABILITIES:
        row = next(line for line in FINDINGS.splitlines() if line.startswith(f"| `{entry.id}`"))
        weight = "bad" if entry.bad else "blocking" if entry.blocks else "note"
        assert row.split("|")[3].strip().startswith(weight)


@pytest.mark.parametrize("cap", rating_guide().caps, ids=lambda cap: cap.id)
def test_a_cap_is_documented_with_its_letter(cap):
    row = next(line for line in GRADE.splitlines() if f"`{cap.id}`" in line)
    assert row.startswith(f"| {cap.cap} |")
    assert cap.text


def test_every_kind_that_is_given_has_a_text(build):
    from tlsward.assess import assess

    given = {
        found.id.partition(":")[0]
        for make in build.SERVERS.values()
        for version in ("4.0", "5.0", "5.7", "6.0")
        for verdict in assess(make(), guideline=version, now=build.NOW).evaluation.levels.values()
        for found in verdict.findings
    }
    assert given <= set(kinds())
    assert len(given) > 12
