"""Find every candidate a server serves, by chunks that run side by side.

Suites, groups and signature schemes are all found in the same way: offer several, see
which one the server picks, offer the others again, until it refuses. One chunk after
another that takes a round per served candidate; candidates that are likely to be served
are therefore put into different chunks, and what is left of a chunk that was hit is cut
small. Most servers are done in two rounds.

A refusal is believed when it is the alert for "nothing in common", or when the server
refuses in the same way what it cannot possibly serve (`manner`). Any other refusal is
asked again in halves, because the cause may be the length of the hello; where the hello
is short it is asked again as it was, and believed when it is refused twice.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from tlsward.model.observation import FAILURES, REFUSALS, Observation, Outcome
from tlsward.probe.plan import NOTHING_IN_COMMON, Plan, reason
from tlsward.probe.probe import Probe

#: How many served candidates a chunk is cut to be expected to hold. Less costs connections,
#: more costs rounds: measured on four nginx configurations at a round trip of 100 ms.
EXPECTED_PER_CHUNK = 0.75

#: A hello that offers no more than this is short enough for every server.
SHORT_OFFER = 16

#: Builds the probe that offers the given candidates, in that order.
Offer = Callable[[tuple[int, ...]], Probe]
#: Reads which candidate an observation shows as served; None for none.
Winner = Callable[[Probe, Observation], int | None]
#: Outcome and alert: the way in which a server refuses.
Manner = tuple[Outcome, int | None]


class Win(msgspec.Struct, frozen=True):
    """The server picked `winner` from `offered`, in the order of the offer."""

    winner: int
    offered: tuple[int, ...]


class Enumeration(msgspec.Struct, kw_only=True):
    """What was found: served candidates with their evidence, and what stayed open.

    `unproved` were answered with a ServerHello that neither proof nor an alert followed.
    `unknown` maps a candidate to the reason why it could not be told. `openers` are the
    answers to the opening probes, `manners` the ways in which the server says "nothing in
    common".
    """

    served: dict[int, Observation] = {}
    unproved: dict[int, str] = {}
    unknown: dict[int, str] = {}
    wins: list[Win] = []
    refusals: list[Observation] = []
    openers: list[Observation] = []
    manners: set[Manner] = set()
    rounds: int = 0

    def note_opener(self, probe: Probe, seen: Observation, winner: Winner) -> None:
        """Take an opening probe's answer as one more piece of evidence."""
        self.openers.append(seen)
        picked = winner(probe, seen)
        if picked is not None:
            self.served.setdefault(picked, seen)
            self.wins.append(Win(picked, probe.cipher_suites))


def enumerate_served(
    chunks: Sequence[tuple[int, ...]],
    offer: Offer,
    winner: Winner,
    *,
    openers: Sequence[Probe] = (),
    impossible: Probe | None = None,
    manners: Iterable[Manner] = (),
) -> Plan[Enumeration]:
    """Ask `chunks` until every candidate in them is decided.

    `openers` are asked beside the first chunks; `impossible` too: it offers what no
    server has, so its refusal is this server's manner of saying "nothing in common".
    `manners` are those already known.
    """
    found = Enumeration(
        served={}, unproved={}, unknown={}, wins=[], refusals=[], openers=[], manners=set(manners)
    )
    opening = [*openers, *([impossible] if impossible else [])]
    pending = [(chunk, 0) for chunk in chunks if chunk]
    while pending or opening:
        probes = [offer(chunk) for chunk, _ in pending]
        seen_all = yield [*opening, *probes]
        for probe, seen in zip(openers, seen_all, strict=False):
            if opening:
                found.note_opener(probe, seen, winner)
        if opening and impossible and seen_all[len(openers)].outcome in REFUSALS:
            found.manners.add(manner(seen_all[len(openers)]))
        observations = seen_all[len(opening) :]
        opening = []
        found.rounds += 1
        following: list[tuple[tuple[int, ...], int]] = []
        for (chunk, attempts), probe, seen in zip(pending, probes, observations, strict=True):
            picked = winner(probe, seen)
            if picked is not None and picked in chunk:
                # In place of an opener's evidence, which may come from another kind of hello.
                found.served[picked] = seen
                found.wins.append(Win(picked, chunk))
                rest = tuple(code for code in chunk if code != picked)
                following += [(part, 0) for part in cut(rest)]
            elif is_other_version(probe, seen):
                found.refusals.append(seen)
            elif seen.outcome is Outcome.HELLO_ONLY and seen.cipher_suite in chunk:
                # A ServerHello that nothing followed: not served, but in the way of others.
                if seen.alert is None:
                    found.unproved[seen.cipher_suite] = reason(seen)
                else:
                    found.refusals.append(seen)
                rest = tuple(code for code in chunk if code != seen.cipher_suite)
                following += [(part, 0) for part in cut(rest)]
            elif seen.outcome in FAILURES:
                if attempts == 0 and seen.outcome is not Outcome.OVER_BUDGET:
                    following.append((chunk, 1))
                else:
                    found.unknown.update(dict.fromkeys(chunk, reason(seen)))
            elif is_believable(seen, found.manners):
                found.refusals.append(seen)
            elif len(chunk) > SHORT_OFFER:
                following += [(part, 0) for part in halves(chunk)]
            elif attempts >= 1:
                found.refusals.append(seen)
            else:
                following.append((chunk, 1))
        pending = following
    return found


def is_other_version(probe: Probe, seen: Observation) -> bool:
    """Whether the server answered in another version than the one offered: it has not that."""
    return seen.outcome is Outcome.HELLO_ONLY and seen.version not in {None, probe.version}


def manner(seen: Observation) -> Manner:
    """Return the way in which a refusal was said."""
    return (seen.outcome, seen.alert)


def is_believable(seen: Observation, manners: AbstractSet[Manner]) -> bool:
    """Whether a refusal says "nothing in common" and not "I did not understand"."""
    return seen.alert in NOTHING_IN_COMMON or manner(seen) in manners


def cut(rest: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Cut what is left of a hit chunk: where one is served, its neighbours are likely."""
    if len(rest) <= 5:
        size = 1
    elif len(rest) <= 24:
        size = 3
    else:
        size = 10
    return [rest[i : i + size] for i in range(0, len(rest), size)]


def halves(chunk: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the two halves of a chunk, or the chunk where it has one member."""
    middle = len(chunk) // 2
    return [chunk[:middle], chunk[middle:]] if middle else [chunk]


def tiers(likelihoods: Sequence[tuple[int, float]], longest: int) -> list[tuple[int, ...]]:
    """Cut candidates into chunks so that likely ones fall apart.

    `likelihoods` are (candidate, probability). The expected number of served candidates
    in a chunk stays below `EXPECTED_PER_CHUNK`, so that most chunks need one connection;
    no chunk is longer than `longest`.
    """
    ordered = sorted(likelihoods, key=lambda pair: -pair[1])
    chunks: list[tuple[int, ...]] = []
    current: list[int] = []
    expected = 0.0
    for code, probability in ordered:
        if current and (expected + probability > EXPECTED_PER_CHUNK or len(current) >= longest):
            chunks.append(tuple(current))
            current, expected = [], 0.0
        current.append(code)
        expected += probability
    if current:
        chunks.append(tuple(current))
    return chunks
