import json
from pathlib import Path

import pytest

from tlsward.errors import UnknownGuidelineError, UsageError
from tlsward.facts import groups, suites
from tlsward.facts.guidelines import guideline, guideline_versions
from tlsward.model.scan_result import PROTOCOLS

ORIGINALS = Path(__file__).parent / "data" / "mozilla-guidelines"
VERSIONS = ("4.0", "5.0", "5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "6.0")
ABSENT_FROM = {
    "ocsp_staple": {"4.0"},
    "server_preferred_order": {"4.0"},
    "maximum_certificate_lifespan": {"4.0"},
    "recommended_certificate_lifespan": {"4.0", "5.0", "5.1", "5.2", "5.3", "5.4"},
}
#: Keys whose values pass unchanged.
SAME = (
    "certificate_types",
    "certificate_signatures",
    "rsa_key_size",
    "dh_param_size",
    "ecdh_param_size",
    "hsts_min_age",
    "oldest_clients",
    *ABSENT_FROM,
)
#: Keys that are compared otherwise, by name.
OTHERS = {
    "tls_versions",
    "tls_curves",
    "certificate_curves",
    "ciphers",
    "ciphersuites",
    "openssl_ciphers",
    "openssl_ciphersuites",
}


def original(version):
    return json.loads((ORIGINALS / f"{version}.json").read_text())["configurations"]


LEVELS = [(version, name) for version in VERSIONS for name in original(version)]


def as_list(value):
    return list(value) if isinstance(value, tuple) else value


def test_every_published_version_is_there():
    assert guideline_versions() == VERSIONS
    assert {path.stem for path in ORIGINALS.glob("*.json")} == set(VERSIONS)


def test_latest_is_the_newest():
    assert guideline() is guideline("latest") is guideline("6.0")


@pytest.mark.parametrize("version", ["6", "7.0", "", "../4.0", "5.8.json"])
def test_a_version_that_was_never_published_is_the_callers_mistake(version):
    with pytest.raises(UnknownGuidelineError, match=r"there are 4\.0, 5\.0") as caught:
        guideline(version)
    assert isinstance(caught.value, UsageError)
    assert isinstance(caught.value, KeyError)
    assert caught.value.version == version
    assert str(caught.value).startswith("no guideline version")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_levels_are_those_published_best_first(version):
    names = list(guideline(version).levels)
    assert sorted(names) == sorted(original(version))
    assert names == [name for name in ("modern", "intermediate", "old") if name in names]
    assert all(level.name == name for name, level in guideline(version).levels.items())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_says_what_it_is_and_where_it_explains_itself(version):
    known = guideline(version)
    published = json.loads((ORIGINALS / f"{version}.json").read_text())
    # The original's number is a float: 6.0 and 6 are the same there.
    assert float(known.version) == float(published["version"])
    assert known.version == version
    assert known.reference.startswith("https://")
    assert known.rationale
    assert known.source == f"https://data.tlsref.org/guidelines/{version}.json"


@pytest.mark.parametrize(("version", "name"), LEVELS)
class TestEveryValue:
    def test_no_key_is_forgotten(self, version, name):
        assert set(original(version)[name]) <= {*SAME, *OTHERS}

    @pytest.mark.parametrize("key", SAME)
    def test_value(self, version, name, key):
        published = original(version)[name]
        assert (key in published) == (version not in ABSENT_FROM.get(key, set()))
        assert as_list(getattr(guideline(version).levels[name], key)) == published.get(key)

    def test_protocols(self, version, name):
        level = guideline(version).levels[name]
        assert list(level.protocols) == original(version)[name]["tls_versions"]
        assert set(level.protocols) <= set(PROTOCOLS)

    def test_curves_have_canonical_names(self, version, name):
        published, level = original(version)[name], guideline(version).levels[name]
        for theirs, ours in (
            (published["tls_curves"], level.groups),
            (published["certificate_curves"], level.certificate_curves),
        ):
            if theirs is None:
                assert ours is None
                continue
            assert list(ours) == [groups.canonical_group_name(curve) for curve in theirs]
            assert list(ours) == [
                "prime256v1" if curve == "secp256r1" else curve for curve in theirs
            ]

    def test_suites_up_to_tls12(self, version, name):
        published, level = original(version)[name], guideline(version).levels[name]
        if version == "4.0":
            theirs = published["ciphersuites"]
        elif version == "5.0":
            theirs = published["openssl_ciphers"]
        else:
            theirs = published["ciphers"]["openssl"]
        assert list(level.cipher_suites) == theirs

    def test_the_iana_names_mean_the_same_suites(self, version, name):
        published, level = original(version)[name], guideline(version).levels[name]
        if version in {"4.0", "5.0"}:
            assert "ciphers" not in published
            return
        # Up to 5.5 the two lists are in different orders.
        assert {suites.by_iana_name(iana).code for iana in published["ciphers"]["iana"]} == {
            suites.by_openssl_name(openssl).code for openssl in level.cipher_suites
        }

    def test_tls13_suites(self, version, name):
        published, level = original(version)[name], guideline(version).levels[name]
        if version == "4.0":
            assert level.tls13_suites == ()
        else:
            key = "openssl_ciphersuites" if version == "5.0" else "ciphersuites"
            assert list(level.tls13_suites) == published[key]

    def test_only_version_4_has_a_cipher_string(self, version, name):
        published, level = original(version)[name], guideline(version).levels[name]
        if version == "4.0":
            assert level.cipher_string == published["openssl_ciphersuites"]
        else:
            assert level.cipher_string is None

    def test_every_suite_is_a_known_one_of_the_levels_protocols(self, version, name):
        level = guideline(version).levels[name]
        for suite in level.cipher_suites:
            facts = suites.by_openssl_name(suite)
            assert facts is not None, suite
            assert set(facts.versions) & set(level.protocols), suite
        for suite in level.tls13_suites:
            assert suites.by_iana_name(suite).versions == ("TLSv1.3",)

    def test_every_group_is_known(self, version, name):
        level = guideline(version).levels[name]
        for group in (*level.groups, *(level.certificate_curves or ())):
            assert groups.group_by_name(group).name == group


def test_6_0_is_5_8_without_old():
    newest, before = guideline("6.0").levels, guideline("5.8").levels
    assert newest == {name: level for name, level in before.items() if name != "old"}


def test_intermediate_from_5_8_on_has_no_finite_field_diffie_hellman():
    for version in ("5.8", "6.0"):
        level = guideline(version).levels["intermediate"]
        assert not [name for name in level.cipher_suites if name.startswith("DHE-")]
        assert level.groups[0] == "X25519MLKEM768"
