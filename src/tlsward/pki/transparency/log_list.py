"""The logs that browsers know: their keys, their operators, and in which state each is.

From the data package, which has Chrome's and Apple's lists of one day, or from a file in
their format: see `log_list_file`.
"""

import base64
import functools
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec

from tlsward.model.transparency import LogKind, LogState
from tlsward.pki.data_package import package_file
from tlsward.pki.display import safe_text

#: Whose lists there are. Firefox goes by Chrome's.
CHROME, APPLE = "chrome", "apple"
_OWNERS = {"GOOGLE": CHROME, "APPLE": APPLE}
_PACKAGE = "cryptodatahub"
#: A time with its offset from UTC, as lists have them.
ListTime = Annotated[datetime, msgspec.Meta(tz=True)]
#: Logs left out of a list that are told of.
MOST_TOLD = 16


class Standing(msgspec.Struct, frozen=True):
    """A log's state in one list and since when, where the list says so."""

    state: LogState
    since: datetime | None = None


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """One log: its ID is the SHA-256 of `key`, a DER SubjectPublicKeyInfo.

    `standings` has its state by list. `accepted` is the interval in which certificates
    must end that it takes, its start inclusive. `previous_operators` are names and when
    they ceased to operate it, in the order of time.
    """

    log_id: bytes
    key: bytes
    description: str
    operator: str
    kind: LogKind
    standings: dict[str, Standing] = {}
    accepted: tuple[datetime, datetime] | None = None
    previous_operators: tuple[tuple[str, datetime], ...] = ()

    def standing(self, program: str) -> Standing | None:
        """Return its state in a list, None where that has it not or gives it no state."""
        return self.standings.get(program)

    @property
    def shown_state(self) -> LogState:
        """The state that is reported: Chrome's, or else Apple's."""
        standing = self.standing(CHROME) or self.standing(APPLE)
        return standing.state if standing else "unknown"

    def operator_at(self, at: datetime) -> str:
        """Return who operated it at that time."""
        for operator, until in self.previous_operators:
            if at < until:
                return operator
        return self.operator


class LogList:
    """Logs by their ID. `date` is the day the list was made, as far as it tells.

    `source` says where it is from, `left_out` why entries were not taken.
    """

    def __init__(
        self,
        logs: Iterable[Log],
        *,
        source: str,
        date: datetime | None = None,
        left_out: Iterable[str] = (),
    ) -> None:
        self.source = source
        self.date = date
        told = list(left_out)
        self._logs: dict[bytes, Log] = {}
        for log in logs:
            if hashlib.sha256(log.key).digest() != log.log_id:
                told.append(f"{log.description}: its ID is not the SHA-256 of its key")
            elif log.log_id in self._logs:
                told.append(f"{log.description}: there twice")
            else:
                self._logs[log.log_id] = log
        more = len(told) - MOST_TOLD
        self.left_out = (*told[:MOST_TOLD], *([f"… ({more} more)"] if more > 0 else ()))

    @staticmethod
    def installed() -> "LogList":
        """Return the list of the data package; one without logs where there is none.

        Its date is that of the newest change in it: the list itself may be newer.
        """
        return _installed()

    @staticmethod
    def from_json(octets: bytes, *, name: str = "the list of logs") -> "LogList":
        """Return a list in the format of Chrome and Apple, version 3.

        Its states count for every browser. Raises UsageError.
        """
        from tlsward.pki.transparency.log_list_file import read_log_list

        return read_log_list(octets, name)

    def __len__(self) -> int:
        return len(self._logs)

    def log(self, log_id: bytes) -> Log | None:
        """Return the log with this ID, None where the list has none."""
        return self._logs.get(log_id)


class _PackagedState(msgspec.Struct):
    state_type: str
    timestamp: ListTime | None = None


class _PackagedStore(msgspec.Struct):
    owner: str
    log_state: _PackagedState | None = None


class _PackagedInterval(msgspec.Struct):
    start_inclusive: ListTime
    end_exclusive: ListTime


class _PackagedLog(msgspec.Struct):
    log_id: str
    key: str
    operator: str
    description: str = ""
    url: str | None = None
    temporal_interval: _PackagedInterval | None = None
    trust_stores: tuple[_PackagedStore, ...] = ()


class _Entity(msgspec.Struct):
    name: str


@functools.cache
def _installed() -> LogList:
    octets = package_file(_PACKAGE, "common/certificate-transparency-log.json")
    if octets is None:
        return LogList((), source=f"{_PACKAGE} is not installed")
    try:
        packaged = msgspec.json.decode(octets, type=dict[str, _PackagedLog])
        names = _operators()
        logs = [_packaged(log, names) for log in packaged.values()]
    except (msgspec.DecodeError, ValueError):
        return LogList((), source=f"the list of {_PACKAGE} cannot be read")
    dates = [
        standing.since for log in logs for standing in log.standings.values() if standing.since
    ]
    return LogList(logs, source=_PACKAGE, date=max(dates, default=None))


def _operators() -> dict[str, str]:
    octets = package_file(_PACKAGE, "common/entity.json") or b"{}"
    entities = msgspec.json.decode(octets, type=dict[str, _Entity])
    return {key: safe_text(entity.name) for key, entity in entities.items()}


def _packaged(log: _PackagedLog, operators: dict[str, str]) -> Log:
    interval = log.temporal_interval
    return Log(
        log_id=base64.b64decode(log.log_id),
        key=base64.b64decode(log.key),
        description=safe_text(log.description),
        operator=operators.get(log.operator, safe_text(log.operator)),
        # The package drops the URLs of static logs, which have one for reading and one
        # for writing, and keeps the one that a log of RFC 6962 has.
        kind="static" if log.url is None else "rfc6962",
        standings={
            _OWNERS[store.owner]: Standing(
                known_state(store.log_state.state_type), store.log_state.timestamp
            )
            for store in log.trust_stores
            if store.owner in _OWNERS and store.log_state is not None
        },
        accepted=(interval.start_inclusive, interval.end_exclusive) if interval else None,
    )


def known_state(word: str) -> LogState:
    """Return the state that a list's word means, `unknown` for one of a later format."""
    match word.lower():
        case "pending" | "qualified" | "usable" | "readonly" | "retired" | "rejected" as state:
            return state
    return "unknown"
