"""CRLs, and what certificates say of theirs.

`openssl ca` makes ordinary CRLs, the library's builder those that OpenSSL cannot make, and
octets by hand those that the library cannot.
"""

import subprocess
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pki import issuing
from pki.issuing import (
    NOW,
    Issued,
    Key,
    bits,
    extension,
    integer,
    object_identifier,
    sequence,
    tlv,
)
from tlsward.model.fetching import Fetched
from tlsward.pki.x509 import X509Certificate, read_certificate

URL = "http://crl.example/1.crl"
OCSP_URL = "http://ocsp.example"
YESTERDAY, TOMORROW = NOW - timedelta(days=1), NOW + timedelta(days=1)
MUST_STAPLE = extension("1.3.6.1.5.5.7.1.24", sequence(tlv(0x02, b"\5")))
NO_CHECK = extension("1.3.6.1.5.5.7.48.1.5", b"\5\0")
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
PUBLIC = extension("2.5.29.32", sequence(sequence(object_identifier("2.23.140.1.2.1"))))


#: Beyond any day on which the tests may run: what OpenSSL makes is of today.
FAR = datetime(2048, 1, 1, tzinfo=UTC)


def end_entity(issuer: Issued, *more: bytes, **how) -> Issued:
    how.setdefault("not_after", FAR)
    return issuing.leaf(issuer, *more, **how)


def point(*urls: str, issuer: bytes = b"", reasons: bytes = b"", relative: bytes = b"") -> bytes:
    """Return a DistributionPoint; `issuer` is a Name, `relative` the content of an RDN."""
    names = tlv(0xA0, *(tlv(0x86, url.encode()) for url in urls))
    if relative:
        names = tlv(0xA1, relative)
    return sequence(
        tlv(0xA0, names) if urls or relative else b"",
        tlv(0x81, reasons) if reasons else b"",
        tlv(0xA2, tlv(0xA4, issuer)) if issuer else b"",
    )


def points(*given: bytes) -> bytes:
    return extension("2.5.29.31", sequence(*given))


def crl_at(*urls: str) -> bytes:
    """Return the extension with one distribution point."""
    return points(point(*urls))


def responder_at(*urls: str) -> bytes:
    method = object_identifier("1.3.6.1.5.5.7.48.1")
    return extension(
        "1.3.6.1.5.5.7.1.1",
        sequence(*(sequence(method, tlv(0x86, url.encode())) for url in urls)),
    )


def read(*issued: Issued) -> tuple[X509Certificate, ...]:
    return tuple(read_certificate(each.der) for each in issued)


def serial(issued: Issued) -> int:
    return x509.load_der_x509_certificate(issued.der).serial_number


def private_pem(key: Key) -> bytes:
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def uri(*urls: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(url) for url in urls]


def scope(**how) -> x509.IssuingDistributionPoint:
    """Return an IssuingDistributionPoint that says no more than it is told to."""
    plain = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(plain | how))


def revoked(
    number: int,
    reason: str | None = None,
    at: datetime = YESTERDAY,
    issuer: Issued | None = None,
) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(at)
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(reason)), critical=False)
    if issuer is not None:
        name = x509.load_der_x509_certificate(issuer.der).subject
        names = x509.CertificateIssuer([x509.DirectoryName(name)])
        builder = builder.add_extension(names, critical=True)
    return builder.build()


def crl(
    issuer: Issued,
    *entries: x509.RevokedCertificate,
    this_update: datetime = YESTERDAY,
    next_update: datetime = TOMORROW,
    within: x509.IssuingDistributionPoint | None = None,
    delta: bool = False,
    signer: Key | None = None,
    hash_name: str = "sha256",
) -> bytes:
    """Return a CRL of the library's builder, DER."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(issuer.der).subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    if within is not None:
        builder = builder.add_extension(within, critical=True)
    if delta:
        builder = builder.add_extension(x509.DeltaCRLIndicator(6), critical=True)
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    key = (signer or issuer.key).private
    return builder.sign(key, getattr(hashes, hash_name.upper())()).public_bytes(Encoding.DER)


def entry_by_hand(number: int, *extensions: bytes) -> bytes:
    return sequence(
        integer(number),
        issuing.time(YESTERDAY),
        sequence(*extensions) if extensions else b"",
    )


def crl_by_hand(
    issuer: Issued,
    entries: bytes = b"",
    *extensions: bytes,
    next_update: datetime | None = TOMORROW,
    key: Key | None = None,
) -> bytes:
    """Return a CRL as octets; `entries` are those of all entries, one after the other."""
    key = key or issuer.key
    signed = sequence(
        integer(1),
        key.algorithm,
        issuer.subject,
        issuing.time(YESTERDAY),
        issuing.time(next_update) if next_update else b"",
        tlv(0x30, entries) if entries else b"",
        tlv(0xA0, sequence(*extensions)) if extensions else b"",
    )
    return sequence(signed, key.algorithm, bits(key.sign(signed)))


CONFIGURATION = """
[ca]
default_ca = authority
[authority]
database = index.txt
default_md = {digest}
default_crl_days = 7
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid
{extensions}
"""


def openssl_crl(
    directory,
    issuer: Issued,
    *entries: tuple[int, str],
    digest="sha256",
    extensions="",
    arguments=(),
    form="DER",
) -> bytes:
    """Return the CRL that `openssl ca -gencrl` makes today; entries are serial and reason."""
    directory.mkdir(parents=True, exist_ok=True)
    today = f"{datetime.now(UTC) - timedelta(hours=1):%y%m%d%H%M%SZ}"
    index = "".join(
        f"R\t491231235959Z\t{today},{reason}\t{number:04X}\tunknown\t/CN=a leaf\n"
        for number, reason in entries
    )
    files = {
        "index.txt": index,
        "configuration": CONFIGURATION.format(digest=digest, extensions=extensions),
        "issuer.pem": issuer.pem.decode(),
        "issuer.key": private_pem(issuer.key).decode(),
    }
    for name, content in files.items():
        (directory / name).write_text(content)
    command = [
        *("openssl", "ca", "-gencrl", "-config", "configuration", "-out", "made.pem"),
        *("-cert", "issuer.pem", "-keyfile", "issuer.key", *arguments),
    ]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    convert = ["openssl", "crl", "-in", "made.pem", "-outform", form, "-out", "made"]
    subprocess.run(convert, cwd=directory, capture_output=True, check=True)
    return (directory / "made").read_bytes()


class Web:
    """A fetcher that has its answers: octets, a reason, or an HTTP status. Others: none."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.requests = []

    async def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.get(request.url)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, bytes):
            return Fetched(url=request.url, status=200, body=answer)
        if isinstance(answer, int):
            return Fetched(url=request.url, status=answer, reason=f"status {answer}")
        return Fetched(url=request.url, reason=answer or "no route to host")

    @property
    def urls(self):
        return [request.url for request in self.requests]


class Memory:
    """A cache that keeps what it is given."""

    def __init__(self):
        self.kept = {}

    def get(self, url, now):
        octets_of, until = self.kept.get(url, (None, None))
        return octets_of if until is not None and until >= now else None

    def put(self, url, octets, *, until):
        self.kept[url] = (octets, until)


def run(coroutine):
    """Run a coroutine that waits for nothing outside."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waited for something")
