"""Messages octet by octet: what makes sense, what does not, and what is for somebody else."""

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.net.dns_message import (
    MalformedReplyError,
    OtherReplyError,
    query,
    read_reply,
)

#: The identifier is random; cases that are made of it have to be the same in every process.
ASKED = b"\x07\xf6" + query("www.example", 1)[2:]
QUESTION = b"\3www\7example\0\0\1\0\1"


def reply(*, flags=0x8180, counts=(1, 0, 0, 0), body=b"", identifier=ASKED[:2]):
    return b"".join(
        [
            identifier,
            flags.to_bytes(2),
            *(count.to_bytes(2) for count in counts),
            QUESTION,
            body,
        ]
    )


def test_a_reply_of_dnspython():
    made = dns.message.make_response(dns.message.from_wire(ASKED), recursion_available=True)
    made.answer = [
        dns.rrset.from_text("www.example.", 60, "IN", "CNAME", "CDN.example."),
        dns.rrset.from_text("cdn.example.", 60, "IN", "A", "192.0.2.1", "192.0.2.2"),
    ]
    read = read_reply(made.to_wire(), ASKED)
    assert read.rcode == 0
    assert read.recursive
    assert not read.authenticated
    assert [(each.owner, each.type, each.target) for each in read.answer] == [
        ("www.example", 5, "cdn.example"),
        ("cdn.example", 1, None),
        ("cdn.example", 1, None),
    ]
    assert {each.rdata for each in read.answer[1:]} == {b"\xc0\0\2\1", b"\xc0\0\2\2"}


def test_case_of_the_question_does_not_count():
    octets = reply().replace(b"\3www", b"\3WwW")
    assert read_reply(octets, ASKED).answer == ()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        reply()[:11],
        reply(identifier=bytes([ASKED[0] ^ 1, ASKED[1]])),
        reply(flags=0x0180),  # a query
        reply(flags=0x9180),  # opcode 2
        reply().replace(b"www", b"abc"),
        reply().replace(b"\0\1\0\1", b"\0\x1c\0\1"),  # another type
    ],
)
def test_what_is_for_another_query(octets):
    with pytest.raises(OtherReplyError):
        read_reply(octets, ASKED)


@pytest.mark.parametrize(
    "octets",
    [
        reply(counts=(1, 1, 0, 0)),  # a record that is not there
        reply(counts=(1, 65535, 0, 0)),
        reply(counts=(2, 0, 0, 0)),
        reply()[:-1],
        # A name that points at itself, and one that points ahead.
        reply(counts=(1, 1, 0, 0), body=b"\xc0\x1d" + b"\0\1\0\1\0\0\0\0\0\0"),
        reply(counts=(1, 1, 0, 0), body=b"\xc0\x40" + b"\0\1\0\1\0\0\0\0\0\0"),
        # Longer than what is left, and a CNAME longer than its name.
        reply(counts=(1, 1, 0, 0), body=b"\0\0\1\0\1\0\0\0\0\0\x05abcd"),
        reply(counts=(1, 1, 0, 0), body=b"\0\0\5\0\1\0\0\0\0\0\x03\0\0\0"),
    ],
)
def test_what_makes_no_sense(octets):
    with pytest.raises(MalformedReplyError):
        read_reply(octets, ASKED)


def test_an_error_may_leave_out_the_question():
    octets = ASKED[:2] + b"\x81\x85" + b"\0" * 8
    assert read_reply(octets, ASKED).rcode == 5
    with pytest.raises(MalformedReplyError):
        read_reply(ASKED[:2] + b"\x81\x80" + b"\0" * 8, ASKED)


def test_a_cut_reply_counts_for_nothing_but_that():
    read = read_reply(reply(flags=0x8380, counts=(1, 9, 0, 0), body=b"\0\0"), ASKED)
    assert read.truncated
    assert read.answer == ()


def test_extended_codes_and_errors():
    option = b"\0\x0f\0\x09\0\x06a \x1b[31m"  # EDE 6 with text
    body = b"\0\0\x29\x04\xd0\x01\0\0\0" + len(option).to_bytes(2) + option
    read = read_reply(reply(flags=0x8182, counts=(1, 0, 0, 1), body=body), ASKED)
    assert read.rcode == 0x12
    assert read.explained == ("dnssec bogus (a \x1b[31m)",)


@given(st.binary(max_size=200), st.integers(0, 0xFFFF), st.tuples(*[st.integers(0, 3)] * 4))
def test_whatever_follows_is_read_or_refused(body, flags, counts):
    try:
        read = read_reply(reply(flags=flags | 0x8000, counts=counts, body=body), ASKED)
    except (MalformedReplyError, OtherReplyError):
        return
    assert len(read.answer) <= 3


@given(st.binary(max_size=300))
def test_octets_of_any_kind(octets):
    try:
        read_reply(ASKED[:2] + octets, ASKED)
    except (MalformedReplyError, OtherReplyError):
        return


@pytest.mark.parametrize("name", ["a" * 64, "a..b", ".".join(["a" * 63] * 5), "\\999"])
def test_no_name_of_the_dns(name):
    with pytest.raises(ValueError):
        query(name, 1)
