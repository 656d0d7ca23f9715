"""Whether record sets let an authority issue (RFC 8659 sections 4 and 5)."""

import pytest

from pki.issuing import intermediate, leaf, name, root
from tlsward.model.dns import CaaRecord, CaaSet
from tlsward.pki.caa import caa_names, caa_verdict, caa_verdicts, lookup_name
from tlsward.pki.x509 import read_certificate

ORGANISATION, COMMON_NAME = "2.5.4.10", "2.5.4.3"


def record_set(*records, found_at="example.com", **more):
    read = [
        CaaRecord(flags=flags, tag=tag, value=value)
        for flags, tag, value in ((0, *each) if len(each) == 2 else each for each in records)
    ]
    return CaaSet(name="www.example.com", found_at=found_at, records=tuple(read), **more)


def judge(*records, wildcard=False, issuer=("ca.example",), **more):
    return caa_verdict(
        record_set(*records),
        name="*.example.com" if wildcard else "www.example.com",
        wildcard=wildcard,
        issuer_identifiers=issuer,
        **more,
    )


@pytest.mark.parametrize(
    ("records", "plain", "wild"),
    [
        ([("issue", "ca.example")], "yes", "yes"),
        ([("issue", "CA.Example")], "yes", "yes"),
        ([("issue", "other.example")], "no", "no"),
        ([("issue", "other.example"), ("issue", "ca.example; a=b")], "yes", "yes"),
        ([("issue", ";")], "no", "no"),
        ([("issue", "")], "no", "no"),
        ([("issue", "%%%%")], "no", "no"),
        ([("issue", "ca.example;;")], "no", "no"),
        ([("issue", ";"), ("issue", "ca.example")], "yes", "yes"),
        ([("issuewild", ";")], "yes", "no"),
        ([("issuewild", "ca.example")], "yes", "yes"),
        ([("issue", "ca.example"), ("issuewild", "other.example")], "yes", "no"),
        ([("issue", "other.example"), ("issuewild", "ca.example")], "no", "yes"),
        ([("issue", "ca.example"), ("issuewild", "%%%")], "yes", "no"),
        ([("iodef", "mailto:a@example.com")], "yes", "yes"),
        ([("issuemail", ";"), ("contactemail", "a@example.com")], "yes", "yes"),
        ([("future", "x")], "yes", "yes"),
        ([(128, "future", "x")], "no", "no"),
        ([("issue", "ca.example"), (128, "future", "x")], "no", "no"),
        ([(128, "issue", "ca.example")], "yes", "yes"),
        ([(128, "iodef", "mailto:a@example.com"), (128, "issuevmc", ";")], "yes", "yes"),
        # 1 is not critical, however often it is meant to be.
        ([(1, "future", "x")], "yes", "yes"),
    ],
)
def test_verdicts(records, plain, wild):
    assert judge(*records).allowed == plain
    assert judge(*records, wildcard=True).allowed == wild


def test_no_records_and_no_answer():
    for issuer in ((), ("ca.example",)):
        none = caa_verdict(
            CaaSet(name="a.example"), name="a.example", wildcard=False, issuer_identifiers=issuer
        )
        assert (none.allowed, none.reason) == ("yes", "no CAA record restricts it")
        failed = caa_verdict(
            CaaSet(name="a.example", error="SERVFAIL"),
            name="a.example",
            wildcard=False,
            issuer_identifiers=issuer,
        )
        assert (failed.allowed, failed.reason) == ("unknown", "SERVFAIL")


@pytest.mark.parametrize(
    "records",
    [
        [("issue", "other.example")],
        [("issue", ";")],
        [("issue", "%%%")],
        [(128, "future", "x")],
        [("issue", "ca.example; accounturi=x; accounturi=y")],
    ],
)
def test_an_unknown_issuer_is_never_told_no(records):
    assert judge(*records, issuer=()).allowed == "unknown"
    assert judge(("iodef", "x"), issuer=()).allowed == "yes"


def test_reasons():
    assert (
        judge(("issue", "ca.example")).reason == "CAA of example.com lets ca.example issue (issue)"
    )
    assert judge(("issue", "other.example"), issuer_name="This CA").reason == (
        "CAA of example.com lets other.example issue (issue), not This CA"
    )
    assert judge(("issue", ";"), ("issuewild", "ca.example")).reason == (
        "CAA of example.com lets nobody issue (issue), not the issuer"
    )


def test_account_and_method():
    value = "ca.example; accounturi=https://ca.example/1; validationmethods=dns-01"
    told = judge(("issue", value))
    assert told.allowed == "yes"
    assert told.reason.endswith(", for account https://ca.example/1 and validated by dns-01 alone")
    account = {"account_uri": "https://ca.example/1"}
    assert judge(("issue", value), **account, validation_method="dns-01").allowed == "yes"
    assert judge(("issue", value), **account, validation_method="http-01").allowed == "no"
    other = judge(("issue", value), account_uri="https://ca.example/2")
    assert (other.allowed, "account https://ca.example/1 alone" in other.reason) == ("no", True)
    # Another property may let it all the same.
    assert judge(("issue", value), ("issue", "ca.example"), account_uri="x:y").allowed == "yes"


def test_unsatisfiable_parameters():
    verdict = judge(("issue", "ca.example; accounturi=a:1; accounturi=a:1"))
    assert verdict.allowed == "no"
    assert verdict.reason.endswith("names ca.example, but it has more than one accounturi")


def test_problems_are_told():
    problems = judge(
        ("issue", "ca.example"),
        ("issue", "bad value"),
        ("future", "x"),
        (1, "issue", "ca.example"),
    ).problems
    assert problems == (
        'issue "bad value" is malformed and names nobody: the issuer is no domain name',
        "unknown tag future",
        "flags 1 of issue: critical is 128, the rest unused",
    )


def test_a_value_that_was_cut_is_not_judged():
    cut = "ca.example; note=" + "x" * 4000 + "…"
    assert judge(("issue", cut)).allowed == "unknown"
    assert judge(("issue", cut), ("issue", "ca.example")).allowed == "yes"


def test_a_thousand_records():
    verdict = judge(*[("issue", f"%{number}" + "\x1b" * 50) for number in range(1000)])
    assert verdict.allowed == "no"
    assert len(verdict.problems) == 10
    assert all(problem.isprintable() for problem in verdict.problems)


def issued(organisation, *names, above=None):
    top = root(name((ORGANISATION, above or organisation), (COMMON_NAME, "a root")))
    below = intermediate(top, name((ORGANISATION, organisation), (COMMON_NAME, "an issuer")))
    certificate = leaf(below, names=names)
    return [read_certificate(each.der) for each in (certificate, below, top)]


def test_each_name_against_the_actual_issuer():
    certificate, *issuers = issued(
        "Let's Encrypt", "www.example.com", "*.example.com", "other.example", "WWW.example.com."
    )
    assert caa_names(certificate) == ("www.example.com", "*.example.com", "other.example")
    assert lookup_name("*.example.com") == "example.com"
    sets = {
        "www.example.com": record_set(("issue", "letsencrypt.org")),
        "example.com": record_set(("issue", "letsencrypt.org"), ("issuewild", "pki.goog")),
    }
    verdicts = caa_verdicts(certificate, sets, issuers=issuers)
    assert [(each.name, each.allowed) for each in verdicts] == [
        ("www.example.com", "yes"),
        ("*.example.com", "no"),
        ("other.example", "unknown"),
    ]
    assert verdicts[1].reason.endswith("lets pki.goog issue (issuewild), not Let's Encrypt")
    assert verdicts[2].reason == "not looked up"


def test_an_issuer_of_whom_only_the_root_is_known():
    certificate, *issuers = issued("A Reseller", "www.example.com", above="Sectigo Limited")
    for value, allowed in (("sectigo.com", "yes"), ("pki.goog", "unknown")):
        sets = {"www.example.com": record_set(("issue", value))}
        assert caa_verdicts(certificate, sets, issuers=issuers)[0].allowed == allowed
        # Without the chain nothing is known of it.
        assert caa_verdicts(certificate, sets)[0].allowed == "unknown"


def test_an_issuer_of_whom_nothing_is_known():
    certificate, *issuers = issued("My \x1b[31m Own", "www.example.com")
    sets = {"www.example.com": record_set(("issue", "pki.goog"))}
    [verdict] = caa_verdicts(certificate, sets, issuers=issuers)
    assert verdict.allowed == "unknown"
    assert verdict.reason.isprintable()
    assert "the names of My" in verdict.reason


def test_a_certificate_without_names():
    certificate = read_certificate(root().der)
    assert caa_verdicts(certificate, {}) == ()


def test_names_beyond_those_that_are_looked_up_are_not_known():
    certificate = read_certificate(leaf(root(), names=[f"h{n}.example" for n in range(102)]).der)
    names = caa_names(certificate)
    sets = {name: CaaSet(name=name) for name in names}
    verdicts = caa_verdicts(certificate, sets)
    assert [verdict.allowed for verdict in verdicts] == ["yes"] * 100 + ["unknown"]
    assert verdicts[-1].name == "h100.example and on"
    assert "not these 2" in verdicts[-1].reason
