"""RFC 6797 section 8, as a browser goes through it."""

from datetime import UTC, datetime, timedelta

import pytest

from tlsward.http.hsts_store import HstsStore

NOW = datetime(2026, 11, 27, tzinfo=UTC)
YEAR = "max-age=31536000"


@pytest.fixture
def store():
    return HstsStore()


@pytest.mark.parametrize(
    "host", ["xn--bcher-kva.example", "b\u00fccher.example", "B\u00dcCHER.example."]
)
def test_a_name_is_known_in_either_form(store, host):
    """Section 9: names are compared in their A-labels."""
    store.note("b\u00fccher.example", [f"{YEAR}; includeSubDomains"], NOW)
    assert store.known(host, NOW).host == "xn--bcher-kva.example"
    assert store.known(f"www.{host}", NOW).host == "xn--bcher-kva.example"
    assert store.known("\u00fc\u0300\u200d.example", NOW) is None


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        # Section 8.3's own cases.
        ("http://a.example/", "https://a.example/"),
        ("http://a.example:80/x?y#z", "https://a.example/x?y#z"),
        ("http://a.example:8080/", "https://a.example:8080/"),
        ("http://a.example:443/", "https://a.example:443/"),
        ("http://A.Example./", "https://A.Example./"),
        ("http://user:p@a.example:80/", "https://user:p@a.example/"),
        ("http://a.example:", "https://a.example"),
        ("https://a.example/", "https://a.example/"),
        ("ftp://a.example/", "ftp://a.example/"),
        ("http://b.example/", "http://b.example/"),
        ("http://x.a.example/", "http://x.a.example/"),
    ],
)
def test_known_hosts_are_reached_over_https(store, url, asked):
    store.note("a.example", [YEAR], NOW)
    assert store.rewritten(url, NOW) == asked


def test_subdomains_inherit_where_they_are_included(store):
    store.note("a.example", [f"{YEAR}; includeSubDomains"], NOW)
    assert store.known("x.y.a.example", NOW).host == "a.example"
    assert store.known("xa.example", NOW) is None
    assert store.known("example", NOW) is None


def test_a_policy_expires(store):
    store.note("a.example", ["max-age=10"], NOW)
    assert store.known("a.example", later(9)) is not None
    assert store.known("a.example", later(10)) is None


def test_a_later_field_replaces(store):
    store.note("a.example", ["max-age=10; includeSubDomains"], NOW)
    store.note("a.example", ["max-age=100"], later(5))
    assert store.known("a.example", later(50)) is not None
    assert store.known("x.a.example", later(6)) is None


def test_max_age_zero_forgets(store):
    store.note("a.example", [f"{YEAR}; includeSubDomains"], NOW)
    store.note("a.example", ["max-age=0"], NOW)
    assert store.known("a.example", NOW) is None
    assert store.known("x.a.example", NOW) is None


def test_a_subdomain_cannot_undo_its_parents_policy(store):
    store.note("a.example", [f"{YEAR}; includeSubDomains"], NOW)
    store.note("x.a.example", ["max-age=0"], NOW)
    assert store.known("x.a.example", NOW).host == "a.example"


@pytest.mark.parametrize(
    ("values", "how"),
    [
        (["max-age=0"], {"secure": False}),
        (["max-age=0"], {"verified": "no"}),
        (["max-age=0; max-age=0"], {}),
        ([], {}),
    ],
)
def test_what_is_ignored_changes_nothing(store, values, how):
    store.note("a.example", [YEAR], NOW)
    assert store.note("a.example", values, NOW, **how).policy is None
    assert store.known("a.example", NOW) is not None


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]"])
def test_addresses_are_never_noted(store, host):
    store.note(host, [YEAR], NOW)
    assert store.known(host, NOW) is None
    assert store.rewritten(f"http://{host}/", NOW) == f"http://{host}/"


def test_a_year_is_chromes_limit():
    store = HstsStore(longest_seconds=31_536_000)
    store.note("a.example", ["max-age=63072000"], NOW)
    assert store.known("a.example", later(31_536_001)) is None


def test_an_age_beyond_the_calendar_is_no_error():
    store = HstsStore()
    end = datetime(9999, 1, 1, tzinfo=UTC)
    store.note("a.example", ["max-age=4294967296"], end)
    assert store.known("a.example", end) is not None


def test_it_forgets_the_oldest_before_it_grows_without_end(store, monkeypatch):
    monkeypatch.setattr("tlsward.http.hsts_store.MOST_HOSTS", 3)
    for name in "abcd":
        store.note(f"{name}.example", [YEAR], NOW)
    assert store.known("a.example", NOW) is None
    assert store.known("d.example", NOW) is not None
