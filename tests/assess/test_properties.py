"""What holds of every scan: unknown is never better than yes or no, less is never worse."""

from datetime import UTC

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tlsward.assess import assess
from tlsward.model.certificate import Certificate, CertificateDeployment, PublicKey
from tlsward.model.scan_result import PROTOCOLS, CipherSuite, Unknown

VERSIONS = ("4.0", "5.0", "5.7", "6.0")
ANSWERS = ("yes", "no", "unknown")

POOL = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-SHA",
    "DHE-RSA-AES128-GCM-SHA256",
    "AES128-SHA",
    "DES-CBC3-SHA",
    "RC4-SHA",
    "ADH-AES128-SHA",
)

checked = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def levels(build, result, version):
    return assess(result, guideline=version, target="old", now=build.NOW).evaluation


@st.composite
def servers(draw, build):
    """Servers that are nearly good, so that a small change can tip a level."""
    base = draw(st.sampled_from([f for n, f in build.SERVERS.items() if n != "unreachable"]))()
    extra = draw(st.lists(st.sampled_from(POOL), max_size=2, unique=True))
    versions = draw(st.sampled_from([("TLSv1.2",), ("TLSv1", "TLSv1.2")]))
    suites = base.cipher_suites + tuple(build.suite(name, versions) for name in extra)
    answers = dict(base.protocols)
    answers |= dict.fromkeys({p for s in suites for p in s.protocols}, "yes")
    if draw(st.booleans()):
        answers[draw(st.sampled_from(PROTOCOLS[:4]))] = draw(st.sampled_from(ANSWERS))
    certificates = draw(
        st.lists(
            st.builds(
                build.certificate,
                st.sampled_from(("rsa", "ecdsa")),
                trust=st.sampled_from(("yes", "yes", "no")),
                match=st.sampled_from(("yes", "yes", "no")),
                served_with_sni=st.sampled_from(("yes", "yes", "no", "unknown")),
                served_without_sni=st.sampled_from(ANSWERS),
            ),
            min_size=1,
            max_size=2,
        )
    )
    return msgspec.structs.replace(
        base,
        cipher_suites=suites,
        protocols=answers,
        certificates=draw(st.sampled_from((base.certificates, tuple(certificates)))),
        server_side_ordering=draw(st.sampled_from(ANSWERS)),
        cipher_order=draw(
            st.one_of(
                st.just(base.cipher_order),
                st.dictionaries(
                    st.sampled_from(PROTOCOLS), st.sampled_from(("server", "client", "unknown"))
                ),
            )
        ),
        extensions=msgspec.structs.replace(
            base.extensions,
            compression=draw(st.sampled_from(ANSWERS)),
            secure_renegotiation=draw(st.sampled_from(ANSWERS)),
        ),
    )


def less_told(draw, result):
    """The same scan with one answer turned into unknown."""
    what = draw(st.sampled_from(("protocol", "order", "extension", "certificate", "fact", "side")))
    replace = msgspec.structs.replace
    if what == "protocol":
        name = draw(st.sampled_from(PROTOCOLS))
        return replace(result, protocols=result.protocols | {name: "unknown"})
    if what == "order" and result.cipher_order:
        name = draw(st.sampled_from(sorted(result.cipher_order)))
        return replace(result, cipher_order=result.cipher_order | {name: "unknown"})
    if what == "side":
        return replace(result, server_side_ordering="unknown")
    if what == "extension":
        name = draw(st.sampled_from(("compression", "secure_renegotiation", "fallback_scsv")))
        return replace(result, extensions=replace(result.extensions, **{name: "unknown"}))
    if what == "certificate" and result.certificates:
        index = draw(st.integers(0, len(result.certificates) - 1))
        name = draw(
            st.sampled_from(
                ("hostname_match", "trust", "served_with_sni", "served_without_sni", "expired")
            )
        )
        deployments = list(result.certificates)
        value = dict.fromkeys(deployments[index].trust, "unknown") if name == "trust" else "unknown"
        deployments[index] = replace(deployments[index], **{name: value})
        return replace(result, certificates=tuple(deployments))
    fact = draw(st.sampled_from(("cipher_suites", "groups", "certificates", "trust")))
    return replace(result, unknowns=(*result.unknowns, Unknown(fact=fact, reason="cut off")))


@checked
@given(data=st.data())
def test_an_answer_less_never_makes_a_level_met(build, data):
    before = data.draw(servers(build))
    after = less_told(data.draw, before)
    for version in VERSIONS:
        was, now = levels(build, before, version), levels(build, after, version)
        for name, verdict in was.levels.items():
            if name != "bad" and verdict.met != "yes":
                assert now.levels[name].met != "yes", (version, name)
        if was.levels["bad"].met != "no":
            assert now.levels["bad"].met != "no"
        if was.target.met is not True:
            assert now.target.met is not True


@checked
@given(data=st.data())
def test_a_suite_less_never_misses_a_level(build, data):
    before = data.draw(servers(build))
    assume(len(before.cipher_suites) > 1)
    gone = data.draw(st.integers(0, len(before.cipher_suites) - 1))
    left = before.cipher_suites[:gone] + before.cipher_suites[gone + 1 :]
    offered = {p for suite in left for p in suite.protocols}
    answers = {
        p: "no" if p in before.cipher_suites[gone].protocols and p not in offered else a
        for p, a in before.protocols.items()
    }
    after = msgspec.structs.replace(before, cipher_suites=left, protocols=answers)
    for version in VERSIONS[1:]:
        was, now = levels(build, before, version), levels(build, after, version)
        for name, verdict in was.levels.items():
            if name != "bad" and verdict.met == "yes":
                assert now.levels[name].met == "yes", (version, name)


@checked
@given(data=st.data())
def test_the_verdict_follows_from_the_findings(build, data):
    result = data.draw(servers(build))
    for version in VERSIONS:
        for name, verdict in levels(build, result, version).levels.items():
            blocks = any(found.severity == "blocking" for found in verdict.findings)
            if name == "bad":
                assert (verdict.met == "yes") == blocks
            else:
                assert (verdict.met == "no") == blocks
            assert len({found.id for found in verdict.findings}) == len(verdict.findings)


@checked
@given(data=st.data())
def test_a_gate_passes_complete_scans_alone(build, data):
    result = data.draw(servers(build))
    cut = msgspec.structs.replace(result, status="incomplete")
    for version in VERSIONS:
        assert levels(build, cut, version).target.met is not True


words = st.sampled_from(
    ("", "None", "ECDH", "DH,", "DH,xbits", "ECDH,P-256,256bits", "ECDH,,", "ü")
)
junk_suites = st.builds(
    CipherSuite,
    priority=st.integers(-1, 3),
    iana_name=words,
    openssl_name=words,
    code=st.integers(0, 0xFFFF).map("0x{:04X}".format)
    | st.integers(0, 0xFFFFFF).map("0x{:06X}".format),
    protocols=st.lists(st.sampled_from((*PROTOCOLS, "TLSv1.3-28", "")), max_size=3).map(tuple),
    forward_secrecy=words,
    groups=st.lists(words | st.just("X25519"), max_size=2).map(tuple),
)
junk_certificates = st.builds(
    CertificateDeployment,
    key=st.builds(
        PublicKey,
        algorithm=st.sampled_from(("rsa", "ecdsa", "ed25519", "", "1.2.3")),
        size=st.none() | st.integers(0, 9000),
        curve=st.none() | words,
    ),
    chain=st.lists(
        st.builds(
            Certificate,
            sha256=st.just(""),
            der=st.just(b""),
            signature_algorithm=words | st.just("md5WithRSAEncryption"),
            not_before=st.none() | st.datetimes(timezones=st.just(UTC)),
            not_after=st.none() | st.datetimes(timezones=st.just(UTC)),
            error=st.none() | words,
        ),
        max_size=2,
    ).map(tuple),
    trust=st.dictionaries(words, st.sampled_from(ANSWERS)),
    hostname_match=st.sampled_from(ANSWERS),
    expired=st.sampled_from(ANSWERS),
    ocsp_stapling=words,
    served_with_sni=st.sampled_from(ANSWERS),
)


@checked
@given(
    suites=st.lists(junk_suites, max_size=4),
    certificates=st.lists(junk_certificates, max_size=2),
    protocols=st.dictionaries(st.sampled_from((*PROTOCOLS, "?")), st.sampled_from(ANSWERS)),
    order=st.dictionaries(words, words),
)
def test_any_result_is_judged(build, suites, certificates, protocols, order):
    result = msgspec.structs.replace(
        build.tls13_only(),
        cipher_suites=tuple(suites),
        certificates=tuple(certificates),
        protocols=protocols,
        cipher_order=order,
    )
    for version in VERSIONS:
        judged = assess(result, guideline=version, target="modern", now=build.NOW)
        assert judged.grade is not None
        if not suites:
            assert judged.evaluation.target.met is not True
