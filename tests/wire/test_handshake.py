import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire.handshake import HandshakeReader, encode_handshake
from tlsward.wire.reader import DecodeError


@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)), max_size=6),
    st.integers(1, 400),
)
def test_messages_come_back_however_they_are_cut(messages, size):
    stream = b"".join(encode_handshake(kind, body) for kind, body in messages)
    reader = HandshakeReader()
    found = []
    for start in range(0, len(stream), size):
        found += reader.feed(stream[start : start + size])
    assert [(m.type, m.body) for m in found] == messages
    assert b"".join(m.raw for m in found) == stream
    assert reader.buffered == 0


def test_a_header_that_announces_too_much_is_refused_at_once():
    reader = HandshakeReader(limit_bytes=1000)
    assert reader.feed(encode_handshake(11, bytes(1000)))
    for _ in range(2):
        with pytest.raises(DecodeError, match="a message of 1001 octets, more than 1000") as caught:
            reader.feed(b"\x0b\x00\x03\xe9")
        assert caught.value.offset == 1005


def test_memory_stays_near_the_limit():
    stream = encode_handshake(11, bytes(262144))
    reader = HandshakeReader()
    tracemalloc.start()
    lengths = []
    for _ in range(8):
        for start in range(0, len(stream), 16384):
            lengths += [len(m.body) for m in reader.feed(stream[start : start + 16384])]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lengths == [262144] * 8
    assert peak < 1_500_000


def test_one_octet_at_a_time_is_not_quadratic():
    """A certificate message of the greatest length, as a server may drip it."""
    stream = encode_handshake(11, bytes(200_000))
    reader = HandshakeReader()
    found = [
        m for start in range(0, len(stream), 7) for m in reader.feed(stream[start : start + 7])
    ]
    assert len(found) == 1
