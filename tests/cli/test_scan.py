"""`tlsward scan`: every option, every exit code, every way to be called wrongly."""

import json
import stat
import sys
from io import BytesIO, TextIOWrapper

import jsonschema
import msgspec
import pytest

from report.servers import modern, weak
from tlsward.model.scan_result import ScanResult
from tlsward.report.schema import scan_schema


def test_text_goes_to_standard_output(call):
    done = call("scan", "weak.example")
    assert done.code == 0
    assert done.out.startswith("weak.example:443 complete")
    assert "* Mozilla evaluation: non compliant" in done.out
    assert done.err == ""
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["modern.example"], 0),
        (["modern.example", "--target-level", "modern"], 0),
        (["modern.example", "--target-level", "intermediate"], 0),
        (["weak.example"], 0),
        (["weak.example", "--target-level", "old"], 1),
        (["down.example"], 3),
        (["down.example", "--target-level", "old"], 3),
        (["never-judged.example", "--target-level", "old"], 3),
        (["modern.example", "weak.example", "--target-level", "modern"], 1),
        (["weak.example", "down.example", "--target-level", "modern"], 3),
        (["modern.example", "down.example"], 3),
        (["weak.example", "a b"], 2),
    ],
)
def test_exit_codes(call, arguments, code):
    assert call("scan", *arguments).code == code


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument 'TARGET...'; see tlsward scan --help"),
        (["--nonsense", "a"], "No such option"),
        (["a b"], "not a host name"),
        (["http://example.com"], "http:// has no TLS"),
        (["a", "--target-level", "excellent"], "'excellent'"),
        (["a", "--format", "pdf"], "'pdf'"),
        (["a", "--guideline", "9.9"], "no guideline version '9.9'"),
        (["a", "--only", "everything"], "there is no question 'everything' (known: suites"),
        (["a", "--skip", "x"], "--skip: there is no question 'x'"),
        (["a", "--skip", "alpn,suites"], "--skip: suites cannot be left out"),
        (["a", "--concurrency", "0"], "--concurrency: expected a whole number from 1"),
        (["a", "--timeout", "soon"], "--timeout: expected a number larger than 0"),
        (["a", "--rate", "0/s"], "--rate: expected a number larger than 0"),
        (["a", "-4", "-6"], "-4 and -6 exclude each other"),
        (["a", "--connect", "a b"], "--connect: "),
        (["a", "--connect", "https://b"], "--connect: expected ADDRESS or ADDRESS:PORT"),
        (["a", "--sni", "192.0.2.1"], "--sni: '192.0.2.1' is an address"),
        (["a", "--proxy", "ftp://b"], "proxy"),
        (["a", "--proxy", "http://me:secret@b"], "set TLSWARD_PROXY or use --proxy-file"),
        (["a", "--ca-file", "missing.pem"], "missing.pem: cannot be read: No such file"),
        (["a", "--baseline", "missing.json"], "missing.json: cannot be read"),
        (["a", "--policy", "missing.toml"], "missing.toml: cannot be read"),
        (["a", "--config", "missing.toml"], "missing.toml: cannot be read"),
        (["a", "-o", "missing/report.txt"], "missing/report.txt: cannot be written"),
        (["a", "-o", "."], "cannot be written: it is a directory"),
        (["@missing.txt"], "missing.txt: cannot be read"),
    ],
)
def test_a_wrong_call_is_exit_2_and_one_line(call, arguments, words):
    done = call("scan", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.err.startswith("tlsward: ")
    assert done.err.count("\n") == 1
    assert "secret" not in done.err
    assert done.out == ""
    assert call.engine.asked == []


def test_a_document_of_another_command_is_no_baseline(call, tmp_path):
    other = tmp_path / "headers.json"
    other.write_text('{"schema": "tlsward.headers/1"}')
    done = call("scan", "a", "--baseline", other)
    assert done.code == 2
    assert "not a result of tlsward scan, but 'tlsward.headers/1'" in done.err


def test_options_reach_the_engine(call):
    done = call(
        *("scan", "modern.example", "--quick", "--only", "suites,order", "--skip", "groups"),
        *("--max-connections", "7", "--concurrency", "2", "--rate", "5/s", "--timeout", "1.5"),
        *("--deadline", "9", "--connect", "192.0.2.9:444", "--sni", "other.example", "-6"),
        *("--proxy", "socks5://127.0.0.1:1080", "--starttls", "smtp"),
    )
    assert done.code == 0
    ((target, settings),) = call.engine.asked
    assert (target.host, target.port, target.sni) == ("modern.example", 25, "other.example")
    assert target.starttls == "smtp"
    assert settings.quick
    assert settings.only == {"suites", "order"}
    assert settings.skip == {"groups"}
    assert (settings.max_connections, settings.concurrency) == (7, 2)
    assert (settings.rate_per_second, settings.timeout_seconds) == (5.0, 1.5)
    assert settings.deadline_seconds == 9.0
    assert settings.connect == "192.0.2.9:444"
    assert settings.family == 6
    assert settings.proxy == "socks5://127.0.0.1:1080"


def test_the_engine_has_the_defaults_of_the_table(call):
    from tlsward.scan.settings import ScanSettings

    call("scan", "modern.example")
    assert call.engine.asked[0][1] == ScanSettings()


def test_environment_and_file(call, monkeypatch, tmp_path):
    (tmp_path / "tlsward.toml").write_text('target_level = "old"\ntimeout = 3\n')
    monkeypatch.setenv("TLSWARD_DEADLINE", "11")
    done = call("scan", "weak.example")
    assert done.code == 1
    settings = call.engine.asked[0][1]
    assert (settings.timeout_seconds, settings.deadline_seconds) == (3.0, 11.0)
    monkeypatch.setenv("TLSWARD_TARGET_LEVEL", "nonsense")
    done = call("scan", "weak.example")
    assert done.code == 2
    assert done.err.startswith("tlsward: TLSWARD_TARGET_LEVEL: expected modern")


def test_a_bad_file_is_pointed_at(call, tmp_path):
    (tmp_path / "tlsward.toml").write_text("timeout = 3\nquick = 7\n")
    done = call("scan", "weak.example")
    assert done.code == 2
    assert done.err == "tlsward: tlsward.toml:2: quick: expected true or false\n"


def test_a_proxy_with_a_password_may_come_from_the_environment(call, monkeypatch):
    monkeypatch.setenv("TLSWARD_PROXY", "http://me:secret@127.0.0.1:3128")
    done = call("scan", "modern.example")
    assert done.code == 0
    assert call.engine.asked[0][1].proxy == "http://me:secret@127.0.0.1:3128"
    assert "secret" not in done.out + done.err


def test_a_proxy_with_a_password_may_come_from_a_file_of_its_own(call, tmp_path):
    (tmp_path / "proxy.txt").write_text("http://me:secret@127.0.0.1:3128\n")
    assert call("scan", "modern.example", "--proxy-file", "proxy.txt").code == 0
    assert call.engine.asked[0][1].proxy == "http://me:secret@127.0.0.1:3128"
    done = call("scan", "modern.example", "--proxy-file", "proxy.txt", "--proxy", "http://b")
    assert done.code == 2
    assert "exclude each other" in done.err
    (tmp_path / "tlsward.toml").write_text('proxy = "http://me:secret@127.0.0.1:3128"\n')
    done = call("scan", "modern.example")
    assert done.code == 2
    assert "name their file with proxy_file" in done.err
    assert "secret" not in done.err


def test_lists_from_a_file_and_standard_input(call, monkeypatch, tmp_path):
    (tmp_path / "hosts.txt").write_text("# two\nmodern.example\n")
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"weak.example\n")))
    done = call("scan", "@hosts.txt", "-")
    assert done.code == 0
    assert [t.host for t, _ in call.engine.asked] == ["modern.example", "weak.example"]
    assert done.out.index("modern.example") < done.out.index("weak.example")


def test_bad_lines_of_a_list_are_all_named_and_nothing_is_scanned(call, tmp_path):
    (tmp_path / "hosts.txt").write_text("modern.example\na b\n\nc:0\n")
    done = call("scan", "@hosts.txt")
    assert done.code == 2
    assert [line.split(": ")[1] for line in done.err.splitlines()] == ["hosts.txt:2", "hosts.txt:4"]
    assert call.engine.asked == []


def test_json_is_one_object_for_one_target_and_a_list_for_several(call):
    schema = jsonschema.Draft202012Validator(scan_schema())
    one = json.loads(call("scan", "modern.example", "--format", "json").out)
    schema.validate(one)
    assert one["evaluation"]["level"] == "modern"
    several = json.loads(call("scan", "modern.example", "down.example", "-f", "json").out)
    for document in several:
        schema.validate(document)
    assert [document["status"] for document in several] == ["complete", "unreachable"]
    addresses = json.loads(
        call("scan", "modern.example", "--all-addresses", "--format", "json").out
    )
    assert [document["target"]["address"] for document in addresses] == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize(
    "form", ["text", "json", "jsonl", "sarif", "junit", "html", "markdown", "cbom"]
)
def test_every_format_to_a_file(call, tmp_path, form):
    report = tmp_path / "report"
    done = call("scan", "modern.example", "weak.example", "--format", form, "-o", report)
    assert done.code == 0
    assert done.out == ""
    assert "weak.example" in report.read_text()
    assert list(tmp_path.iterdir()) == [report]


def test_a_file_is_replaced_whole_or_not_at_all(call, tmp_path, monkeypatch):
    report = tmp_path / "report.json"
    report.write_text("before")
    report.chmod(0o640)

    def broken(*arguments, **more):
        raise RuntimeError("broken")

    from tlsward.cli import scan_run

    with monkeypatch.context() as patch:
        patch.setattr(scan_run, "render", broken)
        # A defect is no verdict: neither that it holds (0) nor that it does not (1).
        assert call("scan", "modern.example", "-o", report).code == 3
    assert report.read_text() == "before"
    assert list(tmp_path.iterdir()) == [report]
    assert call("scan", "modern.example", "-o", report).code == 0
    assert report.read_text().startswith("modern.example:443")
    assert stat.S_IMODE(report.stat().st_mode) == 0o640


@pytest.mark.parametrize("form", ["json", "jsonl", "text", "sarif"])
def test_a_defect_that_one_target_lays_bare_harms_no_other(call, monkeypatch, form):
    from tlsward.scan import engine

    scan = call.engine.scan

    async def breaks(target, settings, progress=None, **more):
        if target.host == "odd.example":
            raise RuntimeError("no such\x1b[31m state")
        return await scan(target, settings, progress)

    monkeypatch.setattr(engine, "scan", breaks)
    done = call("scan", "modern.example", "odd.example", "weak.example", "--format", form)
    assert done.code == 3
    assert "modern.example" in done.out
    assert "weak.example" in done.out
    assert "\x1b" not in done.out + done.err
    assert "RuntimeError" in done.err  # with its traceback, for whoever reports it
    if form == "json":
        results = msgspec.json.decode(done.out, type=list[ScanResult])
        assert [r.status for r in results] == ["complete", "incomplete", "complete"]
        assert "defect" in (results[1].reason or "")
        assert set(results[1].protocols.values()) == {"unknown"}


def test_a_defect_in_judging_one_result_harms_no_other(call, monkeypatch):
    from tlsward.cli import scan_run

    judge = call.judge.assess

    def breaks(scan, **more):
        if scan.target.host == "odd.example":
            raise KeyError("odd")
        return judge(scan, **more)

    monkeypatch.setattr(scan_run, "assess", breaks)
    done = call("scan", "odd.example", "modern.example", "--format", "json")
    assert done.code == 3
    first, second = msgspec.json.decode(done.out, type=list[ScanResult])
    assert first.evaluation is None
    assert second.evaluation is not None
    assert "KeyError" in done.err


def test_many_targets_keep_their_order_and_are_scanned_at_once(call, monkeypatch):
    import asyncio

    from tlsward.scan import engine

    running, most = set(), []
    scan = call.engine.scan

    async def slow(target, settings, progress=None, **more):
        running.add(target.host)
        most.append(len(running))
        # The later ones are done first, so their results have to wait.
        await asyncio.sleep(0.02 / int(target.host.removeprefix("h").partition(".")[0]))
        running.discard(target.host)
        return await scan(target, settings, progress)

    monkeypatch.setattr(engine, "scan", slow)
    hosts = [f"h{number}.example" for number in range(1, 21)]
    done = call("scan", *hosts, "--format", "jsonl", "--parallel", "4")
    results = [msgspec.json.decode(line, type=ScanResult) for line in done.out.splitlines()]
    assert [result.target.host for result in results] == hosts
    assert max(most) == 4


class TestBaseline:
    def test_a_result_that_cannot_be_judged_is_a_wrong_call(self, call, tmp_path, monkeypatch):
        from tlsward.assess import assess
        from tlsward.cli import scan_run

        baseline = tmp_path / "baseline.json"
        call("scan", "weak.example", "--format", "json", "-o", baseline)
        document = msgspec.json.decode(baseline.read_bytes())
        for suite in document["cipher_suites"]:
            suite["code"] = "none"
        baseline.write_bytes(msgspec.json.encode(document))
        monkeypatch.setattr(scan_run, "assess", assess)
        done = call("scan", "weak.example", "--baseline", baseline)
        assert done.code == 2
        assert "baseline" in done.err

    def test_what_is_known_passes(self, call, tmp_path):
        call("scan", "weak.example", "--format", "json", "-o", "before.json")
        arguments = ["scan", "weak.example", "--target-level", "modern"]
        assert call(*arguments).code == 1
        done = call(*arguments, "--baseline", "before.json")
        assert done.code == 0
        assert "4 known findings of the baseline remain" in done.out

    def test_what_is_new_fails_and_is_named(self, call):
        call("scan", "weak.example", "--format", "jsonl", "-o", "before.jsonl")
        known = call.judge.judged["weak.example"]
        levels = dict(known.evaluation.levels)
        more = msgspec.structs.replace(levels["modern"].findings[0], id="tls.suite.remove:RC4")
        levels["modern"] = msgspec.structs.replace(
            levels["modern"], findings=(*levels["modern"].findings, more)
        )
        worse = msgspec.structs.replace(
            known, evaluation=msgspec.structs.replace(known.evaluation, levels=levels)
        )
        judged = iter([worse, known])  # the new result first, then the baseline
        assess = call.judge.assess

        def judge(scan, **how):
            call.judge.judged["weak.example"] = next(judged)
            return assess(scan, **how)

        from tlsward.cli import scan_run

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scan_run, "assess", judge)
            done = call(
                *("scan", "weak.example", "--target-level", "modern"),
                *("--baseline", "before.jsonl"),
            )
        assert done.code == 1
        assert "new: tls.suite.remove:RC4" in done.out

    def test_a_target_that_is_not_in_it_is_new(self, call):
        call("scan", "modern.example", "--format", "json", "-o", "before.json")
        done = call("scan", "weak.example", "--target-level", "modern", "--baseline", "before.json")
        assert done.code == 1
        assert "this target is not in the baseline" in done.out

    def test_an_unreachable_target_never_passes(self, call):
        call("scan", "down.example", "--format", "json", "-o", "before.json")
        assert call("scan", "down.example", "--baseline", "before.json").code == 3

    def test_it_is_judged_at_its_own_time(self, call):
        call("scan", "weak.example", "--format", "json", "-o", "before.json")
        call("scan", "weak.example", "--baseline", "before.json")
        assert call.judge.asked[-1][2] == weak().started_at

    @pytest.mark.parametrize("document", ["", "{}", "[]x", "nonsense", '[{"a":1}]', "{}\n{}"])
    def test_what_is_no_result_is_refused(self, call, tmp_path, document):
        (tmp_path / "before.json").write_text(document)
        done = call("scan", "weak.example", "--baseline", "before.json")
        assert done.code == 2
        assert done.err.startswith("tlsward: before.json")
        assert done.err.count("\n") == 1


class TestPolicy:
    def judge(self, call, tmp_path, text, *arguments):
        (tmp_path / "policy.toml").write_text(text)
        return call("scan", "modern.example", "--policy", "policy.toml", *arguments)

    def test_it_changes_levels_of_the_guideline(self, call, tmp_path):
        done = self.judge(
            call,
            tmp_path,
            """
            name = "house"
            guideline = "5.7"
            [levels.intermediate]
            rsa_key_size = 3072
            cipher_suites = {remove = ["ECDHE-RSA-CHACHA20-POLY1305"], add = ["AES128-SHA"]}
            [levels.modern]
            inherits = "intermediate"
            protocols = ["TLSv1.3"]
            """,
        )
        assert done.code == 0
        assert "* Guideline: 6.0 changed by policy house" in done.out
        guideline = call.judge.asked[0][0]
        assert guideline.version == "5.7"
        levels = guideline.levels
        assert list(levels) == ["modern", "intermediate", "old"]
        assert levels["intermediate"].rsa_key_size == 3072
        assert "ECDHE-RSA-CHACHA20-POLY1305" not in levels["intermediate"].cipher_suites
        assert levels["intermediate"].cipher_suites[-1] == "AES128-SHA"
        assert levels["modern"].protocols == ("TLSv1.3",)
        assert levels["modern"].rsa_key_size == 2048  # of the guideline, not of the policy
        assert levels["modern"].name == "modern"

    def test_json_and_the_guideline_of_the_command_line(self, call, tmp_path):
        done = self.judge(call, tmp_path, '{"name": "house"}', "--guideline", "5.0")
        assert done.code == 0
        assert call.judge.asked[0][0].version == "5.0"

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("name = ", "neither TOML nor JSON"),
            ("", "missing required field `name`"),
            ('name = "a"\nlevel = 1', "unknown field `level`"),
            ('name = "a"\n[levels.best]', "Invalid enum value 'best'"),
            ('name = "a"\nguideline = "9"', "no guideline version '9'"),
            (
                'name = "a"\n[levels.modern]\nkey_size = 1',
                "levels.modern.key_size: there is no such requirement",
            ),
            ('name = "a"\n[levels.modern]\nrsa_key_size = "big"', "Expected `int | null`"),
            ('name = "a"\n[levels.modern]\ninherits = "best"', "has no level 'best'"),
            (
                'name = "a"\n[levels.modern]\nprotocols = ["TLS1.3"]',
                "levels.modern.protocols: 'TLS1.3' is not known",
            ),
            (
                'name = "a"\n[levels.modern]\ncipher_suites = {add = ["AES-128"]}',
                "'AES-128' is not known",
            ),
            (
                'name = "a"\n[levels.intermediate]\ncipher_suites = {remove = ["AES-128"]}',
                "levels.intermediate.cipher_suites: 'AES-128' is not in the list",
            ),
            ('name = "a"\n[levels.modern]\ngroups = ["X25518"]', "'X25518' is not known"),
            ('name = "a"\n[levels.modern]\nprotocols = {append = []}', "Expected `array`"),
        ],
    )
    def test_what_is_no_policy_is_refused(self, call, tmp_path, text, words):
        done = self.judge(call, tmp_path, text)
        assert done.code == 2
        assert words in done.err
        assert done.err.count("\n") == 1
        assert call.engine.asked == []


def test_a_private_authority(call, tmp_path):
    import trustme

    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    assert call("scan", "modern.example", "--ca-file", "ca.pem").code == 0
    assert call.engine.asked[0][1].ca_file_pem == (tmp_path / "ca.pem").read_bytes()
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n")
    done = call("scan", "modern.example", "--ca-file", "ca.pem")
    assert done.code == 2
    assert done.err == "tlsward: ca.pem: no certificates in PEM (BEGIN CERTIFICATE) in it\n"


class Terminal(TextIOWrapper):
    def __init__(self):
        super().__init__(BytesIO(), encoding="utf-8", write_through=True)

    def isatty(self):
        return True

    def text(self):
        return self.buffer.getvalue().decode()


class TestTerminal:
    @pytest.fixture
    def seen(self, call, monkeypatch):
        """Call as from a terminal; return what appears on standard output and error."""

        def see(*arguments):
            out, err = Terminal(), Terminal()
            # Not in the fixture itself: capsys takes the streams back before the test begins.
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stdout", out)
                patch.setattr(sys, "stderr", err)
                assert call("scan", *arguments).code == 0, err.text()
            return out.text(), err.text()

        monkeypatch.setenv("TERM", "xterm")
        return see

    def test_colour_and_progress(self, seen):
        out, err = seen("modern.example", "weak.example")
        assert "\x1b[1m" in out
        assert "0/2  modern.example:443 0/0" in err
        assert err.endswith("\r\x1b[K")

    def test_no_color_and_no_progress(self, seen):
        out, err = seen("modern.example", "--no-color", "--no-progress")
        assert out.startswith("modern.example:443 complete")
        assert "\x1b" not in out
        assert err == ""

    def test_the_variable_no_color(self, seen, monkeypatch):
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b" not in seen("modern.example")[0]

    def test_a_file_is_never_coloured(self, seen, tmp_path):
        seen("modern.example", "-o", "report.txt")
        assert "\x1b" not in (tmp_path / "report.txt").read_text()

    def test_a_dumb_terminal(self, seen, monkeypatch):
        monkeypatch.setenv("TERM", "dumb")
        out, err = seen("modern.example")
        assert "\x1b" not in out + err


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_reader_that_is_gone_ends_it_quietly(call, monkeypatch, form):
    class Gone(Terminal):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    done = call("scan", "modern.example", "modern.example:444", "weak.example", "-f", form)
    assert done.code == 3
    assert done.err == ""


def test_an_encoding_without_a_letter(call, monkeypatch):
    out = TextIOWrapper(BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", out)
    assert call("scan", "modern.example").code == 0
    assert b"\\u2514\\u2500 CN=Example Root" in out.buffer.getvalue()


def test_results_are_those_that_were_built(call):
    document = call("scan", "modern.example", "-f", "json").out
    found = msgspec.json.decode(document, type=ScanResult)
    assert found.cipher_suites == modern().cipher_suites
