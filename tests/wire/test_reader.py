import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.wire import writer
from tlsward.wire.reader import DecodeError, Reader


def test_numbers_and_vectors_in_turn():
    reader = Reader(b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x02ab\x00\x01c\x00\x00\x00rest")
    assert (reader.u8(), reader.u16(), reader.u24()) == (0x01, 0x0203, 0x040506)
    assert reader.u32() == 0x0708090A
    assert (reader.vector8(), reader.vector16(), reader.vector24()) == (b"ab", b"c", b"")
    assert reader.remaining() == 4
    assert reader.take(1) == b"r"
    assert reader.rest() == b"est"
    reader.finish()


def test_lists():
    assert Reader(b"\x02\x07\x08").u8_list("l") == (7, 8)
    assert Reader(b"\x00\x04\x00\x01\xff\xff").u16_list("l") == (1, 0xFFFF)
    assert Reader(b"\x02\x03\x04").u16_short_list("l") == (0x0304,)
    with pytest.raises(DecodeError, match="3 octets are not whole numbers"):
        Reader(b"\x00\x03abc").u16_list("l")


@pytest.mark.parametrize(
    ("data", "read", "error"),
    [
        (b"", lambda r: r.u8("f"), "f at offset 10: needs 1 octets, 0 left"),
        (b"a", lambda r: r.u16("f"), "f at offset 10: needs 2 octets, 1 left"),
        (b"abc", lambda r: r.u32("f"), "f at offset 10: needs 4 octets, 3 left"),
        (b"abc", lambda r: r.take(9, "f"), "f at offset 10: needs 9 octets, 3 left"),
        (b"\x05abc", lambda r: r.vector8("f"), "f at offset 10: length 5 is more than the 3 left"),
        (b"\x00", lambda r: r.vector16("f"), "f at offset 10: needs 2 octets, 1 left"),
        (b"\x00", lambda r: r.vector8("f", minimum=1), "f at offset 10: length 0 is not in 1..255"),
        (
            b"\x21" + bytes(33),
            lambda r: r.vector8("f", maximum=32),
            "f at offset 10: length 33 is not in 0..32",
        ),
        (b"ab", lambda r: r.finish(), "message at offset 10: 2 octets too many"),
        (b"ab", lambda r: (r.u8(), r.finish()), "message at offset 11: 1 octets too many"),
        (b"", lambda r: r.u8(), "message at offset 10: needs 1 octets, 0 left"),
    ],
)
def test_errors_say_what_and_where(data, read, error):
    with pytest.raises(DecodeError) as caught:
        read(Reader(data, "message", base=10))
    assert str(caught.value) == error


def test_readers_within_count_from_the_same_start():
    outer = Reader(b"\xff\x00\x04\x00\x02ab\xee", "outer")
    outer.u8()
    inner = outer.within16("inner")
    assert inner.offset() == 3
    innermost = inner.within16("innermost")
    assert innermost.offset() == 5
    with pytest.raises(DecodeError) as caught:
        innermost.u24("number")
    assert (caught.value.field, caught.value.offset) == ("number", 5)
    assert outer.u8() == 0xEE


def test_an_error_crosses_processes():
    error = pickle.loads(pickle.dumps(DecodeError("field", 7, "reason")))
    assert (error.field, error.offset, error.reason) == ("field", 7, "reason")


@given(st.binary(max_size=300))
def test_vectors_come_back(content):
    if len(content) < 256:
        assert Reader(writer.vector8(content)).vector8() == content
    assert Reader(writer.vector16(content)).vector16() == content
    assert Reader(writer.vector24(content)).vector24() == content


@given(st.integers(0, 0xFFFFFF))
def test_numbers_come_back(number):
    assert Reader(writer.u8(number & 0xFF)).u8() == number & 0xFF
    assert Reader(writer.u16(number & 0xFFFF)).u16() == number & 0xFFFF
    assert Reader(writer.u24(number)).u24() == number
    assert Reader(writer.u32(number << 8)).u32() == number << 8


@pytest.mark.parametrize(
    "write",
    [
        lambda: writer.u8(256),
        lambda: writer.u16(-1),
        lambda: writer.vector8(bytes(256)),
        lambda: writer.vector16(bytes(65536)),
        lambda: writer.u16_list((65536,)),
        lambda: writer.u16_short_list(range(128)),
    ],
)
def test_what_does_not_fit_is_an_overflow(write):
    with pytest.raises(OverflowError):
        write()
