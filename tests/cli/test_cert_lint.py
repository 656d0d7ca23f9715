"""`tlsward cert lint`, from the command line to its exit code."""

import json
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from pki import issuing
from pki.issuing import rsa_key
from pki.lint.profiles import classic, days, extended_key_usage, intermediate, key_usage, leaf, sans
from tlsward.cli.cert import lint_run
from tlsward.pki.weak_keys.known_keys import debian_fingerprint
from tlsward.sandbox.authority import throw_away_credentials
from tlsward.sandbox.endpoint import LocalEndpoint
from tlsward.sandbox.policy import modern_policy

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def written(path, *made):
    path.write_text("".join(ssl.DER_cert_to_PEM_cert(each.der) for each in made))
    return path


@pytest.fixture
def good(tmp_path):
    """Issued today, whenever that is, for as short as any limit to come."""
    return written(
        tmp_path / "good.pem", leaf(issued=TODAY, lives=days(40)), intermediate(issued=TODAY)
    )


@pytest.fixture
def bad(tmp_path):
    made = classic(issued=TODAY - timedelta(days=1), lives=days(300), names=sans("a_b.example.net"))
    return written(tmp_path / "bad.pem", made)


def test_a_faultless_chain_holds(call, good):
    done = call("cert", "lint", good)
    assert (done.code, done.err) == (0, "")
    assert "nothing found" in done.out
    assert "held to the rules of public authorities: it has policy 2.23.140.1.2.1" in done.out
    assert done.out.endswith("2 certificates: 0 errors, 0 warnings, 0 notices\n")


def test_a_broken_rule_fails_with_what_and_why_and_who_says_so(call, bad):
    done = call("cert", "lint", bad)
    assert done.code == 1
    lines = done.out.splitlines()
    at = next(n for n, line in enumerate(lines) if "It lives longer than was allowed" in line)
    assert lines[at].startswith("  error    ")
    assert "(300 days, and 200 days at most)" in lines[at]
    assert lines[at + 1].strip() == "Browsers refuse it, and its issuer has to revoke it."
    assert lines[at + 2].strip() == "lint.lifetime: Baseline Requirements 2.2.5, section 6.3.2"
    assert "\x1b" not in done.out


def test_the_level_decides_what_fails(call, tmp_path):
    usage = {"extended_key_usage": extended_key_usage("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.8.2.2")}
    warned = written(tmp_path / "warned.pem", leaf(issued=TODAY, lives=days(40), **usage))
    noted = written(tmp_path / "noted.pem", classic(issued=TODAY, lives=days(40)))
    codes = [
        [
            call("cert", "lint", file, "--level", level).code
            for level in ("error", "warning", "notice")
        ]
        for file in (warned, noted)
    ]
    assert codes == [[0, 1, 1], [0, 0, 1]]


def test_json_is_documented_and_whole(call, bad):
    done = call("cert", "lint", bad, "--format", "json")
    document = json.loads(done.out)
    assert (done.code, document["schema"]) == (1, "tlsward.lint/1")
    assert (document["level"], document["fails"]) == ("error", True)
    (certificate,) = document["chains"][0]["certificates"]
    assert (certificate["role"], certificate["public"]) == ("leaf", True)
    first = certificate["findings"][0]
    assert set(first) == {"id", "severity", "certificate", "text", "why", "reference", "evidence"}
    assert first["certificate"] == certificate["sha256"]


def test_public_and_private_decide_the_rules(call, bad, tmp_path):
    assert "lint.lifetime:" not in call("cert", "lint", bad, "--private").out
    made = issuing.leaf(issuing.root(), names=("intranet",))
    private = written(tmp_path / "private.pem", made)
    assert "lint.name.internal" not in call("cert", "lint", private).out
    done = call("cert", "lint", private, "--public")
    assert done.code == 1
    assert "lint.name.internal" in done.out


def test_deep_asks_pkilint(call, bad):
    done = call("cert", "lint", "--deep", bad)
    assert done.code == 1
    assert "pkilint:cabf.serverauth.certificate_validity_period_exceeds_200_days" in done.out


def test_deep_without_pkilint_is_a_wrong_call(call, bad, monkeypatch):
    from tlsward.pki.lint import deep

    monkeypatch.setattr(deep, "find_spec", lambda name: None)
    done = call("cert", "lint", "--deep", bad)
    assert done.code == 2
    assert "pip install 'tlsward[lint]'" in done.err


def test_a_list_of_weak_keys_finds_its_key(call, tmp_path):
    made = leaf(issued=TODAY, lives=days(40), key=rsa_key(2048), key_usage=key_usage(0x80))
    file = written(tmp_path / "leaf.pem", made)
    assert call("cert", "lint", file).code == 0
    own = debian_fingerprint(rsa_key(2048).private.public_key().public_numbers().n).hex()
    (tmp_path / "blacklist.RSA-2048").write_text(f"# weak\n{own}\n")
    (tmp_path / "other").write_text("00" * 32 + "\n")
    done = call("cert", "lint", "--weak-keys", "other", "--weak-keys", "blacklist.RSA-2048", file)
    assert done.code == 1
    assert "key.debian: CVE-2008-0166" in done.out
    (tmp_path / "other").write_text("no list\n")
    done = call("cert", "lint", "--weak-keys", "other", file)
    assert done.code == 2
    assert "other: line 1" in done.err


def test_what_could_not_be_read_is_no_pass(call, tmp_path):
    broken = issuing.extension("2.5.29.37", issuing.sequence())
    made = leaf(issued=TODAY, lives=days(40), extended_key_usage=broken)
    file = written(tmp_path / "leaf.pem", made)
    done = call("cert", "lint", file)
    assert done.code == 3
    assert "The extensions could not be read." in done.out
    failing = leaf(issued=TODAY, lives=days(400), extended_key_usage=broken)
    assert call("cert", "lint", "--public", written(tmp_path / "both.pem", failing)).code == 1


def test_a_name_that_could_not_be_read_is_said(call, tmp_path):
    chain = throw_away_credentials(datetime.now(UTC)).chain.decode()
    der = ssl.PEM_cert_to_DER_cert(chain[: chain.index("-----END")] + "-----END CERTIFICATE-----")
    assert b"localhost" in der
    (tmp_path / "leaf.der").write_bytes(der.replace(b"localhost", b"\xff" * 9, 1))
    done = call("cert", "lint", tmp_path / "leaf.der")
    assert done.code == 3
    assert "could not be checked: subject: " in done.out
    assert "nothing found" not in done.out


def test_a_file_without_certificates_is_a_wrong_call(call, tmp_path):
    file = tmp_path / "key.pem"
    file.write_bytes(throw_away_credentials(datetime.now(UTC)).key)
    done = call("cert", "lint", file)
    assert done.code == 2
    assert "there is no certificate in it to lint" in done.err


def test_a_host_that_shows_none_could_not_be_told(call):
    done = call("cert", "lint", "localhost:1", "--format", "json")
    assert done.code == 3
    document = json.loads(done.out)
    assert document["chains"] == []
    assert document["reason"]
    assert call("cert", "lint", "localhost:1").out.startswith("localhost:1")


def test_the_certificates_of_a_host_are_linted(call):
    credentials = throw_away_credentials(datetime.now(UTC))
    with LocalEndpoint(modern_policy("6.0"), credentials) as endpoint:
        done = call("cert", "lint", f"localhost:{endpoint.port}")
    assert done.code == 0
    assert "leaf, held to the rules of private authorities" in done.out


def test_several_chains_are_told_apart(call, good, monkeypatch):
    from tlsward.cli.certificate_source import ServedChain, Source

    chain = ServedChain(
        certificates=(leaf(issued=TODAY, lives=days(40)).der,), protocols=("TLSv1.3",)
    )
    source = Source(name="two", chains=(chain, chain), missed=("TLSv1.2: timed out",))
    monkeypatch.setattr(lint_run, "read_source", lambda argument, settings: source)
    done = call("cert", "lint", "two.example")
    assert done.code == 3
    assert "--- Chain 2 of 2 (TLSv1.3) ---" in done.out
    assert "There may be more: TLSv1.2: timed out" in done.out


def test_help_has_examples(call):
    done = call("cert", "lint", "--help")
    assert done.code == 0
    assert "tlsward cert lint server.pem" in done.out
