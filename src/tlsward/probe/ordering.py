"""Whose order of preference counts, and what the server's order is.

Two offers in opposite order do not settle it: Go, Caddy and HAProxy keep their own order
but move ChaCha20 up when the client lists it first, and BoringSSL has groups of equal
preference. So a client's order is only concluded when the first offered suite wins both
ways, without ChaCha20 in the offers; and every other offer here lists ChaCha20 late.

A server's order c1 > ... > cn is proved with n - 1 questions in one round: predict it,
offer every suffix {ci ... cn} at once, least preferred first. If each answers ci, the
order is proved. Where not, what was learnt repairs the prediction, and only the suffixes
that are new are asked. A prediction that repairs do not heal is thrown away: the
candidates are sorted by comparing each part's members with its middle one, all at once,
and the order so found is proved like a prediction.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence

import msgspec

from tlsward.model.answer import NO, UNKNOWN, YES, Answer
from tlsward.model.observation import Observation
from tlsward.probe.enumeration import Offer, Win, Winner
from tlsward.probe.plan import Plan
from tlsward.probe.probe import Probe

Order = str
#: Repairs after which the prediction is given up and the candidates are sorted.
REPAIR_LIMIT = 3
#: Repairs after sorting: they are needed only where the server contradicts itself.
LAST_REPAIRS = 3


class Ordering(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome: `kind` server, client or unknown; `order` most preferred first.

    `equal` holds pairs between which the client's order decided, `proved` whether every
    place of a server's order was seen; `chacha20_first` whether the server prefers
    ChaCha20 for clients that list it first.
    """

    kind: Order
    order: tuple[int, ...]
    proved: bool = False
    equal: tuple[tuple[int, int], ...] = ()
    chacha20_first: Answer = UNKNOWN
    rounds: int = 0


def prove_order(
    prediction: Sequence[int],
    offer: Offer,
    winner: Winner,
    *,
    wins: Sequence[Win] = (),
    is_chacha20: Callable[[int], bool] = lambda _: False,
) -> Plan[Ordering]:
    """Find whose order counts among the served candidates of `prediction`, and the order.

    `wins` are what the enumeration saw; with them a server's order is predicted better.
    """
    served = tuple(prediction)
    if len(served) < 2:
        return Ordering(kind="server" if served else UNKNOWN, order=served, proved=bool(served))
    plain = tuple(code for code in served if not is_chacha20(code))
    ends = plain if len(plain) > 1 else served
    chacha20 = tuple(code for code in served if is_chacha20(code))
    mixed = bool(chacha20 and plain)
    probes = [offer(ends), offer(ends[::-1])]
    if mixed:
        probes.append(offer(chacha20 + plain))
    proof = _Proof(offer, winner, Preferences(wins), is_chacha20)
    # Where the server has already passed over what was offered first, the order is its own,
    # and proving it need not wait for the answer to whose it is.
    guess = _suffixes(proof.known.arrange(served)) if _passed_over(served, wins) else []
    seen = yield [*probes, *proof.probes(guess)]
    proof.rounds += 1
    proof.note(guess, seen[len(probes) :])
    picks = [winner(probe, observation) for probe, observation in zip(probes, seen, strict=False)]
    first, last = picks[0], picks[1]
    if first is None or last is None:
        return Ordering(kind=UNKNOWN, order=served, rounds=1)
    if first == ends[0] and last == ends[-1]:
        return Ordering(kind="client", order=served, proved=True, rounds=1)
    proof.known.note(first, ends)
    proof.known.note(last, ends)
    found = yield from _prove_server_order(served, proof)
    lifted: Answer = UNKNOWN
    if not found.proved:
        pass  # what is first in an order that was not proved says nothing
    elif mixed and picks[2] is not None and not is_chacha20(found.order[0]):
        lifted = YES if is_chacha20(picks[2]) else NO
    elif mixed and is_chacha20(found.order[0]):
        lifted = NO  # its own first choice, whoever lists it first
    return msgspec.structs.replace(found, chacha20_first=lifted)


def _passed_over(served: tuple[int, ...], wins: Sequence[Win]) -> bool:
    """Whether the server was seen to pass over a candidate it serves for a later one."""
    for win in wins:
        first = next((code for code in win.offered if code in served), win.winner)
        if first != win.winner:
            return True
    return False


def _suffixes(order: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [order[index:] for index in range(len(order) - 1)]


class Preferences:
    """Which candidate was seen to be preferred to which."""

    def __init__(self, wins: Sequence[Win] = ()) -> None:
        self._beats: set[tuple[int, int]] = set()
        for win in wins:
            self.note(win.winner, win.offered)

    def note(self, winner: int, offered: Sequence[int]) -> None:
        """Note that `winner` was picked from `offered`."""
        self._beats.update((winner, other) for other in offered if other != winner)

    def equals(self) -> tuple[tuple[int, int], ...]:
        """Return the pairs of which each was preferred to the other at some time."""
        return tuple(sorted((a, b) for a, b in self._beats if a < b and (b, a) in self._beats))

    def prefers(self, one: int, other: int) -> bool:
        """Whether `one` was picked when both were offered, and never the other way round."""
        return (one, other) in self._beats and (other, one) not in self._beats

    def decides(self, one: int, other: int) -> bool:
        """Whether the two have been compared, directly."""
        return (one, other) in self._beats or (other, one) in self._beats

    def arrange(self, candidates: Sequence[int]) -> tuple[int, ...]:
        """Return `candidates` in an order that agrees with all that was seen.

        Where nothing is known the given order stays.
        """
        left = list(candidates)
        arranged: list[int] = []
        while left:
            best = next((code for code in left if not self._is_beaten(code, left)), left[0])
            left.remove(best)
            arranged.append(best)
        return tuple(arranged)

    def _is_beaten(self, code: int, others: Sequence[int]) -> bool:
        return any(self.prefers(other, code) for other in others)


class _Proof:
    """The work of proving one server's order."""

    def __init__(
        self,
        offer: Offer,
        winner: Winner,
        known: Preferences,
        is_chacha20: Callable[[int], bool],
    ) -> None:
        self.rounds = 0
        self.known = known
        self._offer = offer
        self._winner = winner
        self._is_chacha20 = is_chacha20
        self._picked: dict[frozenset[int], int | None] = {}

    def probes(self, sets: Sequence[tuple[int, ...]]) -> list[Probe]:
        """Return the probes that offer sets, least preferred first."""
        return [self._offer(late_chacha20(codes[::-1], self._is_chacha20)) for codes in sets]

    def note(self, sets: Sequence[tuple[int, ...]], seen: Sequence[Observation]) -> None:
        """Note what was picked from each set."""
        for codes, probe, observation in zip(sets, self.probes(sets), seen, strict=True):
            pick = self._winner(probe, observation)
            self._picked[frozenset(codes)] = pick
            if pick is not None:
                self.known.note(pick, codes)

    def ask(self, sets: Sequence[tuple[int, ...]]) -> Plan[None]:
        """Offer the sets that have not been offered yet."""
        new = [codes for codes in sets if frozenset(codes) not in self._picked]
        if new:
            seen = yield self.probes(new)
            self.rounds += 1
            self.note(new, seen)

    def repair(self, order: tuple[int, ...], limit: int) -> Plan[tuple[tuple[int, ...], bool]]:
        """Ask every suffix of `order` and repair it; return the order and whether it is proved."""
        for _ in range(limit):
            suffixes = _suffixes(order)
            yield from self.ask(suffixes)
            if all(self._picked[frozenset(suffix)] == suffix[0] for suffix in suffixes):
                return order, True
            repaired = self.known.arrange(order)
            if repaired == order:
                break
            order = repaired
        return order, False

    def sort(self, order: tuple[int, ...]) -> Plan[tuple[int, ...]]:
        """Sort by comparing the members of each part with its middle one, parts at once."""
        parts = [order]
        while any(len(part) > 1 for part in parts):
            middles = [part[len(part) // 2] for part in parts]
            yield from self.ask(
                [
                    (code, middle)
                    for part, middle in zip(parts, middles, strict=True)
                    for code in part
                    if code != middle and not self.known.decides(code, middle)
                ]
            )
            following: list[tuple[int, ...]] = []
            for part, middle in zip(parts, middles, strict=True):
                before = tuple(c for c in part if c != middle and self.known.prefers(c, middle))
                after = tuple(c for c in part if c != middle and c not in before)
                following += [p for p in (before, (middle,), after) if p]
            parts = following
        return tuple(code for part in parts for code in part)


def _prove_server_order(served: tuple[int, ...], proof: _Proof) -> Plan[Ordering]:
    order, proved = yield from proof.repair(proof.known.arrange(served), REPAIR_LIMIT)
    if not proved:
        order = yield from proof.sort(order)
        order, proved = yield from proof.repair(order, LAST_REPAIRS)
    return Ordering(
        kind="server", order=order, proved=proved, equal=proof.known.equals(), rounds=proof.rounds
    )


def late_chacha20(offered: tuple[int, ...], is_chacha20: Callable[[int], bool]) -> tuple[int, ...]:
    """Return the offer with its first candidate that is not ChaCha20 in front."""
    for index, code in enumerate(offered):
        if not is_chacha20(code):
            return (code, *offered[:index], *offered[index + 1 :])
    return offered


def likeliest_template(
    served: Sequence[int],
    templates: Sequence[Sequence[int]],
    wins: Sequence[Win],
    kin: Callable[[int], Hashable] = lambda code: code,
) -> tuple[int, ...]:
    """Return `served` in the order of the template that contradicts the fewest wins.

    Servers' orders are seldom original: OpenSSL's own, a guideline's, Java's, Go's.
    Candidates that a template does not know go behind the last of their `kin`, since
    whoever extends a list puts the new beside its like, or else to the end.
    """
    best: tuple[int, tuple[int, ...]] | None = None
    for template in templates or [served]:
        rank = {code: index for index, code in enumerate(template)}
        order = _with_strangers(served, rank, kin)
        place = {code: index for index, code in enumerate(order)}
        wrong = sum(
            1
            for win in wins
            if win.winner in place
            for other in win.offered
            if other in place and place[other] < place[win.winner]
        )
        strangers = sum(1 for code in served if code not in rank)
        # A win that a template contradicts weighs more than a suite it does not know.
        score = 4 * wrong + strangers
        if best is None or score < best[0]:
            best = (score, order)
    return best[1] if best else tuple(served)


def _with_strangers(
    served: Sequence[int], rank: Mapping[int, int], kin: Callable[[int], Hashable]
) -> tuple[int, ...]:
    order = sorted((code for code in served if code in rank), key=rank.__getitem__)
    for stranger in (code for code in served if code not in rank):
        kindred = [i for i, code in enumerate(order) if kin(code) == kin(stranger)]
        order.insert(kindred[-1] + 1 if kindred else len(order), stranger)
    return tuple(order)
