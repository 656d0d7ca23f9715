"""Foreign TLS clients, each asked for one full handshake per protocol and suite.

None of them is ours. Together they speak whatever the laboratory's servers speak:
OpenSSL 3.0 (Python's ssl and s_client), JSSE (SSLv3, RC4, DES, EXPORT), OpenSSL 1.0.1g in
Node.js 0.10 (SSLv2, SEED, IDEA, RC2), GnuTLS (CAMELLIA-GCM, CCM), OpenSSL 3.5 in Node.js 26
(post-quantum groups), OpenSSL 4.0 in pyOpenSSL (SM2). Suites are IANA's names, for SSLv2 OpenSSL's.
"""

import functools
import itertools
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence

from servers.laboratory import HERE, Running
from servers.stacks.runtimes import JAVA_17, node_program

Found = set[tuple[str, str]]
PYTHON_VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
}
TLS13_SUITES = (
    *("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"),
    *("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"),
)
SSL2_KINDS = (
    *("DES-CBC3-MD5", "IDEA-CBC-MD5", "RC2-CBC-MD5", "RC4-MD5", "DES-CBC-MD5"),
    *("EXP-RC2-CBC-MD5", "EXP-RC4-MD5"),
)
#: What OpenSSL 1.0.1 knows and 3.0 has forgotten, by both names.
OLD_OPENSSL_NAMES = {
    "RC4-MD5": "TLS_RSA_WITH_RC4_128_MD5",
    "RC4-SHA": "TLS_RSA_WITH_RC4_128_SHA",
    "DES-CBC-SHA": "TLS_RSA_WITH_DES_CBC_SHA",
    "DES-CBC3-SHA": "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "IDEA-CBC-SHA": "TLS_RSA_WITH_IDEA_CBC_SHA",
    "SEED-SHA": "TLS_RSA_WITH_SEED_CBC_SHA",
    "EXP-RC4-MD5": "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
    "EXP-RC2-CBC-MD5": "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
    "EXP-DES-CBC-SHA": "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
    "EDH-RSA-DES-CBC3-SHA": "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "EDH-RSA-DES-CBC-SHA": "TLS_DHE_RSA_WITH_DES_CBC_SHA",
    "EXP-EDH-RSA-DES-CBC-SHA": "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
    "DHE-RSA-SEED-SHA": "TLS_DHE_RSA_WITH_SEED_CBC_SHA",
    "ADH-RC4-MD5": "TLS_DH_anon_WITH_RC4_128_MD5",
    "ADH-DES-CBC-SHA": "TLS_DH_anon_WITH_DES_CBC_SHA",
    "ADH-DES-CBC3-SHA": "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",
    "ADH-SEED-SHA": "TLS_DH_anon_WITH_SEED_CBC_SHA",
    "EXP-ADH-RC4-MD5": "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
    "EXP-ADH-DES-CBC-SHA": "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA",
    "ECDHE-RSA-RC4-SHA": "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "ECDHE-RSA-DES-CBC3-SHA": "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "ECDHE-ECDSA-RC4-SHA": "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "ECDHE-ECDSA-DES-CBC3-SHA": "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
    "AECDH-RC4-SHA": "TLS_ECDH_anon_WITH_RC4_128_SHA",
    "AECDH-DES-CBC3-SHA": "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA",
}
GROUPS = (
    *("X25519", "X448", "prime256v1", "secp384r1", "secp521r1", "secp256k1", "secp224r1"),
    *("secp160k1", "secp160r1", "secp160r2", "secp192k1", "secp192r1", "secp224k1"),
    *("brainpoolP256r1tls13", "brainpoolP384r1tls13", "brainpoolP512r1tls13"),
    *("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "sect283k1"),
    *("sect283r1", "sect409k1", "sect409r1", "sect571k1", "sect571r1"),
    *("ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"),
    *("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"),
    *("MLKEM512", "MLKEM768", "MLKEM1024"),
)
NEWEST_GROUPS = ("curveSM2", "curveSM2MLKEM768")
OPENSSL4_CONFIGURATION = """
openssl_conf = top
[top]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
Groups = {group}
"""


def output(*command: str, seconds: float = 300) -> list[str]:
    """Return the lines a command wrote, whatever its exit code."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds
    )
    return done.stdout.splitlines()


@functools.cache
def openssl_names() -> dict[str, str]:
    """Return OpenSSL's name for each suite of TLS 1.2 and older that 3.0 knows, IANA's first."""
    lines = output("openssl", "ciphers", "-stdname", "-v", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    rows = [line.split() for line in lines]
    return {row[0]: row[2] for row in rows if row[3] != "TLSv1.3" and "PSK" not in row[0]}


def iana_name(openssl_name: str) -> str:
    """Return IANA's name for one of OpenSSL's, old or new."""
    by_openssl = {theirs: iana for iana, theirs in openssl_names().items()}
    return OLD_OPENSSL_NAMES.get(openssl_name) or by_openssl[openssl_name]


def python_handshake(server: Running, protocol: str, suites: Sequence[str]) -> str | None:
    """Offer these suites (OpenSSL's names, in this order) with OpenSSL 3.0; return the choice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers(":".join([*suites, "@SECLEVEL=0"]))
        context.minimum_version = context.maximum_version = PYTHON_VERSIONS[protocol]
    try:
        with (
            socket.create_connection((server.host, server.port), 5) as plain,
            context.wrap_socket(plain, server_hostname=server.sni) as tls,
        ):
            cipher = tls.cipher()
    except OSError:
        return None
    return cipher[0] if cipher else None


def openssl_suites(server: Running) -> Found:
    """Ask with OpenSSL 3.0 for TLS 1.0 to 1.2."""
    return {
        (protocol, iana)
        for protocol in PYTHON_VERSIONS
        for iana, name in openssl_names().items()
        if python_handshake(server, protocol, [name]) == name
    }


def tls13_handshake(server: Running, suites: Sequence[str]) -> str | None:
    """Offer these TLS 1.3 suites in this order with s_client; return the choice."""
    where = ["-connect", f"{server.host}:{server.port}", "-servername", server.sni]
    command = ["openssl", "s_client", "-tls1_3", "-brief", "-ciphersuites", ":".join(suites)]
    done = subprocess.run([*command, *where], input="", capture_output=True, text=True, timeout=20)
    for line in done.stderr.splitlines():
        if line.startswith("Ciphersuite: "):
            return line.removeprefix("Ciphersuite: ").strip()
    return None


def tls13_suites(server: Running) -> Found:
    """Ask with OpenSSL 3.0 for TLS 1.3."""
    return {
        ("TLSv1.3", suite) for suite in TLS13_SUITES if tls13_handshake(server, [suite]) == suite
    }


def jsse(server: Running) -> list[str]:
    """Run the JSSE client."""
    program = str(HERE / "java" / "JsseClient.java")
    return output(str(JAVA_17), program, str(server.port), server.sni)


def jsse_suites(server: Running) -> Found:
    """Ask with JSSE for SSL 3.0 to TLS 1.3; its SSL 3.0 hello has extensions, which is odd."""
    rows = (line.split() for line in jsse(server))
    return {(protocol, suite.replace("SSL_", "TLS_", 1)) for protocol, suite in rows}


def node(version: str, server: Running, questions: Sequence[dict[str, object]]) -> list[str]:
    """Ask a Node.js as many handshakes; return the suite and protocol of each, or nothing."""
    program = str(HERE / "node" / "client.js")
    address = (str(server.port), server.sni)
    return output(node_program(version), program, *address, json.dumps(list(questions)))


def old_openssl_suites(server: Running) -> Found:
    """Ask with OpenSSL 1.0.1g for SSL 2.0 to TLS 1.2."""
    names = [*OLD_OPENSSL_NAMES, *openssl_names().values()]
    everything_else = {
        "TLSv1.1": ["SSL_OP_NO_SSLv3", "SSL_OP_NO_TLSv1", "SSL_OP_NO_TLSv1_2"],
        "TLSv1.2": ["SSL_OP_NO_SSLv3", "SSL_OP_NO_TLSv1", "SSL_OP_NO_TLSv1_1"],
    }
    methods = {"SSLv2": "SSLv2_method", "SSLv3": "SSLv3_method", "TLSv1": "TLSv1_method"}
    found = set()
    for protocol in ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"):
        offered = SSL2_KINDS if protocol == "SSLv2" else names
        method: dict[str, object] = {"secureProtocol": methods.get(protocol, "SSLv23_method")}
        if protocol in everything_else:
            method["without"] = ["SSL_OP_NO_SSLv2", *everything_else[protocol]]
        answers = node("0.10", server, [method | {"ciphers": name} for name in offered])
        for name, answer in zip(offered, answers, strict=True):
            if answer == name:
                found.add((protocol, name if protocol == "SSLv2" else iana_name(name)))
    return found


def old_openssl_choices(server: Running, first: str, second: str) -> list[str | None]:
    """Offer two suites (IANA's names) in SSL 3.0, in both orders; return what was chosen."""
    old = {iana: name for name, iana in OLD_OPENSSL_NAMES.items()}
    one, two = (old.get(name) or openssl_names()[name] for name in (first, second))
    answers = node(
        "0.10",
        server,
        [
            {"secureProtocol": "SSLv3_method", "ciphers": f"{one}:{two}"},
            {"secureProtocol": "SSLv3_method", "ciphers": f"{two}:{one}"},
        ],
    )
    return [iana_name(answer) if answer else None for answer in answers]


def gnutls_suites(server: Running) -> Found:
    """Ask with GnuTLS for what no other client here has: CAMELLIA-GCM, CCM with ffdhe."""
    exchanges = {
        "ECDHE_ECDSA": "ECDHE-ECDSA",
        "ECDHE_RSA": "ECDHE-RSA",
        "DHE_RSA": "DHE-RSA",
        "RSA": "RSA",
        "DH_anon": "ANON-DH",
    }
    ciphers = {
        "CAMELLIA_128_GCM_SHA256": "CAMELLIA-128-GCM",
        "CAMELLIA_256_GCM_SHA384": "CAMELLIA-256-GCM",
        "AES_128_CCM": "AES-128-CCM",
        "AES_256_CCM": "AES-256-CCM",
        "AES_128_CCM_8": "AES-128-CCM-8",
        "AES_256_CCM_8": "AES-256-CCM-8",
    }
    found = set()
    for (key, exchange), (rest, cipher) in itertools.product(exchanges.items(), ciphers.items()):
        if gnutls_handshake(server, f"+{exchange}:+{cipher}"):
            found.add(("TLSv1.2", f"TLS_{key}_WITH_{rest}"))
    return found


def gnutls_handshake(server: Running, algorithms: str) -> bool:
    """Offer one suite of TLS 1.2 with gnutls-cli."""
    priority = f"NONE:+VERS-TLS1.2:+CTYPE-ALL:+SIGN-ALL:+GROUP-ALL:+AEAD:{algorithms}"
    lines = output(
        *("gnutls-cli", "--insecure", "--priority", priority, "--sni-hostname", server.sni),
        *("-p", str(server.port), server.host),
    )
    return any("Handshake was completed" in line for line in lines)


def groups(server: Running, protocol: str) -> tuple[str, ...]:
    """Ask with OpenSSL 3.5 for one group at a time, by each kind of certificate or none."""
    kinds = ("ECDHE+aRSA", "ECDHE+ECDSA", "AECDH") if protocol == "TLSv1.2" else ("ECDHE",)
    questions: list[dict[str, object]] = [
        {
            "ecdhCurve": group,
            "minVersion": protocol,
            "maxVersion": protocol,
            "ciphers": f"{kind}:{':'.join(TLS13_SUITES[:3])}:@SECLEVEL=0",
        }
        for group in GROUPS
        for kind in kinds
    ]
    answers = zip(questions, node("26", server, questions), strict=True)
    served = dict.fromkeys(str(asked["ecdhCurve"]) for asked, answer in answers if answer)
    newest = NEWEST_GROUPS if protocol == "TLSv1.3" else ()
    return (*served, *(group for group in newest if openssl4_handshake(server, group)))


def openssl4_handshake(server: Running, group: str) -> bool:
    """Offer one group in TLS 1.3 with OpenSSL 4.0, which knows the Chinese ones."""
    program = str(HERE / "python" / "openssl4_client.py")
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as conf:
        conf.write(OPENSSL4_CONFIGURATION.format(group=group))
        conf.flush()
        done = subprocess.run(
            [sys.executable, program, str(server.port), server.sni],
            env=os.environ | {"OPENSSL_CONF": conf.name},
            capture_output=True,
            text=True,
            timeout=20,
        )
    return done.stdout.strip().lower() == group.lower()


def certificate_keys(server: Running) -> set[str]:
    """Ask in TLS 1.3, whose suites say nothing of certificates, for each kind of signature."""
    kinds = {"rsa": "RSA-PSS+SHA256:RSA+SHA256", "ecdsa": "ECDSA+SHA256:RSA+SHA256"}
    where = ["-connect", f"{server.host}:{server.port}", "-servername", server.sni]
    found = set()
    for kind, schemes in kinds.items():
        command = ["openssl", "s_client", "-tls1_3", "-brief", "-sigalgs", schemes, *where]
        done = subprocess.run(command, input="", capture_output=True, text=True, timeout=20)
        if "CONNECTION ESTABLISHED" in done.stderr:
            found.add(kind)
    return found
