"""Lists of logs in the format of Chrome and Apple, version 3 (log_list_schema.json).

Logs of RFC 6962 stand under `logs`, static ones under `tiled_logs`. A list comes from a
file of the user's, and is read as if it came from anybody.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator

import msgspec

from tlsward.errors import UsageError
from tlsward.model.transparency import LogKind
from tlsward.pki.display import safe_text
from tlsward.pki.transparency.log_list import (
    APPLE,
    CHROME,
    ListTime,
    Log,
    LogList,
    Standing,
    known_state,
)

#: Chrome's list of all logs has a quarter of a megabyte, in octets.
LARGEST_LIST = 8 << 20
MOST_LOGS = 10_000


class _State(msgspec.Struct):
    timestamp: ListTime | None = None


class _Interval(msgspec.Struct):
    start_inclusive: ListTime
    end_exclusive: ListTime


class _PreviousOperator(msgspec.Struct):
    name: str
    end_time: ListTime


class _Log(msgspec.Struct):
    log_id: str
    key: str
    description: str = ""
    state: dict[str, _State] | None = None
    temporal_interval: _Interval | None = None
    previous_operators: tuple[_PreviousOperator, ...] | None = None


class _Operator(msgspec.Struct):
    name: str
    # Programs in Go write null for none.
    logs: tuple[_Log, ...] | None = None
    tiled_logs: tuple[_Log, ...] | None = None


class _List(msgspec.Struct):
    operators: tuple[_Operator, ...]
    log_list_timestamp: ListTime | None = None


def read_log_list(octets: bytes, name: str) -> LogList:
    """Return the logs in a file called `name`. Raises UsageError."""
    shown = safe_text(name)
    if len(octets) > LARGEST_LIST:
        raise UsageError(
            f"{shown}: {len(octets)} octets are no list of logs, which has {LARGEST_LIST} at most"
        )
    try:
        listed = msgspec.json.decode(octets.removeprefix(b"\xef\xbb\xbf"), type=_List)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{shown}: no list of transparency logs of version 3, as Chrome and Apple publish "
            f"them: {safe_text(str(error))}"
        ) from error
    entries = list(_entries(listed.operators))
    if len(entries) > MOST_LOGS:
        raise UsageError(f"{shown}: {len(entries)} logs, {MOST_LOGS} are taken at most")
    left_out: list[str] = []
    logs = [log for entry in entries if (log := _log(*entry, left_out)) is not None]
    found = LogList(logs, source=shown, date=listed.log_list_timestamp, left_out=left_out)
    if not len(found):
        why = f": {found.left_out[0]}" if found.left_out else ""
        raise UsageError(f"{shown}: not one log in it can be used{why}")
    return found


def _entries(operators: Iterable[_Operator]) -> Iterator[tuple[_Log, str, LogKind]]:
    for operator in operators:
        for log in operator.logs or ():
            yield log, operator.name, "rfc6962"
        for log in operator.tiled_logs or ():
            yield log, operator.name, "static"


def _log(entry: _Log, operator: str, kind: LogKind, left_out: list[str]) -> Log | None:
    description = safe_text(entry.description or entry.log_id)
    try:
        log_id = base64.b64decode(entry.log_id, validate=True)
        key = base64.b64decode(entry.key, validate=True)
    except (binascii.Error, ValueError):
        left_out.append(f"{description}: its ID or its key is not base64")
        return None
    standings = {}
    # The format has one state for a log; with several it is not known which holds.
    if entry.state and len(entry.state) == 1:
        ((word, state),) = entry.state.items()
        standing = Standing(known_state(word), state.timestamp)
        standings = {CHROME: standing, APPLE: standing}
    interval = entry.temporal_interval
    return Log(
        log_id=log_id,
        key=key,
        description=description,
        operator=safe_text(operator),
        kind=kind,
        standings=standings,
        accepted=(interval.start_inclusive, interval.end_exclusive) if interval else None,
        previous_operators=tuple(
            (safe_text(each.name), each.end_time)
            for each in sorted(entry.previous_operators or (), key=lambda each: each.end_time)
        ),
    )
