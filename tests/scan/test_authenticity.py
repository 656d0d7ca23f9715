"""Scans and the gate of certificates against nginx, whose chain names CRLs and issuers to fetch.

The authority's HTTP server is nginx too, so all that is fetched comes over real connections.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from cli.calling import Caller
from pki.issuing import (
    CA_USAGE,
    basic_constraints,
    extended_key_usage,
    extension,
    intermediate,
    key_usage,
    leaf,
    object_identifier,
    root,
    sequence,
    tlv,
)
from pki.issuing import (
    NOW as ISSUED,
)
from pki.revocation.making import crl, crl_at, private_pem, revoked, serial
from servers.laboratory import HOST, Launch
from tlsward.assess import assess
from tlsward.assess.certificate_check import Demands, checked
from tlsward.model.certificate_check import CHECKS
from tlsward.model.dns import HostRecords, TlsaRecord
from tlsward.model.served_chain import ServedChain
from tlsward.model.target import Target
from tlsward.pki.stores import Stores
from tlsward.pki.transparency.log_list import LogList
from tlsward.scan import authenticity, engine
from tlsward.scan.means import Means
from tlsward.scan.settings import ScanSettings

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = timedelta(days=1)
CONFIGURATION = """
daemon off; worker_processes 1; pid {top}/pid; error_log stderr warn; user root;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {top}/b; proxy_temp_path {top}/p; fastcgi_temp_path {top}/f;
  uwsgi_temp_path {top}/u; scgi_temp_path {top}/s;
  server {{ listen {host}:{files}; root {top}/files; }}
  server {{ listen {host}:{whole} ssl; ssl_certificate {top}/whole.pem; {tls} }}
  server {{ listen {host}:{lacking} ssl; ssl_certificate {top}/lacking.pem; {tls} }}
  server {{ listen {host}:{shared} ssl default_server; ssl_certificate {top}/other.pem; {tls} }}
  server {{ listen {host}:{shared} ssl; server_name localhost; ssl_certificate {top}/whole.pem;
    {tls} }}
}}
"""


def issuer_at(url: str) -> bytes:
    access = sequence(object_identifier("1.3.6.1.5.5.7.48.2"), tlv(0x86, url.encode()))
    return extension("1.3.6.1.5.5.7.1.1", sequence(access))


class Authority:
    """A root, an intermediate, a leaf of theirs, and nginx that serves all of it."""

    def __init__(self, laboratory):
        self.running = laboratory.launch("authority", self._start)
        self.crls(good=True)

    def _start(self, bench):
        self.files, self.lacking, self.shared = (bench.next_port() for _ in range(3))
        self.whole, self.directory = bench.port, bench.directory
        self.web = f"http://{HOST}:{self.files}"
        self.root = root(not_before=NOW - 900 * DAYS, not_after=NOW + 900 * DAYS, identified=True)
        self.middle = intermediate(
            self.root,
            "an intermediate",
            not_before=NOW - 90 * DAYS,
            not_after=NOW + 90 * DAYS,
            extensions=(
                basic_constraints(True, 0),
                key_usage(CA_USAGE),
                crl_at(f"{self.web}/root.crl"),
            ),
            identified=True,
        )
        self.leaf = leaf(
            self.middle,
            extended_key_usage(SERVER_AUTHENTICATION),
            crl_at(f"{self.web}/middle.crl"),
            issuer_at(f"{self.web}/middle.der"),
            names=("localhost",),
            not_before=NOW - DAYS,
            not_after=NOW + 40 * DAYS,
            serial=0x5EED << 64,
            identified=True,
        )
        (bench.directory / "files").mkdir()
        (bench.directory / "files" / "middle.der").write_bytes(self.middle.der)
        bench.write("whole.pem", (self.leaf.pem + self.middle.pem).decode())
        other = leaf(
            self.middle,
            extended_key_usage(SERVER_AUTHENTICATION),
            names=("other.example",),
            not_before=NOW - DAYS,
            not_after=NOW + 40 * DAYS,
            key=self.leaf.key,
            identified=True,
        )
        bench.write("other.pem", (other.pem + self.middle.pem).decode())
        bench.write("lacking.pem", self.leaf.pem.decode())
        bench.write("leaf.key", private_pem(self.leaf.key).decode())
        self.ca = bench.write("ca.pem", self.root.pem.decode())
        conf = CONFIGURATION.format(
            top=bench.directory,
            host=HOST,
            files=self.files,
            whole=self.whole,
            lacking=self.lacking,
            shared=self.shared,
            tls=f"ssl_certificate_key {bench.directory}/leaf.key;",
        )
        path = bench.write("nginx.conf", conf)
        return Launch(command=["nginx", "-p", str(bench.directory), "-c", str(path)])

    def crls(self, *, good: bool) -> None:
        """Publish the CRLs: with the leaf in them, or without."""
        dates = {"this_update": NOW - DAYS, "next_update": NOW + DAYS}
        entries = () if good else (revoked(serial(self.leaf), "keyCompromise", NOW - DAYS),)
        files = self.directory / "files"
        (files / "root.crl").write_bytes(crl(self.root, **dates))
        (files / "middle.crl").write_bytes(crl(self.middle, *entries, **dates))


@pytest.fixture(scope="module")
def authority(laboratory):
    return Authority(laboratory)


@pytest.fixture
def scanned(authority):
    def run(port, **more):
        settings = ScanSettings(
            quick=True, ca_file_pem=authority.root.pem, fetch_private=True, **more
        )
        target = Target(host="localhost", port=port, sni="localhost", address=HOST)
        return assess(asyncio.run(engine.scan(target, settings)), now=datetime.now(UTC))

    return run


def blocking(result):
    return [f.id for f in result.evaluation.levels["modern"].findings if f.severity == "blocking"]


@pytest.mark.parametrize(("base", "valid"), [("www.example", "no"), ("elsewhere.example", "yes")])
def test_an_alias_counts_for_dane_where_its_tlsa_records_do(base, valid):
    """RFC 7671 section 7: to other names than that an attacker may have led the alias."""
    top = root()
    middle = intermediate(top, "an intermediate")
    served = leaf(middle, names=("elsewhere.example",))
    record = TlsaRecord(usage=2, selector=0, matching_type=0, data=middle.der.hex())
    records = HostRecords(
        host="www.example",
        port=443,
        aliases=("elsewhere.example",),
        tlsa_name=f"_443._tcp.{base}",
        tlsa=(record,),
        tlsa_dnssec="secure",
    )
    chain = ServedChain(certificates=(served.der, middle.der), hostname="www.example")

    async def judged():
        inquiry = authenticity.Inquiry(
            ScanSettings(),
            Stores.load(),
            LogList.installed(),
            ISSUED,
            Means(),
            Target(host="www.example", port=443, sni="www.example"),
        )

        async def known():
            return records

        return await inquiry.judge(chain, asyncio.ensure_future(known()))

    assert asyncio.run(judged()).dane.valid == valid


def test_nothing_is_asked_unasked(authority, scanned):
    [found] = scanned(authority.whole).certificates
    assert found.trust["private"] == "yes"
    assert (found.revocation, found.caa, found.dane) == ((), (), None)
    assert found.lifetime.left_percent > 90
    assert found.lint == ()


def test_good_by_its_crls(authority, scanned):
    [found] = scanned(authority.whole, revocation=True).certificates
    assert [each.state for each in found.revocation] == ["good", "good"]
    assert {check.source for each in found.revocation for check in each.checks} == {"crl"}


def test_revoked(authority, scanned):
    authority.crls(good=False)
    try:
        result = scanned(authority.whole, revocation=True)
    finally:
        authority.crls(good=True)
    [found] = result.certificates
    assert [each.state for each in found.revocation] == ["revoked", "good"]
    assert "tls.certificate.revoked" in blocking(result)
    assert result.grade.letter in {"T", "?"}


def test_a_private_address_is_not_asked(authority, scanned):
    settings = ScanSettings(quick=True, ca_file_pem=authority.root.pem, revocation=True)
    target = Target(host="localhost", port=authority.whole, sni="localhost", address=HOST)
    [found] = asyncio.run(engine.scan(target, settings)).certificates
    assert {each.state for each in found.revocation} == {"unknown"}


def test_a_crl_is_kept(authority, scanned, tmp_path):
    kept = {"revocation": True, "cache_directory": str(tmp_path / "kept")}
    scanned(authority.whole, **kept)
    [found] = scanned(authority.whole, **kept).certificates
    assert all(check.cached for each in found.revocation for check in each.checks)


def test_a_missing_intermediate(authority, scanned):
    result = scanned(authority.lacking)
    [found] = result.certificates
    assert found.trust["private"] == "no"
    assert {"tls.certificate.trust", "tls.certificate.chain"} <= set(blocking(result))


def test_a_missing_intermediate_that_is_fetched(authority, scanned):
    result = scanned(authority.lacking, fetch_issuers=True, revocation=True)
    [found] = result.certificates
    assert found.trust["private"] == "yes"
    assert found.chain_facts.complete == "no"
    assert [each.state for each in found.revocation] == ["good", "good"]
    [path] = [path for path in found.paths if path.store == "private"]
    assert len(path.added) == 1
    # The server is to be mended all the same.
    assert "tls.certificate.chain" in blocking(result)
    assert "tls.certificate.trust" not in blocking(result)


@pytest.fixture
def check(authority, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("TLSWARD_HOME", str(tmp_path))
    call = Caller(capsys, None, None)

    def run(port, *arguments):
        target = f"localhost:{port}"
        private = ("--ca-file", authority.ca, "--fetch-private", "--connect", HOST)
        return call("cert", "check", target, *private, *arguments)

    return run


def test_the_gate_opens(authority, check):
    done = check(authority.whole)
    assert done.code == 0, done.out + done.err
    assert "revocation    yes" in done.out


def test_a_name_given_is_the_one_that_is_compared(authority, check):
    done = check(authority.whole, "--host", "other.example")
    assert done.code == 1
    assert "it does not name other.example" in done.out
    assert check(authority.whole, "--host", "localhost").code == 0


def test_the_gate_is_shut_where_nothing_applies(authority, check, tmp_path, capsys):
    chain = tmp_path / "chain.pem"
    chain.write_bytes(authority.leaf.pem)
    skipped = ",".join(name for name in CHECKS if name != "name")
    done = Caller(capsys, None, None)("cert", "check", chain, "--skip", skipped)
    assert done.code == 3
    assert "name" in done.out


def test_a_configuration_file_does_not_make_it_ask_offline(authority, check, monkeypatch, tmp_path):
    (tmp_path / "tlsward.toml").write_text("revocation = true\n")
    monkeypatch.chdir(tmp_path)
    authority.crls(good=False)
    try:
        done = check(authority.whole, "--offline", "--format", "json")
    finally:
        authority.crls(good=True)
    assert done.code == 0, done.out + done.err
    [certificate] = json.loads(done.out)["certificates"]
    assert not certificate["certificate"].get("revocation")


def test_the_gate_is_shut_for_a_revoked_certificate(authority, check):
    authority.crls(good=False)
    try:
        done = check(authority.whole, "--format", "json")
    finally:
        authority.crls(good=True)
    assert done.code == 1
    document = json.loads(done.out)
    assert document["schema"] == "tlsward.check/1"
    [certificate] = document["certificates"]
    failed = [each for each in certificate["checks"] if each["holds"] == "no"]
    assert [each["name"] for each in failed] == ["revocation"]


def test_the_gate_is_shut_where_it_could_not_tell(authority, check, monkeypatch):
    crl_file = authority.directory / "files" / "middle.crl"
    octets = crl_file.read_bytes()
    crl_file.unlink()
    try:
        done = check(authority.whole)
        offline = check(authority.whole, "--offline")
    finally:
        crl_file.write_bytes(octets)
    assert (done.code, offline.code) == (3, 0)
    assert "status 404" in done.out
    assert "revocation" not in offline.out


def test_what_only_clients_without_server_name_get_does_not_count(authority, check):
    done = check(authority.shared, "--offline")
    assert done.code == 0, done.out + done.err
    assert done.out.count("name          yes") == done.out.count("name          no") == 1
    assert "only to clients that send no server_name: shown, and not part" in done.out
    document = json.loads(check(authority.shared, "--offline", "--format", "json").out)
    assert [each["counts"] for each in document["certificates"]] == [True, False]


def test_the_gate_is_shut_for_an_incomplete_chain(authority, check):
    done = check(authority.lacking, "--fetch-issuers")
    assert done.code == 1
    assert "chain         no" in done.out
    assert "trust         yes" in done.out


def test_a_file_in_any_order(authority, check, tmp_path, capsys):
    chain = tmp_path / "chain.pem"
    chain.write_bytes(authority.middle.pem + authority.leaf.pem)
    call = Caller(capsys, None, None)
    private = ("--ca-file", authority.ca, "--fetch-private")
    assert call("cert", "check", chain, *private, "--host", "localhost").code == 0
    assert call("cert", "check", chain, *private, "--host", "other.example").code == 1
    assert call("cert", "check", chain, "--offline").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--skip", "trusts"], "there is no check 'trusts'"),
        (["--store", "netscape"], "there is no store 'netscape'"),
        (["--offline", "--fetch-issuers"], "--offline excludes"),
        (["--least-days", "-1"], "--least-days"),
        (["--acme-directory", "acme.example/directory"], "write https://HOST/PATH"),
    ],
)
def test_wrong_calls(authority, check, arguments, words):
    done = check(authority.whole, *arguments)
    assert done.code == 2
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_nobody_there(check, laboratory):
    done = check(next(laboratory.ports))
    assert done.code == 3
    assert "refused" in done.out


def test_results_survive_the_round_trip(authority, scanned):
    result = scanned(authority.whole, revocation=True)
    assert msgspec.json.decode(msgspec.json.encode(result), type=type(result)) == result


def judge(chains, settings=None, **more):
    return asyncio.run(
        authenticity.judge_chains(
            chains, None, settings or ScanSettings(), Stores.load(), ISSUED, **more
        )
    ).deployments


def test_a_defect_leaves_its_own_chain_unknown(monkeypatch, caplog):
    top = root()
    sound, fatal = leaf(top, names=("sound.example",)), leaf(top, names=("fatal.example",))
    real = authenticity.lint

    def failing(certificate, **more):
        if certificate.der == fatal.der:
            raise ZeroDivisionError("of a test")
        return real(certificate, **more)

    monkeypatch.setattr(authenticity, "lint", failing)
    chains = [ServedChain(certificates=(each.der,), hostname="x") for each in (sound, fatal)]
    whole, broken = judge(chains)
    assert set(whole.trust.values()) == {"no"}
    assert set(broken.trust.values()) == {"unknown"}
    assert set(broken.trust_reasons.values()) == {"a defect of tlsward: ZeroDivisionError"}
    assert broken.chain[0].dns_names == ("fatal.example",)
    assert "ZeroDivisionError: of a test" in caplog.text
    answers = {check.name: check.holds for check in checked(broken, Demands(now=ISSUED))}
    assert {answers[name] for name in ("trust", "chain", "revocation", "caa", "dane")} == {
        "unknown"
    }


def test_a_defect_in_what_the_dns_says_is_no_end(monkeypatch, caplog):
    async def failing(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("tlsward.net.host_records.host_records", failing)
    target = Target(host="a.example", port=443, sni="a.example")

    async def judged():
        inquiry = authenticity.Inquiry(
            ScanSettings(), Stores.load(), LogList.installed(), ISSUED, Means(dns=object()), target
        )
        return await inquiry.known_records()

    records = asyncio.run(judged())
    assert records.unknowns["tlsa"] == records.reason == "a defect of tlsward: ZeroDivisionError"


def test_all_that_is_fetched_has_one_deadline(authority):
    chain = ServedChain(certificates=(authority.leaf.der, authority.middle.der))
    settings = ScanSettings(ca_file_pem=authority.root.pem, revocation=True, fetch_private=True)
    stores = Stores.load(authority.root.pem)

    def states(seconds):
        judged = authenticity.judge_chains([chain], None, settings, stores, NOW, seconds=seconds)
        [found] = asyncio.run(judged).deployments
        return found.revocation

    assert {each.state for each in states(None)} == {"good"}
    late = states(0.0)
    assert {each.state for each in late} == {"unknown"}
    assert "the time for all that is fetched is over" in late[0].reason


@pytest.mark.parametrize(("trust", "answer"), [("unknown", "unknown"), ("no", "no")])
def test_dane_knows_of_trust_that_could_not_be_told(monkeypatch, trust, answer):
    top = root()
    served = leaf(top, names=("a.example",))
    deployed = authenticity.unjudged([served.der], "no data", stores=Stores.load())
    deployed = msgspec.structs.replace(deployed, trust=dict.fromkeys(deployed.trust, trust))
    assert authenticity._trusted_by_the_public(deployed) == answer
