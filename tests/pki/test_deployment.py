"""A served chain put together: trust, names, staple, facts."""

from datetime import UTC, datetime, timedelta

import trustme
from hypothesis import given
from hypothesis import strategies as st

from tlsward.pki.deployment import deployment
from tlsward.pki.root_programs import PUBLIC_STORES, certificates_in_pem
from tlsward.pki.stores import Stores
from tlsward.sandbox.authority import throw_away_credentials

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_chain_of_the_private_authority_is_trusted_by_it_alone():
    credentials = throw_away_credentials(NOW)
    stores = Stores.load(credentials.root)
    found = deployment(
        certificates_in_pem(credentials.chain), hostname="localhost", stores=stores, now=NOW
    )
    assert found.trust == dict.fromkeys(PUBLIC_STORES, "no") | {"private": "yes"}
    assert found.trust_reasons["private"] == "CN=tlsward sandbox root"
    assert found.hostname_match == "yes"
    assert found.expired == "no"
    assert found.chain_facts.order == found.chain_facts.complete == "yes"
    assert found.ocsp_stapling == "not stapled"
    assert found.key.curve == "prime256v1"


def test_an_expired_leaf_is_told_of_with_its_day():
    credentials = throw_away_credentials(NOW - timedelta(days=90))
    stores = Stores.load(credentials.root)
    chain = certificates_in_pem(credentials.chain)
    found = deployment(chain, hostname="localhost", stores=stores, now=NOW)
    assert found.expired == "yes"
    assert found.trust["private"] == "no"
    assert found.trust_reasons["private"] == "expired on 2026-05-02: CN=localhost"


def test_no_certificate_at_all_is_unknown_and_not_no():
    found = deployment([], hostname="localhost", stores=Stores.load(), now=NOW)
    assert set(found.trust.values()) == {"unknown"}
    assert found.hostname_match == "unknown"


def test_a_chain_of_another_maker_of_authorities():
    anchor = trustme.CA()
    middle = anchor.create_child_ca()
    made = middle.issue_cert("host.example", "*.sub.example", "10.0.0.1")
    chain = [
        encoded for each in made.cert_chain_pems for encoded in certificates_in_pem(each.bytes())
    ]
    stores = Stores(anchor.cert_pem.bytes())
    now = datetime.now(UTC)
    for name in ("host.example", "any.sub.example", "10.0.0.1"):
        found = deployment(chain, hostname=name, stores=stores, now=now)
        assert (found.trust["private"], found.hostname_match) == ("yes", "yes")
        assert (found.chain_facts.order, found.chain_facts.complete) == ("yes", "yes")


def test_the_same_chain_twice_gives_the_same_answer():
    credentials = throw_away_credentials(NOW)
    stores = Stores.load(credentials.root)
    chain = certificates_in_pem(credentials.chain)
    first, second = (deployment(chain, hostname="localhost", stores=stores, now=NOW) for _ in "12")
    assert first == second


@given(st.data())
def test_no_chain_raises(data):
    chain = [bytearray(encoded) for encoded in _CHAIN]
    for _ in range(data.draw(st.integers(1, 4))):
        encoded = data.draw(st.sampled_from(chain))
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    found = deployment(
        [bytes(encoded) for encoded in chain],
        hostname="localhost",
        stores=_STORES,
        now=NOW,
        ocsp_response=data.draw(st.binary(max_size=30)),
        sct_list=data.draw(st.binary(max_size=30)),
    )
    assert found.trust["private"] in ("yes", "no", "unknown")
    assert all(reason.isprintable() for reason in found.trust_reasons.values())


@given(st.lists(st.binary(max_size=60), max_size=4), st.text(max_size=30))
def test_no_octets_and_no_host_raise(chain, hostname):
    found = deployment(chain, hostname=hostname, stores=_STORES, now=NOW)
    assert found.hostname_match == "unknown"


_MADE = throw_away_credentials(NOW)
_CHAIN = certificates_in_pem(_MADE.chain)
_STORES = Stores(_MADE.root)


@given(st.text(max_size=30))
def test_no_host_raises(hostname):
    found = deployment(_CHAIN, hostname=hostname, stores=_STORES, now=NOW)
    assert found.hostname_match in ("yes", "no")
