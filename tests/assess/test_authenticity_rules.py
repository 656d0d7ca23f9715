"""Revocation, broken keys, transparency, lint, renewal, DNS: what they do to level and grade."""

from datetime import timedelta

import msgspec
import pytest

from tlsward.assess import assess
from tlsward.model.dns import CaaVerdict, Dane, TlsaMatch, TlsaRecord
from tlsward.model.lifetime import Lifetime
from tlsward.model.lint import KeyWeakness, LintFinding
from tlsward.model.revocation import Revocation
from tlsward.model.transparency import TransparencyVerdict


@pytest.fixture
def judged(build):
    """Judge a server that meets 6.0 modern but for what its certificate's chain is given."""

    def run(starttls=None, **chain):
        certificate = msgspec.structs.replace(build.certificate(), **chain)
        result = build.scan(
            build.tls13_suites(),
            [certificate],
            group_names=("X25519MLKEM768", "X25519"),
            order="client",
        )
        target = msgspec.structs.replace(result.target, starttls=starttls)
        return assess(
            msgspec.structs.replace(result, target=target), guideline="6.0", now=build.NOW
        )

    return run


def kinds(result, severity):
    findings = result.evaluation.levels["modern"].findings
    return {found.id for found in findings if found.severity == severity}


def revocation(state, reason="as the CRL says"):
    return Revocation(sha256="ab" * 32, state=state, reason=reason)


def test_nothing_asked_says_nothing(judged):
    result = judged()
    assert result.evaluation.level == "modern"
    assert kinds(result, "blocking") == set()


def test_revoked(judged):
    result = judged(revocation=(revocation("good"), revocation("revoked", "keyCompromise")))
    assert kinds(result, "blocking") == {"tls.certificate.revoked"}
    assert result.evaluation.level == "non compliant"
    assert result.grade.letter == "T"
    finding = result.evaluation.levels["modern"].findings[0]
    assert "keyCompromise" in finding.evidence


def test_good_and_not_applicable_are_fine(judged):
    assert judged(revocation=(revocation("good"),)).evaluation.level == "modern"
    assert judged(revocation=(revocation("not applicable"),)).evaluation.level == "modern"


def test_asked_and_not_told_keeps_the_level_from_being_met(judged):
    result = judged(revocation=(revocation("unknown", "the CRL timed out"),))
    assert result.evaluation.level == "unknown"
    assert "the CRL timed out" in result.evaluation.levels["modern"].unsettled[0]


def test_one_revoked_decides_beside_an_unknown(judged):
    result = judged(revocation=(revocation("unknown"), revocation("revoked")))
    assert result.evaluation.level == "non compliant"


def test_a_broken_key_is_bad(judged):
    weakness = KeyWeakness(
        id="roca", text="made by a chip with ROCA", reference="https://x.example"
    )
    result = judged(key_weaknesses=(weakness,))
    assert result.evaluation.level == "bad"
    assert result.grade.letter == "F"
    notice = msgspec.structs.replace(weakness, id="small-exponent", broken=False)
    assert judged(key_weaknesses=(notice,)).evaluation.level == "modern"


@pytest.mark.parametrize(
    ("chrome", "apple", "severity"),
    [("no", "no", "blocking"), ("no", "yes", "advisory"), ("yes", "no", "advisory")],
)
def test_transparency(judged, chrome, apple, severity):
    result = judged(
        transparency=(
            TransparencyVerdict(policy="chrome", met=chrome, reason="one of two timestamps"),
            TransparencyVerdict(policy="apple", met=apple, reason="two operators"),
        )
    )
    assert "tls.certificate.transparency" in kinds(result, severity)


def test_unknown_transparency_is_no_finding(judged):
    verdict = TransparencyVerdict(policy="chrome", met="unknown", reason="the list is old")
    assert judged(transparency=(verdict,)).evaluation.level == "modern"


def test_lint_errors_are_advice(judged):
    error = LintFinding(
        id="lint.lifetime",
        severity="error",
        certificate="ab" * 32,
        text="lives 400 days",
        reference="https://x.example",
    )
    warning = msgspec.structs.replace(error, id="lint.cn", severity="warning")
    found = kinds(judged(lint=(error, warning)), "advisory")
    assert "tls.certificate.lint:lint.lifetime" in found
    assert "tls.certificate.lint:lint.cn" not in found


def test_due_for_renewal(judged, build):
    lifetime = Lifetime(
        days=90, left_days=20.0, left_percent=22.2, renew_at=build.NOW - timedelta(days=9), due=True
    )
    assert "tls.certificate.renew" in kinds(judged(lifetime=lifetime), "advisory")


def test_caa(judged):
    refused = CaaVerdict(name="a.example", allowed="no", reason="only other.example may issue")
    assert "dns.caa" in kinds(judged(caa=(refused,)), "advisory")
    unknown = msgspec.structs.replace(refused, allowed="unknown")
    assert judged(caa=(unknown,)).evaluation.level == "modern"


@pytest.mark.parametrize(("starttls", "severity"), [(None, "advisory"), ("smtp", "blocking")])
def test_dane(judged, starttls, severity):
    record = TlsaRecord(usage=3, selector=1, matching_type=1, data="00" * 32)
    dane = Dane(
        name="_443._tcp.a.example",
        dnssec="secure",
        matches=(TlsaMatch(record=record, matches="no", reason="another key"),),
        valid="no",
        reason="no record matches",
    )
    assert "dns.dane" in kinds(judged(starttls, dane=dane), severity)
    unsigned = msgspec.structs.replace(dane, dnssec="insecure")
    assert "dns.dane" not in kinds(judged(starttls, dane=unsigned), severity)
    silent = Dane(name=dane.name, error="the resolver was silent")
    level = judged(starttls, dane=silent).evaluation.level
    assert level == ("unknown" if starttls else "modern")
