"""Every format of every kind of result is what was agreed on."""

import pytest

from report.golden_files import check_golden
from report.servers import SERVERS, modern, unreachable, weak
from tlsward.report import FORMATS, render
from tlsward.report.comparison import compare

SUFFIXES = {"markdown": "md", "cbom": "cdx.json", "text": "txt", "junit": "xml"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("server", SERVERS)
def test_format(server, form):
    document = render([SERVERS[server]()], form)
    check_golden(f"{server}.{SUFFIXES.get(form, form)}", document)


@pytest.mark.parametrize("form", FORMATS)
def test_several_results(form):
    document = render([weak(), modern(), unreachable()], form)
    check_golden(f"several.{SUFFIXES.get(form, form)}", document)


@pytest.mark.parametrize("form", ["text", "sarif", "junit", "html", "markdown"])
def test_against_a_baseline(form):
    before = weak()
    now = weak()
    findings = before.evaluation.levels["modern"].findings
    from msgspec.structs import replace

    levels = dict(before.evaluation.levels)
    levels["modern"] = replace(levels["modern"], findings=findings[1:])
    before = replace(before, evaluation=replace(before.evaluation, levels=levels))
    document = render([now], form, comparisons=[compare(now, before)])
    check_golden(f"baseline.{SUFFIXES.get(form, form)}", document)


def test_coloured_text():
    check_golden("weak.coloured.txt", render([weak()], "text", color=True))
