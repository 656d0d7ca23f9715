"""The private authority of the bench: root, intermediate, two leaves and an OCSP signer.

Made by OpenSSL's own `ca`, because its responder answers from that command's database.
"""

import subprocess
from pathlib import Path

from benchmarks.servers import DOMAIN, OCSP_PORT

_CONFIGURATION = """
[ca]
default_ca = bench
[bench]
database = {top}/index.txt
serial = {top}/serial
new_certs_dir = {top}
unique_subject = no
default_md = sha256
default_days = 80
policy = names
[names]
commonName = supplied
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://10.77.0.2:{port}/
subjectAltName = DNS:*.{domain}
[ocsp]
extendedKeyUsage = OCSPSigning
authorityKeyIdentifier = keyid
"""
_P256 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
_RSA2048 = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
#: (file name, common name, key, section of the configuration, issuer)
_CERTIFICATES = (
    ("root", "Bench Root", _RSA2048, "root", None),
    ("intermediate", "Bench Issuer", _RSA2048, "intermediate", "root"),
    ("ecdsa", f"intermediate.{DOMAIN}", _P256, "leaf", "intermediate"),
    ("rsa", f"intermediate.{DOMAIN}", _RSA2048, "leaf", "intermediate"),
    ("ocsp", "Bench OCSP", _P256, "ocsp", "intermediate"),
)


def make_authority(top: Path) -> None:
    """Fill the directory `top`, unless an earlier run did so within the last month."""
    done = top / "done"
    if done.exists() and not _openssl_says_expiring(top / "rsa.pem"):
        return
    top.mkdir(parents=True, exist_ok=True)
    (top / "ca.cnf").write_text(_CONFIGURATION.format(top=top, domain=DOMAIN, port=OCSP_PORT))
    (top / "index.txt").write_text("")
    (top / "serial").write_text("1000\n")
    for name, common_name, key, section, issuer in _CERTIFICATES:
        _openssl("genpkey", *key, "-out", f"{top}/{name}.key")
        _issue(top, name, common_name, section, issuer)
    for name in ("ecdsa", "rsa"):
        chain = (top / f"{name}.pem").read_text() + (top / "intermediate.pem").read_text()
        (top / f"{name}-chain.pem").write_text(chain)
    _openssl(
        *("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"),
        *("-out", f"{top}/ffdhe2048.pem"),
    )
    _openssl("dhparam", "-out", f"{top}/dh1024.pem", "1024")
    done.write_text("")


def responder(top: Path) -> list[str]:
    """The command that answers OCSP requests for the leaves."""
    return [
        *("openssl", "ocsp", "-port", str(OCSP_PORT), "-index", f"{top}/index.txt"),
        *("-rsigner", f"{top}/ocsp.pem", "-rkey", f"{top}/ocsp.key"),
        *("-CA", f"{top}/intermediate.pem", "-ndays", "7"),
    ]


def _issue(top: Path, name: str, common_name: str, section: str, issuer: str | None) -> None:
    request = f"{top}/{name}.csr"
    _openssl(
        "req", "-new", "-key", f"{top}/{name}.key", "-subj", f"/CN={common_name}", "-out", request
    )
    if issuer is None:
        signer = ["-selfsign", "-keyfile", f"{top}/{name}.key"]
    else:
        signer = ["-cert", f"{top}/{issuer}.pem", "-keyfile", f"{top}/{issuer}.key"]
    _openssl(
        *("ca", "-batch", "-notext", "-config", f"{top}/ca.cnf", "-extensions", section),
        *("-in", request, "-out", f"{top}/{name}.pem", *signer),
    )


def _openssl_says_expiring(certificate: Path) -> bool:
    month = str(30 * 86400)
    command = ["openssl", "x509", "-in", certificate, "-noout", "-checkend", month]
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=120)
