"""The log: one JSON object a line, and nothing in it that lets anybody in.

A request's line has its path without the query, where codes and tokens travel; headers and
bodies are in no line at all.
"""

import logging
from typing import Any, BinaryIO

import msgspec
import structlog

#: Of what others write into a line: paths, names, reports.
LONGEST_TEXT = 500

Log = structlog.typing.FilteringBoundLogger


def json_log(stream: BinaryIO) -> Log:
    """Return a log that writes its lines to a stream."""
    log: Log = structlog.wrap_logger(
        structlog.BytesLogger(stream),
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
        return msgspec.json.encode(line, enc_hook=str)
    except UnicodeEncodeError:  # a lone surrogate, which a path of hostile bytes can hold
        import json

        return json.dumps(line, default=str).encode()


class ServerLog(logging.Handler):
    """Writes what the HTTP server and asyncio log as lines of ours."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self._log.warning(
            "server",
            message=short(record.getMessage()),
            exc_info=record.exc_info if record.exc_info and record.exc_info[0] else None,
        )
