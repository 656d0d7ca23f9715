"""What a person writes for a target, and what is none."""

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlsward.cli.targets import expand, parse_list, parse_target
from tlsward.errors import UsageError
from tlsward.model.target import Target


def target(host, port=443, sni=..., starttls=None):
    return Target(host=host, port=port, sni=host if sni is ... else sni, starttls=starttls)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com", target("example.com")),
        ("  example.com \n", target("example.com")),
        ("Example.COM.", target("example.com")),
        ("example.com:8443", target("example.com", 8443)),
        ("localhost:1", target("localhost", 1)),
        ("192.0.2.1", target("192.0.2.1", sni=None)),
        ("192.0.2.1:8443", target("192.0.2.1", 8443, sni=None)),
        ("2001:db8::1", target("2001:db8::1", sni=None)),
        ("[2001:db8::1]", target("2001:db8::1", sni=None)),
        ("[2001:db8::1]:8443", target("2001:db8::1", 8443, sni=None)),
        ("::1", target("::1", sni=None)),
        ("https://example.com", target("example.com")),
        ("https://example.com/", target("example.com")),
        ("HTTPS://example.com:8443/path?query#fragment", target("example.com", 8443)),
        ("https://[2001:db8::1]:8443/", target("2001:db8::1", 8443, sni=None)),
        ("https://example.com?q=a:b@c", target("example.com")),
        ("tls://example.com:4433", target("example.com", 4433)),
        ("imaps://example.com", target("example.com", 993)),
        ("starttls+smtp://example.com", target("example.com", 25, starttls="smtp")),
        ("starttls+smtp://example.com:587", target("example.com", 587, starttls="smtp")),
        ("starttls+imap://[::1]", target("::1", 143, sni=None, starttls="imap")),
        ("bücher.example", target("xn--bcher-kva.example")),
        ("https://bücher.example:444/", target("xn--bcher-kva.example", 444)),
        ("my_host.example", target("my_host.example")),
    ],
)
def test_targets(text, expected):
    assert parse_target(text) == expected


def test_starttls_and_name_of_options():
    assert parse_target("mail.example", starttls="smtp") == target(
        "mail.example", 25, starttls="smtp"
    )
    assert parse_target("mail.example:587", starttls="smtp").port == 587
    assert parse_target("192.0.2.1", sni="Bücher.example").sni == "xn--bcher-kva.example"
    said = parse_target("starttls+imap://mail.example", starttls="imap")
    assert said == target("mail.example", 143, starttls="imap")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a target is empty"),
        ("   ", "a target is empty"),
        ("example.com:", "'' is not a port"),
        ("example.com:0", "'0' is not a port"),
        ("example.com:65536", "'65536' is not a port"),
        ("example.com:+1", "is not a port"),
        ("example.com:1_0", "is not a port"),
        ("example.com:٤٤٣", "is not a port"),
        ("example.com:99999999999999999999", "is not a port"),
        ("http://example.com", "http:// has no TLS to scan; write https://"),
        ("gopher://example.com", "expected https:// or starttls+PROTOCOL://, not gopher://"),
        ("starttls+telnet://example.com", "no STARTTLS for 'telnet'"),
        ("https://", "not a host name"),
        ("https://user:password@example.com", "no user name or password"),
        ("[2001:db8::1", "expected [IPv6 address]:port"),
        ("[2001:db8::1]8443", "expected [IPv6 address]:port"),
        ("[example.com]:443", "'example.com' is not an IPv6 address"),
        ("a:b:c", "neither host:port nor an IPv6 address"),
        ("exa mple.com", "not a host name"),
        ("-example.com", "not a host name"),
        ("example..com", "not a host name"),
        ("127.1", "not a host name"),
        ("example.com/path", "not a host name"),
        ("a" * 64 + ".example", "not a host name"),
        ("evil\x1b[2J.example", "not a host name"),
    ],
)
def test_what_is_no_target(text, words):
    with pytest.raises(UsageError) as raised:
        parse_target(text)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_contradictions_and_addresses_as_names():
    with pytest.raises(UsageError, match="it says starttls imap, --starttls says smtp"):
        parse_target("starttls+imap://mail.example", starttls="smtp")
    with pytest.raises(UsageError, match=r"--sni: '192\.0\.2\.1' is an address"):
        parse_target("example.com", sni="192.0.2.1")
    with pytest.raises(UsageError, match="--sni: not a host name"):
        parse_target("example.com", sni="a b")


LIST = """\
# hosts
example.com

example.org:8443   # the second
https://example.net/#part
bad host
starttls+smtp://mail.example
host:99999
"""


def test_lists():
    targets, bad = parse_list(LIST)
    assert [t.host for t in targets] == [
        "example.com",
        "example.org",
        "example.net",
        "mail.example",
    ]
    assert [line for line, _ in bad] == [6, 8]


def test_a_byte_order_mark_and_windows_line_ends():
    targets, bad = parse_list("\ufeffexample.com\r\nexample.org\r\n")
    assert [t.host for t in targets] == ["example.com", "example.org"]
    assert bad == []


def test_expansion_keeps_the_order_and_each_target_once():
    lists = {"hosts": "b.example\na.example\n", "-": "c.example:443\n"}
    found = expand(["a.example", "@hosts", "https://c.example", "-"], lists.__getitem__)
    assert [t.host for t in found] == ["a.example", "b.example", "c.example"]


def test_every_bad_line_of_every_list_is_reported():
    lists = {"one": "ok.example\nb d\n", "-": "c:d:e\n"}
    with pytest.raises(UsageError) as raised:
        expand(["@one", "-"], lists.__getitem__)
    first, second = str(raised.value).splitlines()
    assert first.startswith("one:2: ")
    assert second.startswith("standard input:1: ")


def test_a_list_without_targets_is_an_error():
    with pytest.raises(UsageError, match="hosts: there is no target in it"):
        expand(["@hosts"], lambda name: "# nothing\n")
    with pytest.raises(UsageError, match="@ needs the name of a file"):
        expand(["@"], lambda name: "")


LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)


@given(NAME, st.integers(1, 65535))
def test_every_name_and_port(name, port):
    if "--" in name:  # may be a broken A-label, which is another test's
        return
    expected = target(name, port)
    for text in (f"{name}:{port}", f"https://{name}:{port}/x", f"tls://{name}:{port}"):
        assert parse_target(text) == expected


@given(st.ip_addresses(v=6), st.integers(1, 65535))
@example(ipaddress.IPv6Address("::ffff:192.0.2.1"), 443)
def test_every_ipv6_address(address, port):
    assert parse_target(f"[{address}]:{port}") == target(str(address), port, sni=None)
    assert parse_target(str(address)) == target(str(address), sni=None)


@given(st.text())
def test_any_text_is_a_target_or_a_usage_error_of_one_printable_line(text):
    try:
        found = parse_target(text)
    except UsageError as error:
        message = str(error)
        assert "\n" not in message
    else:
        assert 1 <= found.port <= 65535
        assert found.host.isascii()
        assert found.host.isprintable()


@given(st.text())
def test_any_list_is_read_to_its_end(text):
    targets, bad = parse_list(text)
    assert len(targets) + len(bad) <= len(text.splitlines())
