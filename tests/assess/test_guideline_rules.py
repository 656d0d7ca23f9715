"""The rules of 5.x and 6.0, one by one: what is offered must be listed."""

from datetime import timedelta

import msgspec
import pytest

from tlsward.assess import assess

MODERN_GROUPS = ("X25519MLKEM768", "X25519")


@pytest.fixture
def evaluate(build):
    def run(result, guideline="6.0"):
        return assess(result, guideline=guideline, now=build.NOW).evaluation.levels

    return run


@pytest.fixture
def modern(build):
    """A server that meets 6.0 modern, but for what is replaced."""

    def make(certificates=None, **more):
        settings = {"group_names": MODERN_GROUPS, "order": "client"}
        return build.scan(
            build.tls13_suites(), certificates or [build.certificate()], **(settings | more)
        )

    return make


@pytest.fixture
def with_suite(build):
    """A 6.0 intermediate server with one more suite."""

    def make(name, protocols=("TLSv1.2",), **more):
        base = build.nginx_intermediate()
        extra = build.suite(name, protocols, **more)
        offered = dict.fromkeys(protocols, "yes")
        return msgspec.structs.replace(
            base,
            cipher_suites=(*base.cipher_suites, extra),
            protocols=base.protocols | offered,
        )

    return make


def blocking(verdict):
    return [f.id for f in verdict.findings if f.severity == "blocking"]


def advisory(verdict):
    return [f.id for f in verdict.findings if f.severity == "advisory"]


def found(verdict, identifier):
    return next(f for f in verdict.findings if f.id == identifier)


class TestProtocols:
    @pytest.mark.parametrize("protocol", ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"])
    def test_one_outside_the_level_blocks(self, evaluate, modern, protocol):
        verdict = evaluate(modern(protocols={protocol: "yes"}))["modern"]
        assert f"tls.protocol.remove:{protocol}" in blocking(verdict)
        assert verdict.met == "no"

    @pytest.mark.parametrize("protocol", ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"])
    def test_one_that_could_not_be_told_leaves_the_level_open(self, evaluate, modern, protocol):
        verdict = evaluate(modern(protocols={protocol: "unknown"}))["modern"]
        assert verdict.met == "unknown"
        assert blocking(verdict) == []

    def test_offering_fewer_is_fine(self, evaluate, modern):
        assert evaluate(modern())["intermediate"].met == "yes"

    def test_a_listed_one_that_could_not_be_told_may_hide_suites(self, evaluate, modern):
        verdict = evaluate(modern(protocols={"TLSv1.2": "unknown"}))["intermediate"]
        assert verdict.met == "unknown"

    def test_each_has_its_own_reason(self, evaluate, modern):
        verdict = evaluate(modern(protocols={"SSLv3": "yes", "TLSv1": "yes"}))["modern"]
        assert "POODLE" in found(verdict, "tls.protocol.remove:SSLv3").why
        assert "8996" in found(verdict, "tls.protocol.remove:TLSv1").reference


class TestSuites:
    def test_one_outside_the_level_blocks(self, evaluate, with_suite):
        verdict = evaluate(with_suite("AES128-GCM-SHA256"))["intermediate"]
        assert blocking(verdict) == ["tls.suite.remove:AES128-GCM-SHA256"]
        assert "forward secrecy" in verdict.findings[0].why

    def test_fewer_than_listed_is_fine(self, build, evaluate):
        few = build.scan(
            [build.suite("ECDHE-RSA-AES128-GCM-SHA256")],
            [build.certificate("rsa")],
            group_names=("prime256v1",),
        )
        verdict = evaluate(few)["intermediate"]
        assert verdict.met == "yes"
        assert verdict.findings == ()

    def test_a_suite_of_tls_1_3_outside_the_level_blocks(self, build, evaluate, modern):
        ccm = msgspec.structs.replace(
            build.tls13_suites()[0],
            iana_name="TLS_AES_128_CCM_SHA256",
            openssl_name="TLS_AES_128_CCM_SHA256",
            code="0x1304",
        )
        result = modern()
        result = msgspec.structs.replace(result, cipher_suites=(*result.cipher_suites, ccm))
        assert blocking(evaluate(result)["modern"]) == ["tls.suite.remove:TLS_AES_128_CCM_SHA256"]

    def test_dhe_is_listed_up_to_5_7_and_not_after(self, evaluate, with_suite):
        result = with_suite("DHE-RSA-AES128-GCM-SHA256")
        assert evaluate(result, "5.6")["intermediate"].met == "yes"
        assert evaluate(result, "5.7")["intermediate"].met == "yes"
        assert blocking(evaluate(result, "5.8")["intermediate"]) == [
            "tls.suite.remove:DHE-RSA-AES128-GCM-SHA256"
        ]

    def test_dhe_chacha_came_with_5_7(self, evaluate, with_suite):
        result = with_suite("DHE-RSA-CHACHA20-POLY1305")
        assert evaluate(result, "5.6")["intermediate"].met == "no"
        assert evaluate(result, "5.7")["intermediate"].met == "yes"

    def test_names_of_either_age_are_one_suite(self, build, evaluate):
        old = build.scan(
            [build.suite("DES-CBC3-SHA", ("TLSv1", "TLSv1.1", "TLSv1.2"))],
            [build.certificate("rsa")],
            group_names=(),
        )
        renamed = msgspec.structs.replace(
            old,
            cipher_suites=(
                msgspec.structs.replace(old.cipher_suites[0], openssl_name="TLS_RSA_3DES"),
            ),
        )
        assert evaluate(old, "5.7")["old"].met == evaluate(renamed, "5.7")["old"].met == "yes"

    @pytest.mark.parametrize("fact", ["cipher_suites", "cipher_suites.TLSv1.2"])
    def test_a_list_that_is_not_whole_leaves_the_level_open(self, build, evaluate, fact):
        result = build.nginx_intermediate(unknowns=((fact, "timed out"),))
        verdict = evaluate(result)["intermediate"]
        assert verdict.met == "unknown"
        assert f"{fact}: timed out" in verdict.unsettled

    def test_what_is_lacking_of_a_version_that_is_not_offered_does_not_count(self, build, evaluate):
        result = build.nginx_intermediate(unknowns=(("cipher_suites.TLSv1", "timed out"),))
        assert evaluate(result)["intermediate"].met == "yes"

    def test_an_offered_version_without_suites_leaves_the_level_open(self, evaluate, modern):
        result = modern(protocols={"TLSv1.2": "yes"})
        assert evaluate(result)["intermediate"].met == "unknown"


class TestGroups:
    def test_one_outside_the_level_blocks(self, evaluate, modern):
        verdict = evaluate(modern(group_names=("X25519MLKEM768", "secp521r1")))["modern"]
        assert blocking(verdict) == ["tls.group.remove:secp521r1"]

    @pytest.mark.parametrize("version", ["5.0", "5.2", "5.3", "6.0"])
    def test_either_name_of_a_curve_is_the_curve(self, build, evaluate, version):
        result = build.nginx_intermediate()
        assert evaluate(result, version)["intermediate"].met == "yes"

    def test_finite_fields_of_tls_1_3_are_compared_too(self, build, evaluate, modern):
        result = modern()
        field = build.group("ffdhe2048", ("TLSv1.3",))
        result = msgspec.structs.replace(result, groups=(*result.groups, field))
        assert blocking(evaluate(result)["modern"]) == ["tls.group.remove:ffdhe2048"]

    def test_finite_fields_of_tls_1_2_are_sized_not_named(self, build, evaluate, with_suite):
        result = with_suite("DHE-RSA-AES128-GCM-SHA256")
        field = build.group("ffdhe2048", ("TLSv1.2",))
        result = msgspec.structs.replace(result, groups=(*result.groups, field))
        assert evaluate(result, "5.7")["intermediate"].met == "yes"

    def test_a_post_quantum_group_is_listed_from_5_8_on(self, build, evaluate):
        result = build.post_quantum_only()
        assert evaluate(result, "5.8")["modern"].met == "yes"
        assert evaluate(result, "6.0")["modern"].met == "yes"
        older = evaluate(result, "5.7")["modern"]
        assert blocking(older) == ["tls.group.remove:X25519MLKEM768"]
        assert "Do not remove it" in older.findings[0].why

    def test_groups_nobody_asked_for_leave_the_level_open(self, evaluate, modern):
        assert evaluate(modern(group_names=()))["modern"].met == "unknown"
        lacking = modern(unknowns=(("groups", "not asked"),))
        assert evaluate(lacking)["modern"].met == "unknown"

    def test_each_generation_of_versions_must_have_been_asked(self, build, evaluate):
        newer = build.group("X25519", ("TLSv1.3",))
        older = build.group("X25519", ("TLSv1.2",))
        both = build.nginx_intermediate()
        for groups, met in (((newer, older), "yes"), ((newer,), "unknown"), ((older,), "unknown")):
            result = msgspec.structs.replace(both, groups=groups)
            assert evaluate(result)["intermediate"].met == met

    def test_their_absence_is_advised_from_5_8_on(self, evaluate, modern):
        for version, advised in (("5.7", []), ("5.8", ["tls.group.add:X25519MLKEM768"])):
            verdict = evaluate(modern(group_names=("X25519",)), version)["modern"]
            assert verdict.met == "yes"
            assert advisory(verdict) == advised

    def test_groups_seen_with_a_suite_count(self, build, evaluate, with_suite):
        result = with_suite("ECDHE-RSA-AES128-GCM-SHA256")
        *others, last = result.cipher_suites
        last = msgspec.structs.replace(last, groups=("secp521r1",))
        result = msgspec.structs.replace(result, cipher_suites=(*others, last))
        assert "tls.group.remove:secp521r1" in blocking(evaluate(result)["intermediate"])


class TestKeyExchange:
    def test_a_small_finite_field_blocks(self, evaluate, with_suite):
        result = with_suite("DHE-RSA-AES128-GCM-SHA256", dh_bits=1024)
        assert blocking(evaluate(result, "5.7")["intermediate"]) == ["tls.dh.size"]
        assert evaluate(result, "5.7")["bad"].met == "no"

    def test_a_tiny_one_is_bad(self, evaluate, with_suite):
        result = with_suite("DHE-RSA-AES128-GCM-SHA256", dh_bits=768)
        assert "tls.dh.size" in blocking(evaluate(result, "5.7")["bad"])

    def test_a_small_curve_blocks(self, evaluate, with_suite):
        result = with_suite("ECDHE-RSA-AES128-GCM-SHA256", curve="P-224")
        assert "tls.ecdh.size" in blocking(evaluate(result)["intermediate"])

    def test_a_size_that_could_not_be_read_leaves_the_level_open(self, build, evaluate, with_suite):
        result = with_suite("DHE-RSA-AES128-GCM-SHA256")
        *others, last = result.cipher_suites
        last = msgspec.structs.replace(last, forward_secrecy="None")
        result = msgspec.structs.replace(result, cipher_suites=(*others, last))
        assert evaluate(result, "5.7")["intermediate"].met == "unknown"


class TestCertificate:
    def test_an_rsa_certificate_is_not_modern(self, build, evaluate, modern):
        verdict = evaluate(modern([build.certificate("rsa")]))["modern"]
        assert blocking(verdict) == ["tls.certificate.type", "tls.certificate.signature"]

    def test_of_two_one_of_the_type_is_enough(self, build, evaluate, modern):
        both = modern([build.certificate("rsa"), build.certificate("ecdsa")])
        verdict = evaluate(both)["modern"]
        assert verdict.met == "yes"
        assert verdict.findings == ()

    def test_type_and_signature_must_be_one_certificate_s(self, build, evaluate, modern):
        both = modern(
            [
                build.certificate("ecdsa", signature="sha256WithRSAEncryption"),
                build.certificate("rsa", signature="ecdsa-with-SHA256"),
            ]
        )
        assert "tls.certificate.signature" in blocking(evaluate(both)["modern"])

    def test_pss_is_not_pkcs1(self, build, evaluate):
        result = build.rsa_only()
        pss = build.certificate("rsa", signature="rsassaPss")
        result = msgspec.structs.replace(result, certificates=(pss,))
        assert blocking(evaluate(result)["intermediate"]) == ["tls.certificate.signature"]

    def test_a_small_rsa_key_blocks(self, build, evaluate):
        result = build.rsa_only()
        small = build.certificate("rsa", size=1024)
        result = msgspec.structs.replace(result, certificates=(small,))
        assert blocking(evaluate(result)["intermediate"]) == ["tls.certificate.key-size"]
        assert evaluate(result)["bad"].met == "no"

    def test_a_tiny_rsa_key_is_bad(self, build, evaluate):
        result = build.rsa_only()
        tiny = build.certificate("rsa", size=768)
        result = msgspec.structs.replace(result, certificates=(tiny,))
        assert blocking(evaluate(result)["bad"]) == ["tls.certificate.key-size"]

    def test_no_size_means_no_constraint(self, build, evaluate, modern):
        both = modern([build.certificate("rsa", size=1024), build.certificate("ecdsa")])
        assert "tls.certificate.key-size" not in blocking(evaluate(both)["modern"])

    def test_a_curve_outside_the_level_blocks(self, build, evaluate, modern):
        p521 = build.certificate("ecdsa", size=521, curve="secp521r1")
        assert blocking(evaluate(modern([p521]))["modern"]) == ["tls.certificate.curve"]

    def test_either_name_of_the_curve_will_do(self, build, evaluate, modern):
        p256 = build.certificate("ecdsa", curve="secp256r1")
        assert evaluate(modern([p256]))["modern"].met == "yes"

    def test_no_list_of_curves_is_no_constraint(self, build, evaluate):
        result = build.nginx_intermediate()
        p521 = build.certificate("ecdsa", size=521, curve="secp521r1")
        result = msgspec.structs.replace(result, certificates=(p521,))
        assert "tls.certificate.curve" not in blocking(evaluate(result, "5.3")["intermediate"])
        assert "tls.certificate.curve" in blocking(evaluate(result, "5.4")["intermediate"])

    def test_md5_is_bad(self, build, evaluate, modern):
        forged = build.certificate("rsa", signature="md5WithRSAEncryption")
        assert blocking(evaluate(modern([forged]))["bad"]) == ["tls.certificate.signature"]

    def test_none_leaves_the_level_open(self, build, evaluate):
        result = msgspec.structs.replace(build.tls13_only(), certificates=())
        assert evaluate(result)["modern"].met == "unknown"

    def test_one_that_cannot_be_read_leaves_the_level_open(self, build, evaluate):
        result = build.tls13_only()
        deployment = result.certificates[0]
        broken = msgspec.structs.replace(deployment.chain[0], error="not DER", key=None)
        deployment = msgspec.structs.replace(deployment, chain=(broken,))
        result = msgspec.structs.replace(result, certificates=(deployment,))
        verdict = evaluate(result)["modern"]
        assert verdict.met == "unknown"
        assert "certificates: not readable: not DER" in verdict.unsettled

    def test_one_with_a_malformed_extension_is_judged_by_the_rest(self, build, evaluate):
        result = build.tls13_only()
        deployment = result.certificates[0]
        odd = msgspec.structs.replace(deployment.chain[0], error="malformed: policies")
        deployment = msgspec.structs.replace(deployment, chain=(odd,))
        result = msgspec.structs.replace(result, certificates=(deployment,))
        assert evaluate(result)["modern"].met == "yes"

    def test_one_that_only_clients_without_a_name_get_is_not_judged(self, build, evaluate, modern):
        default = build.certificate(
            "rsa", trust="no", match="no", served_with_sni="no", served_without_sni="yes"
        )
        assert evaluate(modern([build.certificate(), default]))["modern"].met == "yes"
        alone = modern([default])
        assert "tls.certificate.hostname" in blocking(evaluate(alone)["modern"])

    def test_which_of_two_clients_get_may_be_unknown(self, build, evaluate, modern):
        vague = {"served_with_sni": "unknown"}
        both = modern([build.certificate("ecdsa", **vague), build.certificate("rsa")])
        assert evaluate(both)["modern"].met == "unknown"


class TestLifespan:
    def test_the_maximum_blocks(self, build, evaluate, modern):
        verdict = evaluate(modern([build.certificate(days=91)]))["modern"]
        assert blocking(verdict) == ["tls.certificate.lifespan"]
        assert advisory(verdict) == []

    def test_the_recommendation_advises(self, build, evaluate, modern):
        verdict = evaluate(modern([build.certificate(days=91)]))["intermediate"]
        assert verdict.met == "yes"
        assert advisory(verdict) == ["tls.certificate.lifespan.recommended"]

    def test_both_ends_count_and_a_fraction_is_a_day(self, build, evaluate, modern):
        exact = build.certificate(days=90)
        leaf = exact.chain[0]
        assert leaf.not_after - leaf.not_before == timedelta(days=90, seconds=-1)
        assert evaluate(modern([exact]))["modern"].met == "yes"
        longer = msgspec.structs.replace(leaf, not_after=leaf.not_after + timedelta(seconds=1))
        longer = msgspec.structs.replace(exact, chain=(longer,))
        verdict = evaluate(modern([longer]))["modern"]
        assert found(verdict, "tls.certificate.lifespan").action.endswith("not 91")

    def test_every_certificate_is_held_to_it(self, build, evaluate, modern):
        both = modern([build.certificate("ecdsa"), build.certificate("rsa", days=400)])
        verdict = evaluate(both)["modern"]
        assert blocking(verdict) == ["tls.certificate.lifespan"]
        assert found(verdict, "tls.certificate.lifespan").evidence == (
            "the RSA 2048 certificate lives 400 days"
        )

    def test_two_years_were_fine_until_5_5(self, build, evaluate):
        result = build.rsa_only()
        result = msgspec.structs.replace(result, certificates=(build.certificate("rsa", days=700),))
        assert evaluate(result, "5.4")["intermediate"].met == "yes"
        assert evaluate(result, "5.5")["intermediate"].met == "no"


class TestTrust:
    def test_a_certificate_nobody_vouches_for_blocks(self, build, evaluate, modern):
        verdict = evaluate(modern([build.certificate(trust="no")]))["modern"]
        assert blocking(verdict) == ["tls.certificate.trust"]

    def test_trust_that_could_not_be_told_leaves_the_level_open(self, build, evaluate, modern):
        assert evaluate(modern([build.certificate(trust="unknown")]))["modern"].met == "unknown"

    def test_a_private_store_will_do(self, build, evaluate, modern):
        private = msgspec.structs.replace(
            build.certificate(), trust={"mozilla": "no", "private": "yes"}
        )
        assert evaluate(modern([private]))["modern"].met == "yes"

    def test_stores_that_disagree_with_unknown_are_unknown(self, build, evaluate, modern):
        vague = msgspec.structs.replace(
            build.certificate(), trust={"mozilla": "no", "private": "unknown"}
        )
        assert evaluate(modern([vague]))["modern"].met == "unknown"

    def test_another_name_blocks(self, build, evaluate, modern):
        verdict = evaluate(modern([build.certificate(match="no")]))["modern"]
        assert blocking(verdict) == ["tls.certificate.hostname"]
        assert "example.org" in verdict.findings[0].action
        assert evaluate(modern([build.certificate(match="unknown")]))["modern"].met == "unknown"

    def test_expiry_and_beginning_block(self, build, evaluate, modern):
        late = build.certificate(start=build.NOW - timedelta(days=100))
        assert blocking(evaluate(modern([late]))["modern"]) == ["tls.certificate.expired"]
        early = build.certificate(start=build.NOW + timedelta(days=1))
        assert blocking(evaluate(modern([early]))["modern"]) == ["tls.certificate.not-yet-valid"]


class TestAdvice:
    def test_stapling_only_where_a_responder_is_named(self, build, evaluate, modern):
        named = evaluate(modern([build.certificate(ocsp=True)]))["modern"]
        assert named.met == "yes"
        assert advisory(named) == ["tls.ocsp.staple"]
        assert advisory(evaluate(modern())["modern"]) == []

    @pytest.mark.parametrize(
        ("state", "advised"),
        [
            ("stapled", []),
            ("not applicable", []),
            ("not stapled", ["tls.ocsp.staple"]),
            ("unknown", ["tls.ocsp.staple"]),
        ],
    )
    def test_a_certificate_s_own_staple_comes_first(self, build, evaluate, modern, state, advised):
        leaf = build.certificate(ocsp=True, ocsp_stapling=state)
        assert advisory(evaluate(modern([leaf], stapling="no"))["modern"]) == advised

    def test_order_only_where_the_level_asks_for_it(self, build, evaluate):
        result = build.scan(
            [build.suite(n) for n in ("ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA")],
            [build.certificate("rsa")],
            order="client",
        )
        verdict = evaluate(result, "5.7")["old"]
        assert verdict.met == "yes"
        assert "tls.order.server" in advisory(verdict)
        inter = evaluate(build.nginx_intermediate(), "5.7")["intermediate"]
        assert "tls.order.server" not in advisory(inter)


class TestVulnerabilities:
    def test_compression_is_bad(self, build, evaluate):
        result = build.nginx_intermediate(extensions={"compression": "yes"})
        levels = evaluate(result)
        assert "tls.vulnerability:crime" in blocking(levels["intermediate"])
        assert blocking(levels["bad"]) == ["tls.vulnerability:crime"]

    def test_insecure_renegotiation_blocks(self, build, evaluate):
        result = build.nginx_intermediate(extensions={"secure_renegotiation": "no"})
        levels = evaluate(result)
        assert blocking(levels["intermediate"]) == ["tls.vulnerability:insecure-renegotiation"]
        assert levels["bad"].met == "no"

    def test_one_that_was_not_asked_for_leaves_the_level_open(self, build, evaluate):
        result = build.nginx_intermediate(extensions={"compression": "unknown"})
        assert evaluate(result)["intermediate"].met == "unknown"

    def test_one_that_was_probed_for_blocks(self, build, evaluate):
        from tlsward.model.scan_result import Vulnerability

        heartbleed = Vulnerability(id="heartbleed", state="yes", evidence="16 kB of memory")
        result = msgspec.structs.replace(build.tls13_only(), vulnerabilities=(heartbleed,))
        levels = evaluate(result)
        assert blocking(levels["modern"]) == ["tls.vulnerability:heartbleed"]
        assert levels["bad"].met == "yes"

    def test_notes_do_not_block(self, build, evaluate):
        result = build.nginx_intermediate(extensions={"fallback_scsv": "no"})
        assert evaluate(result)["intermediate"].met == "yes"


class TestBad:
    @pytest.mark.parametrize(
        "name", ["NULL-SHA256", "ADH-AES128-SHA", "EXP-RC4-MD5", "RC4-SHA", "DES-CBC-SHA"]
    )
    def test_suites(self, evaluate, with_suite, name):
        levels = evaluate(with_suite(name))
        assert blocking(levels["bad"])[:1] == [f"tls.suite.remove:{name}"]
        assert levels["intermediate"].met == "no"

    @pytest.mark.parametrize("name", ["DES-CBC3-SHA", "AES128-SHA", "DHE-RSA-SEED-SHA"])
    def test_what_is_merely_old_is_not_bad(self, evaluate, with_suite, name):
        assert evaluate(with_suite(name))["bad"].met == "no"

    def test_a_suite_nobody_knows_is_not_bad_but_not_listed_either(self, evaluate, with_suite):
        result = with_suite("AES128-SHA")
        *others, last = result.cipher_suites
        strange = msgspec.structs.replace(
            last, code="0x7F7F", iana_name="0x7F7F", openssl_name="0x7F7F"
        )
        levels = evaluate(msgspec.structs.replace(result, cipher_suites=(*others, strange)))
        assert levels["bad"].met == "no"
        assert blocking(levels["intermediate"]) == ["tls.suite.remove:0x7F7F"]

    def test_a_null_kind_of_sslv2_is_not_taken_for_a_suite(self, build, evaluate, modern):
        kind = msgspec.structs.replace(
            build.suite("NULL-MD5", ("SSLv2",)), code="0x000000", openssl_name="NULL-MD5"
        )
        result = modern(protocols={"SSLv2": "yes"})
        result = msgspec.structs.replace(result, cipher_suites=(*result.cipher_suites, kind))
        assert "tls.suite.remove:NULL-MD5" in blocking(evaluate(result)["bad"])

    @pytest.mark.parametrize("protocol", ["SSLv2", "SSLv3"])
    def test_protocols(self, evaluate, modern, protocol):
        levels = evaluate(modern(protocols={protocol: "yes"}))
        assert f"tls.protocol.remove:{protocol}" in blocking(levels["bad"])
        levels = evaluate(modern(protocols={protocol: "unknown"}))
        assert levels["bad"].met == "unknown"
