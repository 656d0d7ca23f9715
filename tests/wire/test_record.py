import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire.reader import DecodeError
from tlsward.wire.record import Record, RecordReader, encode_records

STREAM = b"".join(
    (
        b"\x15\x02\x00\x00\x02\x01\x70",  # a warning of version 0x0200, as seen in the wild
        b"\x16\x03\x01\x00\x04\x0e\x00\x00\x00",  # ServerHelloDone
        b"\x17\x03\x03\x00\x00",  # nothing
    )
)
RECORDS = [
    Record(content_type=21, version=0x0200, payload=b"\x01\x70"),
    Record(content_type=22, version=0x0301, payload=b"\x0e\x00\x00\x00"),
    Record(content_type=23, version=0x0303, payload=b""),
]


def test_a_stream_at_once():
    reader = RecordReader()
    assert reader.feed(STREAM) == RECORDS
    assert reader.buffered == 0
    assert b"".join(record.encode() for record in RECORDS) == STREAM


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_a_stream_in_pieces(size):
    reader = RecordReader()
    found = []
    for start in range(0, len(STREAM), size):
        found += reader.feed(STREAM[start : start + size])
    assert found == RECORDS


def test_what_waits_is_counted():
    reader = RecordReader()
    assert reader.feed(b"\x16\x03\x01\x00\x04\x0e") == []
    assert reader.buffered == 6


@pytest.mark.parametrize(
    ("stream", "field", "offset"),
    [
        (b"H", "content_type", 0),
        (b"SSH-2.0-", "content_type", 0),
        (b"\x16H", "version", 1),
        (b"\x16\x01\x00", "version", 1),
        (b"\x16\x03\x01\x48\x01", "length", 3),
        (b"\x16\x03\x01\xff\xff", "length", 3),
    ],
)
def test_nonsense_is_told_by_its_first_octets(stream, field, offset):
    with pytest.raises(DecodeError) as caught:
        RecordReader().feed(stream)
    assert (caught.value.field, caught.value.offset) == (field, offset)


def test_records_before_nonsense_are_not_lost():
    reader = RecordReader()
    assert reader.feed(STREAM + b"HTTP/1.1") == RECORDS
    assert reader.error is not None
    assert reader.error.offset == len(STREAM)
    with pytest.raises(DecodeError, match="begins no TLS record"):
        reader.feed(b"")


def test_offsets_count_the_whole_stream():
    reader = RecordReader()
    reader.feed(STREAM)
    with pytest.raises(DecodeError) as caught:
        reader.feed(b"\x16\x04")
    assert caught.value.offset == len(STREAM) + 1


def test_the_stream_has_a_limit():
    reader = RecordReader(limit_bytes=100)
    reader.feed(b"\x17\x03\x03\x00\x50" + bytes(80))
    for _ in range(3):
        with pytest.raises(DecodeError, match="more than 100 octets"):
            reader.feed(b"\x17\x03\x03\x00\x50" + bytes(80))
    assert reader.buffered <= 85


def test_long_payloads_are_split():
    encoded = encode_records(22, 0x0301, bytes(40000))
    assert [len(r.payload) for r in RecordReader().feed(encoded)] == [16384, 16384, 7232]
    assert encode_records(22, 0x0301, b"") == b"\x16\x03\x01\x00\x00"


@given(
    st.integers(20, 26),
    st.integers(0x0200, 0x03FF),
    st.binary(max_size=2000),
    st.integers(1, 700),
    st.integers(1, 900),
)
def test_payloads_come_back(content_type, version, payload, fragment, size):
    stream = encode_records(content_type, version, payload, fragment)
    reader = RecordReader()
    found = []
    for start in range(0, len(stream), size):
        found += reader.feed(stream[start : start + size])
    assert b"".join(record.payload for record in found) == payload
    assert all(len(record.payload) <= fragment for record in found)
    assert {(r.content_type, r.version) for r in found} == {(content_type, version)}
