import json
import ssl
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts import suites
from tlsward.model.scan_result import PROTOCOLS

TLS12_AND_OLDER = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
SIGNALS = {0x00FF, 0x5600}


def openssl_suites():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return context.get_ciphers()


def foreign(name):
    """Read a table of another project's, as a second opinion."""
    path = Path(find_spec("cryptodatahub").origin).parent / "tls" / name
    return {entry["code"]: entry for entry in msgspec.json.decode(path.read_bytes()).values()}


def test_there_are_at_least_the_suites_that_scanners_ask_for():
    assert len(suites.all_suites()) >= 408
    assert len(suites.ssl2_kinds()) == 13


@pytest.mark.parametrize("field", ["code", "iana_name", "openssl_name"])
def test_no_two_suites_share_a(field):
    for known in (suites.all_suites(), suites.ssl2_kinds()):
        values = [getattr(facts, field) for facts in known]
        assert len(set(values)) == len(values)


def test_an_alias_is_nobody_elses_name():
    names = {facts.iana_name for facts in suites.all_suites()}
    names |= {facts.openssl_name for facts in suites.all_suites()}
    aliases = [alias for facts in suites.all_suites() for alias in facts.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not names & set(aliases)


def test_suites_are_sorted_by_code():
    codes = [facts.code for facts in suites.all_suites()]
    assert codes == sorted(codes)
    assert max(codes) <= 0xFFFF


@pytest.mark.parametrize(
    "theirs", [pytest.param(entry, id=entry["name"]) for entry in openssl_suites()]
)
def test_what_openssl_says_of_its_suites(theirs):
    facts = suites.suite(theirs["id"] & 0xFFFF)
    assert facts.openssl_name == theirs["name"]
    assert facts.aead == theirs["aead"]
    assert facts.bits == theirs["strength_bits"]
    exchange = theirs["kea"].removeprefix("kx-").upper().replace("-", "_")
    assert facts.key_exchange.upper() == exchange
    authentication = theirs["auth"].removeprefix("auth-").upper()
    assert facts.authentication.upper() == {"NULL": "ANON"}.get(authentication, authentication)
    if theirs["digest"] is not None:
        assert facts.mac == {"sha1": "SHA"}.get(theirs["digest"], theirs["digest"].upper())
    if theirs["symmetric"] is not None:
        assert facts.bulk.removesuffix("-8") == theirs["symmetric"].upper()
    else:
        assert facts.bulk == "NULL"


@pytest.mark.parametrize(
    "theirs", [pytest.param(entry, id=entry["name"]) for entry in openssl_suites()]
)
def test_a_suite_is_asked_for_in_every_version_in_which_openssl_has_it(theirs):
    oldest = {"TLSv1.0": "TLSv1"}.get(theirs["protocol"], theirs["protocol"])
    if oldest == "TLSv1.3":
        versions = {"TLSv1.3"}
    else:
        versions = set(TLS12_AND_OLDER[TLS12_AND_OLDER.index(oldest) :])
    assert versions <= set(suites.suite(theirs["id"] & 0xFFFF).versions)


def test_every_suite_of_another_scanners_table_is_known():
    theirs = foreign("cipher-suite.json")
    known = {facts.code for facts in suites.all_suites()}
    assert set(theirs) <= known
    for code, entry in theirs.items():
        facts = suites.suite(code)
        if entry["iana_name"] is not None:
            assert facts is suites.by_iana_name(entry["iana_name"])


def test_every_ssl2_kind_of_another_scanners_table_is_known():
    theirs = foreign("cipher-kind.json")
    assert set(theirs) == {facts.code for facts in suites.ssl2_kinds()}
    for code, entry in theirs.items():
        assert suites.ssl2_kind(code).iana_name == entry["iana_name"]


@pytest.mark.parametrize(
    ("code", "iana_name", "openssl_name"),
    [
        (0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "EXP-RC4-MD5"),
        (0x0065, "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA", "EXP1024-DHE-DSS-RC4-SHA"),
        (0x0081, "TLS_GOSTR341001_WITH_28147_CNT_IMIT", "GOST2001-GOST89-GOST89"),
        (0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        (0xC0AA, "TLS_PSK_DHE_WITH_AES_128_CCM_8", "DHE-PSK-AES128-CCM8"),
        (
            0xCC14,
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
            "ECDHE-ECDSA-CHACHA20-POLY1305-OLD",
        ),
        (0xFEFE, "TLS_RSA_FIPS_WITH_DES_CBC_SHA", "TLS_RSA_FIPS_WITH_DES_CBC_SHA"),
    ],
)
def test_names(code, iana_name, openssl_name):
    facts = suites.suite(code)
    assert (facts.iana_name, facts.openssl_name) == (iana_name, openssl_name)
    assert suites.by_iana_name(iana_name) is facts
    assert suites.by_openssl_name(openssl_name) is facts


@pytest.mark.parametrize(
    ("alias", "code"),
    [
        ("DHE-RSA-DES-CBC3-SHA", 0x0016),
        ("EDH-RSA-DES-CBC3-SHA", 0x0016),
        ("TLS13-AES-128-GCM-SHA256", 0x1301),
        ("GOST2012-GOST8912-GOST8912", 0xFF85),
    ],
)
def test_openssl_names_of_other_ages(alias, code):
    assert suites.by_openssl_name(alias) is suites.suite(code)


def test_go_left_the_hash_out():
    assert suites.by_iana_name("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305").code == 0xCCA8


def test_a_name_nobody_has_is_no_suite():
    assert suites.by_iana_name("TLS_RSA_WITH_ROT13") is None
    assert suites.by_openssl_name("") is None


def test_aead_and_sha2_suites_are_asked_for_in_tls12_alone():
    # RFC 5246 section 7.4.1.2 and RFC 5289 section 4; those with PSK are older (RFC 5487).
    for facts in suites.all_suites():
        older = set(facts.versions) & {"SSLv3", "TLSv1", "TLSv1.1"}
        if facts.aead or (facts.mac in {"SHA256", "SHA384"} and "PSK" not in facts.key_exchange):
            assert not older, facts.iana_name


def test_every_suite_is_worth_asking_for_somewhere():
    for facts in (*suites.all_suites(), *suites.ssl2_kinds()):
        assert set(facts.versions) <= set(PROTOCOLS)
        asked = bool(facts.versions)
        assert asked == (facts.code not in {0x0000, *SIGNALS} or facts.iana_name[:4] == "SSL_")
        assert asked == (facts.prior > 0)
        assert facts.prior < 1


def test_what_real_servers_were_seen_to_serve_is_asked_for():
    truth = json.loads((Path(__file__).parent.parent / "servers/truth.json").read_text())
    for server in truth.values():
        for protocol, names in server["suites"].items():
            found = suites.suites_for(protocol)
            # What is measured of SSLv2 has OpenSSL's names.
            key = "openssl_name" if protocol == "SSLv2" else "iana_name"
            asked = {getattr(facts, key) for facts in found}
            assert set(names) <= asked


def test_tls13_suites_name_no_key_exchange():
    for facts in suites.all_suites():
        assert (facts.key_exchange == "any") == (facts.versions == ("TLSv1.3",))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_suites_for_a_protocol_come_most_likely_first(protocol):
    found = suites.suites_for(protocol)
    assert found
    assert all(protocol in facts.versions for facts in found)
    priors = [facts.prior for facts in found]
    assert priors == sorted(priors, reverse=True)


def test_the_likeliest_suites_are_those_of_todays_servers():
    first = {facts.openssl_name for facts in suites.suites_for("TLSv1.2")[:6]}
    assert {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"} <= first
    assert suites.suites_for("TLSv1.3")[0].code == 0x1302


@pytest.mark.parametrize(
    ("code", "layout"),
    [
        (0xC02F, "ecdhe"),
        (0x0039, "dhe"),
        (0x0014, "dhe"),
        (0x0003, "rsa_export"),
        (0x0034, "dh_anon"),
        (0xC018, "ecdh_anon"),
        (0x00A8, "psk"),
        (0x00AA, "dhe_psk"),
        (0xC037, "ecdhe_psk"),
        (0x00AC, "rsa_psk"),
        (0xC01E, "srp"),
        (0x002F, None),
        (0xC004, None),
        (0x1301, None),
        (0x001E, None),
    ],
)
def test_server_key_exchange(code, layout):
    assert suites.suite(code).server_key_exchange == layout


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (0xC02F, "rsa"),
        (0xC02B, "ecdsa"),
        # RFC 8422 section 2.2: the certificate of ECDH_RSA holds an elliptic curve key.
        (0xC00E, "ecdsa"),
        (0x0032, "dsa"),
        (0x0030, "dh"),
        (0x0081, "gost"),
        (0x1302, "any"),
        (0x0034, None),
        (0x00A8, None),
        (0x00AC, "rsa"),
    ],
)
def test_certificate_key(code, key):
    assert suites.suite(code).certificate_key == key


def test_forward_secrecy():
    assert suites.suite(0xC02F).forward_secret
    assert suites.suite(0x1301).forward_secret
    assert suites.suite(0x0034).forward_secret
    assert not suites.suite(0x002F).forward_secret
    assert not suites.suite(0xC004).forward_secret
    assert not suites.suite(0x0003).forward_secret


@pytest.mark.parametrize(
    ("code", "bits"), [(0x000A, 112), (0x0003, 40), (0x0009, 56), (0x0064, 56), (0x0002, 0)]
)
def test_bits_are_the_effort_of_an_attacker(code, bits):
    assert suites.suite(code).bits == bits


def test_export_suites_are_named_so():
    for facts in (*suites.all_suites(), *suites.ssl2_kinds()):
        assert facts.export == ("EXPORT" in facts.iana_name)
        if facts.export:
            assert facts.bits in {40, 56}


def test_anonymous_suites_are_named_so():
    for facts in suites.all_suites():
        assert facts.anonymous == ("_anon_" in facts.iana_name)


def test_recommended_suites_are_forward_secret_and_authenticated_encryption():
    recommended = [facts for facts in suites.all_suites() if facts.recommended]
    assert len(recommended) >= 10
    assert all(facts.aead and facts.forward_secret for facts in recommended)


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_every_number_has_facts(code):
    facts = suites.suite(code)
    assert facts.code == code
    assert facts.iana_name
    assert facts.openssl_name
    if facts.key_exchange == "unknown":
        digits = 4 if code <= 0xFFFF else 6
        assert facts.iana_name == f"0x{code:0{digits}X}"
        assert facts.versions == ()
        assert facts.server_key_exchange is None


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_every_ssl2_number_has_facts(code):
    facts = suites.ssl2_kind(code)
    assert facts.code == code
    assert facts.iana_name == f"0x{code:06X}" or facts in suites.ssl2_kinds()


def test_ssl2_null_is_told_from_tls_null():
    assert suites.ssl2_kind(0x000000).iana_name == "SSL_CK_NULL_WITH_MD5"
    assert suites.suite(0x0000).iana_name == "TLS_NULL_WITH_NULL_NULL"
    assert suites.suite(0x010080).iana_name == "SSL_CK_RC4_128_WITH_MD5"
