"""Alerts (RFC 9846 section 6)."""

import msgspec

from tlsward.wire.codepoints import AlertDescription, name_of
from tlsward.wire.reader import Reader

WARNING = 1
FATAL = 2


class Alert(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One alert. `level` is 1 for a warning, 2 for a fatal one, and what else a peer sends."""

    level: int
    description: int

    @property
    def name(self) -> str:
        """The description's name, `0x00FF` for an unknown one."""
        return name_of(AlertDescription, self.description)

    @classmethod
    def decode(cls, payload: bytes) -> "Alert":
        """Read the payload of an alert record; one alert, no more."""
        reader = Reader(payload, "Alert")
        alert = cls(level=reader.u8("level"), description=reader.u8("description"))
        reader.finish()
        return alert

    def encode(self) -> bytes:
        """Return the payload of an alert record."""
        return bytes((self.level, self.description))
