"""The decisions of doubt by themselves: which endings are believed in which company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.model.observation import Outcome
from tlsward.net.connection import Ending
from tlsward.net.doubt import Doubt, Kind, kind_of


def ended(outcome, *, company=0, serial=1, answered=False, connected=True, temporary=False):
    ending = Ending(outcome, answered=answered, connected=connected, temporary=temporary)
    ending.company, ending.serial = company, serial
    return ending


def refused(company=0, serial=1):
    return ended(Outcome.CLOSED, company=company, serial=serial)


def answered(serial=1):
    return ended(Outcome.CLOSED, serial=serial, answered=True)


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (ended(Outcome.CLOSED), Kind.REFUSAL),
        (ended(Outcome.RESET), Kind.REFUSAL),
        (ended(Outcome.TIMEOUT), Kind.SILENCE),
        (ended(Outcome.UNREACHABLE, connected=False), Kind.NO_WAY),
        (ended(Outcome.STARTTLS_REFUSED, temporary=True), Kind.NO_WAY),
        (ended(Outcome.STARTTLS_REFUSED), None),
        (ended(Outcome.OVER_BUDGET), None),
        (ended(Outcome.CLOSED, answered=True), None),
        (ended(Outcome.TIMEOUT, answered=True), None),
    ],
)
def test_a_byte_of_an_answer_settles_an_ending(ending, kind):
    assert kind_of(ending) is kind


def test_a_refusal_is_believed_alone_and_doubted_in_company():
    doubt = Doubt()
    assert not doubt.wants_retrial(refused(company=0), 1)
    assert doubt.wants_retrial(refused(company=1), 1)


def test_confirmations_count_in_company_up_to_twice_as_large():
    doubt = Doubt()
    for _ in range(3):
        assert not doubt.note_retrial(Kind.REFUSAL, 5, refused())
    assert not doubt.wants_retrial(refused(company=10), 1)
    assert doubt.wants_retrial(refused(company=11), 1)


def test_one_overturned_ending_makes_all_doubtful_again():
    doubt = Doubt()
    for _ in range(3):
        doubt.note_retrial(Kind.REFUSAL, 5, refused())
    assert doubt.note_retrial(Kind.REFUSAL, 5, answered())
    assert doubt.wants_retrial(refused(company=2), 1)


def test_a_failed_connection_is_tried_again_only_where_one_stood_before():
    failed = ended(Outcome.UNREACHABLE, connected=False)
    doubt = Doubt()
    assert not doubt.wants_retrial(failed, 1)
    doubt.note(answered())
    assert doubt.wants_retrial(failed, 1)
    for _ in range(3):
        doubt.note_retrial(Kind.NO_WAY, 0, failed)
    assert not doubt.wants_retrial(failed, 1)
    doubt.note(refused())
    assert doubt.wants_retrial(failed, 1)


def test_a_lonely_silence_is_asked_again_once_where_the_server_has_answered():
    silent = ended(Outcome.TIMEOUT)
    doubt = Doubt()
    assert not doubt.wants_retrial(silent, 1)
    doubt.note(answered())
    assert doubt.wants_retrial(silent, 1)
    assert not doubt.wants_retrial(silent, 2)


def test_an_outage_taints_what_ended_in_it():
    doubt = Doubt()
    doubt.note(answered(serial=4))
    for _ in range(3):
        doubt.note_retrial(Kind.REFUSAL, 5, refused())
    doubt.note_outage(doubt.answered_at, 9)
    assert [doubt.in_outage(refused(serial=serial)) for serial in (4, 5, 8, 9)] == [
        *(False, True, True, False)
    ]
    assert doubt.wants_retrial(refused(company=5), 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Outcome),
            st.integers(0, 40),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_what_was_answered_is_never_asked_again(endings):
    doubt = Doubt()
    for serial, (outcome, company, told, connected, temporary) in enumerate(endings):
        ending = ended(
            outcome,
            company=company,
            serial=serial,
            answered=told,
            connected=connected,
            temporary=temporary,
        )
        doubt.note(ending)
        if told:
            assert not doubt.wants_retrial(ending, 1)
        elif doubt.wants_retrial(ending, 1):
            kind = kind_of(ending)
            assert kind is not None
            assert not doubt.note_retrial(kind, company, ending)
