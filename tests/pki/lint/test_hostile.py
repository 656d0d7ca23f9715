"""Certificates that nobody issued: whatever is in them, linting ends and says something."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pki import issuing
from pki.issuing import bits, dns, extension, octets, tlv
from pki.lint.profiles import EXTENSIONS, NOW, classic, ids, intermediate, leaf, read, sans
from tlsward.pki.lint.chain import Manner, lint_chain
from tlsward.pki.stores import Stores

STORES = Stores(public=False)
GOOD = [made.der for made in (leaf(), classic(), intermediate())]
NAME_OCTETS = st.binary(max_size=300)


def linted(*der, **how):
    return lint_chain(der, STORES, Manner(now=NOW, **how), {})


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_changed_octets_are_linted_or_unreadable(der, changes, public, served):
    changed = bytearray(der)
    for place, octet in changes:
        changed[place % len(changed)] = octet
    (found,) = linted(bytes(changed), public=public, served=served)
    assert found.error is not None or found.role
    for finding in found.findings:
        assert finding.evidence.isprintable()


@settings(max_examples=100, deadline=None)
@given(st.lists(NAME_OCTETS, max_size=4))
def test_whatever_stands_in_names_is_shown_safely(names):
    (found,) = linted(leaf(names=sans(*(tlv(0x82, name) for name in names))).der, public=True)
    for finding in found.findings:
        assert finding.evidence.isprintable()
        assert len(finding.evidence) < 10_000


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(EXTENSIONS)), st.binary(max_size=60))
def test_whatever_stands_in_an_extension(which, content):
    identifier = {
        "key_usage": "2.5.29.15",
        "extended_key_usage": "2.5.29.37",
        "basic_constraints": "2.5.29.19",
        "authority_key": "2.5.29.35",
        "access": "1.3.6.1.5.5.7.1.1",
        "names": "2.5.29.17",
        "policies": "2.5.29.32",
        "crl": "2.5.29.31",
        "timestamps": "1.3.6.1.4.1.11129.2.4.2",
    }[which]
    (found,) = linted(leaf(**{which: extension(identifier, content)}).der, public=True)
    assert found.error is None


def test_ten_thousand_names_and_a_thousand_extensions():
    many = sans(*(dns(f"h{n}.example.net") for n in range(10_000)))
    assert ids(leaf(names=many)) == {"san.critical"}
    more = tuple(extension(f"1.2.3.{n}", octets(b"")) for n in range(1000))
    assert ids(leaf(more=more)) == set()


def test_a_subject_of_a_thousand_attributes_and_a_bit_string_for_a_name():
    subject = issuing.name(*(("2.5.4.11", f"unit {n}") for n in range(1000)))
    assert "subject.organizational-unit" in ids(leaf(subject=subject, names=sans("example.net")))
    odd = issuing.name(("2.5.4.45", bits(b"\xff")))
    assert "subject.dv-attribute" in ids(leaf(subject=odd, names=sans("example.net")))


def test_names_that_the_library_does_not_read_are_no_attributes():
    # A country of three letters: the library refuses the whole name.
    refused = issuing.name(("2.5.4.6", tlv(0x13, b"SWE")))
    made = read(leaf(subject=refused, names=sans("example.net")))
    found = ids(made)
    assert ("subject" in made.unread) or "subject.country" in found
