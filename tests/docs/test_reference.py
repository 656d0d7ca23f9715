"""Pages of reference are what the program says of itself."""

import pytest
from tools import command_reference, result_reference

from docs.console import ROOT


@pytest.mark.parametrize(
    ("page", "tool"), [("cli.md", command_reference), ("json.md", result_reference)]
)
def test_the_page_is_current(page, tool):
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    script = f"tools/{tool.__name__.rpartition('.')[2]}.py"
    assert text == tool.reference(), f"run: python {script} > docs/reference/{page}"
