"""Scan results built by hand: servers as they are met in practice, and parts to make others."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from tlsward.facts import groups, suites
from tlsward.model.certificate import (
    Certificate,
    CertificateDeployment,
    ChainFacts,
    PublicKey,
)
from tlsward.model.scan_result import (
    PROTOCOLS,
    CipherSuite,
    Extensions,
    Group,
    ScanResult,
    Unknown,
)
from tlsward.model.target import Target

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

TLS13 = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256")
INTERMEDIATE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
)
ELB_2015 = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-ECDSA-AES256-SHA",
)
WEAK = (
    "ECDHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES256-SHA",
    "AECDH-AES256-SHA",
    "ADH-AES128-SHA",
    "AES128-SHA",
    "DES-CBC3-SHA",
    "RC4-SHA",
    "NULL-MD5",
)


def suite(name, protocols=("TLSv1.2",), curve="P-256", dh_bits=2048):
    """A suite by its OpenSSL name, with the key exchange such suites have."""
    facts = suites.by_openssl_name(name) or suites.by_iana_name(name)
    assert facts is not None, name
    forward_secrecy = "None"
    if "ECDH" in name or facts.key_exchange == "ECDHE":
        bits = groups.group_by_name(curve).bits
        forward_secrecy = f"ECDH,{curve},{bits}bits"
    elif "DH" in name:
        forward_secrecy = f"DH,{dh_bits}bits"
    keys = {"ECDSA": "ecdsa", "RSA": "rsa"}
    return CipherSuite(
        priority=0,
        iana_name=facts.iana_name,
        openssl_name=name,
        code=f"0x{facts.code:04X}",
        protocols=tuple(protocols),
        forward_secrecy=forward_secrecy,
        certificate_key=keys.get(facts.authentication),
    )


def tls13_suites():
    return tuple(
        msgspec.structs.replace(suite(n, ("TLSv1.3",)), forward_secrecy="ECDH,X25519,253bits")
        for n in TLS13
    )


def group(name, protocols=("TLSv1.2", "TLSv1.3")):
    facts = groups.group_by_name(name)
    assert facts is not None, name
    return Group(
        name=facts.name,
        code=f"0x{facts.code:04X}",
        protocols=protocols,
        post_quantum=facts.post_quantum,
    )


def certificate(
    kind="ecdsa",
    *,
    signature=None,
    days=90,
    size=None,
    curve="prime256v1",
    trust="yes",
    match="yes",
    ocsp=False,
    start=NOW - timedelta(days=10),
    complete="yes",
    **more,
):
    key = PublicKey(
        algorithm=kind,
        size=size or {"rsa": 2048, "ecdsa": 256, "ed25519": 256}[kind],
        curve=curve if kind == "ecdsa" else None,
    )
    default = {"rsa": "sha256WithRSAEncryption", "ecdsa": "ecdsa-with-SHA256"}.get(kind, kind)
    leaf = Certificate(
        sha256="00",
        der=b"",
        subject="CN=example.org",
        not_before=start,
        not_after=start + timedelta(days=days) - timedelta(seconds=1),
        key=key,
        signature_algorithm=signature or default,
        ocsp_urls=("http://ocsp.example/",) if ocsp else (),
    )
    return CertificateDeployment(
        key=key,
        chain=(leaf,),
        trust={"mozilla": trust},
        hostname_match=match,
        expired="no",
        chain_facts=ChainFacts(complete=complete, order="yes"),
        **{"served_with_sni": "yes"} | more,
    )


def scan(
    cipher_suites,
    certificates,
    *,
    group_names=("prime256v1",),
    order="server",
    stapling="no",
    status="complete",
    unknowns=(),
    protocols=None,
    extensions=None,
    starttls=None,
    **more,
):
    """A complete scan of a server that offers these suites, and nothing else."""
    offered = {p for s in cipher_suites for p in s.protocols}
    answers = {p: "yes" if p in offered else "no" for p in PROTOCOLS}
    measured = Extensions(
        secure_renegotiation="yes",
        compression="no",
        fallback_scsv="yes",
        extended_master_secret="yes",
    )
    return ScanResult(
        tlsward_version="0",
        target=Target(host="example.org", port=443, sni="example.org", starttls=starttls),
        status=status,
        started_at=NOW,
        duration_ms=1,
        protocols=answers | (protocols or {}),
        cipher_suites=tuple(
            msgspec.structs.replace(s, priority=i) for i, s in enumerate(cipher_suites, 1)
        ),
        cipher_order=dict.fromkeys(offered, order),
        server_side_ordering={"server": "yes", "client": "no"}.get(order, "unknown"),
        ocsp_stapling=stapling,
        groups=tuple(group(name) for name in group_names),
        certificates=tuple(certificates),
        extensions=msgspec.structs.replace(measured, **(extensions or {})),
        unknowns=tuple(Unknown(fact=fact, reason=reason) for fact, reason in unknowns),
        **more,
    )


def elb_2015():
    """A load balancer of 2015: TLS 1.0 to 1.2, six suites, a P-256 certificate."""
    versions = {"AES128-SHA": 3, "AES256-SHA": 3}
    offered = [
        suite(
            name,
            ("TLSv1", "TLSv1.1", "TLSv1.2")
            if name.split("ECDSA-")[1] in versions
            else ("TLSv1.2",),
        )
        for name in ELB_2015
    ]
    return scan(offered, [certificate(ocsp=True)])


def modernised():
    """The same endpoint with the suites of 4.0 modern, TLS 1.2 alone."""
    return scan([suite(n) for n in ELB_2015 if not n.endswith("-SHA")], [certificate(ocsp=True)])


def nginx_intermediate(**more):
    """Guideline 6.0 intermediate as its configuration generator writes it, two certificates."""
    return scan(
        [*tls13_suites(), *(suite(n, curve="X25519") for n in INTERMEDIATE)],
        [certificate("ecdsa"), certificate("rsa")],
        group_names=("X25519", "prime256v1", "secp384r1"),
        order="client",
        **more,
    )


def nginx_weak():
    """Every suite and version that a build will speak."""
    versions = ("TLSv1", "TLSv1.1", "TLSv1.2")
    return scan(
        [
            *tls13_suites(),
            *(suite(n, versions if "GCM" not in n else ("TLSv1.2",), dh_bits=1024) for n in WEAK),
        ],
        [certificate("rsa", days=3650, trust="no", match="no")],
        group_names=("X25519", "prime256v1", "secp521r1"),
    )


def rsa_only():
    return scan(
        [*tls13_suites(), *(suite(n) for n in INTERMEDIATE if "-RSA-" in n)],
        [certificate("rsa", days=200)],
        group_names=("X25519", "prime256v1"),
        order="client",
    )


def tls13_only(**more):
    settings = {"group_names": ("X25519MLKEM768", "X25519", "prime256v1"), "order": "client"}
    return scan(tls13_suites(), [certificate("ecdsa")], **(settings | more))


def post_quantum_only():
    return tls13_only(group_names=("X25519MLKEM768",))


def expired():
    return scan(
        tls13_suites(),
        [certificate("ecdsa", start=NOW - timedelta(days=100))],
        group_names=("X25519",),
    )


def untrusted():
    return scan(tls13_suites(), [certificate("ecdsa", trust="no")], group_names=("X25519",))


def cut_off():
    """A good server whose scan hit its deadline before TLS 1.0 and 1.1 were answered."""
    return tls13_only(
        status="incomplete",
        reason="deadline",
        protocols={"TLSv1": "unknown", "TLSv1.1": "unknown"},
        unknowns=(("protocols.TLSv1", "deadline"), ("protocols.TLSv1.1", "deadline")),
    )


def unreachable():
    return ScanResult(
        tlsward_version="0",
        target=Target(host="example.org", port=443, sni="example.org"),
        status="unreachable",
        started_at=NOW,
        duration_ms=1,
        reason="connection refused",
    )


SERVERS = {
    f.__name__: f
    for f in (
        elb_2015,
        modernised,
        nginx_intermediate,
        nginx_weak,
        rsa_only,
        tls13_only,
        post_quantum_only,
        expired,
        untrusted,
        cut_off,
        unreachable,
    )
}


@pytest.fixture(scope="session")
def build():
    """Everything to build scan results from."""
    return SimpleNamespace(
        NOW=NOW,
        SERVERS=SERVERS,
        INTERMEDIATE=INTERMEDIATE,
        ELB_2015=ELB_2015,
        suite=suite,
        tls13_suites=tls13_suites,
        group=group,
        certificate=certificate,
        scan=scan,
        **SERVERS,
    )
