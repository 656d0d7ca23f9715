"""The verdicts on servers as they are met in practice, written down by hand."""

from datetime import timedelta

import msgspec
import pytest

from tlsward.assess import assess
from tlsward.errors import UnknownGuidelineError

#: server: levels met under 4.0 and 6.0 (modern, intermediate, old), level of record of each,
#: target modern met, grade.
VERDICTS = {
    "elb_2015": (("no", "no", "no"), "non compliant", ("no", "no"), "non compliant", False, "B"),
    "modernised": (("yes", "no", "no"), "modern", ("no", "no"), "non compliant", False, "A-"),
    "nginx_intermediate": (
        ("no", "no", "no"),
        "non compliant",
        ("no", "yes"),
        "intermediate",
        False,
        "A",
    ),
    "nginx_weak": (("no", "no", "no"), "bad", ("no", "no"), "bad", False, "T"),
    "rsa_only": (("no", "no", "no"), "non compliant", ("no", "yes"), "intermediate", False, "A"),
    "tls13_only": (("no", "no", "no"), "non compliant", ("yes", "yes"), "modern", True, "A"),
    "post_quantum_only": (("no", "no", "no"), "non compliant", ("yes", "yes"), "modern", True, "A"),
    "expired": (("no", "no", "no"), "non compliant", ("no", "no"), "non compliant", False, "T"),
    "untrusted": (("no", "no", "no"), "non compliant", ("no", "no"), "non compliant", False, "T"),
    "cut_off": (("unknown", "no", "no"), "unknown", ("unknown", "unknown"), "unknown", None, "?"),
    "unreachable": (
        ("unknown", "unknown", "unknown"),
        "unknown",
        ("unknown", "unknown"),
        "unknown",
        None,
        "?",
    ),
}


def judge(build, result, guideline="6.0", target=None):
    return assess(result, guideline=guideline, target=target, now=build.NOW)


@pytest.mark.parametrize("server", VERDICTS)
def test_levels_of_servers_met_in_practice(build, server):
    met_4, level_4, met_6, level_6, target_6, grade = VERDICTS[server]
    under_4 = judge(build, build.SERVERS[server](), "4.0").evaluation
    assert tuple(under_4.levels[n].met for n in ("modern", "intermediate", "old")) == met_4
    assert under_4.level == level_4

    judged = judge(build, build.SERVERS[server](), "6.0", "modern")
    under_6 = judged.evaluation
    assert tuple(under_6.levels[name].met for name in ("modern", "intermediate")) == met_6
    assert under_6.level == level_6
    assert under_6.target.met is target_6
    assert judged.grade.letter == grade


def test_the_load_balancer_of_2015_gets_the_findings_the_contract_names(build):
    evaluation = judge(build, build.elb_2015(), "4.0", "modern").evaluation
    actions = grouped(evaluation.levels["modern"].findings)
    assert "remove ciphersuites ECDHE-ECDSA-AES128-SHA, ECDHE-ECDSA-AES256-SHA" in actions
    assert "remove protocols TLSv1, TLSv1.1" in actions
    assert "consider enabling OCSP stapling" in actions
    assert evaluation.level == "non compliant"
    assert evaluation.target.met is False


def grouped(findings):
    """Say consecutive findings of one group in one line, as reports do."""
    lines = []
    last = None
    for found in findings:
        if found.group and found.group == last:
            lines[-1] += f", {found.item}"
        else:
            lines.append(found.action)
        last = found.group
    return lines


def test_actions_stand_alone_and_group(build):
    for name, server in build.SERVERS.items():
        for guideline in ("4.0", "5.0", "6.0"):
            for verdict in judge(build, server(), guideline).evaluation.levels.values():
                for found in verdict.findings:
                    assert "{" not in found.action, name
                    assert found.why
                    assert found.reference.startswith("https://")
                    assert found.evidence
                    if found.group:
                        assert found.action == f"{found.group} {found.item}"


def test_latest_is_the_last_version(build):
    assert judge(build, build.tls13_only(), "latest").evaluation.guideline == "6.0"


def test_a_version_nobody_published_is_refused(build):
    with pytest.raises(UnknownGuidelineError):
        judge(build, build.tls13_only(), "7.3")


def test_every_other_version_gets_the_level_a_full_evaluation_gives(build):
    for server in build.SERVERS.values():
        others = judge(build, server(), "6.0").evaluation.other_guidelines
        assert set(others) == {"4.0", *(f"5.{minor}" for minor in range(9))}
        for version, level in others.items():
            assert judge(build, server(), version).evaluation.level == level


def test_version_4_passes_the_modernised_endpoint_for_its_target(build):
    evaluation = judge(build, build.modernised(), "4.0", "modern").evaluation
    assert evaluation.level == "modern"
    assert evaluation.target.met is True
    assert evaluation.oldest_clients[:2] == ("Firefox 27", "Chrome 30")


def test_a_better_level_meets_the_target(build):
    judged = judge(build, build.modernised(), "4.0", "intermediate").evaluation
    assert judged.levels["intermediate"].met == "no"
    assert judged.target.met is True


def test_a_target_the_version_does_not_have_is_met_by_better_levels_alone(build):
    assert judge(build, build.rsa_only(), "6.0", "old").evaluation.target.met is True
    assert judge(build, build.elb_2015(), "6.0", "old").evaluation.target.met is False


def test_bad_overrides_a_level_that_is_met(build):
    weak = build.certificate("rsa", size=1024)
    good = build.modernised()
    dual = msgspec.structs.replace(good, certificates=(*good.certificates, weak))
    evaluation = judge(build, dual, "4.0", "modern").evaluation
    assert evaluation.levels["modern"].met == "yes"
    assert evaluation.level == "bad"
    assert evaluation.target.met is False


def test_oldest_clients_are_those_of_the_measured_level(build):
    assert "Firefox 63" in judge(build, build.tls13_only()).evaluation.oldest_clients
    assert judge(build, build.elb_2015()).evaluation.oldest_clients == ()


def test_what_is_not_looked_at_is_said(build):
    assert "hsts_min_age" in judge(build, build.tls13_only()).evaluation.not_checked
    assert "trust" in judge(build, build.tls13_only(), "4.0").evaluation.not_checked


def test_judging_again_changes_nothing(build):
    for server in build.SERVERS.values():
        once = judge(build, server())
        assert judge(build, once) == once


def test_judging_later_sees_the_certificate_expire(build):
    scanned = build.tls13_only()
    later = assess(scanned, guideline="6.0", target="modern", now=build.NOW + timedelta(days=90))
    assert later.evaluation.target.met is False
    assert ids(later, "modern") == ["tls.certificate.expired"]


def ids(judged, level):
    return [found.id for found in judged.evaluation.levels[level].findings]


@pytest.mark.parametrize("status", ["unreachable", "not_tls", "unresolvable", "incomplete"])
def test_no_scan_that_is_not_complete_passes(build, status):
    for server in (build.tls13_only, build.modernised, build.nginx_intermediate):
        for guideline in ("4.0", "5.7", "6.0"):
            scanned = msgspec.structs.replace(server(), status=status, reason="why")
            for target in ("modern", "intermediate", "old"):
                evaluation = judge(build, scanned, guideline, target).evaluation
                assert evaluation.target.met is not True
                assert "yes" not in [
                    verdict.met for name, verdict in evaluation.levels.items() if name != "bad"
                ]


def test_an_incomplete_scan_can_still_be_a_sure_no(build):
    cut = msgspec.structs.replace(build.elb_2015(), status="incomplete", reason="deadline")
    evaluation = judge(build, cut, "6.0", "modern").evaluation
    assert evaluation.target.met is False
    assert evaluation.level == "non compliant"


def test_a_server_of_which_no_suite_is_known_never_passes(build):
    empty = build.scan((), [build.certificate()], group_names=())
    for guideline in ("4.0", "5.0", "6.0"):
        for target in ("modern", "intermediate", "old"):
            assert judge(build, empty, guideline, target).evaluation.target.met is None


def test_suites_that_were_served_in_no_version_do_not_count(build):
    suites = tuple(msgspec.structs.replace(s, protocols=()) for s in build.tls13_suites())
    empty = build.scan(suites, [build.certificate()], group_names=("X25519",))
    assert judge(build, empty, "6.0", "modern").evaluation.target.met is None


def test_an_unknown_verdict_says_what_it_lacked(build):
    verdict = judge(build, build.cut_off()).evaluation.levels["modern"]
    assert "protocols.TLSv1: deadline" in verdict.unsettled
    assert "status: deadline" in verdict.unsettled


def test_levels_come_best_first_after_bad(build):
    assert list(judge(build, build.tls13_only(), "4.0").evaluation.levels) == [
        "bad",
        "modern",
        "intermediate",
        "old",
    ]
    assert list(judge(build, build.tls13_only()).evaluation.levels) == [
        "bad",
        "modern",
        "intermediate",
    ]
