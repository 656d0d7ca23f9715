"""`tlsward primer` as it is called."""

import json
import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tlsward.cli.primer_command import COMMANDS
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import Policy

LESSONS = [name for name in COMMANDS if name not in {"page", "record"}]


@pytest.mark.parametrize("topic", LESSONS)
def test_every_lesson_without_arguments(call, topic):
    done = call("primer", topic)
    assert (done.code, done.err) == (0, "")
    assert "\n1. " in done.out
    assert "\nIn short\n" in done.out
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.out) is None


@pytest.mark.parametrize("topic", LESSONS)
def test_every_lesson_as_json(call, topic):
    done = call("primer", topic, "--format", "json")
    document = json.loads(done.out)
    assert (done.code, document["schema"], document["topic"]) == (0, "tlsward.primer/1", topic)
    assert all(isinstance(value, str) for value in document["results"].values())


def results(call, *arguments):
    return json.loads(call("primer", *arguments, "--format", "json").out)["results"]


def test_the_listing(call):
    assert "haahjr aol zvbaolyu nhal ha khdu" in call("primer", "caesar").out
    text = ("attack the southern gate at dawn", "7")
    assert results(call, "caesar", *text)["ciphertext"] == "haahjr aol zvbaolyu nhal ha khdu"


def test_the_worked_numbers(call):
    drawn = call("primer", "diffie-hellman").out
    for shown in ("5^6 mod p = 8", "5^15 mod p = 19", "19^6 mod p = 2", "8^15 mod p = 2"):
        assert shown in drawn
    drawn = call("primer", "rsa").out
    for shown in ("p · q = 221", "(p - 1)(q - 1) = 192", "d = 77", "= 106", "= 123"):
        assert shown in drawn


def test_other_numbers(call):
    assert results(call, "rsa", "61", "53", "17", "65")["ciphertext"] == "2790"
    assert results(call, "diffie-hellman", "0x17", "5", "15", "6")["shared"] == "2"
    assert results(call, "caesar", "abc", "-3")["ciphertext"] == "xyz"
    assert results(call, "caesar", "--break", "haahjr aol zvbaolyu")["broken_key"] == "7"
    assert results(call, "caesar", "--decrypt", "haahjr", "7")["decrypted"] == "attack"
    sealed = results(call, "seal", "pay 100", "--key", "k", "--tampered", "pay 900")
    assert sealed["tampered_accepted"] == "no"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("diffie-hellman", "21", "5", "6", "15"), "21 is not a prime: it is 3 times 7"),
        (("diffie-hellman", "23", "5", "6"), "give none or four numbers"),
        (("diffie-hellman", "23", "-5", "6", "15"), "g: -5 is out of range"),
        (("diffie-hellman", "23", "five", "6", "15"), "g: 'five' is not a whole number"),
        (("diffie-hellman", "23", "5", "6", "--x"), "b: '--x' is not a whole number"),
        (("rsa", "17", "15", "5"), "15 is not a prime: it is 3 times 5"),
        (("rsa", "17", "13", "6"), "have the common divisor 6"),
        (("rsa", "17", "17", "5"), "p and q are both 17"),
        (("rsa", "17", "13", "5", "221"), "is not below n = 221"),
        (("rsa", "17", "13"), "give none, three or four numbers"),
        (("caesar", "text", "seven"), "key: 'seven' is not a whole number"),
        (("caesar", "--foo"), "No such option"),
        (("caesar", "--break"), "give the encrypted text"),
        (("caesar", "--break", "x", "7"), "leave it out"),
        (("caesar", "--decrypt", "x"), "give the key"),
        (("caesar", "--decrypt", "--break", "x"), "take one of them"),
        (("seal", ""), "the message is empty"),
        (("chain", "nothing.pem"), "nothing.pem: cannot be read"),
        (("forward-secrecy", "--key", "x"), "belong together"),
        (("forward-secrecy", "--recording", "a", "--key", "b"), "b: cannot be read"),
        (("forward-secrecy", "--recording", "a", "--key", "b", "--keep", "c"), "leave it out"),
        (("handshake", "not a host"), "not a host"),
        (("page", "-o", "no/such/place.html"), "cannot be written"),
    ],
)
def test_wrong_calls_are_one_line(call, arguments, reason):
    done = call("primer", *arguments)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err
    assert done.err.count("\n") == 1
    assert done.err.startswith("tlsward: ")


def test_both_versions_of_a_host(call, tmp_path):
    credentials = throw_away_credentials(datetime.now(UTC))
    (tmp_path / "ca.pem").write_bytes(credentials.root)
    suites = ("ECDHE-ECDSA-AES128-GCM-SHA256",)
    policy = Policy(name="both", protocols=("TLSv1.2", "TLSv1.3"), cipher_suites=suites)
    with LocalEndpoint(policy, credentials) as endpoint:
        host = (f"localhost:{endpoint.port}", "--connect", "127.0.0.1", "--ca-file", "ca.pem")
        told = results(call, "handshake", *host)
        chain = results(call, "chain", *host)
    assert [name for name in told if name.endswith("messages")] == [
        "TLSv1.2 messages",
        "TLSv1.3 messages",
    ]
    assert told["TLSv1.2 messages"].startswith("ClientHello ServerHello Certificate")
    assert "EncryptedExtensions" in told["TLSv1.3 messages"]
    assert (chain["stores"], chain["holds_0"], chain["altered_holds"]) == ("private", "yes", "no")


def test_a_chain_of_a_file(call, tmp_path):
    credentials = throw_away_credentials(datetime.now(UTC))
    (tmp_path / "ca.pem").write_bytes(credentials.root)
    # The order in the file does not matter.
    leaf, intermediate = re.findall(
        rb"-----BEGIN.*?END CERTIFICATE-----\n", credentials.chain, re.DOTALL
    )
    (tmp_path / "chain.pem").write_bytes(intermediate + leaf)
    chain = results(call, "chain", "chain.pem", "--ca-file", "ca.pem")
    assert chain["subject_0"] == "CN=localhost"
    assert chain["subject_2"] == "CN=tlsward sandbox root"
    (tmp_path / "server.key").write_bytes(credentials.key)
    assert call("primer", "chain", "server.key").code == 2


def test_a_host_that_is_not_there(call):
    for topic in ("handshake", "chain"):
        done = call("primer", topic, "127.0.0.1:1", "--timeout", "2")
        assert (done.code, done.out) == (3, "")
        assert done.err.count("\n") == 1


def test_what_is_kept_can_be_read_again(call, tmp_path):
    assert call("primer", "forward-secrecy", "--keep", "kept").code == 0
    key = ("--key", "kept/server.key")
    assert (tmp_path / "kept/server.key").stat().st_mode & 0o777 == 0o600
    opened = results(call, "forward-secrecy", "--recording", "kept/rsa.json", *key)
    assert opened["session_1_opened"] == "yes"
    assert "only-the-two-of-us-know-this" in opened["session_1_client_said"]
    closed = results(call, "forward-secrecy", "--recording", "kept/ecdhe.json", *key)
    assert closed["session_1_opened"] == "no"
    assert "ephemeral" in closed["session_1_missing"]


def test_what_is_there_already_is_kept(call, tmp_path):
    (tmp_path / "kept").mkdir()
    own = tmp_path / "kept/server.key"
    own.write_text("a key of mine")
    own.chmod(0o644)
    done = call("primer", "forward-secrecy", "--keep", "kept")
    assert (done.code, done.out) == (2, "")
    assert "it is there already" in done.err
    assert own.read_text() == "a key of mine"
    assert [each.name for each in own.parent.iterdir()] == ["server.key"]
    assert call("primer", "forward-secrecy", "--keep", "kept", "--force").code == 0
    assert own.stat().st_mode & 0o777 == 0o600
    assert call("primer", "forward-secrecy", "--force").code == 2


def test_an_encrypted_key_opens_with_its_password(call, tmp_path, monkeypatch):
    assert call("primer", "forward-secrecy", "--keep", "kept").code == 0
    key = load_pem_private_key((tmp_path / "kept/server.key").read_bytes(), None)
    encrypted = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open")
    )
    (tmp_path / "encrypted.pem").write_bytes(encrypted)
    (tmp_path / "password").write_text("open\n")
    files = ("--recording", "kept/rsa.json", "--key", "encrypted.pem")
    with_file = results(call, "forward-secrecy", *files, "--password-file", "password")
    assert with_file["session_1_opened"] == "yes"
    monkeypatch.setenv("TLSWARD_PASSWORD", "open")
    assert results(call, "forward-secrecy", *files)["session_1_opened"] == "yes"
    monkeypatch.setenv("TLSWARD_PASSWORD", "shut")
    done = call("primer", "forward-secrecy", *files)
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_a_key_of_another_kind_is_named(call, tmp_path):
    assert call("primer", "forward-secrecy", "--keep", "kept").code == 0
    (tmp_path / "ec.key").write_bytes(throw_away_credentials(datetime.now(UTC)).key)
    done = call("primer", "forward-secrecy", "--recording", "kept/rsa.json", "--key", "ec.key")
    assert "no RSA private key in it, only a private key" in done.err


def test_a_key_that_is_none(call, tmp_path):
    assert call("primer", "forward-secrecy", "--keep", "kept").code == 0
    for name, content in (("empty.pem", ""), ("words.pem", "no key")):
        (tmp_path / name).write_text(content)
        done = call("primer", "forward-secrecy", "--recording", "kept/rsa.json", "--key", name)
        assert (done.code, done.err.count("\n")) == (2, 1)


def test_a_place_where_nothing_can_be_kept(call, tmp_path):
    (tmp_path / "file").write_text("")
    done = call("primer", "forward-secrecy", "--keep", "file")
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_the_page(call, tmp_path):
    assert call("primer", "page", "-o", "primer.html").code == 0
    page = (tmp_path / "primer.html").read_text()
    for topic in COMMANDS:
        assert (f'id="{topic}"' in page) is (topic in LESSONS)
    assert page.count("<svg") >= 10
    assert "haahjr aol zvbaolyu nhal ha khdu" in page
    assert "only-the-two-of-us-know-this" in page
    assert "<script" not in page
