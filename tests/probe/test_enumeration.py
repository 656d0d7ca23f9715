from hypothesis import given
from hypothesis import strategies as st

from probe.simulated import REFUSAL, SimulatedServer, offer, served
from tlsward.model.observation import Observation, Outcome
from tlsward.probe.enumeration import cut, enumerate_served, halves, tiers
from tlsward.probe.plan import served_suite

CANDIDATES = list(range(1, 61))


def chunked(likely: float = 0.1) -> list[tuple[int, ...]]:
    return tiers([(code, likely) for code in CANDIDATES], 20)


@given(st.sets(st.sampled_from(CANDIDATES)), st.randoms(use_true_random=False))
def test_every_served_candidate_is_found_whatever_the_servers_order(suites, random):
    order = sorted(suites)
    random.shuffle(order)
    server = SimulatedServer(order)
    found = server.interview(enumerate_served(chunked(), offer, served_suite))
    assert set(found.served) == suites
    assert found.unknown == {}


@given(st.sets(st.sampled_from(CANDIDATES)))
def test_a_server_that_picks_the_clients_first_is_enumerated_too(suites):
    server = SimulatedServer(sorted(suites), pick=lambda common: common[0])
    found = server.interview(enumerate_served(chunked(), offer, served_suite))
    assert set(found.served) == suites


def test_likely_candidates_are_alone_so_that_one_round_finds_them():
    chunks = tiers([(1, 0.9), (2, 0.8), (3, 0.75), (4, 0.01), (5, 0.01)], 100)
    assert chunks == [(1,), (2,), (3,), (4, 5)]
    server = SimulatedServer([1, 2, 3])
    found = server.interview(enumerate_served(chunks, offer, served_suite))
    assert set(found.served) == {1, 2, 3}
    assert (server.rounds, server.connections) == (1, 4)


def test_a_timeout_is_asked_again_and_then_unknown_never_no():
    server = SimulatedServer([1, 2])
    silent = Observation(outcome=Outcome.TIMEOUT, detail="no answer for 5 s")
    server.answer = lambda probe: silent if 3 in probe.cipher_suites else None
    found = server.interview(enumerate_served([(1, 2), (3, 4)], offer, served_suite))
    assert set(found.served) == {1, 2}
    assert found.unknown == {3: "no answer for 5 s", 4: "no answer for 5 s"}


def test_a_hello_too_long_for_the_server_is_asked_in_halves():
    server = SimulatedServer([7, 33])
    reset = Observation(outcome=Outcome.RESET, detail="reset the connection")
    server.answer = lambda probe: reset if len(probe.cipher_suites) > 15 else None
    found = server.interview(
        enumerate_served([tuple(range(1, 21)), tuple(range(21, 41))], offer, served_suite)
    )
    assert set(found.served) == {7, 33}


def test_a_refusal_in_the_servers_own_manner_is_believed_at_once():
    closed = Observation(outcome=Outcome.CLOSED, detail="closed the connection")
    server = SimulatedServer([1], refusal=closed)
    found = server.interview(
        enumerate_served([(1,), (2, 3, 4)], offer, served_suite, impossible=offer((0x7F7A,)))
    )
    assert set(found.served) == {1}
    assert server.connections == 3


def test_a_server_hello_that_nothing_follows_is_not_support_and_hides_nothing():
    server = SimulatedServer([1, 2, 3])
    broken = Observation(
        outcome=Outcome.HELLO_ONLY,
        version=0x0303,
        cipher_suite=1,
        detail="reset after its ServerHello",
    )
    server.answer = lambda probe: broken if 1 in probe.cipher_suites else None
    found = server.interview(enumerate_served([(1, 2, 3)], offer, served_suite))
    assert set(found.served) == {2, 3}
    assert set(found.unproved) == {1}


def test_what_the_budget_cut_off_is_unknown_and_not_asked_again():
    server = SimulatedServer([1])
    over = Observation(outcome=Outcome.OVER_BUDGET, detail="all 10 connections allowed were used")
    server.answer = lambda probe: over if 2 in probe.cipher_suites else None
    found = server.interview(enumerate_served([(1,), (2,)], offer, served_suite))
    assert list(found.unknown) == [2]
    assert server.connections == 2


def test_a_suite_that_was_not_offered_proves_nothing():
    server = SimulatedServer([])
    server.answer = lambda probe: served(99)
    found = server.interview(enumerate_served([(1, 2)], offer, served_suite))
    assert found.served == {}


@given(st.lists(st.integers(), unique=True, max_size=200))
def test_cutting_loses_nothing(codes):
    assert [code for part in cut(tuple(codes)) for code in part] == codes
    assert [code for part in halves(tuple(codes)) for code in part] == codes


@given(
    st.lists(st.tuples(st.integers(0, 999), st.floats(0, 1)), unique_by=lambda p: p[0]),
    st.integers(1, 40),
)
def test_tiers_hold_every_candidate_once_and_no_more_than_allowed(pairs, longest):
    chunks = tiers(pairs, longest)
    assert sorted(code for chunk in chunks for code in chunk) == sorted(code for code, _ in pairs)
    assert all(len(chunk) <= longest for chunk in chunks)


def test_refusals_are_kept_as_evidence():
    server = SimulatedServer([])
    found = server.interview(enumerate_served([(1, 2), (3,)], offer, served_suite))
    assert found.refusals == [REFUSAL, REFUSAL]
