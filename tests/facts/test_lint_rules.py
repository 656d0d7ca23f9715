import re

from tlsward.facts.acme_directories import acme_directories
from tlsward.facts.lint_rules import lint_rule, lint_rules
from tlsward.facts.special_names import labels_not_delegated


def test_ids_are_stable_in_form_and_unique():
    ids = [rule.id for rule in lint_rules()]
    assert len(ids) == len(set(ids)) > 100
    assert all(re.fullmatch(r"lint(\.[a-z0-9-]+){1,2}", each) for each in ids)


def test_rules_say_what_why_and_who_says_so():
    for rule in lint_rules():
        assert rule.title.endswith(".")
        assert rule.why.endswith(".")
        assert rule.reference
        assert rule.roles
        if rule.since is not None and rule.until is not None:
            assert rule.since < rule.until


def test_a_rule_is_found_by_its_id():
    assert lint_rule("lint.lifetime").scope == "public"
    assert lint_rule("lint.nothing") is None


def test_labels_are_in_lower_case_and_no_names():
    assert all(label == label.lower() and "." not in label for label in labels_not_delegated())


def test_directories_name_who_says_so():
    assert all(each.reference.startswith("https://") for each in acme_directories().values())
