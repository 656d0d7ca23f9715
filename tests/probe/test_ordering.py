import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.simulated import SimulatedServer, offer
from tlsward.model.observation import Observation, Outcome
from tlsward.probe.enumeration import Win
from tlsward.probe.ordering import likeliest_template, prove_order
from tlsward.probe.plan import served_suite

CHACHA = {8, 9}


def is_chacha20(code: int) -> bool:
    return code in CHACHA


def ordering_of(server, prediction, **more):
    return server.interview(
        prove_order(prediction, offer, served_suite, is_chacha20=is_chacha20, **more)
    )


@given(st.permutations(list(range(1, 11))), st.permutations(list(range(1, 11))))
def test_any_server_order_is_found_from_any_prediction(order, prediction):
    found = ordering_of(SimulatedServer(order), prediction)
    assert found.kind == "server"
    assert found.proved
    assert list(found.order) == order


@given(st.permutations(list(range(1, 9))))
def test_a_right_prediction_is_proved_in_one_round_after_the_first(order):
    server = SimulatedServer(order)
    found = ordering_of(server, order)
    assert found.proved
    assert server.rounds == 2
    assert server.connections <= 3 + len(order) - 1


@given(st.permutations(list(range(1, 10))))
def test_a_client_order_is_told_by_both_ends(prediction):
    server = SimulatedServer(list(range(1, 10)), pick=lambda common: common[0])
    found = ordering_of(server, prediction)
    assert found.kind == "client"
    assert server.rounds == 1


def chacha20_first(order):
    """A server with an order of its own that moves ChaCha20 up for clients listing it first."""

    def pick(common):
        if is_chacha20(common[0]):
            return min((c for c in common if is_chacha20(c)), key=order.index)
        return min(common, key=order.index)

    return pick


def test_a_server_that_lifts_chacha20_keeps_its_own_order():
    order = [1, 2, 8, 3, 9, 4]
    found = ordering_of(SimulatedServer(order, pick=chacha20_first(order)), [4, 3, 2, 1, 8, 9])
    assert (found.kind, found.chacha20_first) == ("server", "yes")
    assert list(found.order) == order


def test_a_server_that_does_not_lift_chacha20_says_so():
    found = ordering_of(SimulatedServer([1, 2, 8, 3]), [1, 2, 3, 8])
    assert (found.kind, found.chacha20_first) == ("server", "no")


def test_equal_preferences_are_told_apart_from_a_clients_order():
    order = [1, 2, 3, 4]
    equal = {1, 2}

    def pick(common):
        best = min(common, key=order.index)
        return next(c for c in common if c in equal) if best in equal else best

    found = ordering_of(SimulatedServer(order, pick=pick), order)
    assert found.kind == "server"
    assert found.equal == ((1, 2),)


@pytest.mark.parametrize("suites", [[], [5]])
def test_too_few_suites_leave_no_choice(suites):
    found = ordering_of(SimulatedServer(suites), suites)
    assert found.kind == ("server" if suites else "unknown")


def test_no_answer_leaves_the_order_unknown():
    server = SimulatedServer([1, 2, 3])
    server.answer = lambda probe: Observation(outcome=Outcome.TIMEOUT)
    assert ordering_of(server, [1, 2, 3]).kind == "unknown"


def test_the_template_that_agrees_with_what_was_seen_is_chosen():
    wins = [Win(3, (1, 2, 3))]
    assert likeliest_template([1, 2, 3], [[1, 2, 3], [3, 1, 2]], wins) == (3, 1, 2)
    assert likeliest_template([7, 1], [[1, 2]], []) == (1, 7)
