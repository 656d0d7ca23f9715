"""The text report keeps its contract, word by word."""

import re

import pytest
from msgspec.structs import replace

from report.servers import SERVERS, incomplete, modern, unreachable, weak
from tlsward.model.evaluation import TargetVerdict
from tlsward.report import render
from tlsward.report.comparison import Comparison

SECTIONS = [
    "--- Certificate ---",
    "--- Trust ---",
    "--- Ciphers Evaluation ---",
    "--- Analyzers ---",
]


def section(document, name):
    lines = document.splitlines()
    start = lines.index(f"--- {name} ---") + 1
    end = next((i for i in range(start, len(lines)) if lines[i].startswith("--- ")), len(lines))
    return [line for line in lines[start:end] if line]


@pytest.mark.parametrize("server", SERVERS)
def test_the_four_sections_come_first_and_in_order(server):
    document = render([SERVERS[server]()], "text")
    headings = [line for line in document.splitlines() if line.startswith("--- ")]
    assert headings[:4] == SECTIONS
    assert len(set(headings)) == len(headings)


def test_the_cipher_table():
    head, *rows = section(render([weak()], "text"), "Ciphers Evaluation")
    assert head.split() == ["prio", "cipher", "protocols", "pfs", "curves"]
    assert rows[0].split() == [
        "1",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "TLSv1.2",
        "ECDH,P-256,256bits",
        "prime256v1",
    ]
    assert [re.split(r"  +", row) for row in rows[-3:]] == [
        ["OCSP Stapling", "no"],
        ["Server Side Ordering", "yes"],
        ["Curves Fallback", "no"],
    ]


def test_a_missed_target_is_the_first_line_of_the_analyzers():
    lines = section(render([weak()], "text"), "Analyzers")
    assert lines[:5] == [
        'Measured level "non compliant" does not match target level "modern"',
        "* Mozilla evaluation: non compliant",
        "  - for modern level: remove ciphersuites ECDHE-ECDSA-AES128-SHA, ECDHE-ECDSA-AES256-SHA",
        "  - for modern level: remove protocols TLSv1, TLSv1.1",
        "  - for modern level: consider enabling OCSP stapling",
    ]


@pytest.mark.parametrize("server", [modern, incomplete])
def test_else_the_analyzers_open_with_the_level(server):
    result = server()
    lines = section(render([result], "text"), "Analyzers")
    assert lines[0] == f"* Mozilla evaluation: {result.evaluation.level}"


def test_without_a_target_all_levels_but_the_last_resort_are_explained():
    result = weak(target=None)
    lines = section(render([result], "text"), "Analyzers")
    assert lines[0] == "* Mozilla evaluation: non compliant"
    assert "  - for intermediate level: use an RSA certificate" in lines
    assert not any("for old level" in line for line in lines)


def test_levels_below_the_one_that_is_met_are_not_explained():
    result = weak(target=None)
    levels = dict(result.evaluation.levels)
    levels["intermediate"] = replace(levels["intermediate"], met="yes", findings=())
    result = replace(
        result, evaluation=replace(result.evaluation, level="intermediate", levels=levels)
    )
    lines = section(render([result], "text"), "Analyzers")
    assert lines[0] == "* Mozilla evaluation: intermediate"
    assert any("for modern level" in line for line in lines)
    assert not any("for old level" in line for line in lines)


def test_what_could_not_be_told_is_said_with_its_reason():
    document = render([incomplete()], "text")
    assert section(document, "Unknowns") == [
        "protocols.TLSv1    deadline",
        "protocols.TLSv1.1  deadline",
    ]
    assert '  - could not tell whether target level "intermediate" is met' in document


def test_an_unreachable_target_says_why():
    document = render([unreachable()], "text")
    assert document.startswith(
        "down.example:25 (starttls smtp) unreachable (connection refused); 0.0 s, 1 connection\n"
    )


def test_without_colour_there_is_no_escape_and_with_it_only_ours():
    assert "\x1b" not in render([weak()], "text")
    coloured = render([weak()], "text", color=True)
    assert set(re.findall(r"\x1b[^m]*m", coloured)) <= {
        f"\x1b[{code}m" for code in ("0", "1", "2", "31", "32", "33", "1;36")
    }
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render([weak()], "text")


def test_a_level_that_the_guideline_does_not_have_is_pointed_out():
    scanned = modern()
    evaluation = scanned.evaluation
    levels = {name: verdict for name, verdict in evaluation.levels.items() if name != "old"}
    evaluation = replace(evaluation, levels=levels, target=TargetVerdict(level="old", met=True))
    lines = section(render([replace(scanned, evaluation=evaluation)], "text"), "Analyzers")
    assert "  - guideline 6.0 has no old level, a better one counts" in lines
    at = lines.index('  - target level "old" is met')
    assert "no old level" in lines[at - 1]


def test_what_could_not_be_told_of_badness_reads_as_a_sentence():
    lines = section(render([incomplete()], "text"), "Analyzers")
    assert "  - whether it is bad could not be told: protocols.SSLv2: deadline" in lines


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 known finding of the baseline remains"),
        (2, "2 known findings of the baseline remain"),
    ],
)
def test_known_findings_are_counted(count, words):
    known = tuple(f"tls.protocol.remove:{number}" for number in range(count))
    comparison = Comparison(found=True, new=(), gone=(), known=known)
    document = render([weak()], "text", comparisons=[comparison])
    assert words in section(document, "Baseline")
