"""Results built by hand for the reports: evaluations and all, so that no judge is needed."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tlsward.model.certificate import (
    Certificate,
    CertificateDeployment,
    ChainFacts,
    PublicKey,
    Staple,
    TrustPath,
)
from tlsward.model.evaluation import (
    Evaluation,
    Finding,
    Grade,
    GradeReason,
    LevelVerdict,
    TargetVerdict,
)
from tlsward.model.http import HeaderFinding
from tlsward.model.scan_result import (
    PROTOCOLS,
    CipherSuite,
    Extensions,
    Group,
    ScanResult,
    Session,
    Unknown,
    Vulnerability,
)
from tlsward.model.target import Target
from tlsward.model.transparency import SignedCertificateTimestamp

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

#: A terminal would clear its screen, change its title and ring; a reader would see the
#: name turned round; a browser would run it; a log would get a line of its own.
HOSTILE = (
    "evil\x1b[2J\x1b]0;title\x07\x9b31m\u202egnp.exe\u2066\r\n--- Trust ---"
    "<script>alert(1)</script>&'\"|`*[x](http://x)\x00\ud800\U000e0041"
)


def finding(identifier, action, severity="blocking", group="", item="", evidence="it was served"):
    return Finding(
        id=identifier,
        severity=severity,
        action=action,
        why=f"Why to {action}.",
        reference="https://docs.example/guideline",
        evidence=evidence,
        group=group,
        item=item,
    )


def grouped(kind, group, *items):
    return tuple(finding(f"{kind}:{i}", f"{group} {i}", group=group, item=i) for i in items)


STAPLING = finding("tls.ocsp.stapling", "consider enabling OCSP stapling", "advisory")


def certificate(subject="CN=www.example.com", issuer="CN=Example Intermediate", **more):
    values = {
        "sha256": "ab" * 32,
        "der": b"\x30\x03\x02\x01\x00",
        "subject": subject,
        "issuer": issuer,
        "serial": "01ff",
        "not_before": NOW - timedelta(days=30),
        "not_after": NOW + timedelta(days=60),
        "dns_names": ("www.example.com", "example.com"),
        "key": PublicKey(algorithm="ecdsa", size=256, curve="prime256v1"),
        "signature_algorithm": "ecdsa-with-SHA256",
        "spki_sha256": "q" * 43 + "=",
        "ocsp_urls": ("http://ocsp.example/",),
    }
    return Certificate(**(values | more))


def deployment(*chain, **more):
    chain = chain or (
        certificate(),
        certificate(
            "CN=Example Intermediate",
            "CN=Example Root",
            sha256="cd" * 32,
            dns_names=(),
            is_ca=True,
            key=PublicKey(algorithm="rsa", size=2048),
            signature_algorithm="sha256WithRSAEncryption",
            spki_sha256="r" * 43 + "=",
        ),
    )
    values = {
        "key": chain[0].key,
        "chain": chain,
        "trust": {"mozilla": "yes", "apple": "no", "private": "unknown"},
        "trust_reasons": {"apple": "the root is not in the store", "private": "no store was given"},
        "hostname_match": "yes",
        "expired": "no",
        "chain_facts": ChainFacts(order="yes", complete="yes", contains_root="no"),
        "paths": (
            TrustPath(
                store="mozilla",
                subjects=("CN=www.example.com", "CN=Example Intermediate", "CN=Example Root"),
                fingerprints=("ab" * 32, "cd" * 32, "ef" * 32),
            ),
            TrustPath(store="apple", reason="the root is not in the store"),
        ),
        "ocsp_stapling": "no",
        "served_with_sni": "yes",
        "served_without_sni": "yes",
        "protocols": ("TLSv1.2",),
    }
    return CertificateDeployment(**(values | more))


def suite(priority, name, protocols=("TLSv1.2",), code="0xC02B", **more):
    values = {
        "priority": priority,
        "iana_name": f"TLS_{name}",
        "openssl_name": name,
        "code": code,
        "protocols": protocols,
        "forward_secrecy": "ECDH,P-256,256bits",
        "groups": ("prime256v1",),
        "certificate_key": "ecdsa",
    }
    return CipherSuite(**(values | more))


def result(host="www.example.com", **more):
    values = {
        "tlsward_version": "0.1.0",
        "target": Target(host=host, port=443, sni=host, address="192.0.2.1"),
        "status": "complete",
        "started_at": NOW,
        "duration_ms": 1234,
        "connections": 84,
        "bytes_sent": 20000,
        "bytes_received": 90000,
    }
    return ScanResult(**(values | more))


ELB_FINDINGS = (
    *grouped(
        "tls.suite.remove",
        "remove ciphersuites",
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA",
    ),
    *grouped("tls.protocol.remove", "remove protocols", "TLSv1", "TLSv1.1"),
    STAPLING,
)


def weak(target="modern", met=False):
    """The load balancer of 2015 under guideline 4.0."""
    old = ("TLSv1", "TLSv1.1", "TLSv1.2")
    return result(
        protocols={name: "yes" if name in old else "no" for name in PROTOCOLS},
        cipher_suites=(
            suite(1, "ECDHE-ECDSA-AES128-GCM-SHA256"),
            suite(2, "ECDHE-ECDSA-AES128-SHA", old, "0xC009"),
            suite(3, "ECDHE-ECDSA-AES256-SHA", old, "0xC00A"),
        ),
        cipher_order=dict.fromkeys(old, "server"),
        server_side_ordering="yes",
        curves_fallback="no",
        ocsp_stapling="no",
        groups=(Group(name="prime256v1", code="0x0017", protocols=old),),
        group_order="server",
        certificates=(deployment(),),
        session=Session(
            session_id_resumption="yes",
            ticket_resumption="no",
            psk_resumption="no",
            early_data="no",
        ),
        extensions=Extensions(alpn_state="no", secure_renegotiation="yes", compression="no"),
        vulnerabilities=(
            Vulnerability(id="beast", state="yes", evidence="a CBC suite in TLSv1"),
            Vulnerability(id="poodle-sslv3", state="no", evidence="SSLv3 is not served"),
        ),
        evaluation=Evaluation(
            guideline="4.0",
            level="non compliant",
            target=None if target is None else TargetVerdict(level=target, met=met),
            levels={
                "bad": LevelVerdict(met="no"),
                "modern": LevelVerdict(met="no", findings=ELB_FINDINGS),
                "intermediate": LevelVerdict(
                    met="no",
                    findings=(finding("tls.certificate.type", "use an RSA certificate"),),
                ),
                "old": LevelVerdict(
                    met="no", findings=(finding("tls.protocol.add:SSLv3", "add protocols SSLv3"),)
                ),
            },
            other_guidelines={"5.7": "old", "5.8": "non compliant", "6.0": "non compliant"},
            not_checked=("trust", "hsts_min_age"),
        ),
        grade=Grade(
            letter="B",
            score=90,
            reasons=(GradeReason(id="tls10", text="TLS 1.0 or 1.1 is served", cap="B"),),
        ),
    )


def modern():
    """An endpoint at the modern level of 6.0, with a post-quantum group."""
    return result(
        protocols={name: "yes" if name == "TLSv1.3" else "no" for name in PROTOCOLS},
        cipher_suites=(
            suite(
                1,
                "TLS_AES_128_GCM_SHA256",
                ("TLSv1.3",),
                "0x1301",
                forward_secrecy="ECDH,X25519,253bits",
                groups=("X25519MLKEM768", "X25519"),
            ),
        ),
        cipher_order={"TLSv1.3": "client", "chacha20_first": "no"},
        server_side_ordering="no",
        curves_fallback="no",
        ocsp_stapling="yes",
        groups=(
            Group(name="X25519MLKEM768", code="0x11EC", protocols=("TLSv1.3",), post_quantum=True),
            Group(name="X25519", code="0x001D", protocols=("TLSv1.3",)),
        ),
        signature_schemes=("ecdsa_secp256r1_sha256",),
        certificates=(
            deployment(
                certificate(
                    scts=(
                        SignedCertificateTimestamp(
                            log_id="x" * 43 + "=", timestamp=NOW, source="certificate", log="Log"
                        ),
                    )
                ),
                staple=Staple(
                    status="good",
                    this_update=NOW,
                    next_update=NOW + timedelta(days=3),
                    signature_valid="yes",
                ),
                ocsp_stapling="yes",
            ),
        ),
        extensions=Extensions(
            alpn=("h2", "http/1.1"),
            alpn_state="yes",
            certificate_compression=("brotli",),
            certificate_compression_state="yes",
        ),
        session=Session(psk_resumption="yes", ticket_lifetime_hint_seconds=7200),
        evaluation=Evaluation(
            guideline="6.0",
            level="modern",
            target=TargetVerdict(level="intermediate", met=True),
            levels={
                "bad": LevelVerdict(met="no"),
                "modern": LevelVerdict(met="yes"),
                "intermediate": LevelVerdict(met="yes"),
            },
            other_guidelines={"5.8": "modern"},
            oldest_clients=("Firefox 63", "Chrome 70"),
        ),
        grade=Grade(letter="A+", score=100),
    )


def header_finding(identifier, grade, header, text, **more):
    values = {"reference": "https://docs.example/headers", **more}
    return HeaderFinding(id=f"http.{identifier}", grade=grade, header=header, text=text, **values)


def asked_over_http():
    """The same endpoint, asked for a page: HSTS is too short for the level."""
    known = modern()
    short = finding("http.hsts", "send Strict-Transport-Security with a max-age of 63072000")
    evaluation = replace(
        known.evaluation,
        level="non compliant",
        target=TargetVerdict(level="intermediate", met=False, hsts_min_age="not met"),
        levels={
            "bad": LevelVerdict(met="no"),
            "modern": LevelVerdict(met="no", findings=(short,)),
            "intermediate": LevelVerdict(met="no", findings=(short,)),
        },
    )
    return replace(
        known,
        evaluation=evaluation,
        grade=Grade(letter="A", score=100, reasons=(GradeReason(id="no-long-hsts", text="x"),)),
        http={
            "state": "yes",
            "version": "HTTP/2",
            "status": "200",
            "hsts": "yes",
            "hsts_max_age_seconds": "300",
            "strict_transport_security": "max-age=300",
            "compression": "gzip",
            "server": "nginx",
            "requests": "2",
            "redirect_from_http": "unknown",
            "redirect_reason": "silent for 5 seconds",
        },
        http_findings=(
            header_finding("hsts.too-short", "weak", "Strict-Transport-Security", "It is short."),
            header_finding(
                "cookie.not-secure",
                "bad",
                "Set-Cookie",
                "A cookie lacks Secure.",
                evidence="session",
                advice="set the cookie with Secure",
            ),
            header_finding("disclosure.product", "note", "", "It is told.", evidence="Server: x"),
            header_finding("sniffing.off", "good", "X-Content-Type-Options", "Nobody guesses."),
        ),
        unknowns=(Unknown(fact="http.redirect_from_http", reason="silent for 5 seconds"),),
        questions={"suites": 82, "http": 2},
    )


def incomplete():
    """A scan whose deadline came before it was told whether TLS 1.0 is served."""
    return result(
        target=Target(host="2001:db8::1", port=8443, sni="www.example.com", address="2001:db8::1"),
        status="incomplete",
        reason="the deadline came first",
        protocols=dict.fromkeys(PROTOCOLS, "unknown") | {"TLSv1.2": "yes"},
        cipher_suites=(suite(1, "ECDHE-ECDSA-AES128-GCM-SHA256"),),
        certificates=(deployment(certificate(not_after=NOW - timedelta(days=2)), expired="yes"),),
        unknowns=(
            Unknown(fact="protocols.TLSv1", reason="deadline"),
            Unknown(fact="protocols.TLSv1.1", reason="deadline"),
        ),
        evaluation=Evaluation(
            guideline="6.0",
            level="unknown",
            target=TargetVerdict(level="intermediate", met=None),
            levels={
                "bad": LevelVerdict(met="unknown", unsettled=("protocols.SSLv2: deadline",)),
                "modern": LevelVerdict(
                    met="no", findings=grouped("tls.protocol.remove", "remove protocols", "TLSv1.2")
                ),
                "intermediate": LevelVerdict(
                    met="unknown", unsettled=("protocols.TLSv1: deadline",)
                ),
            },
        ),
        grade=Grade(letter="?", score=None),
    )


def unreachable():
    """A closed port."""
    return result(
        "down.example",
        target=Target(host="down.example", port=25, sni="down.example", starttls="smtp"),
        status="unreachable",
        reason="connection refused",
        duration_ms=12,
        connections=1,
        bytes_sent=0,
        bytes_received=0,
        evaluation=Evaluation(
            guideline="6.0",
            level="unknown",
            target=TargetVerdict(level="intermediate", met=None),
            levels={
                "bad": LevelVerdict(met="unknown", unsettled=("status: connection refused",)),
                "modern": LevelVerdict(met="unknown", unsettled=("status: connection refused",)),
            },
            other_guidelines={"5.8": "unknown"},
        ),
        grade=Grade(letter="?", score=None),
        vulnerabilities=(
            Vulnerability(id="beast", state="unknown", evidence="connection refused"),
        ),
    )


def hostile():
    """Everything that a server or its certificate can put a text into, put to use."""
    chain = (
        certificate(
            HOSTILE,
            HOSTILE,
            dns_names=(HOSTILE,),
            ip_addresses=(HOSTILE,),
            serial=HOSTILE,
            signature_algorithm=HOSTILE,
            spki_sha256=HOSTILE,
            ocsp_urls=(HOSTILE,),
            crl_urls=(HOSTILE,),
            key=PublicKey(algorithm=HOSTILE, size=1, curve=HOSTILE),
        ),
        Certificate(sha256="00" * 32, der=b"", error=HOSTILE),
    )
    return result(
        target=Target(host="evil.example", port=443, sni=HOSTILE, address=HOSTILE),
        status="incomplete",
        reason=HOSTILE,
        protocols={"TLSv1.2": "yes"},
        cipher_suites=(
            suite(
                1,
                HOSTILE,
                iana_name=HOSTILE,
                forward_secrecy=HOSTILE,
                groups=(HOSTILE,),
                certificate_key=HOSTILE,
            ),
        ),
        groups=(Group(name=HOSTILE, code="0x9999", protocols=("TLSv1.2",)),),
        signature_schemes=(HOSTILE,),
        certificates=(
            deployment(
                *chain,
                trust={"mozilla": "no"},
                trust_reasons={"mozilla": HOSTILE},
                chain_facts=ChainFacts(missing=(HOSTILE,), extra=(HOSTILE,)),
                paths=(TrustPath(store="mozilla", subjects=(HOSTILE, HOSTILE)),),
                staple=Staple(status=HOSTILE),
                ocsp_stapling=HOSTILE,
            ),
        ),
        extensions=Extensions(alpn=(HOSTILE,), alpn_state="yes"),
        vulnerabilities=(Vulnerability(id="x", state="yes", evidence=HOSTILE),),
        unknowns=(Unknown(fact=HOSTILE, reason=HOSTILE),),
        evaluation=Evaluation(
            guideline="6.0",
            policy=HOSTILE,
            level="bad",
            target=TargetVerdict(level="modern", met=False),
            levels={
                "bad": LevelVerdict(
                    met="yes",
                    findings=(finding(f"x:{HOSTILE}", HOSTILE, evidence=HOSTILE),),
                    unsettled=(HOSTILE,),
                ),
                "modern": LevelVerdict(met="unknown", unsettled=(HOSTILE,)),
            },
        ),
        grade=Grade(letter="F", score=0, reasons=(GradeReason(id="x", text=HOSTILE),)),
        http={"state": "yes", "server": HOSTILE, HOSTILE: HOSTILE},
        http_findings=tuple(
            header_finding(
                kind, grade, HOSTILE, HOSTILE, evidence=HOSTILE, advice=HOSTILE, reference=HOSTILE
            )
            for kind, grade in (
                ("cookie.not-secure", "bad"),
                ("disclosure.version", "weak"),
                (HOSTILE, "note"),
                ("sniffing.off", "good"),
            )
        ),
    )


SERVERS = {
    build.__name__: build
    for build in (weak, modern, asked_over_http, incomplete, unreachable, hostile)
}
