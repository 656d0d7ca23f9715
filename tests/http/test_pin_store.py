"""How pins once held, and how a site locked itself out."""

from datetime import UTC, datetime, timedelta

import pytest

from tlsward.http.hpkp import PIN_OF_NOTHING as OTHER
from tlsward.http.pin_store import PinStore

PIN = "d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM="
BACKUP = "E9CZ9INDbd+2eRQozYqqbQ2yXLVKB9+xcprMF+44U1g="
NOW = datetime(2026, 11, 27, tzinfo=UTC)
VALUE = f'pin-sha256="{PIN}"; pin-sha256="{BACKUP}"; max-age=5184000'


@pytest.fixture
def store():
    return PinStore()


def later(days):
    return NOW + timedelta(days=days)


def test_a_chain_without_a_pin_is_refused_until_the_pins_expire(store):
    assert store.note("a.example", [VALUE], {PIN}, NOW).noted == "yes"
    assert store.judge("a.example", {PIN}, later(1)).accepted
    assert store.judge("a.example", {BACKUP, OTHER}, later(1)).accepted
    refused = store.judge("a.example", {OTHER}, later(59))
    assert not refused.accepted
    assert refused.reason == "no pin of a.example is in its chain: refused until 2027-01-26"
    assert store.judge("a.example", {OTHER}, later(60)).accepted


def test_pins_that_do_not_fit_the_chain_are_not_noted(store):
    assert store.note("a.example", [VALUE], {OTHER}, NOW).noted == "no"
    assert store.note("a.example", [VALUE], {PIN, BACKUP}, NOW).noted == "no"
    assert store.judge("a.example", {OTHER}, NOW).accepted


def test_the_first_field_counts(store):
    store.note("a.example", ["max-age=1", VALUE], {PIN}, NOW)
    assert store.pinned("a.example", NOW) is None
    assert store.note("a.example", [], {PIN}, NOW) is None


def test_max_age_zero_forgets_only_when_the_chain_fits(store):
    forget = VALUE.replace("5184000", "0")
    store.note("a.example", [VALUE], {PIN}, NOW)
    store.note("a.example", [forget], {OTHER}, NOW)
    assert store.pinned("a.example", NOW) is not None
    store.note("a.example", [forget], {PIN}, NOW)
    assert store.pinned("a.example", NOW) is None


def test_subdomains_are_pinned_where_they_are_included(store):
    store.note("a.example", [VALUE], {PIN}, NOW)
    assert store.judge("x.a.example", {OTHER}, NOW).accepted
    store.note("a.example", [f"{VALUE}; includeSubDomains"], {PIN}, NOW)
    assert not store.judge("x.a.example", {OTHER}, NOW).accepted


def test_a_root_that_was_installed_passes(store):
    store.note("a.example", [VALUE], {PIN}, NOW)
    assert store.judge("a.example", {OTHER}, NOW, local_anchor=True).accepted


def test_it_forgets_the_oldest_before_it_grows_without_end(store, monkeypatch):
    monkeypatch.setattr("tlsward.http.pin_store.MOST_HOSTS", 2)
    for name in "abc":
        store.note(f"{name}.example", [VALUE], {PIN}, NOW)
    assert store.pinned("a.example", NOW) is None
