"""What browsers ask of timestamps, as data."""

from datetime import UTC, datetime

import pytest

from tlsward.facts.transparency_policies import transparency_policies


def test_the_browsers():
    assert [policy.policy for policy in transparency_policies()] == ["chrome", "apple", "firefox"]
    assert {policy.list for policy in transparency_policies()} == {"chrome", "apple"}


def test_every_policy_names_its_source():
    for policy in transparency_policies():
        assert policy.reference.startswith("https://")
        assert [edition.reference[:8] for edition in policy.editions] == [
            "https://" for _ in policy.editions
        ]
        starts = [edition.issued_from for edition in policy.editions if edition.issued_from]
        assert starts == sorted(starts, reverse=True)
        for edition in policy.editions:
            last = edition.embedded[-1]
            assert last.longest_days is last.longest_months is last.below_months is None


@pytest.mark.parametrize(
    ("day", "editions"),
    [
        ((2018, 4, 30), [None, None, "desktop, since version 135 of 2025-02-04"]),
        ((2022, 4, 14), ["2018-05-01 to 2022-04-14", "since 2021-04-21"]),
        ((2022, 4, 15), ["since 2022-04-15", "since 2021-04-21"]),
    ],
)
def test_the_edition_of_a_day(day, editions):
    found = [policy.edition(datetime(*day, tzinfo=UTC)) for policy in transparency_policies()]
    names = [edition.name if edition else None for edition in found]
    assert names[: len(editions)] == editions
