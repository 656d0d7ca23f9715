"""What somebody on the way saw of one connection: octets, by sender, in their order."""

from typing import Literal

import msgspec

SCHEMA: Literal["tlsward.recording/1"] = "tlsward.recording/1"
#: A recording that is read has at most so many octets of JSON.
MOST_OCTETS = 1 << 24

Sender = Literal["client", "server"]


class Piece(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Octets as they came by: `octets` in hex, `at` in seconds from the first.

    A piece may hold several records of TLS or part of one.
    """

    sender: Sender
    at: float
    octets: str


class Recording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One connection from its first octet on; `note` says what it is of."""

    schema: Literal["tlsward.recording/1"] = SCHEMA
    note: str = ""
    pieces: tuple[Piece, ...] = ()
