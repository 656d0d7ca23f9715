"""Timestamps of a real server in all three ways, as our scanner and as OpenSSL judge them.

`openssl s_server` sends a list in the TLS extension and a staple made here, with
timestamps that no responder of today puts there; `openssl s_client -ct` is the other judge.
"""

import asyncio
import base64
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from pki.issuing import (
    bits,
    extension,
    integer,
    intermediate,
    object_identifier,
    octets,
    root,
    rsa_key,
    sequence,
    timestamp_list,
    tlv,
)
from pki.transparency.making import TestLog, embedded, list_file
from servers.laboratory import HOST, Bench, Launch
from tlsward.model.target import Target
from tlsward.scan.engine import scan
from tlsward.scan.settings import ScanSettings

TODAY = datetime.now(UTC).replace(microsecond=0)
YESTERDAY = TODAY - timedelta(days=1)
ANCHOR = root(not_after=TODAY + timedelta(days=1000))
MIDDLE = intermediate(ANCHOR, not_after=TODAY + timedelta(days=1000))
ECDSA_LOG = TestLog(name="the ECDSA log")
RSA_LOG = TestLog(key=rsa_key(2048), name="the RSA log", operator="Operator B")
STATIC_LOG = TestLog(name="the static log", operator="Operator C", static=True)
UNLISTED = TestLog(name="a log in no list")
LISTED = [ECDSA_LOG, RSA_LOG, STATIC_LOG]


def broken(sct: bytes) -> bytes:
    return sct[:-1] + bytes([sct[-1] ^ 1])


#: In the certificate a good one of each kind and a broken one; one of no known log.
LEAF = embedded(
    MIDDLE,
    *(ECDSA_LOG, RSA_LOG, STATIC_LOG, ECDSA_LOG, UNLISTED),
    at=YESTERDAY,
    change=lambda scts: [*scts[:3], broken(scts[3]), scts[4]],
    key=rsa_key(2048, 1),
)
IN_HANDSHAKE = timestamp_list(
    ECDSA_LOG.for_certificate(LEAF, YESTERDAY),
    broken(RSA_LOG.for_certificate(LEAF, YESTERDAY)),
)
IN_STAPLE = timestamp_list(
    STATIC_LOG.for_certificate(LEAF, YESTERDAY),
    ECDSA_LOG.for_certificate(MIDDLE, YESTERDAY),
)
#: By source, in the order they are sent.
TRUTH = {
    "certificate": ["yes", "yes", "yes", "no", "unknown"],
    "tls": ["yes", "no"],
    "ocsp": ["yes", "no"],
}
OPENSSL_WORDS = {"valid": "yes", "invalid": "no", "unknown log": "unknown"}


def generalized(at: datetime) -> bytes:
    return tlv(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())


def staple(scts: bytes) -> bytes:
    """Return an OCSPResponse that says good, with timestamps among its singleExtensions."""
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(*map(loaded, (LEAF, MIDDLE)), hashes.SHA1())
        .build()
    )
    certificate = sequence(
        sequence(object_identifier("1.3.14.3.2.26"), b"\5\0"),
        octets(request.issuer_name_hash),
        octets(request.issuer_key_hash),
        integer(request.serial_number),
    )
    listed = extension("1.3.6.1.4.1.11129.2.4.5", octets(scts))
    single = sequence(
        certificate,
        b"\x80\0",  # good
        generalized(YESTERDAY),
        tlv(0xA0, generalized(TODAY + timedelta(days=6))),
        tlv(0xA1, sequence(listed)),
    )
    data = sequence(
        tlv(0xA2, octets(request.issuer_key_hash)), generalized(YESTERDAY), sequence(single)
    )
    basic = sequence(data, MIDDLE.key.algorithm, bits(MIDDLE.key.sign(data)))
    answer = sequence(object_identifier("1.3.6.1.5.5.7.48.1.1"), octets(basic))
    return sequence(b"\x0a\1\0", tlv(0xA0, answer))


def loaded(issued):
    return x509.load_der_x509_certificate(issued.der)


def server_info(listed: bytes) -> bytes:
    """Return OpenSSL's file of an extension: ServerHello of TLS 1.2, Certificate of TLS 1.3."""
    context = (0x0080 | 0x0100 | 0x1000).to_bytes(4, "big")
    content = context + (18).to_bytes(2, "big") + len(listed).to_bytes(2, "big") + listed
    text = base64.encodebytes(content).decode()
    name = "SERVERINFOV2 FOR TIMESTAMPS"
    return f"-----BEGIN {name}-----\n{text}-----END {name}-----\n".encode()


def s_server(bench: Bench) -> Launch:
    key = LEAF.key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for name, content in {
        "leaf.pem": LEAF.pem,
        "leaf.key": key,
        "middle.pem": MIDDLE.pem,
        "info.pem": server_info(IN_HANDSHAKE),
        "staple.der": staple(IN_STAPLE),
    }.items():
        (bench.directory / name).write_bytes(content)
    return Launch(
        command=[
            *("openssl", "s_server", "-accept", f"{HOST}:{bench.port}", "-www", "-quiet"),
            *("-cert", "leaf.pem", "-key", "leaf.key", "-cert_chain", "middle.pem"),
            *("-serverinfo", "info.pem", "-status_file", "staple.der"),
        ],
    )


@pytest.fixture(scope="module")
def server(laboratory):
    return laboratory.launch("timestamps", s_server)


@pytest.fixture(scope="module")
def deployment(server):
    settings = ScanSettings(
        ca_file_pem=ANCHOR.pem,
        log_list=list_file(*LISTED, date=TODAY),
        only=("certificates",),
    )
    target = Target(host=HOST, port=server.port, sni="host.example")
    (found,) = asyncio.run(scan(target, settings)).certificates
    return found


def test_the_scanner_checks_all_three_kinds(deployment):
    assert deployment.trust["private"] == "yes"
    assert (deployment.staple.status, deployment.staple.signature_valid) == ("good", "yes")
    found = {}
    for each in deployment.chain[0].scts:
        found.setdefault(each.source, []).append(each.signature_valid)
    assert found == TRUTH


def test_the_verdicts_of_the_policies(deployment):
    found = {verdict.policy: verdict.met for verdict in deployment.transparency}
    assert found == {"chrome": "yes", "apple": "yes", "firefox": "yes"}


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl_judges_alike(server, version, tmp_path, deployment):
    ours = [
        (hexadecimal(each.log_id), each.signature_valid)
        for source in ("tls", "ocsp", "certificate")
        # OpenSSL puts each on top of those before.
        for each in reversed([sct for sct in deployment.chain[0].scts if sct.source == source])
    ]
    assert openssl_judgement(server, version, tmp_path) == ours


def hexadecimal(log_id: str) -> str:
    return base64.b64decode(log_id).hex()[:32]


def openssl_judgement(server, version, directory):
    """Return half a log's ID and the verdict on each timestamp, in the order of OpenSSL."""
    logs = ["enabled_logs = " + ",".join(f"log{number}" for number in range(len(LISTED)))]
    for number, log in enumerate(LISTED):
        key = base64.b64encode(log.key.spki).decode()
        logs.append(f"[log{number}]\ndescription = {log.name}\nkey = {key}")
    (directory / "logs.cnf").write_text("\n".join(logs))
    (directory / "ca.pem").write_bytes(ANCHOR.pem)
    done = subprocess.run(
        [
            *("openssl", "s_client", "-connect", f"{HOST}:{server.port}", version, "-ct"),
            *("-ctlogfile", directory / "logs.cnf", "-CAfile", directory / "ca.pem", "-status"),
            *("-servername", "host.example"),
        ],
        input=b"",
        capture_output=True,
        check=False,
    )
    text = done.stdout.decode(errors="replace")
    found = re.findall(r"SCT validation status: (.+)\n(?:.*\n){1,4}? +Log ID +: ([0-9A-F:]+)", text)
    return [(half.replace(":", "").lower(), OPENSSL_WORDS[word]) for word, half in found]
