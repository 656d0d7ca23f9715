"""How much processor time it takes to judge 10 000 chains against six root stores.

A root that the test puts into all six stores, 100 issuers, 100 leaves of each with keys on P-256.
Beside tlsward: `openssl verify` with all leaves of an issuer in one process (it knows one store at
a time), and sslyze's certificate step, in a virtual environment of its own.

    python -m benchmarks.chains --sslyze /tmp/peers/sslyze-venv     writes CHAINS.md
"""

import argparse
import gc
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.table import markdown

_HERE = Path(__file__).resolve().parent
_TABLE = _HERE / "CHAINS.md"
ISSUERS, LEAVES = 100, 100
_JUDGED = "reading, paths, trust of each store, name"
_WORDS = {
    "judge": f"{_JUDGED}; step by step for {LEAVES} chains at a time",
    "single": f"{_JUDGED}; chain by chain",
    "deploy": "all that a report has of a certificate",
    "library": "load, extensions, subject, key, one signature check",
}
HOST = "host-{issuer}-{leaf}.example"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="?", default="all", choices=["all", *_WORDS])
    parser.add_argument("--directory", type=Path, default=_HERE.parent / ".bench" / "chains")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sslyze", type=Path, help="A virtual environment that has sslyze.")
    options = parser.parse_args()
    directory = options.directory.resolve()
    if options.what == "all":
        make_chains(directory)
        rows = []
        for row in measured(directory, options.runs, options.sslyze):
            print(*row, file=sys.stderr)
            rows.append(row)
        _TABLE.write_text(report(rows), encoding="utf-8")
        print(report(rows))
    elif options.what == "library":
        print(library_alone(directory))
    else:
        print(ours(directory, options.what))


def make_chains(top: Path) -> None:
    """Fill a directory with root.pem, and per issuer its certificate and its leaves."""
    from cryptography.hazmat.primitives.asymmetric import ec

    done = top / "done"
    if done.exists() and time.time() - done.stat().st_mtime < 30 * 86_400:
        return
    top.mkdir(parents=True, exist_ok=True)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Bench Root", root_key, None, root_key, authority=True)
    (top / "root.pem").write_bytes(_pem(root))
    for number in range(ISSUERS):
        place = top / f"{number:03}"
        place.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = _certificate(f"Bench Issuer {number}", key, root, root_key, authority=True)
        (place / "issuer.pem").write_bytes(_pem(issuer))
        for leaf in range(LEAVES):
            own = ec.generate_private_key(ec.SECP256R1())
            name = HOST.format(issuer=number, leaf=leaf)
            made = _certificate(name, own, issuer, key, authority=False)
            (place / f"leaf-{leaf:03}.pem").write_bytes(_pem(made))
    done.touch()


def _certificate(common_name, key, issuer, issuer_key, *, authority):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import AuthorityInformationAccessOID as Access
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "The bench"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    now = datetime.now(UTC).replace(microsecond=0)
    url = x509.UniformResourceIdentifier("http://ca.example/issuer")
    extensions = [
        (x509.BasicConstraints(ca=authority, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
        (_key_usage(authority=authority), True),
    ]
    if not authority:
        extensions += [
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (
                x509.SubjectAlternativeName(
                    [x509.DNSName(common_name), x509.DNSName(f"www.{common_name}")]
                ),
                False,
            ),
            (
                x509.AuthorityInformationAccess([x509.AccessDescription(Access.CA_ISSUERS, url)]),
                False,
            ),
            (x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)]), False),
            (
                x509.CertificatePolicies(
                    [x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]
                ),
                False,
            ),
        ]
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=subject if issuer is None else issuer.subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=365 if authority else 90),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _key_usage(*, authority):
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def chains(top: Path) -> list[tuple[str, list[bytes]]]:
    """Every host name with its chain, DER, leaf first."""
    from tlsward.pki.root_programs import certificates_in_pem

    found = []
    for number in range(ISSUERS):
        place = top / f"{number:03}"
        (issuer,) = certificates_in_pem((place / "issuer.pem").read_bytes())
        for leaf in range(LEAVES):
            (own,) = certificates_in_pem((place / f"leaf-{leaf:03}.pem").read_bytes())
            found.append((HOST.format(issuer=number, leaf=leaf), [own, issuer]))
    return found


def programs_with(root: bytes):
    """The installed root programs, and a root that is in all of their six stores."""
    from tlsward.pki.root_programs import (
        PUBLIC_STORES,
        RootCertificate,
        RootPrograms,
        by_their_subjects,
        root_programs,
    )

    installed = root_programs()
    added = by_their_subjects([RootCertificate(root, frozenset(PUBLIC_STORES), {})])
    return RootPrograms(installed.by_subject | added, PUBLIC_STORES, installed.dates)


def ours(top: Path, what: str) -> float:
    """CPU seconds of this process for all chains, after one chain of each issuer.

    `judge` is reading, paths, trust of six stores and the name, each step for many chains before
    the next, as who has many would; `single` the same for one chain after the other; `deploy` is
    everything that a report has of a certificate.
    """
    from tlsward.pki.chain_building import ways
    from tlsward.pki.deployment import deployment
    from tlsward.pki.hostname import hostname_match
    from tlsward.pki.library import quietly
    from tlsward.pki.paths import trust
    from tlsward.pki.read_chain import read_authority
    from tlsward.pki.root_programs import certificates_in_pem
    from tlsward.pki.stores import Stores
    from tlsward.pki.x509 import read_certificate

    (root,) = certificates_in_pem((top / "root.pem").read_bytes())
    stores = Stores(programs=programs_with(root))
    now = datetime.now(UTC)

    @quietly()
    def judge(batch: list[tuple[str, list[bytes]]]) -> list[set[str]]:
        leaves = [read_certificate(chain[0]) for _, chain in batch]
        above = [
            [read_authority(each, stores).certificate for each in chain[1:]] for _, chain in batch
        ]
        found = [ways(leaf, those, stores) for leaf, those in zip(leaves, above, strict=True)]
        verdicts = [trust(each, stores, now) for each in found]
        return [
            {*verdict.answers.values(), hostname_match(leaf, host)}
            for verdict, leaf, (host, _) in zip(verdicts, leaves, batch, strict=True)
        ]

    def deploy(batch: list[tuple[str, list[bytes]]]) -> list[set[str]]:
        found = [deployment(chain, hostname=host, stores=stores, now=now) for host, chain in batch]
        return [{*each.trust.values(), each.hostname_match} for each in found]

    run = deploy if what == "deploy" else judge
    at_once = 1 if what == "single" else LEAVES
    every = chains(top)
    run(every[::LEAVES])
    gc.collect()
    before = time.process_time()
    for start in range(0, len(every), at_once):
        for verdict in run(every[start : start + at_once]):
            assert verdict == {"yes"}
    return time.process_time() - before


def library_alone(top: Path) -> float:
    """CPU seconds of the least that `cryptography` has to be asked for: the floor of `judge`.

    Each leaf is loaded, its extensions, its subject and its key are read, and its signature is
    checked with its issuer's key, which is read once; nothing is judged.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    keys = {}

    def run(chain: list[bytes]) -> None:
        leaf = x509.load_der_x509_certificate(chain[0])
        if chain[1] not in keys:
            keys[chain[1]] = x509.load_der_x509_certificate(chain[1]).public_key()
        _ = leaf.extensions, leaf.subject, leaf.public_key()
        digest = leaf.signature_hash_algorithm
        assert digest is not None
        keys[chain[1]].verify(leaf.signature, leaf.tbs_certificate_bytes, ec.ECDSA(digest))

    every = chains(top)
    for _, chain in every[::LEAVES]:
        run(chain)
    gc.collect()
    before = time.process_time()
    for _, chain in every:
        run(chain)
    return time.process_time() - before


def measured(top: Path, runs: int, sslyze: Path | None):
    """Yield rows: who, what, how many stores, CPU seconds."""
    for what, words in _WORDS.items():
        who, stores = ("cryptography alone", 0) if what == "library" else ("tlsward", 6)
        command = [sys.executable, "-m", "benchmarks.chains", what, "--directory", str(top)]
        seconds = [
            float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            for _ in range(runs)
        ]
        yield who, words, stores, seconds
    yield "openssl verify", "a process for each issuer", 1, [openssl(top) for _ in range(runs)]
    if sslyze is not None:
        files = store_files(top)
        yield "sslyze", "its certificate step", 6, [with_sslyze(top, sslyze, files)]


def openssl(top: Path) -> float:
    """CPU seconds of `openssl verify`, all leaves of an issuer in one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for number in range(ISSUERS):
        place = top / f"{number:03}"
        leaves = sorted(map(str, place.glob("leaf-*.pem")))
        done = subprocess.run(
            ["openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", str(top / "root.pem"),
             "-untrusted", str(place / "issuer.pem"), "-purpose", "sslserver", *leaves],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        assert done.stdout.count(": OK\n") == LEAVES
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def store_files(top: Path) -> dict[str, str]:
    """Write each store as a PEM file, the root of the bench in it; return the paths."""
    from cryptography import x509

    from tlsward.pki.root_programs import PUBLIC_STORES, certificates_in_pem

    (root,) = certificates_in_pem((top / "root.pem").read_bytes())
    every = [each for those in programs_with(root).by_subject.values() for each in those]
    files = {}
    for store in PUBLIC_STORES:
        path = top / f"{store}.pem"
        path.write_bytes(
            b"".join(
                _pem(x509.load_der_x509_certificate(each.der))
                for each in every
                if store in each.stores
            )
        )
        files[store] = str(path)
    return files


_SSLYZE = """
import json, sys, time
from pathlib import Path
from cryptography.x509 import DNSName
from sslyze.plugins.certificate_info._cert_chain_analyzer import CertificateDeploymentAnalyzer
from sslyze.plugins.certificate_info.trust_stores.trust_store import TrustStore
top, files = Path(sys.argv[1]), json.loads(sys.argv[2])
stores = [TrustStore(Path(path), name, "bench") for name, path in files.items()]
def run(number, leaf):
    place = top / f"{number:03}"
    chain = [(place / f"leaf-{leaf:03}.pem").read_text(), (place / "issuer.pem").read_text()]
    name = DNSName(f"host-{number}-{leaf}.example")
    before = time.process_time()
    found = CertificateDeploymentAnalyzer(name, chain, None, stores).perform()
    spent = time.process_time() - before
    assert all(each.was_validation_successful for each in found.path_validation_results)
    return spent
for number in range(100):
    run(number, 0)
print(sum(run(number, leaf) for number in range(100) for leaf in range(100)))
"""


def with_sslyze(top: Path, environment: Path, files: dict[str, str]) -> float:
    """CPU seconds of sslyze's CertificateDeploymentAnalyzer for the same chains and stores."""
    command = [environment / "bin" / "python", "-W", "ignore", "-c", _SSLYZE, top]
    done = subprocess.run([*command, json.dumps(files)], capture_output=True, check=True, text=True)
    return float(done.stdout)


def report(rows) -> str:
    """CHAINS.md: what was measured, where and when."""
    lines = [
        [
            who,
            words,
            str(stores),
            f"{statistics.median(seconds):.2f}",
            f"{min(seconds):.2f} to {max(seconds):.2f}",
            str(len(seconds)),
        ]
        for who, words, stores, seconds in rows
    ]
    header = ("program", "what", "stores", "CPU s, median", "range", "runs")
    load = os.getloadavg()[0]
    return (
        "# 10 000 chains against six root stores\n\n"
        f"Written by `python -m benchmarks.chains` on {datetime.now(UTC):%Y-%m-%d}: "
        f"{ISSUERS} issuers with {LEAVES} leaves each, P-256 throughout, under a root that was put "
        "into every store. CPU seconds of one process after one chain of each issuer (openssl: of "
        "all its processes). Load average at the end: "
        f"{load:.1f}; what else runs on the machine makes every row slower.\n\n"
        f"Machine: {_processor()}, {os.cpu_count()} processors; {platform.system()}, Python "
        f"{platform.python_version()}, {_versions()}.\n\n" + markdown(header, lines)
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _versions() -> str:
    from importlib.metadata import version

    openssl_version = subprocess.run(
        ["openssl", "version"], capture_output=True, check=True, text=True
    ).stdout.split()[1]
    return f"cryptography {version('cryptography')}, openssl {openssl_version}"


if __name__ == "__main__":
    main()
