"""Which certificate is the end entity, and what leads up from it: by signatures, not by place."""

import itertools

import pytest

from pki.issuing import intermediate, issue, leaf, p256, root
from pki.key_files import another, chain
from tlsward.pki import arrangement as module
from tlsward.pki.arrangement import AmbiguousError, arranged, end_entity
from tlsward.pki.library import UnreadableError


def ders(certificates):
    return tuple(each.der for each in certificates)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_every_order(order):
    found = arranged([chain().octets[index] for index in order])
    assert found.end_entity.der == chain().leaf.der
    assert ders(found.chain) == (chain().intermediate.der,)
    assert ders(found.roots) == (chain().root.der,)
    assert (found.unrelated, found.repeated) == ((), ())


def test_one_alone():
    for made in (root(), chain().leaf, leaf(None)):
        assert end_entity([made.der]).der == made.der
        assert arranged([made.der]).chain == ()


def test_authorities_alone_have_a_lowest_one():
    assert end_entity(chain().octets[1:]).der == chain().intermediate.der


def test_a_name_is_not_enough():
    """An authority of the same name that did not sign the leaf is not above it."""
    impostor = intermediate(root("another root"), "the intermediate")
    found = arranged([impostor.der, *chain().octets[:2]])
    assert found.end_entity.der == chain().leaf.der
    assert ders(found.chain) == (chain().intermediate.der,)
    assert ders(found.unrelated) == (impostor.der,)


def test_every_way_up_is_kept_nearest_first():
    first, second = root("first", identified=True), root("second", identified=True)
    middle = intermediate(first, "middle")
    crossed = intermediate(second, "middle", key=middle.key)
    low = intermediate(middle, "low")
    end = leaf(low)
    found = arranged([second.der, crossed.der, middle.der, first.der, end.der, low.der])
    assert ders(found.chain) == (low.der, crossed.der, middle.der)
    assert set(ders(found.roots)) == {first.der, second.der}


def test_twice_is_once():
    found = arranged([*chain().octets, *chain().octets])
    assert found.end_entity.der == chain().leaf.der
    assert len(found.repeated) == 3


def test_two_leaves_are_told_apart_by_the_key_alone():
    both = [chain().leaf.der, another().der, chain().intermediate.der]
    with pytest.raises(AmbiguousError, match="2 certificates that could be the end entity"):
        arranged(both)
    key = another().key.private.public_key()
    found = arranged(both, public_key=key)
    assert found.end_entity.der == another().der
    assert ders(found.unrelated) == (chain().leaf.der,)
    with pytest.raises(AmbiguousError):
        arranged(both, public_key=p256().private.public_key())


def test_a_leaf_among_authorities_of_others_is_the_end_entity():
    strangers = [root(f"stranger {number}").der for number in range(3)]
    assert end_entity([*strangers, chain().leaf.der]).der == chain().leaf.der


def test_roots_alone_have_none():
    with pytest.raises(AmbiguousError, match=r"5 certificates .* and 2 more"):
        arranged([root(f"root {number}").der for number in range(5)])


def test_a_circle_has_none():
    one, other = p256(), p256()
    first = issue("one", intermediate(None, "other", key=other), key=one, signer=other)
    second = issue("other", intermediate(None, "one", key=one), key=other, signer=one)
    with pytest.raises(AmbiguousError, match="in a circle"):
        arranged([first.der, second.der])


def test_what_cannot_be_read():
    with pytest.raises(UnreadableError):
        arranged([chain().leaf.der, b"\x30\0"])


def test_many_of_one_name_are_not_all_tried(monkeypatch):
    monkeypatch.setattr(module, "MOST_SIGNATURES", 20)
    authority = root("same")
    same = [issue("same", authority).der for _ in range(10)]
    with pytest.raises(AmbiguousError, match="the same name"):
        arranged(same)
