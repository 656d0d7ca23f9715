"""What the DNS says of a host, asked of real servers."""

import pytest

from servers.zones import DIGEST, name_servers
from tlsward.net.dns import DnsClient
from tlsward.net.host_records import caa_set, host_records
from tlsward.net.loop import run
from tlsward.pki.caa import caa_verdict


@pytest.fixture(scope="module")
def servers(laboratory):
    return name_servers(laboratory)


def records_of(server, host, port=443, **more):
    async def ask():
        return await host_records(DnsClient.of(server), host, port, **more)

    return run(ask())


def caa_of(server, *names, timeout_seconds=5.0):
    async def ask():
        client = DnsClient.of(server, timeout_seconds=timeout_seconds)
        return [await caa_set(client, name) for name in names]

    return run(ask())


def test_everything_of_a_signed_host(servers):
    found = records_of(servers.resolver, "www.secure.test")
    assert found.reason is None
    assert found.unknowns == {}
    assert found.addresses == ("192.0.2.1", "2001:db8::1")
    assert (found.aliases, found.dnssec) == ((), "secure")
    assert found.caa.found_at == "secure.test"
    assert [(each.tag, each.value) for each in found.caa.records] == [("issue", "letsencrypt.org")]
    assert found.caa.dnssec == "secure"
    assert [each.priority for each in found.https] == [1, 2]
    first, second = found.https
    assert first.parameters["alpn"] == "h2,h3"
    assert first.parameters["ipv4hint"] == "192.0.2.7"
    assert first.ech_public_names == ("cover.example",)
    assert second.parameters == {"alpn": "h2", "ipv6hint": "2001:db8::9"}
    assert (found.tlsa_name, found.tlsa_dnssec) == ("_443._tcp.www.secure.test", "secure")
    assert [(each.usage, each.data) for each in found.tlsa] == [(3, DIGEST)]


def test_another_port_has_a_prefix(servers):
    found = records_of(servers.resolver, "www.secure.test", 8443)
    [binding] = found.https
    assert binding.name == "_8443._https.www.secure.test"
    assert binding.parameters == {"alpn": "h3", "no-default-alpn": "", "port": "8443"}
    assert (found.tlsa_name, found.tlsa) == ("_8443._tcp.www.secure.test", ())


def test_a_protocol_that_begins_in_the_clear_has_no_https_records(servers):
    found = records_of(servers.resolver, "www.secure.test", 443, starttls="smtp")
    assert found.https == ()
    assert len(found.tlsa) == 1


def test_tlsa_at_the_end_of_secure_aliases(servers):
    """RFC 7671 section 7: not the records at _443._tcp.alias, which are there too."""
    found = records_of(servers.resolver, "alias.secure.test")
    assert found.aliases == ("second.secure.test", "www.secure.test")
    assert found.tlsa_name == "_443._tcp.www.secure.test"
    assert found.tlsa[0].data == DIGEST


def test_tlsa_of_the_name_itself_where_an_alias_is_not_secure(servers):
    found = records_of(servers.resolver, "outward.secure.test")
    assert (found.aliases, found.dnssec) == (("www.plain.test",), "insecure")
    assert found.tlsa_name == "_443._tcp.outward.secure.test"
    assert (len(found.tlsa), found.tlsa_dnssec) == (1, "secure")


def test_records_that_no_client_can_use_are_told(servers):
    found = records_of(servers.resolver, "odd.insecure.test")
    assert [(each.usage, each.matching_type, each.data) for each in found.tlsa] == [
        (255, 9, "3456ab")
    ]
    assert found.tlsa_dnssec == "insecure"


def test_a_malformed_record_leaves_its_whole_set_unknown(servers):
    found = records_of(servers.resolver, "broken.insecure.test")
    assert found.tlsa == ()
    assert found.unknowns["tlsa"].startswith(f"malformed answer of {servers.resolver}: ")
    assert "data length inconsistent with matching type" in found.unknowns["tlsa"]
    assert (found.reason, found.addresses) == (None, ("192.0.2.25",))


def test_https_aliases(servers):
    found = records_of(servers.resolver, "svc.secure.test")
    assert [(each.name, each.priority, each.target) for each in found.https] == [
        ("svc.secure.test", 0, "backend.secure.test"),
        ("backend.secure.test", 1, "."),
    ]
    circle = records_of(servers.resolver, "circle.secure.test")
    assert len(circle.https) == 2
    assert circle.unknowns["https"].endswith("lead in a circle")
    [gone] = records_of(servers.resolver, "gone.secure.test").https
    assert (gone.priority, gone.target) == (0, ".")


def test_no_such_host(servers):
    found = records_of(servers.resolver, "absent.secure.test")
    assert found.reason == "no such name: absent.secure.test"
    assert found.addresses == ()


def test_a_bogus_host(servers):
    found = records_of(servers.resolver, "www.bogus.test")
    assert found.dnssec == "bogus"
    assert found.unknowns["addresses"].startswith("DNSSEC validation fails")
    # The other type has an answer, a proof that it is not there.
    assert found.reason is None
    assert found.caa.error is None


def test_a_host_without_an_address(servers):
    found = records_of(servers.resolver, "nodata.secure.test")
    assert (found.reason, found.addresses, found.unknowns) == (None, (), {})


def test_the_tree_is_climbed(servers):
    own, under, above, wild = caa_of(
        servers.resolver,
        "own.secure.test",
        "a.b.under.own.secure.test",
        "www.secure.test",
        "*.own.secure.test",
    )
    assert (own.found_at, own.records[0].value) == ("own.secure.test", "pki.goog")
    # Also through names that do not exist.
    assert under.found_at == "own.secure.test"
    assert (above.found_at, above.records[0].value) == ("secure.test", "letsencrypt.org")
    assert (wild.name, wild.found_at) == ("*.own.secure.test", "own.secure.test")


def test_at_each_step_aliases_are_followed_and_their_parents_are_not_climbed(servers):
    """RFC 8659 section 3: plain.test's records do not count for an alias to www.plain.test."""
    outward, alias, apex = caa_of(
        servers.resolver, "outward.secure.test", "alias.secure.test", "www.plain.test"
    )
    assert (outward.found_at, outward.aliases) == ("secure.test", ())
    assert alias.found_at == "secure.test"
    assert (apex.found_at, apex.records[0].value) == ("plain.test", "sectigo.com")


def test_records_at_the_end_of_an_alias_count(servers):
    [found] = caa_of(servers.resolver, "under.to-many.secure.test")
    assert found.found_at == "to-many.secure.test"
    assert found.aliases == ("many.secure.test",)
    assert len(found.records) == 120


def test_no_caa_at_all(servers):
    [none] = caa_of(servers.resolver, "www.absent.test")
    assert (none.found_at, none.records, none.error) == (None, (), None)
    assert none.dnssec == "secure"


@pytest.mark.parametrize("name", ["loop.secure.test", "a.silent.test"])
def test_a_lookup_that_fails_ends_the_climb(servers, name):
    [failed] = caa_of(servers.resolver, name, timeout_seconds=0.5)
    assert failed.error.startswith(f"CAA of {name}: ")
    assert (failed.found_at, failed.records) == (None, ())
    verdict = caa_verdict(failed, name=name, wildcard=False, issuer_identifiers=("pki.goog",))
    assert verdict.allowed == "unknown"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "*.",
        "a..b",
        "*.*.example",
        "a b.example",
        "192.0.2.1",
        "büro.example",
        "\x1b[2J.example",
        ".".join("a" * 40),
        "a" * 70 + ".example",
        "x" * 100000,
    ],
)
def test_a_name_out_of_a_certificate_may_be_anything(name):
    """Nobody is asked: there is no server at that address."""
    [found] = caa_of("192.0.2.1", name)
    assert found.error.startswith("not a name to look up: ")
    assert found.error.isprintable()


@pytest.mark.parametrize(
    ("name", "issuer", "allowed"),
    [
        ("www.insecure.test", "digicert.com", "yes"),
        ("www.insecure.test", "sectigo.com", "no"),
        ("*.insecure.test", "sectigo.com", "yes"),
        ("*.insecure.test", "digicert.com", "no"),
        ("critical.insecure.test", "digicert.com", "no"),
        ("malformed.insecure.test", "digicert.com", "no"),
        ("nobody.insecure.test", "digicert.com", "no"),
        ("only-iodef.insecure.test", "digicert.com", "yes"),
        ("evil.insecure.test", "ca.", "no"),
    ],
)
def test_verdicts_from_real_answers(servers, name, issuer, allowed):
    [found] = caa_of(servers.resolver, name)
    verdict = caa_verdict(
        found, name=name, wildcard=name.startswith("*."), issuer_identifiers=(issuer,)
    )
    assert verdict.allowed == allowed


def test_a_thousand_and_more_records(servers):
    [big] = caa_of(servers.bind, "big.insecure.test")
    assert len(big.records) == 1000
    assert big.error == "CAA of big.insecure.test: more than 1000 records"


def test_what_a_zone_says_is_safe_to_show(servers):
    [evil] = caa_of(servers.bind, "evil.insecure.test")
    assert evil.records[0].value == 'ca.\u241b[31m\xff "\u240a'
