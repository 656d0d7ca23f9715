"""When an ending without an answer is believed, and when it is asked again.

Theory of operation. Any byte of an answer, an alert as well, settles a connection. An
ending without one may be the server's word on what was asked, or its inability to serve
so many connections at once: some handle one client at a time, some limit the rate. Which
of the two it is can be found out by asking again *alone*, with no other connection of
ours open:

- it is answered now: our parallelism was to blame. The first ending is overturned, and
  fewer connections are opened at once from then on (half as many for each such proof).
- it ends the same way: confirmed. After a few confirmations without a single overturning,
  endings of that kind are believed in company as large as those were seen in, or twice.

What ended so while it was alone is believed, but for two cases. A connection that could
not be opened, where others could before, is tried again after a pause. And a server that
limits the rate refuses the lonely as well: the driver therefore believes a refusal only
while the server still answers what it answered before (the control question).
"""

from enum import Enum

from tlsward.model.observation import Outcome
from tlsward.net.connection import Ending


class Kind(Enum):
    """Endings without an answer."""

    REFUSAL = "refusal"  # closed or reset after the hello: a "no", if it is believed
    SILENCE = "silence"
    NO_WAY = "no way"  # no connection, or turned away before TLS for the moment


#: Confirmations after which a kind is believed. A silence costs its whole time-out.
_CONFIRMATIONS = {Kind.REFUSAL: 3, Kind.SILENCE: 2, Kind.NO_WAY: 3}


def kind_of(ending: Ending) -> Kind | None:
    """Return the kind of an ending without an answer, None for one that settles the question."""
    if ending.answered:
        return None
    if ending.outcome is Outcome.UNREACHABLE or ending.temporary:
        return Kind.NO_WAY
    if ending.outcome is Outcome.TIMEOUT:
        return Kind.SILENCE
    if ending.outcome in {Outcome.CLOSED, Outcome.RESET}:
        return Kind.REFUSAL
    return None


class Doubt:
    """What is known of how an endpoint bears our connections."""

    def __init__(self) -> None:
        self._connected = False
        self._answered_at = -1
        self._confirmed: dict[Kind, list[int]] = {kind: [] for kind in Kind}
        self._outages: list[tuple[int, int]] = []

    def note(self, ending: Ending) -> None:
        """Take note of an ended attempt."""
        if ending.connected and not ending.temporary:
            self._connected = True
            self._confirmed[Kind.NO_WAY].clear()
        if ending.answered:
            self._answered_at = max(self._answered_at, ending.serial)

    def note_retrial(self, kind: Kind, company: int, again: Ending) -> bool:
        """Take note of what asking again alone gave; return whether it was overturned."""
        if kind_of(again) is None:
            self._confirmed[kind].clear()
            return True
        self._confirmed[kind].append(company)
        return False

    @property
    def has_answered(self) -> bool:
        """Whether the endpoint has ever answered anything."""
        return self._answered_at >= 0

    def answers_after(self, ending: Ending) -> bool:
        """Whether a connection opened later than this one has been answered."""
        return self._answered_at > ending.serial

    @property
    def answered_at(self) -> int:
        """Serial of the latest connection that was answered, -1 before the first."""
        return self._answered_at

    def note_outage(self, after: int, until: int) -> None:
        """Disbelieve what ended between these serials: the server refused everything then."""
        self._outages.append((after, until))
        for confirmed in self._confirmed.values():
            confirmed.clear()

    def in_outage(self, ending: Ending) -> bool:
        """Whether it ended while the server refused everything."""
        return any(after < ending.serial < until for after, until in self._outages)

    def wants_retrial(self, ending: Ending, attempt: int) -> bool:
        """Whether to ask again, alone, after the attempt of this number (from 1)."""
        kind = kind_of(ending)
        if kind is None or self._believed(kind, ending.company):
            return False
        if kind is Kind.NO_WAY:
            return self._connected or ending.temporary
        if kind is Kind.SILENCE and self.has_answered and attempt == 1:
            return True
        return ending.company > 0

    def _believed(self, kind: Kind, company: int) -> bool:
        # A server that bears six connections may not bear thirty.
        as_large = [seen for seen in self._confirmed[kind] if 2 * seen >= company]
        return len(as_large) >= _CONFIRMATIONS[kind]
