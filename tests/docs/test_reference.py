"""Pages of reference are what the program says of itself."""

import pytest
from tools import command_reference, result_reference, verdict_reference

from docs.console import ROOT


@pytest.mark.parametrize(
    ("page", "tool"), [("cli.md", command_reference), ("json.md", result_reference)]
)
def test_the_page_is_current(page, tool):
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    script = f"tools/{tool.__name__.rpartition('.')[2]}.py"
    assert text == tool.reference(), f"run: python {script} > docs/reference/{page}"


def test_the_tables_of_compared_verdicts_are_current():
    page = ROOT / "docs" / "explanation" / "verdicts-compared.md"
    text = page.read_text(encoding="utf-8")
    assert text == verdict_reference.page(text), "run: python tools/verdict_reference.py"
