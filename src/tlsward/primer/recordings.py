"""Recordings in and out of JSON (`tlsward.recording/1`), and the records of TLS in them."""

from collections.abc import Iterator

import msgspec

from tlsward.errors import UsageError
from tlsward.model.recording import MOST_OCTETS, Recording, Sender
from tlsward.wire.record import Record, RecordReader

#: Records may come from a file of anybody: their number and octets are bounded.
_STREAM_LIMIT_BYTES = MOST_OCTETS // 2


class SentRecord(msgspec.Struct, frozen=True):
    """A record of TLS, who sent it, and when in seconds."""

    sender: Sender
    at: float
    record: Record


def read_recording(octets: bytes, name: str) -> Recording:
    """Return the recording in a JSON document; UsageError where there is none."""
    if len(octets) > MOST_OCTETS:
        raise UsageError(f"{name}: more than {MOST_OCTETS} octets are no recording of a lesson")
    try:
        recording = msgspec.json.decode(octets, type=Recording)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: not a recording: {error}") from None
    for number, piece in enumerate(recording.pieces):
        try:
            bytes.fromhex(piece.octets)
        except ValueError:
            raise UsageError(f"{name}: not a recording: pieces[{number}].octets: no hex") from None
    return recording


def write_recording(recording: Recording) -> str:
    """Return a recording as an indented JSON document."""
    return msgspec.json.format(msgspec.json.encode(recording), indent=2).decode() + "\n"


def records_of(recording: Recording) -> Iterator[SentRecord]:
    """Yield the records in the order in which each was complete.

    Raises DecodeError for octets that are no records of TLS. A last one that is cut off is
    left out.
    """
    readers: dict[Sender, RecordReader] = {
        "client": RecordReader(_STREAM_LIMIT_BYTES),
        "server": RecordReader(_STREAM_LIMIT_BYTES),
    }
    for piece in recording.pieces:
        for record in readers[piece.sender].feed(bytes.fromhex(piece.octets)):
            yield SentRecord(piece.sender, piece.at, record)
        error = readers[piece.sender].error
        if error is not None:
            raise error
