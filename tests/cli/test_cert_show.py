"""`tlsward cert show`: files of every kind, standard input, and real servers."""

import io
import json
import subprocess
import sys

import pytest

from pki.explanation import samples
from pki.key_files import openssl
from servers.laboratory import HOST, NAME
from servers.stacks import web


@pytest.fixture
def files(tmp_path, made):
    (tmp_path / "everything.pem").write_bytes(samples.everything().pem)
    (tmp_path / "everything.der").write_bytes(samples.everything().der)
    (tmp_path / "hostile.pem").write_bytes(samples.hostile().pem)
    (tmp_path / "names.der").write_bytes(samples.with_names(10_000).der)
    return tmp_path


@pytest.mark.parametrize("name", ["everything.pem", "everything.der", "./everything.pem"])
def test_a_certificate(call, files, name):
    done = call("cert", "show", name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{name}: 1 certificate\n")
    assert "Certificate 1 of 1: end entity www.example.com" in done.out
    assert "a browser compares the host in the address with these" in done.out


def test_brief(call, files):
    done = call("cert", "show", "everything.pem", "--brief")
    assert "Subject alternative names: www.example.com" in done.out
    assert "a browser" not in done.out


def test_json(call, files):
    document = json.loads(call("cert", "show", "everything.pem", "-f", "json").out)
    assert document["schema"] == "tlsward.certificate/1"
    [certificate] = document["chains"][0]["certificates"]
    assert certificate["serial"] == "1234567890abcdef1234567890"
    assert certificate["extensions"]["2.5.29.19"]["value"] == {"ca": False, "path_length": None}


def test_a_chain_with_its_key(call, made):
    done = call("cert", "show", "combined.pem", "--brief")
    assert done.out.startswith("combined.pem: 2 certificates, 1 key\n")
    assert "Private key: RSA 2048 bits" in done.out
    assert "PRIVATE KEY-----" not in done.out


def test_a_request(call, tmp_path):
    openssl(
        *("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "site.key"),
        *("-subj", "/CN=site.example", "-addext", "subjectAltName=DNS:site.example"),
        *("-out", tmp_path / "site.csr"),
    )
    done = call("cert", "show", "site.csr")
    assert done.code == 0
    assert "Certificate signing request: CN=site.example" in done.out
    assert "Signature is valid: yes" in done.out
    assert "DNS name: site.example" in done.out
    [request] = json.loads(call("cert", "show", "site.csr", "-f", "json").out)["requests"]
    assert request["signature_valid"] is True


def test_standard_input(call, monkeypatch):
    pipe = io.TextIOWrapper(io.BytesIO(samples.everything().pem))
    monkeypatch.setattr(sys, "stdin", pipe)
    done = call("cert", "show", "-")
    assert done.out.startswith("standard input: 1 certificate\n")


def test_to_a_file(call, files):
    assert call("cert", "show", "everything.pem", "-o", "told.txt").out == ""
    assert "Fingerprints" in (files / "told.txt").read_text()


def test_nothing_hostile_reaches_the_terminal(call, files):
    for form in ("text", "json"):
        done = call("cert", "show", "hostile.pem", "-f", form)
        assert done.code == 0
        assert done.out.isprintable() or not set(done.out) & set("\x1b\x9b\x07\u202e\u2066\u2028")


def test_ten_thousand_names(call, files):
    done = call("cert", "show", "names.der")
    assert "and 9997 more" in done.out
    assert "… and 9950 more" in done.out
    assert done.out.count("\n") < 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.pem"], "missing.pem: cannot be read: No such file"),
        (["empty.pem"], "empty.pem: the file is empty"),
        (["rubbish.pem"], "rubbish.pem: "),
        (["everything.pem", "-f", "svg"], "'svg'"),
        ([], "Missing argument"),
    ],
)
def test_wrong_calls_are_one_line(call, files, arguments, words):
    (files / "empty.pem").write_bytes(b"")
    (files / "rubbish.pem").write_bytes(b"nothing of use")
    done = call("cert", "show", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_host_that_is_not_there(call):
    done = call("cert", "show", "localhost:1", "--timeout", "2")
    assert (done.code, done.out) == (3, "")
    assert "connection refused" in done.err
    done = call("cert", "show", "localhost:1", "-f", "json")
    assert done.code == 3
    document = json.loads(done.out)
    assert document["chains"] == []
    assert "connection refused" in document["reason"]


def test_a_host_with_two_certificates_and_another_without_a_name(laboratory, call):
    def start(bench):
        lines = f"ssl_certificate {bench.certificate('ecdsa')}; "
        lines += f"ssl_certificate_key {bench.key('ecdsa')}; "
        other = f"server {{ listen {HOST}:PORT ssl default_server; {lines} }}"
        return web.nginx("ssl_protocols TLSv1.2 TLSv1.3", more=other)(bench)

    server = laboratory.launch("nginx-shown", start, NAME)
    done = call("cert", "show", f"{server.host}:{server.port}", "--sni", NAME, "--brief")
    assert done.code == 0, done.err
    assert "in 2 chains" in done.out
    assert "only to clients that send the server_name" in done.out
    assert "only to clients that send no server_name" in done.out
    server = laboratory.start("nginx-weak")
    host = f"{server.host}:{server.port}"
    document = json.loads(call("cert", "show", host, "--sni", server.sni, "-f", "json").out)
    kinds = {chain["certificates"][0]["key"]["algorithm"] for chain in document["chains"]}
    assert kinds == {"rsa", "ecdsa"}


def test_help_loads_no_cryptography():
    for name in ("show", "chain"):
        script = (
            f"import sys; from tlsward.cli.root import run; run(['cert', '{name}', '--help']);"
            "sys.exit(any(n in sys.modules for n in ('cryptography', 'asyncio', 'tlsward.scan')))"
        )
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
