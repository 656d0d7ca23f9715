"""The exchanges before TLS, byte by byte: what is sent, and what each answer leads to.

All but NNTP are also run against real servers, in the tests of `net`.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire.starttls import PREAMBLES, preamble
from tlsward.wire.starttls.preamble import LINE_LIMIT, LINE_LIMIT_BYTES, SURPLUS_LIMIT_BYTES

#: Server's LDAP answer: LDAPMessage { messageID 1, extendedResp { success, "", "" } }
LDAP_SUCCESS = bytes.fromhex("300c 020101 7807 0a0100 0400 0400")
#: MySQL greeting, payload: version 10, "8.0.1", thread id, challenge, filler, capabilities
MYSQL_PAYLOAD = b"\x0a8.0.1\0" + b"\x01\0\0\0" + b"saltsalt" + b"\0" + b"\xff\xff" + bytes(20)
MYSQL_GREETING = len(MYSQL_PAYLOAD).to_bytes(3, "little") + b"\0" + MYSQL_PAYLOAD
MYSQL_REQUEST = bytes.fromhex("20000001 008a0000 00000001 21") + bytes(23)

XMPP_HEADER = (
    b"<?xml version='1.0'?><stream:stream to='mail.example' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
XMPP_FEATURES = (
    b'<?xml version="1.0"?><stream:stream xmlns="jabber:client" id="a>b" version="1.0">'
    b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
    b"<mechanisms/></stream:features>"
)
XMPP_STARTTLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

#: protocol -> the dialogue in turns: what the client says, what the server answers to it.
WILLING = {
    "smtp": [
        (b"", b"220-mail.example ESMTP\r\n220 no spam\r\n"),
        (b"EHLO tlsward.invalid\r\n", b"250-mail.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n"),
        (b"STARTTLS\r\n", b"220 2.0.0 Ready\r\n"),
    ],
    "lmtp": [
        (b"", b"220 mail.example LMTP\r\n"),
        (b"LHLO tlsward.invalid\r\n", b"250-mail.example\r\n250-starttls\r\n250 8BITMIME\r\n"),
        (b"STARTTLS\r\n", b"220 2.0.0 Ready\r\n"),
    ],
    "imap": [
        (b"", b"* OK mail.example ready\r\n"),
        (b"T1 CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1 STARTTLS IDLE\r\nT1 OK done\r\n"),
        (b"T2 STARTTLS\r\n", b"T2 OK begin\r\n"),
    ],
    "pop3": [(b"", b"+OK ready\r\n"), (b"STLS\r\n", b"+OK begin\r\n")],
    "ftp": [
        (b"", b"220-Welcome\r\n 999 stray\r\n221 not yet\r\n220 ready\r\n"),
        (b"AUTH TLS\r\n", b"234 Proceed.\r\n"),
    ],
    "xmpp": [(XMPP_HEADER, XMPP_FEATURES), (XMPP_STARTTLS, b"<proceed xmlns='x'/>")],
    "xmpp-server": [
        (XMPP_HEADER.replace(b"client", b"server"), XMPP_FEATURES),
        (XMPP_STARTTLS, b"<proceed xmlns='x'></proceed>"),
    ],
    "ldap": [
        (bytes.fromhex("301d 020101 7718 8016") + b"1.3.6.1.4.1.1466.20037", LDAP_SUCCESS),
    ],
    "postgres": [(bytes.fromhex("00000008 04d2162f"), b"S")],
    "mysql": [(b"", MYSQL_GREETING), (MYSQL_REQUEST, b"")],
    "sieve": [
        (b"", b'"IMPLEMENTATION" "x"\r\n"SIEVE" "fileinto"\r\n"STARTTLS"\r\nOK "ready."\r\n'),
        (b"STARTTLS\r\n", b'OK "Begin TLS negotiation now."\r\n'),
    ],
    "nntp": [(b"", b"200 news.example\r\n"), (b"STARTTLS\r\n", b"382 go on\r\n")],
    "irc": [
        (
            b"STARTTLS\r\n",
            b":irc.example NOTICE AUTH :*** Looking up\r\n:irc.example 670 * :STARTTLS\r\n",
        )
    ],
}


def converse(exchange, chunks):
    sent = exchange.outgoing()
    for chunk in chunks:
        sent += exchange.receive(chunk)
    return sent, exchange.state, exchange.detail, exchange.temporary, exchange.surplus


def test_every_protocol_has_a_willing_dialogue():
    assert set(WILLING) == set(PREAMBLES)


@pytest.mark.parametrize("protocol", WILLING)
def test_a_willing_server_leads_to_tls(protocol):
    exchange = preamble(protocol, "mail.example")
    said = exchange.outgoing()
    for client, server in WILLING[protocol]:
        assert said == client
        assert exchange.state == "talking" or server == b""
        said = exchange.receive(server)
    assert exchange.state == "ready"
    assert said == b""
    assert exchange.surplus == b""


@pytest.mark.parametrize("protocol", WILLING)
def test_bytes_after_the_answer_are_kept_apart(protocol):
    injected = b"250 injected\r\n"
    server = [answer for _, answer in WILLING[protocol]]
    server[-1] += injected
    _, state, _, _, surplus = converse(preamble(protocol, "mail.example"), server)
    assert state == "ready"
    assert surplus == injected


@pytest.mark.parametrize("protocol", WILLING)
def test_the_surplus_is_bounded(protocol):
    server = [answer for _, answer in WILLING[protocol]] + [bytes(3000)] * 3
    _, _, _, _, surplus = converse(preamble(protocol, "mail.example"), server)
    assert len(surplus) == SURPLUS_LIMIT_BYTES


REFUSALS = [
    ("smtp", b"554 go away\r\n", "greeting: 554 go away", False),
    ("smtp", b"421 too many connections\r\n", "greeting: 421 too many connections", True),
    (
        "smtp",
        b"220 a\r\n250 STARTTLS\r\n454 TLS not available\r\n",
        "STARTTLS: 454 TLS not available",
        True,
    ),
    ("smtp", b"220 a\r\n250-a\r\n250 SIZE\r\n", "the server does not offer STARTTLS", False),
    ("smtp", b"220 a\r\n502 what\r\n", "hello: 502 what", False),
    ("smtp", b"HTTP/1.1 400 Bad Request\r\n", "not an SMTP reply: HTTP/1.1 400 Bad Request", False),
    ("smtp", b"220 \x1b[2J\r\n500 \x1b[2J\x9b\r\n", "hello: 500 \\x1b[2J\\x9b", False),
    ("imap", b"* PREAUTH hi\r\n", "the connection is authenticated already (PREAUTH)", False),
    ("imap", b"* BYE busy\r\n", "* BYE busy", True),
    ("imap", b"* OK [CAPABILITY IMAP4rev1] hi\r\n", "the server does not offer STARTTLS", False),
    (
        "imap",
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\nT2 NO not now\r\n",
        "T2 NO not now",
        False,
    ),
    ("imap", b"+OK POP3\r\n", "not an IMAP greeting: +OK POP3", False),
    ("pop3", b"+OK\r\n-ERR unknown command\r\n", "-ERR unknown command", False),
    ("pop3", b"-ERR [SYS/TEMP] busy\r\n", "-ERR [SYS/TEMP] busy", True),
    ("ftp", b"220 a\r\n530 Please login\r\n", "530 Please login", False),
    ("ftp", b"421 too many\r\n", "421 too many", True),
    ("xmpp", b"<stream:stream><stream:features/>", "the server does not offer STARTTLS", False),
    (
        "xmpp",
        b"<stream:stream><stream:error><host-unknown xmlns='x'/>",
        "stream error: host-unknown",
        False,
    ),
    (
        "xmpp",
        b"<stream:stream><stream:error><resource-constraint/>",
        "stream error: resource-constraint",
        True,
    ),
    ("xmpp", XMPP_FEATURES + b"<failure/>", "the server answered STARTTLS with failure", False),
    ("xmpp", b"</stream:stream>", "the server closed the stream", False),
    ("xmpp", b"220 smtp\r\n", "not an XMPP stream: it begins with 2", False),
    (
        "ldap",
        bytes.fromhex("300c 020101 7807 0a0102 0400 0400"),
        "StartTLS: protocolError (2)",
        False,
    ),
    ("ldap", bytes.fromhex("300c 020101 7807 0a0133 0400 0400"), "StartTLS: busy (51)", True),
    ("ldap", b"HTTP", "not an LDAP answer: H", False),
    ("ldap", bytes.fromhex("3080"), "not an LDAP answer: its length is out of bounds", False),
    ("ldap", bytes.fromhex("3003 020101"), "not an LDAP answer: no result code", False),
    ("postgres", b"N", "the server does not offer TLS (answer N)", False),
    ("postgres", b"EFATAL", "the server answered the SSLRequest with an error", False),
    ("postgres", b"\x15", "not an answer to an SSLRequest: \\x15", False),
    (
        "mysql",
        b"\x11\0\0\0\xff\x10\x04Too many conns",
        "error 1040: Too many conns",
        True,
    ),
    ("mysql", b"\x02\0\0\0\x09\0", "unknown MySQL protocol version 9", False),
    ("mysql", b"\x02\0\0\0\x0a\0", "a MySQL greeting that ends too early", False),
    (
        "mysql",
        b"\x18\0\0\0\x0a5.5\0" + bytes(13) + b"\0\0" + bytes(4),
        "the server (5.5) does not offer TLS",
        False,
    ),
    ("sieve", b'"SIEVE" ""\r\nOK\r\n', "the server does not offer STARTTLS", False),
    ("sieve", b'BYE "later"\r\n', 'BYE "later"', True),
    ("sieve", b"220 smtp\r\n", "not a ManageSieve greeting: 220 smtp", False),
    ("nntp", b"200 a\r\n580 no\r\n", "580 no", False),
    ("nntp", b"400 busy\r\n", "400 busy", True),
    ("irc", b":a 691 * :STARTTLS failed\r\n", ":a 691 * :STARTTLS failed", False),
    ("irc", b":a 421 * STARTTLS :Unknown\r\n", ":a 421 * STARTTLS :Unknown", False),
    ("irc", b"ERROR :Throttled\r\n", "ERROR :Throttled", True),
]


@pytest.mark.parametrize(("protocol", "said", "detail", "temporary"), REFUSALS)
def test_an_unwilling_server_is_refused_with_its_reason(protocol, said, detail, temporary):
    exchange = preamble(protocol, "mail.example")
    _, state, reason, later, surplus = converse(exchange, [said])
    assert state == "refused"
    assert reason == detail
    assert later is temporary
    assert surplus == b""


def test_an_irc_ping_is_answered():
    exchange = preamble("irc", "irc.example")
    assert exchange.receive(b"PING :abc\r\n") == b"PONG :abc\r\n"


def test_the_name_given_to_xmpp_is_escaped():
    sent = preamble("xmpp", "a'<b&c").outgoing()
    assert b"to='a&apos;&lt;b&amp;c'" in sent


def test_an_unknown_protocol_is_a_key_error():
    with pytest.raises(KeyError):
        preamble("gopher", "mail.example")


@pytest.mark.parametrize("protocol", ["smtp", "imap", "pop3", "ftp", "sieve", "nntp", "irc"])
def test_a_line_without_end_is_refused(protocol):
    exchange = preamble(protocol, "mail.example")
    exchange.receive(b"x" * (LINE_LIMIT_BYTES - 1))
    assert exchange.state == "talking"
    exchange.receive(b"x")
    assert exchange.state == "refused"
    assert "longer than 8192 bytes" in exchange.detail


@pytest.mark.parametrize(
    ("protocol", "line"),
    [("smtp", b"220-a\r\n"), ("ftp", b"220-a\r\n"), ("sieve", b'"A"\r\n'), ("irc", b"NOTICE\r\n")],
)
def test_lines_without_end_are_refused(protocol, line):
    exchange = preamble(protocol, "mail.example")
    exchange.receive(line * (LINE_LIMIT + 1))
    assert exchange.state == "refused"


@pytest.mark.parametrize("stream", [b"<a>" * 600, b"<a" + b"x" * 9000, b"<a>" + b"x" * 9000])
def test_xml_without_end_is_refused(stream):
    exchange = preamble("xmpp", "mail.example")
    exchange.receive(stream)
    assert exchange.state == "refused"


def fragments(protocol):
    """Bytes that often look like the protocol, so that chance gets past the greeting."""
    own = [answer for _, answer in WILLING[protocol] if answer]
    own += [said for name, said, _, _ in REFUSALS if name == protocol]
    return st.lists(st.sampled_from(own) | st.binary(max_size=12), max_size=6).map(b"".join)


@pytest.mark.parametrize("protocol", WILLING)
def test_any_bytes_in_any_chunks_give_the_same_and_stay_bounded(protocol):
    @given(stream=fragments(protocol), data=st.data())
    def check(stream, data):
        whole = preamble(protocol, "mail.example")
        expected = converse(whole, [stream])
        cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
        edges = [0, *cuts, len(stream)]
        chunks = [stream[a:b] for a, b in pairwise(edges)]
        assert converse(preamble(protocol, "mail.example"), chunks) == expected
        single = [stream[i : i + 1] for i in range(len(stream))]
        assert converse(preamble(protocol, "mail.example"), single) == expected
        assert expected[1] in {"talking", "ready", "refused"}
        assert bool(expected[2]) == (expected[1] == "refused")
        assert expected[2].isprintable()

    check()


def test_a_refusal_without_a_word_is_told_in_words():
    exchange = preamble("nntp", "mail.example")
    exchange.receive(b"\r\n")
    assert (exchange.state, exchange.detail) == ("refused", "an empty line")
