"""URLs that others name, before anything is connected to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.net.fetch_url import FetchUrl, RefusedUrl, fetch_url, redirected

#: What URLs are made of, put together in any order.
PIECES = [
    *("http", "https", "ldap", "://", "/", "//", "@", ":", "80", "[", "]", "::1", "127.0.0.1"),
    *("%", "?", "#", "\\", "..", "a.example", "0x7f", "1", ".", "é", " ", "\t", "\0", "\ud800"),
]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "its URL is empty"),
        ("crl.example/x", "a URL without a scheme"),
        ("ldap:///CN=x?certificateRevocationList", "ldap: is not fetched from"),
        ("http://", "its host is none"),
        ("http:///x", "its host is none"),
        ("http://[2606:4700::1]evil.example/", "its host is none"),
        ("http://[2606:4700::1]evil.example:81/", "its host is none"),
        ("http://host name/", "characters that no URL may have"),
        ("http://host.example/\r\nX: y", "characters that no URL may have"),
        ("http://höst.example/", "characters that no URL may have"),
        ("http://host.example:0/", "port 0"),
        ("http://host.example:22/", "port 22"),
        ("http://u@host.example/", "user name"),
        ("http://host.example/" + "x" * 2048, "longer than 2048"),
    ],
)
def test_urls_that_are_none(url, reason):
    assert reason in fetch_url(url, allow_private=True).reason


@pytest.mark.parametrize(
    ("url", "shown", "authority"),
    [
        ("http://crl.example", "http://crl.example/", "crl.example"),
        ("HTTP://CRL.Example:80/A?b#c", "http://crl.example/A?b", "crl.example"),
        ("https://crl.example:443/", "https://crl.example/", "crl.example"),
        ("https://crl.example:80/", "https://crl.example:80/", "crl.example:80"),
        ("http://crl.example.:8080/", "http://crl.example:8080/", "crl.example:8080"),
        ("http://[2606:4700::1]/x", "http://[2606:4700::1]/x", "[2606:4700::1]"),
        ("http://[2606:4700::1]:81", "port 81", None),
        ("http://8.8.8.8/", "http://8.8.8.8/", "8.8.8.8"),
    ],
)
def test_urls(url, shown, authority):
    found = fetch_url(url, allow_private=False)
    if authority is None:
        assert shown in found.reason
    else:
        assert (str(found), found.authority) == (shown, authority)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text())
def test_no_url_raises_or_leads_inside(url):
    found = fetch_url(url, allow_private=False)
    if isinstance(found, RefusedUrl):
        assert found.reason.isprintable()
        return
    assert found.host.isascii()
    assert found.host not in ("127.0.0.1", "::1")
    assert fetch_url(str(found), allow_private=False) == found
    assert isinstance(redirected(found, url, allow_private=False), FetchUrl | RefusedUrl)
