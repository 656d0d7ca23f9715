"""PKCS #12 opened by a child: what NSS writes, and files that would keep it busy for minutes."""

import subprocess
import sys
from pathlib import Path

import pytest

from pki.key_files import PASSWORD, chain, files
from tlsward.cli import pkcs12_process
from tlsward.cli.pkcs12_process import open_pkcs12
from tlsward.errors import UsageError
from tlsward.pki.bundle import read_bundle
from tlsward.pki.encrypted import ContentsError


@pytest.fixture(scope="module")
def of_nss(tmp_path_factory):
    """The chain and its key as NSS exports them."""
    place = tmp_path_factory.mktemp("nss")
    (place / "in.p12").write_bytes(files()["secret.p12"])

    def nss(*command):
        base = ("-d", f"sql:{place}")
        subprocess.run([*command, *base], cwd=place, check=True, capture_output=True)

    nss("certutil", "-N", "--empty-password")
    nss("pk12util", "-i", "in.p12", "-W", "secret")
    nss("pk12util", "-o", "out.p12", "-n", "a leaf", "-W", "secret")
    return (place / "out.p12").read_bytes()


def read(octets, password):
    return read_bundle(octets, name="F", password=lambda: password, open_pkcs12=open_pkcs12)


def test_what_nss_writes_is_no_der(of_nss):
    assert of_nss.startswith(b"\x30\x80")  # of indefinite length (X.690 section 8.1.3.6)
    found = read(of_nss, PASSWORD)
    assert found.certificates[0] == chain().leaf.der
    assert found.keys[0].public_key() == chain().leaf.key.private.public_key()
    with pytest.raises(UsageError, match="the password is wrong"):
        read(of_nss, b"wrong")


@pytest.mark.parametrize("name", ["secret.p12", "secret.nomac.p12", "empty.p12", "open.p12"])
def test_what_openssl_writes(name):
    found = read(files()[name], PASSWORD)
    assert found.certificates == chain().octets
    assert found.keys[0].public_key() == chain().leaf.key.private.public_key()


def test_damaged_and_cut_off(of_nss):
    for octets in (of_nss[:-40], of_nss[:300] + bytes(50) + of_nss[350:]):
        with pytest.raises(UsageError, match=r"damaged or cut off|the password is wrong"):
            read(octets, PASSWORD)


def test_one_that_takes_long_is_given_up(of_nss, monkeypatch):
    """Rounds in all its parts, in the form of NSS: 600 000 each become 8 388 607."""
    rounds = b"\x02\x03" + (600_000).to_bytes(3, "big")
    assert rounds in of_nss
    slow = of_nss.replace(rounds, b"\x02\x03\x7f\xff\xff")
    monkeypatch.setattr(pkcs12_process, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(UsageError, match="takes too long or too much memory"):
        read(slow, PASSWORD)


def test_a_child_that_fails_is_a_defect_and_not_a_wrong_password(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError):
        open_pkcs12(b"", (None,))


def test_a_child_that_is_ended_is_said(monkeypatch, tmp_path):
    script = tmp_path / "killed"
    script.write_text("#!/bin/sh\nkill -KILL $$\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    with pytest.raises(ContentsError, match="takes too long"):
        open_pkcs12(b"", (None,))


def test_modules_of_the_working_directory_are_not_run(call, tmp_path, monkeypatch):
    (tmp_path / "msgspec.py").write_text("raise SystemExit(7)")
    (tmp_path / "tlsward").mkdir()
    (tmp_path / "tlsward" / "__init__.py").write_text("raise SystemExit(7)")
    (tmp_path / "empty.p12").write_bytes(files()["empty.p12"])
    assert Path.cwd() == tmp_path
    done = call("cert", "pin", "empty.p12")
    assert (done.code, done.out.count("\n")) == (0, 4), done.err
