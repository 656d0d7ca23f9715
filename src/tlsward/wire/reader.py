"""A cursor over received bytes that says where they stopped making sense."""

import struct


class DecodeError(ValueError):
    """Bytes of a peer that are not what its protocol says they are.

    `field` names what was being read, `offset` counts octets from the start of the outermost
    value (a message's body, for records the stream), `reason` is a phrase for a person.
    """

    def __init__(self, field: str, offset: int, reason: str) -> None:
        super().__init__(f"{field} at offset {offset}: {reason}")
        self.field = field
        self.offset = offset
        self.reason = reason

    def __reduce__(self) -> tuple[type["DecodeError"], tuple[str, int, str]]:
        """Let the error cross process borders: ValueError's own way loses the arguments."""
        return type(self), (self.field, self.offset, self.reason)


class Reader:
    """Reads the presentation language of RFC 9846 section 3 from the front of `data`.

    Every method raises DecodeError when the bytes run out or a length breaks its bounds.
    `base` is the offset of `data` in the value that errors should speak of.
    """

    __slots__ = ("_base", "_data", "_end", "_field", "_position")

    def __init__(self, data: bytes, field: str = "", base: int = 0) -> None:
        self._data = data
        self._field = field
        self._base = base
        self._position = 0
        self._end = len(data)

    def remaining(self) -> int:
        """Return the number of octets not read yet."""
        return self._end - self._position

    def offset(self) -> int:
        """Return where the next octet stands, counted as errors count."""
        return self._base + self._position

    def fail(self, reason: str, field: str = "") -> DecodeError:
        """Return, for the caller to raise, an error at the present position."""
        return DecodeError(field or self._field, self._base + self._position, reason)

    def u8(self, field: str = "") -> int:
        """Read an uint8."""
        position = self._position
        if position >= self._end:
            raise self._short(1, field)
        self._position = position + 1
        return self._data[position]

    def u16(self, field: str = "") -> int:
        """Read an uint16."""
        return self._number(2, field)

    def u24(self, field: str = "") -> int:
        """Read an uint24."""
        return self._number(3, field)

    def u32(self, field: str = "") -> int:
        """Read an uint32."""
        return self._number(4, field)

    def take(self, count: int, field: str = "") -> bytes:
        """Read `count` octets."""
        position = self._position
        end = position + count
        if end > self._end:
            raise self._short(count, field)
        self._position = end
        return self._data[position:end]

    def rest(self) -> bytes:
        """Read everything that is left."""
        position = self._position
        self._position = self._end
        return self._data[position:]

    def vector8(self, field: str = "", minimum: int = 0, maximum: int = 0xFF) -> bytes:
        """Read `opaque field<minimum..maximum>` with a length of one octet."""
        return self._vector(1, field, minimum, maximum)

    def vector16(self, field: str = "", minimum: int = 0, maximum: int = 0xFFFF) -> bytes:
        """Read `opaque field<minimum..maximum>` with a length of two octets."""
        return self._vector(2, field, minimum, maximum)

    def vector24(self, field: str = "", minimum: int = 0, maximum: int = 0xFFFFFF) -> bytes:
        """Read `opaque field<minimum..maximum>` with a length of three octets."""
        return self._vector(3, field, minimum, maximum)

    def within8(self, field: str = "", minimum: int = 0, maximum: int = 0xFF) -> "Reader":
        """Return a reader of a vector8's content, whose errors count from the same start."""
        return self._within(1, field, minimum, maximum)

    def within16(self, field: str = "", minimum: int = 0, maximum: int = 0xFFFF) -> "Reader":
        """Return a reader of a vector16's content, whose errors count from the same start."""
        return self._within(2, field, minimum, maximum)

    def within24(self, field: str = "", minimum: int = 0, maximum: int = 0xFFFFFF) -> "Reader":
        """Return a reader of a vector24's content, whose errors count from the same start."""
        return self._within(3, field, minimum, maximum)

    def u8_list(self, field: str = "", minimum: int = 0, maximum: int = 0xFF) -> tuple[int, ...]:
        """Read a vector8 of uint8."""
        return tuple(self._vector(1, field, minimum, maximum))

    def u16_list(self, field: str = "", minimum: int = 0, maximum: int = 0xFFFF) -> tuple[int, ...]:
        """Read a vector16 of uint16."""
        return self._numbers(self._vector(2, field, minimum, maximum), field)

    def u16_short_list(
        self, field: str = "", minimum: int = 0, maximum: int = 0xFF
    ) -> tuple[int, ...]:
        """Read a vector8 of uint16."""
        return self._numbers(self._vector(1, field, minimum, maximum), field)

    def finish(self) -> None:
        """Make sure that everything was read: RFC 9846 section 6 has decode_error for the rest."""
        if self._position != self._end:
            raise self.fail(f"{self.remaining()} octets too many")

    def _number(self, size: int, field: str) -> int:
        position = self._position
        end = position + size
        if end > self._end:
            raise self._short(size, field)
        self._position = end
        return int.from_bytes(self._data[position:end])

    def _vector(self, size: int, field: str, minimum: int, maximum: int) -> bytes:
        start = self._position + size
        if start > self._end:
            raise self._short(size, field)
        length = int.from_bytes(self._data[self._position : start])
        if not minimum <= length <= maximum:
            raise self.fail(f"length {length} is not in {minimum}..{maximum}", field)
        end = start + length
        if end > self._end:
            raise self.fail(f"length {length} is more than the {self._end - start} left", field)
        self._position = end
        return self._data[start:end]

    def _within(self, size: int, field: str, minimum: int, maximum: int) -> "Reader":
        content = self._vector(size, field, minimum, maximum)
        return Reader(content, field or self._field, self.offset() - len(content))

    def _numbers(self, content: bytes, field: str) -> tuple[int, ...]:
        if len(content) % 2:
            raise self.fail(f"{len(content)} octets are not whole numbers of two", field)
        return struct.unpack(f">{len(content) // 2}H", content)

    def _short(self, needed: int, field: str) -> DecodeError:
        return self.fail(f"needs {needed} octets, {self.remaining()} left", field)
