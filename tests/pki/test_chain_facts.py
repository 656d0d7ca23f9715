"""Order, gaps and surplus of served chains."""

from pki.issuing import NOW, extension, intermediate, issue, leaf, object_identifier, root, sequence
from tlsward.pki.deployment import deployment
from tlsward.pki.stores import Stores

PUBLIC = extension("2.5.29.32", sequence(sequence(object_identifier("2.23.140.1.2.1"))))
ANCHOR = root()
MIDDLE = intermediate(ANCHOR)
BELOW = intermediate(MIDDLE, "a lower intermediate")
LEAF = leaf(BELOW)


def facts(*chain, roots=(ANCHOR,), public=False):
    pem = b"".join(each.pem for each in roots) if roots is not None else None
    stores = Stores(pem, public=public)
    found = deployment(
        [each.der for each in chain], hostname="host.example", stores=stores, now=NOW
    )
    return found.chain_facts


def test_a_chain_as_it_should_be():
    found = facts(LEAF, BELOW, MIDDLE)
    assert (found.order, found.complete, found.contains_root) == ("yes", "yes", "no")
    assert (found.missing, found.extra) == ((), ())


def test_a_chain_in_the_wrong_order():
    found = facts(LEAF, MIDDLE, BELOW)
    assert (found.order, found.complete) == ("no", "yes")
    assert found.extra == ()


def test_a_served_root():
    found = facts(LEAF, BELOW, MIDDLE, ANCHOR)
    assert (found.order, found.complete, found.contains_root) == ("yes", "yes", "yes")
    assert found.extra == ()


def test_a_missing_intermediate():
    found = facts(LEAF, MIDDLE)
    assert (found.order, found.complete) == ("no", "no")
    assert found.missing == ("CN=a lower intermediate",)
    assert found.extra == ("CN=an intermediate",)


def test_a_leaf_alone():
    found = facts(LEAF)
    assert (found.order, found.complete) == ("yes", "no")
    assert found.missing == ("CN=a lower intermediate",)


def test_a_root_that_nobody_knows_is_served():
    found = facts(LEAF, BELOW, MIDDLE, ANCHOR, roots=())
    assert (found.complete, found.contains_root) == ("yes", "yes")


def test_a_private_chain_may_end_below_its_root():
    """Whoever scans without the private root cannot tell whether more should have been sent."""
    found = facts(LEAF, BELOW, MIDDLE, roots=None, public=True)
    assert (found.complete, found.missing) == ("unknown", ())


def test_a_public_chain_may_not():
    """Its leaf has a policy of public authorities, whose roots are all known."""
    found = facts(leaf(BELOW, PUBLIC), BELOW, MIDDLE, roots=None, public=True)
    assert (found.complete, found.missing) == ("no", ("CN=a root",))


def test_what_is_served_twice_or_for_nothing():
    stranger = root("a stranger")
    found = facts(LEAF, BELOW, BELOW, MIDDLE, stranger)
    assert found.order == "no"
    assert found.extra == ("CN=a lower intermediate", "CN=a stranger")


def test_a_certificate_of_the_right_name_that_did_not_sign():
    found = facts(LEAF, intermediate(MIDDLE, "a lower intermediate"), MIDDLE)
    assert (found.order, found.complete) == ("no", "no")


def test_a_self_signed_leaf_is_complete_and_no_root_that_was_sent_for_nothing():
    found = facts(issue("alone"))
    assert (found.order, found.complete, found.contains_root) == ("yes", "yes", "no")
