"""Whatever is written in a form, a header or a token: a value, or a refusal, never a defect."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from tlsward.errors import UsageError
from tlsward.invoicer.border import parse_id
from tlsward.invoicer.csrf import make_csrf_token, refusal_of
from tlsward.invoicer.database import database_url
from tlsward.invoicer.forwarding import forwarded_client, is_within
from tlsward.invoicer.page import _draft, money
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.settings import (
    is_safe_url,
    issuer_url,
    listen_address,
    origin,
    proxy_networks,
)

TRUSTED = proxy_networks(["10.0.0.0/8", "fd00::/8"])
KEY = b"k" * 32


@given(st.text(), st.floats(0, 1e12))
def test_no_text_is_a_csrf_token(text, now):
    assert refusal_of(text, KEY, now=now) is not None


@given(st.integers(1, 10**11), st.integers(0, 90), st.characters())
def test_a_csrf_token_bears_no_change(expires, place, other):
    token = make_csrf_token(KEY, expires=expires)
    changed = token[:place] + other + token[place + 1 :]
    assert (refusal_of(changed, KEY, now=expires - 1) is None) == (changed == token)


@given(st.text())
def test_ids(text):
    with contextlib.suppress(RefusedError):
        assert str(parse_id(text)) == text
        assert 1 <= parse_id(text) < 2**63


@given(st.integers(0, 10**12))
def test_amounts_are_read_as_they_are_shown(amount):
    assert _draft({"amount": money(amount)}).amount == amount


@given(
    st.dictionaries(
        st.sampled_from(
            ["amount", "due_date", "is_paid", "charge_type", "charge_amount", "charge_description"]
        ),
        st.text() | st.just("1"),
    )
)
def test_forms(fields):
    with contextlib.suppress(RefusedError):
        assert _draft(fields).amount >= 0


@given(st.text() | st.lists(st.ip_addresses().map(str)).map(", ".join))
def test_the_client_is_an_address_whatever_was_forwarded(said):
    client = forwarded_client("10.0.0.1", said, TRUSTED)
    assert client == "10.0.0.1" or client in said
    is_within(client, TRUSTED)


@given(st.text() | st.from_regex(r"https?://[^/]*(/.*)?", fullmatch=True))
def test_settings_are_values_or_wrong_calls(text):
    for read in (
        listen_address,
        issuer_url,
        is_safe_url,
        database_url,
        lambda said: origin(said, "--public-url"),
        lambda said: proxy_networks([said]),
    ):
        with contextlib.suppress(UsageError):
            read(text)
