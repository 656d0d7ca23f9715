"""What an argument of `tlsward cert` stands for: a file, standard input, or a host."""

import io
import os
import subprocess
import sys
import threading

import pytest

from pki.key_files import PASSWORD, chain, files
from tlsward.cli import certificate_source
from tlsward.cli.certificate_source import Source, Unseen, names_file, read_source
from tlsward.errors import UsageError
from tlsward.model.served_chain import ServedChains
from tlsward.scan import served_chains as network
from tlsward.settings.table import Settings


@pytest.mark.parametrize(
    ("argument", "is_file"),
    [
        *(("-", True), ("a/b", True), ("./a", True), ("/etc/x", True), ("there", True)),
        *(("missing.pem", True), ("missing.P12", True), ("C:\\certificates\\a", True)),
        *(("example.com", False), ("example.com:443", False), ("[::1]:443", False)),
        *(("https://there", False), ("https://example.com/a.pem", False)),
        *(("starttls+smtp://mail.example:25", False), ("nul\0", False), ("", False)),
    ],
)
def test_a_slash_a_file_that_is_there_or_its_ending_is_a_file(
    tmp_path, monkeypatch, argument, is_file
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").touch()
    assert names_file(argument) is is_file


def test_a_file_gives_one_chain_in_its_order(made):
    source = read_source("reversed.pem", Settings())
    assert isinstance(source, Source)
    assert source.is_file
    (only,) = source.chains
    assert only.certificates == made.octets[::-1]
    assert (only.hostname, only.ocsp_response, only.protocols) == (None, None, ())
    assert source.bundle.certificates == only.certificates


def test_a_file_of_keys_gives_no_chain(made):
    source = read_source("key.pkcs8.pem", Settings())
    assert source.chains == ()
    assert source.bundle.words == "a private key"


def test_a_host_of_a_files_name_is_written_with_its_scheme(made, monkeypatch, tmp_path):
    (tmp_path / "localhost").write_bytes(chain().pem)
    assert read_source("localhost", Settings()).is_file
    asked = []

    async def nothing(target, settings):
        asked.append((target.host, target.port, settings.timeout_seconds))
        return ServedChains(target=target, reason="nobody is there")

    monkeypatch.setattr(network, "served_chains", nothing)
    unseen = read_source("https://localhost", Settings(timeout=2.0))
    assert unseen == Unseen(name="localhost:443", target=unseen.target, reason="nobody is there")
    assert asked == [("localhost", 443, 2.0)]


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("a b", "a b: no file of that name, and no host"),
        ("missing/file", "missing/file: cannot be read: No such file"),
        ("/", "/: cannot be read: Is a directory"),
        ("directory", "directory: cannot be read: Is a directory"),
        ("ftp://host", "expected https://"),
        ("a/\0", "not a file name"),
    ],
)
def test_what_is_neither(tmp_path, monkeypatch, argument, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "directory").mkdir()
    with pytest.raises(UsageError) as told:
        read_source(argument, Settings())
    assert words in str(told.value)


def test_no_more_is_read_than_can_be_used(monkeypatch, tmp_path):
    """A device or a pipe without an end does not fill the memory."""
    with pytest.raises(UsageError, match="larger than 16 MiB"):
        read_source("/dev/zero", Settings())


def test_a_pipe_is_read_to_its_end(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write():
        with pipe.open("wb") as file:
            for piece in (chain().pem[:100], chain().pem[100:]):
                file.write(piece)
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    source = read_source(str(pipe), Settings())
    writer.join()
    assert source.chains[0].certificates == chain().octets


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(chain().pem)))
    source = read_source("-", Settings())
    assert source.name == "standard input"
    assert source.chains[0].certificates == chain().octets


class TestPasswords:
    @pytest.fixture(autouse=True)
    def place(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("TLSWARD_PASSWORD", raising=False)
        (tmp_path / "secret.p12").write_bytes(files()["secret.p12"])

    def read(self, **settings):
        return read_source("secret.p12", Settings(**settings))

    @pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\nsecond line"])
    def test_of_a_file(self, tmp_path, ending):
        (tmp_path / "password").write_bytes(PASSWORD + ending)
        assert self.read(password_file="password").bundle.keys

    def test_the_file_goes_before_the_environment(self, tmp_path, monkeypatch):
        (tmp_path / "password").write_bytes(PASSWORD)
        monkeypatch.setenv("TLSWARD_PASSWORD", "wrong")
        assert self.read(password_file="password").bundle.keys

    def test_of_the_environment(self, monkeypatch):
        monkeypatch.setenv("TLSWARD_PASSWORD", "secret")
        assert self.read().bundle.keys

    def test_an_empty_one_of_the_environment_is_one(self, monkeypatch):
        monkeypatch.setenv("TLSWARD_PASSWORD", "")
        with pytest.raises(UsageError, match="the password given is empty"):
            self.read()

    @pytest.mark.parametrize(
        ("content", "words"),
        [(None, "cannot be read"), (b"x" * 5000, "more than 4096 octets"), (b"wrong", "is wrong")],
    )
    def test_wrong_ones(self, tmp_path, content, words):
        if content is not None:
            (tmp_path / "password").write_bytes(content)
        with pytest.raises(UsageError, match=words):
            self.read(password_file="password")

    def test_a_file_that_needs_none_asks_for_none(self, tmp_path):
        (tmp_path / "open.pem").write_bytes(chain().pem)
        assert read_source("open.pem", Settings(password_file="missing")).chains

    def test_nobody_is_asked_who_is_not_there(self):
        with pytest.raises(UsageError, match="--password-file or TLSWARD_PASSWORD"):
            self.read()

    def test_on_a_terminal_it_is_asked_for_and_not_shown(self, tmp_path):
        command = f"{sys.executable} -m tlsward cert pin secret.p12"
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        done = _typed(command, b"secret\n", environment, tmp_path)
        assert b"Password of secret.p12" in done
        assert done.count(b"=\r\n") == 4
        assert b"secret\r\n" not in done


def _typed(command: str, typed: bytes, environment: dict, place) -> bytes:
    """Run a command on a terminal of its own, type when it prompts, and return what is shown."""
    import pty

    master, slave = pty.openpty()
    child = subprocess.Popen(
        command.split(), stdin=slave, stdout=slave, stderr=slave, cwd=place, env=environment
    )
    os.close(slave)
    shown = b""
    while b"Password" not in shown:
        shown += os.read(master, 1000)
    os.write(master, typed)
    while True:
        try:
            piece = os.read(master, 1000)
        except OSError:  # what Linux says when the last one has closed a terminal
            break
        if not piece:
            break
        shown += piece
    assert child.wait(30) == 0, shown
    os.close(master)
    return shown


def test_the_module_is_cheap_to_import():
    script = (
        "import sys, tlsward.cli.certificate_source;"
        "sys.exit(any(name in sys.modules for name in ('cryptography', 'asyncio', 'tlsward.net')))"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert certificate_source.STANDARD_INPUT == "-"
