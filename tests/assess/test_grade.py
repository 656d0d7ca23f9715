"""The letter grade: scores by hand, every cap, and what cannot be told."""

from datetime import timedelta

import msgspec
import pytest

from tlsward.assess import assess
from tlsward.assess.grade import total_score
from tlsward.assess.grade_caps import CAPS
from tlsward.facts.grade import rating_guide


@pytest.fixture
def grade(build):
    return lambda result: assess(result, now=build.NOW).grade


@pytest.fixture
def good(build):
    """A server of grade A: TLS 1.2 and 1.3, forward secrecy, authenticated encryption."""

    def make(*extra, certificates=None, **more):
        offered = [*build.tls13_suites(), build.suite("ECDHE-RSA-AES256-GCM-SHA384"), *extra]
        settings = {"group_names": ("X25519", "prime256v1")}
        return build.scan(offered, certificates or [build.certificate("rsa")], **(settings | more))

    return make


def reasons(found):
    return {reason.id: reason.cap for reason in found.reasons}


def test_a_good_server_gets_an_a_and_why_it_is_no_better(grade, good):
    found = grade(good())
    assert found.letter == "A"
    assert found.category_scores == {"protocol": 100, "key_exchange": 90, "cipher": 90}
    assert found.score == 93
    assert reasons(found) == {"no-long-hsts": "A"}
    assert "HTTP" in found.reasons[0].text
    assert found.guide == "2009r"


class TestScores:
    @pytest.mark.parametrize(
        ("versions", "score"),
        [
            (("TLSv1.2",), 100),
            (("TLSv1.1", "TLSv1.2"), 97),
            (("TLSv1", "TLSv1.2"), 95),
            (("SSLv3", "TLSv1.2"), 90),
            (("SSLv2", "TLSv1.2"), 50),
        ],
    )
    def test_protocols_are_the_mean_of_best_and_worst(self, build, grade, versions, score):
        result = build.scan([build.suite("AES128-SHA", versions)], [build.certificate("rsa")])
        assert grade(result).category_scores["protocol"] == score

    @pytest.mark.parametrize(
        ("names", "score"),
        [
            (("ECDHE-RSA-AES256-GCM-SHA384",), 100),
            (("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"), 90),
            (("ECDHE-RSA-AES128-GCM-SHA256", "DES-CBC3-SHA"), 50),
            (("ECDHE-RSA-AES256-GCM-SHA384", "NULL-SHA256"), 50),
            (("NULL-SHA256",), 0),
        ],
    )
    def test_ciphers_are_the_mean_of_best_and_worst(self, build, grade, names, score):
        result = build.scan([build.suite(n) for n in names], [build.certificate("rsa")])
        assert grade(result).category_scores["cipher"] == score

    @pytest.mark.parametrize(
        ("rsa_bits", "dh_bits", "score"),
        [
            (4096, 4096, 100),
            (2048, 4096, 90),
            (4096, 2048, 90),
            (2048, 1024, 80),
            (1024, 2048, 80),
            (2048, 768, 40),
            (512, 2048, 40),
            (511, 2048, 20),
        ],
    )
    def test_the_key_exchange_is_its_weakest_part(self, build, grade, rsa_bits, dh_bits, score):
        result = build.scan(
            [build.suite("DHE-RSA-AES256-GCM-SHA384", dh_bits=dh_bits)],
            [build.certificate("rsa", size=rsa_bits)],
            group_names=(),
        )
        assert grade(result).category_scores["key_exchange"] == score

    @pytest.mark.parametrize(
        ("curve", "key", "score"),
        [
            ("P-521", "secp521r1", 100),
            ("P-384", "secp384r1", 100),
            ("P-256", "secp384r1", 90),
            ("X25519", "secp384r1", 90),
        ],
    )
    def test_curves_count_as_rsa_keys_of_their_strength(self, build, grade, curve, key, score):
        size = {"secp521r1": 521, "secp384r1": 384}[key]
        result = build.scan(
            [build.suite("ECDHE-ECDSA-AES256-GCM-SHA384", curve=curve)],
            [build.certificate("ecdsa", size=size, curve=key)],
            group_names=(),
        )
        assert grade(result).category_scores["key_exchange"] == score

    def test_anonymous_suites_make_it_nothing(self, build, grade, good):
        found = grade(good(build.suite("ADH-AES256-SHA")))
        assert found.category_scores["key_exchange"] == 0
        assert found.score == 0
        assert found.letter == "F"
        assert found.reasons[0].id == "score"
        assert found.reasons[0].text == (
            "the score alone makes it F: protocol 100, key exchange 0, cipher 90; "
            "a category of 0 makes the whole 0"
        )

    def test_export_suites_count_as_weak_keys(self, build, grade, good):
        assert grade(good(build.suite("EXP-RC4-MD5"))).category_scores["key_exchange"] == 40

    def test_nothing_makes_up_for_a_zero(self):
        scores = {"protocol": 100, "key_exchange": 0, "cipher": 100}
        assert total_score(scores, rating_guide()) == 0

    @pytest.mark.parametrize(
        ("score", "letter"),
        [(80, "A"), (79, "B"), (65, "B"), (64, "C"), (50, "C"), (35, "D"), (20, "E"), (19, "F")],
    )
    def test_letters(self, score, letter):
        assert rating_guide().letter(score) == letter


def test_every_cap_of_the_guide_has_its_circumstance():
    assert {cap.id for cap in rating_guide().caps} == set(CAPS)


class TestCaps:
    @pytest.mark.parametrize(
        ("certificate", "identifier", "letter"),
        [
            ({"trust": "no"}, "untrusted", "T"),
            ({"match": "no"}, "name-mismatch", "M"),
            ({"signature": "sha1WithRSAEncryption"}, "sha1-signature", "T"),
            ({"signature": "md5WithRSAEncryption"}, "weak-signature", "F"),
            ({"complete": "no"}, "incomplete-chain", "B"),
            ({"size": 1024}, "key-under-2048", "B"),
            ({"size": 1023}, "key-under-1024", "F"),
        ],
    )
    def test_of_certificates(self, build, grade, good, certificate, identifier, letter):
        found = grade(good(certificates=[build.certificate("rsa", **certificate)]))
        assert found.letter == letter
        assert reasons(found)[identifier] == letter

    def test_of_dates(self, build, grade, good):
        late = build.certificate("rsa", start=build.NOW - timedelta(days=91))
        early = build.certificate("rsa", start=build.NOW + timedelta(days=1))
        for certificate in (late, early):
            found = grade(good(certificates=[certificate]))
            assert found.letter == "T"
            assert reasons(found)["expired"] == "T"

    @pytest.mark.parametrize(
        ("name", "versions", "identifier", "cap"),
        [
            ("RC4-SHA", ("TLSv1",), "rc4", "B"),
            ("RC4-SHA", ("TLSv1.2",), "rc4-modern", "C"),
            ("DES-CBC3-SHA", ("TLSv1.2",), "small-block-modern", "C"),
            ("EXP-RC4-MD5", ("TLSv1",), "weak-suites", "F"),
            ("DES-CBC-SHA", ("TLSv1",), "weak-suites", "F"),
            ("NULL-SHA256", ("TLSv1.2",), "weak-suites", "F"),
            ("AES128-SHA", ("TLSv1",), "tlsv1", "B"),
            ("AES128-SHA", ("TLSv1.1",), "tlsv1.1", "B"),
            ("AES128-SHA", ("SSLv3",), "sslv3", "B"),
            ("AES128-SHA", ("SSLv3",), "poodle-sslv3", "C"),
        ],
    )
    def test_of_suites_and_protocols(self, build, grade, good, name, versions, identifier, cap):
        found = grade(good(build.suite(name, versions)))
        assert reasons(found)[identifier] == cap
        assert not rating_guide().is_worse(cap, found.letter)

    def test_triple_des_before_tls_1_1_is_no_cap_of_its_own(self, build, grade, good):
        found = grade(good(build.suite("DES-CBC3-SHA", ("TLSv1",))))
        assert "small-block-modern" not in reasons(found)

    def test_of_sslv2(self, grade, build, good):
        kind = msgspec.structs.replace(
            build.suite("RC4-MD5", ("SSLv2",)), code="0x010080", openssl_name="RC4-MD5"
        )
        found = grade(good(kind))
        assert found.letter == "F"
        assert reasons(found)["sslv2"] == "F"

    def test_of_sslv3_alone(self, build, grade):
        result = build.scan([build.suite("AES128-SHA", ("SSLv3",))], [build.certificate("rsa")])
        found = reasons(grade(result))
        assert found["sslv3-best"] == "F"
        assert found["no-tls12"] == "C"
        assert found["no-tls13"] == "A-"

    def test_of_rc4_alone(self, build, grade):
        result = build.scan([build.suite("RC4-SHA", ("TLSv1",))], [build.certificate("rsa")])
        assert reasons(grade(result))["rc4-only"] == "F"

    def test_of_what_no_suite_has(self, build, grade):
        result = build.scan([build.suite("AES256-SHA")], [build.certificate("rsa")])
        found = reasons(grade(result))
        assert found["no-forward-secrecy"] == "B"
        assert found["no-aead"] == "B"

    def test_of_small_finite_fields(self, build, grade, good):
        found = grade(good(build.suite("DHE-RSA-AES256-GCM-SHA384", dh_bits=1024)))
        assert found.letter == "B"
        found = grade(good(build.suite("DHE-RSA-AES256-GCM-SHA384", dh_bits=768)))
        assert found.letter == "F"

    def test_of_compression(self, grade, good):
        found = grade(good(extensions={"compression": "yes"}))
        assert found.letter == "C"
        assert reasons(found)["crime"] == "C"

    def test_of_secure_renegotiation(self, grade, good):
        found = grade(good(extensions={"secure_renegotiation": "no"}))
        assert found.letter == "A-"

    def test_of_a_vulnerability_that_was_probed_for(self, grade, good):
        from tlsward.model.scan_result import Vulnerability

        leaky = Vulnerability(id="heartbleed", state="yes", evidence="memory")
        found = grade(good(vulnerabilities=(leaky,)))
        assert found.letter == "F"
        assert "heartbleed" in found.reasons[0].text

    def test_missing_fallback_scsv_no_longer_counts(self, grade, good):
        assert grade(good(extensions={"fallback_scsv": "no"})).letter == "A"


class TestUnknown:
    def test_what_would_lower_the_grade_makes_it_a_question(self, grade, good):
        found = grade(good(extensions={"compression": "unknown"}))
        assert found.letter == "?"
        assert found.score == 93
        assert "unknown:crime" in reasons(found)

    def test_what_would_not_lower_it_does_not(self, build, grade, good):
        exported = build.suite("EXP-RC4-MD5", ("TLSv1",))
        found = grade(good(exported, extensions={"compression": "unknown"}))
        assert found.letter == "F"

    def test_trust_that_could_not_be_told(self, build, grade, good):
        assert grade(good(certificates=[build.certificate("rsa", trust="unknown")])).letter == "?"

    @pytest.mark.parametrize("status", ["incomplete", "unreachable", "not_tls", "unresolvable"])
    def test_a_scan_that_is_not_complete(self, grade, good, status):
        found = grade(msgspec.structs.replace(good(), status=status))
        assert found.letter == "?"
        assert found.score is None
        assert found.reasons

    def test_a_suite_nobody_knows(self, build, grade, good):
        strange = msgspec.structs.replace(build.suite("AES256-SHA"), code="0x7F7F")
        found = grade(good(strange))
        assert found.letter == "?"
        assert found.score is None

    def test_an_anonymous_server_needs_no_certificate(self, build, grade):
        result = build.scan([build.suite("ADH-AES256-SHA")], [], group_names=())
        assert grade(result).letter == "F"
