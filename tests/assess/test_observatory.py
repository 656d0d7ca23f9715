"""Guideline 4.0 as the TLS Observatory evaluated it, rule by rule and in its words."""

from datetime import timedelta

import msgspec
import pytest

from tlsward.assess import assess

MODERN_ECDSA = (
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-ECDSA-AES128-SHA256",
)
#: In the intermediate level's order, some in TLS 1.2 only.
INTERMEDIATE_RSA = (
    ("ECDHE-RSA-AES128-GCM-SHA256", False),
    ("DHE-RSA-AES128-GCM-SHA256", False),
    ("ECDHE-RSA-AES128-SHA", True),
    ("DHE-RSA-AES128-SHA", True),
    ("AES128-SHA", True),
    ("DES-CBC3-SHA", True),
)
VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2")


def levels(build, result):
    return assess(result, guideline="4.0", now=build.NOW).evaluation.levels


def actions(verdict, severity=None):
    return [f.action for f in verdict.findings if severity in (None, f.severity)]


@pytest.fixture
def modern(build):
    def make(names=MODERN_ECDSA, certificates=None, versions=("TLSv1.2",), curve="P-256", **more):
        offered = [build.suite(name, versions, curve=curve) for name in names]
        return build.scan(offered, certificates or [build.certificate()], **more)

    return make


@pytest.fixture
def intermediate(build):
    def make(certificates=None, dh_bits=2048, extra=(), without=(), versions=VERSIONS, **more):
        offered = [
            build.suite(name, versions if old else ("TLSv1.2",), dh_bits=dh_bits)
            for name, old in INTERMEDIATE_RSA
            if name not in without
        ]
        offered += [build.suite(name, VERSIONS) for name in extra]
        return build.scan(offered, certificates or [build.certificate("rsa")], **more)

    return make


@pytest.fixture
def old(build, intermediate):
    def make(**more):
        sha1 = build.certificate("rsa", signature="sha1WithRSAEncryption", days=400)
        settings = {
            "certificates": [sha1],
            "dh_bits": 1024,
            "versions": ("SSLv3", *VERSIONS),
        }
        return intermediate(**(settings | more))

    return make


def test_modern_is_met(build, modern):
    verdict = levels(build, modern())["modern"]
    assert verdict.met == "yes"
    assert actions(verdict) == []


def test_intermediate_is_met(build, intermediate):
    verdict = levels(build, intermediate())["intermediate"]
    assert actions(verdict, "blocking") == []
    assert verdict.met == "yes"


def test_old_is_met(build, old):
    verdict = levels(build, old())["old"]
    assert actions(verdict, "blocking") == []
    assert verdict.met == "yes"


class TestSignature:
    @pytest.mark.parametrize(
        ("level", "words"),
        [
            (
                "modern",
                (
                    "sha384WithRSAEncryption is not a modern certificate signature, use "
                    "sha256WithRSAEncryption or ecdsa-with-SHA256 or ecdsa-with-SHA384 or "
                    "ecdsa-with-SHA512"
                ),
            ),
            (
                "intermediate",
                (
                    "sha384WithRSAEncryption is not an intermediate certificate signature, use "
                    "sha256WithRSAEncryption"
                ),
            ),
            (
                "old",
                (
                    "sha384WithRSAEncryption is not an old certificate signature, use "
                    "sha1WithRSAEncryption"
                ),
            ),
        ],
    )
    def test_outside_the_level(self, build, modern, level, words):
        leaf = build.certificate("ecdsa", signature="sha384WithRSAEncryption")
        assert words in actions(levels(build, modern(certificates=[leaf]))[level], "blocking")

    def test_one_nobody_named_is_bad(self, build, modern):
        leaf = build.certificate("ecdsa", signature="rsassaPss")
        found = levels(build, modern(certificates=[leaf]))
        assert actions(found["bad"]) == ["rsassaPss is a bad certificate signature"]
        assert found["bad"].met == "yes"
        assert found["modern"].met == "no"


class TestCiphersuites:
    def test_extra_ones_block(self, build, modern):
        result = modern((*MODERN_ECDSA, "ECDHE-ECDSA-AES128-SHA"))
        verdict = levels(build, result)["modern"]
        assert verdict.met == "no"
        assert actions(verdict, "blocking") == ["remove ciphersuites ECDHE-ECDSA-AES128-SHA"]
        assert verdict.findings[0].id == "tls.suite.remove:ECDHE-ECDSA-AES128-SHA"

    def test_one_outside_old_is_bad(self, build, intermediate):
        found = levels(build, intermediate(extra=("RC4-SHA",)))
        assert found["bad"].met == "yes"
        assert actions(found["bad"]) == ["remove cipher RC4-SHA"]

    def test_missing_ones_are_advised_and_never_block(self, build, modern):
        verdict = levels(build, modern(MODERN_ECDSA[2:3]))["modern"]
        assert verdict.met == "yes"
        assert [f.item for f in verdict.findings if f.group == "consider adding ciphers"] == [
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-ECDSA-AES256-SHA384",
            "ECDHE-ECDSA-AES128-SHA256",
        ]

    def test_none_is_advised_that_the_certificate_cannot_serve(self, build, intermediate):
        verdict = levels(build, intermediate())["intermediate"]
        advised = [f.item for f in verdict.findings if f.id.startswith("tls.suite.add:")]
        assert advised
        assert not [name for name in advised if "ECDSA" in name or "DSS" in name]

    def test_chacha_of_before_its_rfc_is_passed_over(self, build, modern):
        old_chacha = msgspec.structs.replace(
            build.suite("ECDHE-ECDSA-AES256-GCM-SHA384"),
            openssl_name="ECDHE-ECDSA-CHACHA20-POLY1305-OLD",
            code="0xCC14",
        )
        result = modern()
        result = msgspec.structs.replace(result, cipher_suites=(*result.cipher_suites, old_chacha))
        found = levels(build, result)
        assert found["modern"].met == "yes"
        assert found["bad"].met == "no"

    def test_names_of_either_age_are_one_suite(self, build, intermediate):
        result = intermediate(extra=("EDH-RSA-DES-CBC3-SHA",))
        *others, edh = result.cipher_suites
        renamed = msgspec.structs.replace(edh, openssl_name="DHE-RSA-DES-CBC3-SHA")
        result = msgspec.structs.replace(result, cipher_suites=(*others, renamed))
        assert levels(build, result)["intermediate"].met == "yes"

    def test_old_needs_triple_des(self, build, old):
        verdict = levels(build, old(without=("DES-CBC3-SHA",)))["old"]
        assert verdict.met == "no"
        assert actions(verdict, "blocking") == [
            "add cipher DES-CBC3-SHA for backward compatibility"
        ]


class TestProtocols:
    def test_extra_ones_block(self, build, modern):
        verdict = levels(build, modern(versions=("TLSv1.1", "TLSv1.2")))["modern"]
        assert verdict.met == "no"
        assert actions(verdict, "blocking") == ["remove protocols TLSv1.1"]

    def test_sslv3_blocks_intermediate(self, build, intermediate):
        verdict = levels(build, intermediate(versions=("SSLv3", *VERSIONS)))["intermediate"]
        assert actions(verdict, "blocking") == ["remove protocols SSLv3"]

    def test_missing_ones_block(self, build, intermediate):
        verdict = levels(build, intermediate(versions=("TLSv1", "TLSv1.2")))["intermediate"]
        assert verdict.met == "no"
        assert actions(verdict, "blocking") == ["add protocols TLSv1.1"]

    def test_all_is_forgiven_where_intermediate_lacks_tls_1_0(self, build, intermediate):
        verdict = levels(build, intermediate(versions=("TLSv1.2",)))["intermediate"]
        assert verdict.met == "yes"
        assert {"add protocols TLSv1.1", "add protocols TLSv1"} <= set(actions(verdict, "advisory"))

    def test_all_is_forgiven_where_old_lacks_sslv3(self, build, old):
        verdict = levels(build, old(versions=("TLSv1.2",)))["old"]
        assert verdict.met == "yes"

    def test_old_with_sslv3_must_have_all(self, build, old):
        verdict = levels(build, old(versions=("SSLv3", "TLSv1.2")))["old"]
        assert verdict.met == "no"
        assert actions(verdict, "blocking") == ["add protocols TLSv1.1", "add protocols TLSv1"]

    def test_whether_all_is_forgiven_may_be_unknown(self, build, old):
        result = old(versions=("TLSv1.2",), protocols={"SSLv3": "unknown"})
        assert levels(build, result)["old"].met == "unknown"

    def test_sslv2_is_bad(self, build, modern):
        found = levels(build, modern(protocols={"SSLv2": "yes"}))
        assert "disable SSLv2" in actions(found["bad"])

    def test_tls_1_3_is_passed_over_and_said_so(self, build, modern):
        result = modern()
        result = msgspec.structs.replace(
            result,
            cipher_suites=(*build.tls13_suites(), *result.cipher_suites),
            protocols=result.protocols | {"TLSv1.3": "yes"},
        )
        found = levels(build, result)
        assert found["bad"].met == "no"
        assert found["modern"].met == "yes"
        assert actions(found["modern"]) == ["TLSv1.3 is not judged: guideline 4.0 is older than it"]

    def test_tls_1_3_alone_meets_nothing(self, build):
        found = levels(build, build.tls13_only())
        assert [found[name].met for name in ("modern", "intermediate", "old")] == ["no"] * 3


class TestOrder:
    def test_the_client_s_blocks_every_level(self, build, modern, intermediate, old):
        for level, result in (
            ("modern", modern(order="client")),
            ("intermediate", intermediate(order="client")),
            ("old", old(order="client")),
        ):
            verdict = levels(build, result)[level]
            assert verdict.met == "no"
            assert actions(verdict, "blocking") == ["enforce server side ordering"]

    def test_one_that_could_not_be_told_leaves_the_level_open(self, build, modern):
        assert levels(build, modern(order="unknown"))["modern"].met == "unknown"

    def test_one_suite_has_no_order(self, build, modern):
        assert levels(build, modern(MODERN_ECDSA[:1], order="unknown"))["modern"].met == "yes"

    def test_steps_back_are_advised(self, build, modern):
        names = (MODERN_ECDSA[2], MODERN_ECDSA[0], MODERN_ECDSA[4], MODERN_ECDSA[3])
        verdict = levels(build, modern(names))["modern"]
        assert verdict.met == "yes"
        assert actions(verdict)[1:] == [
            "increase priority of ECDHE-ECDSA-AES256-GCM-SHA384 over ECDHE-ECDSA-AES128-GCM-SHA256",
            "increase priority of ECDHE-ECDSA-AES256-SHA384 over ECDHE-ECDSA-AES128-SHA256",
            "fix ciphersuite ordering, use recommended modern ciphersuite",
        ]

    def test_steps_back_are_advised_for_levels_that_are_met_alone(self, build, modern):
        names = (MODERN_ECDSA[2], MODERN_ECDSA[0], "ECDHE-ECDSA-AES128-SHA")
        kinds = [f.id for f in levels(build, modern(names))["modern"].findings]
        assert not [kind for kind in kinds if kind.startswith("tls.suite.priority")]


class TestStapling:
    def test_its_absence_is_advised(self, build, modern):
        verdict = levels(build, modern(certificates=[build.certificate(ocsp=True)]))["modern"]
        assert verdict.met == "yes"
        assert actions(verdict) == ["consider enabling OCSP stapling"]

    def test_nothing_is_advised_where_no_responder_is_named(self, build, modern):
        assert actions(levels(build, modern())["modern"]) == []

    def test_nothing_is_advised_where_it_is_on_or_unknown(self, build, modern):
        for state in ("yes", "unknown"):
            result = modern(certificates=[build.certificate(ocsp=True)], stapling=state)
            assert actions(levels(build, result)["modern"]) == []


class TestForwardSecrecy:
    def test_intermediate_wants_2048_bits(self, build, intermediate):
        verdict = levels(build, intermediate(dh_bits=1024))["intermediate"]
        assert actions(verdict, "blocking") == [
            "use DHE of at least 2048bits and ECC of at least 256bits"
        ]
        assert levels(build, intermediate(dh_bits=4096))["intermediate"].met == "yes"

    def test_old_wants_exactly_1024_bits(self, build, old):
        verdict = levels(build, old(dh_bits=2048))["old"]
        assert actions(verdict, "blocking") == ["use DHE of 1024bits and ECC of 160bits"]

    def test_modern_wants_no_finite_field(self, build, modern):
        result = modern()
        dhe = build.suite("DHE-RSA-AES128-GCM-SHA256", dh_bits=4096)
        result = msgspec.structs.replace(result, cipher_suites=(*result.cipher_suites, dhe))
        assert (
            "enable Perfect Forward Secrecy with a curve of at least 256bits, don't use DHE"
            in actions(levels(build, result)["modern"], "blocking")
        )

    def test_small_ones_are_bad(self, build, intermediate):
        found = levels(build, intermediate(dh_bits=1023))
        assert actions(found["bad"]) == [
            "don't use DHE smaller than 1024bits or ECC smaller than 160bits"
        ]

    @pytest.mark.parametrize("curve", ["X25519", "P-256", "P-521", "X448"])
    def test_curves_worth_256_bits_pass(self, build, modern, curve):
        assert levels(build, modern(curve=curve))["modern"].met == "yes"

    def test_a_curve_of_fewer_bits_blocks(self, build, modern):
        assert levels(build, modern(curve="P-224"))["modern"].met == "no"

    def test_a_size_that_could_not_be_read_leaves_the_level_open(self, build, modern):
        result = modern()
        first, *rest = result.cipher_suites
        first = msgspec.structs.replace(first, forward_secrecy="ECDH")
        result = msgspec.structs.replace(result, cipher_suites=(first, *rest))
        found = levels(build, result)
        assert found["modern"].met == "unknown"
        assert found["bad"].met == "unknown"


class TestCertificate:
    def test_type(self, build, modern):
        found = levels(build, modern(certificates=[build.certificate("rsa")]))
        assert actions(found["modern"], "blocking") == ["use a certificate of type ecdsa, not RSA"]
        found = levels(build, modern())
        assert "use a certificate of type rsa, not ECDSA" in actions(found["intermediate"])
        assert "use a certificate of the type rsa, not ECDSA" in actions(found["old"])

    def test_old_wants_exactly_2048_bits(self, build, old):
        leaf = build.certificate("rsa", signature="sha1WithRSAEncryption", size=4096)
        verdict = levels(build, old(certificates=[leaf]))["old"]
        assert actions(verdict, "blocking") == ["use a key size of 2048bits"]

    def test_intermediate_wants_at_least_2048_bits(self, build, intermediate):
        large = intermediate(certificates=[build.certificate("rsa", size=4096)])
        assert levels(build, large)["intermediate"].met == "yes"
        small = levels(build, intermediate(certificates=[build.certificate("rsa", size=1024)]))
        assert actions(small["intermediate"], "blocking") == ["use a key size of at least 2048bits"]
        assert actions(small["bad"]) == [
            "don't use a key smaller than 2048bits (RSA) or 256bits (ECDSA)"
        ]

    def test_modern_wants_at_least_256_bits(self, build, modern):
        small = build.certificate("ecdsa", size=224, curve="secp224r1")
        found = levels(build, modern(certificates=[small]))
        assert actions(found["modern"], "blocking") == ["use a key size of at least 256bits"]
        assert found["bad"].met == "yes"

    def test_of_two_one_is_enough(self, build, modern):
        both = modern(certificates=[build.certificate("rsa"), build.certificate("ecdsa")])
        assert levels(build, both)["modern"].met == "yes"

    def test_the_rules_are_held_to_one_certificate_not_spread_over_two(self, build, modern):
        right_type = build.certificate("ecdsa", signature="ecdsa-with-SHA1")
        right_signature = build.certificate("rsa")
        both = modern(certificates=[right_type, right_signature])
        assert levels(build, both)["modern"].met == "no"

    def test_trust_expiry_and_name_are_not_looked_at(self, build, modern):
        leaf = build.certificate(trust="no", match="no", start=build.NOW - timedelta(days=900))
        assert levels(build, modern(certificates=[leaf]))["modern"].met == "yes"
