"""HSTS under every version of the guideline: met, not met, unknown, or not looked at."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tlsward.assess import assess
from tlsward.facts.guidelines import guideline, guideline_versions

HTTP = {"state": "yes", "status": "200", "hsts": "yes", "hsts_max_age_seconds": "63072000"}
LASTS = {
    "long": HTTP,
    "short": {**HTTP, "hsts_max_age_seconds": "300"},
    "absent": {
        **HTTP,
        "hsts": "no",
        "hsts_max_age_seconds": "0",
        "hsts_reason": "there is no such field",
    },
}
SEVERAL = {**HTTP, "hsts_fields": "2"}
UNKNOWN = {
    "silent": {"state": "unknown", "reason": "silent for 5 seconds"},
    "an error": {"state": "yes", "hsts": "unknown", "hsts_reason": "an error was answered"},
    "not HTTP": {"state": "no", "reason": "not an HTTP answer"},
    "no number": {**HTTP, "hsts_max_age_seconds": "²"},
    "half written": {"state": "yes"},
    "of another kind": {"state": "perhaps"},
}


def judged(build, http, version="6.0", target="modern"):
    result = replace(build.post_quantum_only(), http=http)
    return assess(result, guideline=version, target=target, now=build.NOW).evaluation


def finding_of(verdict):
    return [found for found in verdict.findings if found.id == "http.hsts"]


@pytest.fixture(params=[v for v in guideline_versions() if v != "4.0"])
def version(request):
    return request.param


def levels(evaluation):
    return {name: v for name, v in evaluation.levels.items() if name != "bad"}


def test_a_good_server_meets_its_level_without_http(build):
    evaluation = judged(build, {})
    assert evaluation.target.met is True
    assert evaluation.target.hsts_min_age == "not checked"
    assert evaluation.not_checked == ("hsts_min_age",)


def test_more_than_one_field_is_not_met_whatever_the_first_says(build, version):
    result = replace(build.post_quantum_only(), http=SEVERAL)
    found = assess(result, guideline=version, target="modern", now=build.NOW)
    evaluation = found.evaluation
    assert evaluation.target.met is False
    assert evaluation.target.hsts_min_age == "not met"
    told = [each for verdict in levels(evaluation).values() for each in finding_of(verdict)]
    assert {each.evidence for each in told} == {
        "2 fields are sent, a host must send one; browsers take the first"
    }
    assert found.grade.letter == "A-"


def test_a_host_named_by_an_address_has_none_and_needs_none(build):
    result = build.post_quantum_only()
    for host in ("192.0.2.1", "2001:db8::1"):
        at_address = replace(result.target, host=host, sni=None)
        found = assess(
            replace(result, target=at_address, http=HTTP),
            guideline="6.0",
            target="modern",
            now=build.NOW,
        )
        assert found.evaluation.target.hsts_min_age == "not applicable"
        assert found.evaluation.target.met is True
        assert found.grade.letter == "A"


def test_long_enough_is_met_and_no_longer_unchecked(build):
    evaluation = judged(build, HTTP)
    assert evaluation.target.met is True
    assert evaluation.target.hsts_min_age == "met"
    assert evaluation.not_checked == ()


@pytest.mark.parametrize("name", ["short", "absent"])
def test_too_short_misses_every_level_that_demands_it(build, version, name):
    evaluation = judged(build, LASTS[name], version)
    assert evaluation.target.met is False
    assert evaluation.target.hsts_min_age == "not met"
    assert evaluation.not_checked == ()
    for level, verdict in levels(evaluation).items():
        [found] = finding_of(verdict)
        wanted = guideline(version).levels[level].hsts_min_age
        assert found.severity == "blocking"
        assert str(wanted) in found.action
        assert verdict.met == "no"


@pytest.mark.parametrize("seconds", ["63072000", "9" * 30])
def test_the_very_age_is_enough(build, version, seconds):
    evaluation = judged(build, {**HTTP, "hsts_max_age_seconds": seconds}, version)
    assert evaluation.target.hsts_min_age == "met"
    assert not any(finding_of(verdict) for verdict in levels(evaluation).values())


def test_a_second_less_is_not(build, version):
    evaluation = judged(build, {**HTTP, "hsts_max_age_seconds": "63071999"}, version)
    assert evaluation.target.hsts_min_age == "not met"


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_could_not_be_told_is_no_pass(build, name):
    evaluation = judged(build, UNKNOWN[name])
    assert evaluation.target.met is None
    assert evaluation.target.hsts_min_age == "unknown"
    assert evaluation.level == "unknown"
    assert evaluation.not_checked == ()
    for verdict in levels(evaluation).values():
        assert not finding_of(verdict)
        assert any(reason.startswith("http.hsts: ") for reason in verdict.unsettled)


def test_what_could_not_be_told_hides_no_finding_on_tls(build):
    silent = replace(build.nginx_weak(), http=UNKNOWN["silent"])
    asked = assess(silent, target="modern", now=build.NOW).evaluation
    unasked = assess(build.nginx_weak(), target="modern", now=build.NOW).evaluation
    assert asked.target.met is False
    assert asked.level == unasked.level
    assert asked.levels["modern"].findings == unasked.levels["modern"].findings


def test_other_versions_are_judged_alike(build):
    missed = judged(build, LASTS["short"]).other_guidelines
    assert missed["5.8"] == "non compliant"
    assert judged(build, HTTP).other_guidelines["5.8"] == "modern"


def test_a_policy_can_ask_for_less(build):
    latest = guideline("6.0")
    lenient = {name: replace(level, hsts_min_age=300) for name, level in latest.levels.items()}
    evaluation = judged(build, LASTS["short"], replace(latest, levels=lenient))
    assert evaluation.target.hsts_min_age == "met"
    assert evaluation.target.met is True


class TestTheObservatorysVersion:
    """4.0 has a least age, but its levels are those of a scanner that never asked HTTP."""

    def evaluation(self, build, http):
        result = replace(build.modernised(), http=http)
        return assess(result, guideline="4.0", target="modern", now=build.NOW).evaluation

    def test_it_is_advice(self, build):
        unasked, asked = self.evaluation(build, {}), self.evaluation(build, LASTS["short"])
        [found] = finding_of(asked.levels["modern"])
        assert found.severity == "advisory"
        assert "15768000" in found.action
        assert asked.level == unasked.level
        assert asked.target.met == unasked.target.met
        assert asked.target.hsts_min_age == "not met"

    def test_its_own_age_is_enough(self, build):
        long = self.evaluation(build, {**HTTP, "hsts_max_age_seconds": "15768000"})
        assert not finding_of(long.levels["modern"])
        assert long.target.hsts_min_age == "met"

    def test_what_is_left_unchecked(self, build):
        assert "hsts_min_age" in self.evaluation(build, {}).not_checked
        assert "hsts_min_age" not in self.evaluation(build, HTTP).not_checked
        assert "trust" in self.evaluation(build, HTTP).not_checked

    def test_unknown_takes_no_level_away(self, build):
        unasked, silent = self.evaluation(build, {}), self.evaluation(build, UNKNOWN["silent"])
        assert silent.level == unasked.level
        assert silent.target.hsts_min_age == "unknown"


def test_mail_has_no_hsts(build):
    website = build.post_quantum_only()
    mail = replace(website, target=replace(website.target, starttls="smtp"))
    evaluation = assess(mail, target="modern", now=build.NOW).evaluation
    assert evaluation.target.hsts_min_age == "not applicable"
    assert evaluation.not_checked == ()


class TestGrade:
    def grade(self, build, http):
        result = build.scan(
            [*build.tls13_suites(), build.suite("ECDHE-RSA-AES256-GCM-SHA384")],
            [build.certificate("rsa")],
            group_names=("X25519", "prime256v1"),
        )
        found = assess(replace(result, http=http), now=build.NOW).grade
        return found.letter, {reason.id for reason in found.reasons}

    def test_six_months_earn_an_a_plus(self, build):
        six_months = {**HTTP, "hsts_max_age_seconds": "15552000"}
        assert self.grade(build, six_months) == ("A+", set())

    @pytest.mark.parametrize("name", ["short", "absent"])
    def test_less_is_an_a(self, build, name):
        assert self.grade(build, LASTS[name]) == ("A", {"no-long-hsts"})

    def test_nobody_asked(self, build):
        assert self.grade(build, {}) == ("A", {"no-long-hsts"})

    @pytest.mark.parametrize("reason", ["max-age is 0", "the field is ignored: no value"])
    def test_invalid_or_switched_off_is_an_a_minus(self, build, reason):
        refused = {**LASTS["absent"], "strict_transport_security": "x", "hsts_reason": reason}
        assert self.grade(build, refused) == ("A-", {"hsts-refused", "no-long-hsts"})

    def test_unknown_could_be_either(self, build):
        letter, reasons = self.grade(build, UNKNOWN["silent"])
        assert letter == "?"
        assert reasons == {"no-long-hsts", "unknown:hsts-refused"}

    def test_what_speaks_no_http_has_no_bad_header(self, build):
        assert self.grade(build, UNKNOWN["not HTTP"]) == ("A", {"no-long-hsts"})

    def test_unknown_hides_nothing_worse(self, build):
        result = build.scan([build.suite("AES128-SHA")], [build.certificate("rsa")])
        asked = assess(replace(result, http=UNKNOWN["silent"]), now=build.NOW).grade
        assert asked.letter == assess(result, now=build.NOW).grade.letter


#: Facts as a scan, a hand or another program could have written them.
KEYS = [*HTTP, "reason", "hsts_reason", "strict_transport_security", "compression"]
WORDS = st.sampled_from(["yes", "no", "unknown", "", "0", "300", "63072000", "-1", "1e9"])
FACTS = st.dictionaries(st.sampled_from(KEYS), WORDS | st.text(max_size=5))


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(http=FACTS)
def test_whatever_the_facts_are_only_a_long_age_that_was_told_is_a_pass(build, http):
    evaluation = judged(build, http)
    if evaluation.target.met is True and http:
        assert http["state"] == "yes"
        assert int(http["hsts_max_age_seconds"]) >= 63_072_000
    breach = next(
        one
        for one in assess(replace(build.tls13_only(), http=http), now=build.NOW).vulnerabilities
        if one.id == "breach"
    )
    assert breach.state == "unknown"
    assert breach.evidence
