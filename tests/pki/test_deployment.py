"""A served chain put together: trust, names, staple, facts."""

from datetime import UTC, datetime, timedelta

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
