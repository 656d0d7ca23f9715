"""`tlsward trust`: what is told of stores and roots, and newer data from an index of our own."""

import base64
import hashlib
import http.server
import json
import stat
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import certifi
import cryptodatahub
import pytest

from cli.calling import call
from tlsward.cli.trust import downloads
from tlsward.pki.data_package import keep_updates_in, source
from tlsward.pki.root_programs import PUBLIC_STORES, certificates_in_pem
from tlsward.pki.transparency import log_list
from tlsward.sandbox.authority import throw_away_credentials

__all__ = ["call"]

CACERT = certifi.contents().encode()
HUB = Path(cryptodatahub.__file__).parent / "common"
ROOTS = (HUB / "root-certificate.json").read_bytes()
LOGS = (HUB / "certificate-transparency-log.json").read_bytes()
OPERATORS = (HUB / "entity.json").read_bytes()
ISRG_ROOT_X1 = "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own, and pip that knows no index but the one a test names."""
    monkeypatch.setenv("TLSWARD_HOME", str(tmp_path / "home"))
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    yield tmp_path / "home"
    keep_updates_in(None)


def wheel(directory, package, version, files):
    """Make a wheel of a package's files, as an index has them."""
    directory.mkdir(exist_ok=True)
    metadata = f"{package}-{version}.dist-info"
    contents = {f"{package}/{path}": octets for path, octets in files.items()} | {
        f"{package}/__init__.py": b"raise SystemExit('nothing of this is run')\n",
        f"{metadata}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        .encode(),
        f"{metadata}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }  # fmt: skip
    record = "".join(f"{name},,\n" for name in [*contents, f"{metadata}/RECORD"])
    made = directory / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for name, octets in contents.items():
            archive.writestr(name, octets)
        archive.writestr(f"{metadata}/RECORD", record)
    return made


def newer_wheels(directory, *, cacert=CACERT, roots=ROOTS, logs=LOGS, certifi_version="2027.1.2"):
    wheel(directory, "certifi", certifi_version, {"cacert.pem": cacert})
    wheel(
        directory,
        "cryptodatahub",
        "1.99.0",
        {
            "common/root-certificate.json": roots,
            "common/certificate-transparency-log.json": logs,
            "common/entity.json": OPERATORS,
        },
    )


class TestStores:
    def test_each_store_with_its_data(self, call):
        days = {datetime.now(UTC).date()}
        done = call("trust", "stores", "--format", "json")
        days.add(datetime.now(UTC).date())  # it may be midnight between them
        assert (done.code, done.err) == (0, "")
        document = json.loads(done.out)
        assert document["schema"] == "tlsward.trust-stores/1"
        stores = {store["name"]: store for store in document["stores"]}
        assert tuple(stores) == PUBLIC_STORES
        for store in stores.values():
            assert store["roots"] > 80
            assert store["package"] in {"certifi", "cryptodatahub"}
            day = datetime.fromisoformat(store["data_date"]).date()
            assert store["age_days"] in {(today - day).days for today in days}
            assert store["updated"] is False
        assert stores["mozilla"]["version"] == certifi.__version__
        assert stores["apple"]["limited"] > 5

    def test_as_text(self, call):
        done = call("trust", "stores")
        assert [line.split()[0] for line in done.out.splitlines()] == ["store", *PUBLIC_STORES]
        assert f"certifi {certifi.__version__}" in done.out

    def test_a_store_of_the_callers_own(self, call, tmp_path):
        ca = tmp_path / "ca.pem"
        ca.write_bytes(throw_away_credentials(datetime.now(UTC)).root)
        done = call("trust", "stores", "--ca-file", ca)
        assert done.out.splitlines()[-1].split() == ["private", "1", "0", "your", "file"]
        done = call("trust", "show", "private", "--ca-file", ca)
        assert done.out.splitlines()[0] == "private: 1 root"


class TestShow:
    def test_the_roots_of_a_store(self, call):
        done = call("trust", "show", "apple")
        assert done.code == 0
        assert "only certificates issued by 2024-11-15" in done.out
        document = json.loads(call("trust", "show", "apple", "--format", "json").out)
        assert document["schema"] == "tlsward.trust-roots/1"
        assert done.out.splitlines()[0] == f"apple: {len(document['roots'])} roots"
        assert all("apple" in root["stores"] for root in document["roots"])

    @pytest.mark.parametrize(
        "wanted",
        [
            ISRG_ROOT_X1,
            ISRG_ROOT_X1.upper(),
            ":".join(ISRG_ROOT_X1[at : at + 2] for at in range(0, 64, 2)),
            ISRG_ROOT_X1[:8],
            "isrg root x1",
        ],
    )
    def test_a_root_by_fingerprint_and_name(self, call, wanted):
        done = call("trust", "show", wanted, "--format", "json")
        (root,) = json.loads(done.out)["roots"]
        assert root["sha256"] == ISRG_ROOT_X1
        assert root["stores"] == list(PUBLIC_STORES)
        assert root["spki_sha256"] == "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="
        assert root["key"] == {"algorithm": "rsa", "size": 4096, "curve": None}
        assert root["limits"] == []

    def test_limits_with_where_they_are_said(self, call):
        done = call("trust", "show", "NetLock Arany")
        assert "chrome: only certificates logged by 2025-07-31" in done.out
        assert "https://security.googleblog.com/" in done.out
        done = call("trust", "show", "TUBITAK")
        assert "mozilla: only names under tr" in done.out

    def test_a_root_that_nobody_has(self, call):
        done = call("trust", "show", "no such \x1b[31m root")
        assert (done.code, done.out) == (1, "")
        assert done.err == "tlsward: no store has a root called 'no such \\x1b[31m root'\n"

    def test_nothing_is_no_name(self, call):
        assert call("trust", "show", " ").code == 2


class TestUpdate:
    def test_newer_data_are_kept_and_read(self, call, home, tmp_path, monkeypatch):
        roots = certificates_in_pem(CACERT)
        fewer = "".join(
            f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(der).decode()}\n"
            "-----END CERTIFICATE-----\n"
            for der in roots[1:]
        )
        newer_wheels(tmp_path / "index", cacert=fewer.encode())
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
        done = call("trust", "update", "--dry-run")
        assert (done.code, done.err) == (0, "")
        assert "certifi 2027.1.2, data of 2027-01-02: would be kept" in done.out
        assert not home.exists()
        done = call("trust", "update")
        assert done.code == 0
        assert f"(now {certifi.__version__})" in done.out
        assert {stat.S_IMODE(each.stat().st_mode) for each in (home, home / "trust")} == {0o700}
        assert {each.name for each in (home / "trust" / "certifi" / "2027.1.2").iterdir()} == {
            "cacert.pem"
        }
        stores = json.loads(call("trust", "stores", "-f", "json").out)["stores"]
        assert (stores[0]["version"], stores[0]["updated"]) == ("2027.1.2", True)
        assert stores[0]["roots"] == len(roots) - 1
        assert stores[1]["version"] == "1.99.0"
        gone = hashlib.sha256(roots[0]).hexdigest()
        found = json.loads(call("trust", "show", gone, "-f", "json").out)["roots"]
        assert all("mozilla" not in root["stores"] for root in found)
        # What is kept is now what there is; an older offer never takes its place.
        document = json.loads(call("trust", "update", "-f", "json").out)
        assert document["schema"] == "tlsward.trust-update/1"
        assert [package["newer"] for package in document["packages"]] == [False, False]

    def test_operators_of_logs_have_their_names_after_it(self, call, tmp_path, monkeypatch):
        """Chrome's policies before 2022 ask for a log of Google, by that name."""
        newer_wheels(tmp_path / "index")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
        assert call("trust", "update").code == 0
        assert source("cryptodatahub").updated is not None
        try:
            log_list._installed.cache_clear()
            logs = log_list.LogList.installed()
            ids = [base64.b64decode(each["log_id"]) for each in json.loads(LOGS).values()]
            assert "Google" in {logs.log(each).operator for each in ids}
        finally:
            log_list._installed.cache_clear()

    def test_what_is_not_fit_is_not_taken(self, call, home, tmp_path, monkeypatch):
        old_logs = LOGS.replace(b'"timestamp": "20', b'"timestamp": "19')
        newer_wheels(tmp_path / "index", cacert=CACERT[:20_000], logs=old_logs)
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
        done = call("trust", "update")
        assert done.code == 3
        first, second = done.out.splitlines()
        assert first.startswith("certifi 2027.1.2: not taken: it has ")
        assert second.startswith("cryptodatahub 1.99.0: not taken: its data are of 19")
        assert not (home / "trust").exists()

    def test_an_index_over_http_and_older_packages_there(self, call, home, tmp_path, monkeypatch):
        """As pip is configured for one: PIP_INDEX_URL."""
        newer_wheels(tmp_path / "index", certifi_version="2020.1.1")
        pages = tmp_path / "simple"
        for package in ("certifi", "cryptodatahub"):
            (pages / package).mkdir(parents=True)
            links = [
                f'<a href="{each.name}">{each.name}</a>'
                for each in (tmp_path / "index").glob(f"{package}-*.whl")
            ]
            (pages / package / "index.html").write_text("".join(links))
            for each in (tmp_path / "index").glob(f"{package}-*.whl"):
                each.rename(pages / package / each.name)
        monkeypatch.delenv("PIP_NO_INDEX")
        with serving(pages) as url:
            monkeypatch.setenv("PIP_INDEX_URL", url)
            done = call("trust", "update")
        assert done.code == 0
        assert done.out.splitlines()[0] == f"certifi {certifi.__version__}: the newest there is"
        assert (home / "trust" / "cryptodatahub" / "1.99.0").is_dir()
        assert not (home / "trust" / "certifi").exists()

    def test_without_an_index_it_could_not_tell(self, call):
        done = call("trust", "update")
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith("tlsward: the index could not be asked: ERROR: No matching")

    def test_without_an_installer_it_says_what_to_do(self, call, monkeypatch):
        monkeypatch.setattr(downloads, "_commands", lambda packages, directory: [])
        done = call("trust", "update")
        assert done.code == 2
        assert done.err.startswith("tlsward: trust update needs pip or uv")

    def test_a_directory_that_others_may_write_to_is_not_read(self, call, home):
        place = home / "trust" / "certifi" / "2027.1.2"
        place.mkdir(parents=True)
        (place / "cacert.pem").write_bytes(CACERT)
        (home / "trust").chmod(0o777)
        stores = json.loads(call("trust", "stores", "-f", "json").out)["stores"]
        assert stores[0]["updated"] is False
        (home / "trust").chmod(0o755)
        stores = json.loads(call("trust", "stores", "-f", "json").out)["stores"]
        assert stores[0]["updated"] is True

    @pytest.mark.parametrize("name", ["2027.1.2rc1", ".new-x", "2020.1.1", "nonsense"])
    def test_what_is_no_newer_release_is_not_read(self, call, home, name):
        place = home / "trust" / "certifi" / name
        place.mkdir(parents=True)
        (place / "cacert.pem").write_bytes(CACERT)
        assert call("trust", "stores").code == 0
        assert source("certifi").version == certifi.__version__

    def test_a_version_without_all_of_its_files_is_not_read(self, call, home):
        (home / "trust" / "certifi" / "2027.1.2").mkdir(parents=True)
        assert call("trust", "stores").code == 0
        assert source("certifi").updated is None


class serving:  # noqa: N801 - used as a function
    """Serve a directory on loopback while a block lasts."""

    def __init__(self, directory):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def __init__(self, *arguments, **more):
                super().__init__(*arguments, directory=str(directory), **more)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
