"""TLS of the service's own: levels against OpenSSL's client, and a certificate that changes."""

import base64
import contextlib
import errno
import http.client
import io
import json
import shutil
import socket
import ssl
import time
from datetime import UTC, datetime

import msgspec
import pytest

from invoicer.live import client_context, leaf_served, live, tls_files
from tlsward.errors import UsageError
from tlsward.facts.guidelines import guideline
from tlsward.invoicer import tls as tls_of_the_service
from tlsward.invoicer import tls_connection
from tlsward.invoicer.log import json_log
from tlsward.invoicer.server import Running
from tlsward.invoicer.settings import InvoicerSettings, PinPolicy, TlsFiles
from tlsward.invoicer.tls import ReloadingTls
from tlsward.pki.bundle import read_bundle
from tlsward.pki.key_holders import holder_of_certificate
from tlsward.sandbox.authority import throw_away_credentials

MODERN_SUITES = guideline("6.0").levels["modern"].tls13_suites
SUITES = guideline("6.0").levels["intermediate"].cipher_suites
TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module", params=["modern", "intermediate"])
def served(request, laboratory, tmp_path_factory):
    files = tls_files(laboratory.credentials, level=request.param)
    with live(tmp_path_factory.mktemp("live"), tls=files) as running:
        yield running, request.param, laboratory.credentials.ca


def test_the_level_has_its_versions(served):
    running, level, ca = served
    assert leaf_served(running.port, client_context(ca, version=TLS13))[1] == "TLSv1.3"
    older = client_context(ca, version=TLS12)
    if level == "intermediate":
        assert leaf_served(running.port, older)[1] == "TLSv1.2"
    else:
        with pytest.raises(ssl.SSLError, match=r"(?i)alert"):
            leaf_served(running.port, older)


def test_the_level_has_its_suites_and_no_other(served):
    running, level, ca = served
    if level == "modern":
        _, _, suite = leaf_served(running.port, client_context(ca))
        assert suite in MODERN_SUITES
        return
    for suite in SUITES:
        if "ECDSA" in suite:
            assert leaf_served(running.port, client_context(ca, version=TLS12, ciphers=suite))
    for suite in ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-CCM"):
        with pytest.raises(ssl.SSLError, match=r"(?i)alert"):
            leaf_served(running.port, client_context(ca, version=TLS12, ciphers=suite))


def test_the_client_chooses_as_the_guideline_has_it(served):
    running, level, ca = served
    if level == "intermediate":
        ours = [suite for suite in SUITES if "ECDSA" in suite]
        for order in (ours, ours[::-1]):
            context = client_context(ca, version=TLS12, ciphers=":".join(order))
            assert leaf_served(running.port, context)[2] == order[0]


def test_groups_outside_the_guideline_are_not_served(served):
    running, _, ca = served
    assert leaf_served(running.port, client_context(ca, group="prime256v1"))
    with pytest.raises(ssl.SSLError):
        leaf_served(running.port, client_context(ca, group="secp521r1"))


def test_answers_over_tls_are_https(served):
    running, _, ca = served
    status, headers, _ = running.answer("GET", "/", context=client_context(ca))
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.fixture
def files(tmp_path):
    """A chain and key of an authority of their own, and how to write others over them."""
    files = TlsFiles(
        certificate=tmp_path / "chain.pem", key=tmp_path / "key.pem", level="intermediate"
    )
    roots = tmp_path / "roots.pem"

    def renew(part="both"):
        made = throw_away_credentials(datetime.now(UTC))
        with roots.open("ab") as file:
            file.write(made.root)
        for path, content in ((files.certificate, made.chain), (files.key, made.key)):
            if part in {"both", path.stem}:
                new = path.with_suffix(".new")
                new.write_bytes(content)
                new.rename(path)

    renew()
    return files, renew, roots


def test_a_new_certificate_is_served_without_a_restart(files, tmp_path):
    tls, renew, roots = files
    with live(tmp_path, tls=tls) as running:
        first, *_ = leaf_served(running.port, client_context(roots))
        kept = http.client.HTTPSConnection(
            "localhost", running.port, timeout=20, context=client_context(roots)
        )
        kept.request("GET", "/__version__")
        assert kept.getresponse().read()
        renew()
        until(running, "certificate loaded")
        second, *_ = leaf_served(running.port, client_context(roots))
        assert second != first
        # What was open stays open, with the certificate that it began with.
        kept.request("GET", "/__version__")
        assert kept.getresponse().status == 200
        assert kept.sock.getpeercert(binary_form=True) == first
        kept.close()


def test_another_kind_of_key_is_served_too(laboratory, tmp_path):
    credentials = laboratory.credentials
    tls = TlsFiles(
        certificate=tmp_path / "chain.pem", key=tmp_path / "key.pem", level="intermediate"
    )

    def install(kind):
        shutil.copy(credentials.certificate(kind), tls.certificate)
        shutil.copy(credentials.key(kind), tls.key)

    install("rsa")
    context = client_context(credentials.ca, version=TLS12)
    with live(tmp_path, tls=tls) as running:
        assert "ECDHE-RSA" in leaf_served(running.port, context)[2]
        install("ecdsa")
        until(running, "certificate loaded")
        assert "ECDHE-ECDSA" in leaf_served(running.port, context)[2]


@pytest.mark.parametrize("broken", ["another key", "no certificate", "missing", "password"])
def test_files_that_are_wrong_are_logged_and_the_old_stay(files, tmp_path, broken):
    tls, renew, roots = files
    with live(tmp_path, tls=tls) as running:
        first, *_ = leaf_served(running.port, client_context(roots))
        if broken == "another key":
            renew("key")
        elif broken == "no certificate":
            tls.certificate.write_text("nothing")
        elif broken == "password":
            tls.key.write_bytes(with_password(tls.key.read_bytes()))
        else:
            tls.key.unlink()
        line = until(running, "certificate kept")
        assert line["reason"]
        assert "\n" not in line["reason"]
        assert leaf_served(running.port, client_context(roots))[0] == first
        renew()
        until(running, "certificate loaded")
        assert leaf_served(running.port, client_context(roots))[0] != first


def test_a_file_that_becomes_readable_is_read(files, monkeypatch):
    """As after chmod: content, length and time of the file stay as they were."""
    tls, renew, _ = files
    written = io.BytesIO()
    reloading = ReloadingTls(tls, json_log(written))
    renew()
    load = tls_of_the_service.level_context

    def refused(_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tls_of_the_service, "level_context", refused)
    assert not reloading.look()
    assert b"Permission denied" in written.getvalue()
    monkeypatch.setattr(tls_of_the_service, "level_context", load)
    assert not reloading.look()
    tls.key.chmod(0o640)
    assert reloading.look()


def test_a_chain_that_the_pins_would_lock_out_is_not_served(files, tmp_path):
    tls, renew, roots = files
    own = pins_of(tls.certificate)
    backup = base64.b64encode(b"b" * 32).decode()
    pins = PinPolicy(pins=(own[0], backup), report_only=False)
    with live(tmp_path, tls=tls, pins=pins) as running:
        first, *_ = leaf_served(running.port, client_context(roots))
        renew()
        assert "no pin is of the served chain" in until(running, "certificate kept")["reason"]
        assert leaf_served(running.port, client_context(roots))[0] == first
    with pytest.raises(UsageError, match="no pin is of the served chain"):
        Running(
            InvoicerSettings(database=f"sqlite:///{tmp_path}/x.db", pins=pins),
            None,
            listen=("127.0.0.1", 0),
            tls=tls,
        )


def pins_of(path):
    certificates = read_bundle(path.read_bytes(), name="chain").certificates
    return [holder_of_certificate(encoded).pin for encoded in certificates]


def with_password(pem):
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(pem, None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"x"),
    )


def until(running, event):
    """Wait for a line of the log, as long as the test may take."""
    while True:
        for line in running.log:
            if line["event"] == event:
                return line
        time.sleep(0.02)


@pytest.mark.parametrize("wrong", ["missing", "empty", "swapped"])
def test_files_that_are_wrong_at_the_start_are_refused(laboratory, tmp_path, wrong):
    good = tls_files(laboratory.credentials)
    (tmp_path / "empty").touch()
    bad = {
        "missing": TlsFiles(certificate=tmp_path / "none", key=good.key, level="modern"),
        "empty": TlsFiles(certificate=tmp_path / "empty", key=good.key, level="modern"),
        "swapped": TlsFiles(certificate=good.key, key=good.certificate, level="modern"),
    }[wrong]
    settings = InvoicerSettings(database=f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(UsageError, match="--tls-cert"):
        Running(settings, None, listen=("127.0.0.1", 0), tls=bad)


def test_the_file_that_cannot_be_read_is_named(laboratory, tmp_path):
    good = tls_files(laboratory.credentials)
    bad = TlsFiles(certificate=good.certificate, key=tmp_path / "none", level="modern")
    settings = InvoicerSettings(database=f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(UsageError, match=f"{tmp_path}/none: No such file"):
        Running(settings, None, listen=("127.0.0.1", 0), tls=bad)


def test_a_key_that_the_level_does_not_allow_is_refused(laboratory, tmp_path):
    """At the start, and later the certificate before it stays."""
    credentials = laboratory.credentials
    rsa = TlsFiles(
        certificate=credentials.certificate("rsa"), key=credentials.key("rsa"), level="modern"
    )
    settings = InvoicerSettings(database=f"sqlite:///{tmp_path}/x.db")
    words = "level modern wants a certificate with a key of kind ecdsa, this one's is rsa"
    with pytest.raises(UsageError, match=words):
        Running(settings, None, listen=("127.0.0.1", 0), tls=rsa)
    tls = TlsFiles(certificate=tmp_path / "chain.pem", key=tmp_path / "key.pem", level="modern")
    shutil.copy(credentials.certificate("ecdsa"), tls.certificate)
    shutil.copy(credentials.key("ecdsa"), tls.key)
    context = client_context(credentials.ca)
    with live(tmp_path, tls=tls) as running:
        before = leaf_served(running.port, context)[0]
        shutil.copy(rsa.certificate, tls.certificate)
        shutil.copy(rsa.key, tls.key)
        while not [line for line in running.log if words in line.get("reason", "")]:
            time.sleep(0.02)
        assert leaf_served(running.port, context)[0] == before


def test_a_handshake_that_does_not_come_is_not_waited_for(files, tmp_path, monkeypatch):
    monkeypatch.setattr(tls_connection, "HANDSHAKE_SECONDS", 0.2)
    with (
        live(tmp_path, tls=files[0]) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=20) as silent,
        contextlib.suppress(ConnectionResetError),
    ):
        assert silent.recv(1) == b""


def test_a_client_without_tls_harms_nobody(files, tmp_path):
    tls, _, roots = files
    with live(tmp_path, tls=tls) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                while plain.recv(4096):
                    pass
        assert running.answer("GET", "/__version__", context=client_context(roots))[0] == 200


def test_long_bodies_go_both_ways(files, tmp_path):
    tls, _, roots = files
    with live(tmp_path, tls=tls) as running:
        token = running.token()
        charges = [{"type": "x", "amount": 1, "description": "d" * 500}] * 100
        body = json.dumps({"amount": 1, "charges": charges}).encode()
        said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with contextlib.closing(running.connection(client_context(roots))) as connection:
            for _ in range(40):
                connection.request("POST", "/invoice", body=body, headers=said)
                assert connection.getresponse().read()
            connection.request("GET", "/invoices?limit=40", headers=said)
            invoices = json.loads(connection.getresponse().read())["invoices"]
        assert [len(invoice["charges"]) for invoice in invoices] == [100] * 40


@pytest.mark.parametrize("level", ["modern", "intermediate"])
def test_what_tlsward_says_of_it(files, tmp_path, level):
    """The gate of the project itself: each level is measured as what it claims to be."""
    from tlsward.cli.root import run as command

    tls, _, roots = files
    report = tmp_path / "result.json"
    with live(tmp_path, tls=msgspec.structs.replace(tls, level=level)) as running:
        where = [f"localhost:{running.port}", "--ca-file", str(roots)]
        told = ["--guideline", "6.0", "--format", "json", "-o", str(report)]
        assert command(["scan", *where, *told, "--no-progress"]) == 0
    result = json.loads(report.read_text())
    assert result["status"] == "complete"
    assert result["evaluation"]["level"] == level, result["evaluation"]
