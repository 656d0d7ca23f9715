"""The log: one JSON object a line, and nothing in it that lets anybody in.

A request's line has its path without the query, where codes and tokens travel; headers and
bodies are in no line at all.
"""

import contextlib
import logging
import re
from typing import Any, BinaryIO, cast

import msgspec
import structlog

#: Of what others write into a line: paths, names, reports.
LONGEST_TEXT = 500

#: What a terminal takes for orders, and what some readers take for the end of a line.
_ORDERS = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Log = structlog.typing.FilteringBoundLogger


class Lasting:
    """A stream that breaks nothing: when the disk is full there is no log, but service."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, octets: bytes) -> None:
        """Write, if that is possible."""
        with contextlib.suppress(OSError):
            self._stream.write(octets)

    def flush(self) -> None:
        """Send on what was written, if that is possible."""
        with contextlib.suppress(OSError):
            self._stream.flush()


def json_log(stream: BinaryIO) -> Log:
    """Return a log that writes its lines to a stream."""
    log: Log = structlog.wrap_logger(
        structlog.BytesLogger(cast("BinaryIO", Lasting(stream))),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_encode),
        ],
    ).bind()
    return log


def short(text: object) -> str:
    """Return a text of somebody else's, cut to what a line bears."""
    written = str(text)
    return written if len(written) <= LONGEST_TEXT else written[:LONGEST_TEXT] + "…"


def _encode(line: object, **_: Any) -> bytes:  # noqa: ANN401 - json's own options
    try:
        encoded = msgspec.json.encode(line, enc_hook=str)
        if encoded.isascii() and b"\x7f" not in encoded:
            return encoded
        return _ORDERS.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode()).encode()
    except UnicodeEncodeError:  # a lone surrogate, which a path of hostile bytes can hold
        import json

        return json.dumps(line, default=str).encode()


#: uvicorn's words about a request with an Upgrade header.
_NO_NEWS = frozenset({"Unsupported upgrade request."})
_ADVICE = "No supported WebSocket library detected."


class ServerLog(logging.Handler):
    """Writes what the HTTP server and asyncio log as lines of ours."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; not that somebody asked for HTTP/2 or a WebSocket, as curl does."""
        if record.msg in _NO_NEWS or str(record.msg).startswith(_ADVICE):
            return
        self._log.warning(
            "server",
            message=short(record.getMessage()),
            exc_info=record.exc_info if record.exc_info and record.exc_info[0] else None,
        )
