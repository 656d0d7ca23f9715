from hypothesis import given
from hypothesis import strategies as st

from tlsward.model.observation import Observation, Outcome
from tlsward.scan.assembly import forward_secrecy, merge_order

CODES = st.lists(st.integers(0, 30), unique=True, max_size=12)


@given(CODES, CODES)
def test_a_merged_order_has_every_code_once_and_keeps_the_first_order(first, second):
    listed: list[int] = []
    merge_order(listed, first)
    assert listed == first
    merge_order(listed, second)
    assert sorted(listed) == sorted({*first, *second})
    assert [code for code in listed if code in first] == first


@given(st.permutations(list(range(12))), st.data())
def test_orders_that_agree_are_both_kept(order, data):
    one = [code for code in order if data.draw(st.booleans())]
    other = [code for code in order if data.draw(st.booleans())]
    listed: list[int] = []
    merge_order(listed, one)
    merge_order(listed, other)
    for kept in (one, other):
        assert [code for code in listed if code in kept] == kept


def test_forward_secrecy_in_the_words_of_the_report():
    def said(**fields):
        return forward_secrecy(Observation(outcome=Outcome.SERVED, **fields))

    assert said(group=0x0017) == "ECDH,P-256,256bits"
    assert said(dh_bits=2048) == "DH,2048bits"
    assert said(group=0x0100) == "DH,2048bits"
    assert said() == "None"
