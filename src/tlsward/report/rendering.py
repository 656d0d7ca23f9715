"""From results to a document in one of the formats."""

from collections.abc import Callable, Sequence
from importlib import import_module

from tlsward.model.scan_result import ScanResult
from tlsward.report.comparison import Comparison

#: Module and function of each format; a format's module is imported when it is asked for.
FORMATS = {
    "text": ("tlsward.report.text", "render_text"),
    "json": ("tlsward.report.json_document", "render_json"),
    "jsonl": ("tlsward.report.json_lines", "render_json_lines"),
    "sarif": ("tlsward.report.sarif", "render_sarif"),
    "junit": ("tlsward.report.junit", "render_junit"),
    "html": ("tlsward.report.html_page", "render_html"),
    "markdown": ("tlsward.report.markdown", "render_markdown"),
    "cbom": ("tlsward.report.cbom", "render_cbom"),
}
#: Formats whose documents may be written one after another: a result as soon as it is there.
STREAMED = frozenset({"text", "jsonl"})


def render(
    results: Sequence[ScanResult],
    format: str = "text",  # noqa: A002 - the word of the command line
    *,
    color: bool = False,
    many: bool | None = None,
    comparisons: Sequence[Comparison | None] = (),
) -> str:
    """Return the results as one document of a format, ended by a line feed.

    `color` is heeded by text alone. `many` says whether JSON is a list; by default it is
    one unless there is exactly one result. `comparisons` are those with a baseline, in
    the order of the results. Raises KeyError for a format there is none of.
    """
    module, name = FORMATS[format]
    function: Callable[..., str] = getattr(import_module(module), name)
    if format == "text":
        return function(results, color=color, comparisons=comparisons)
    if format == "json":
        return function(results, many=len(results) != 1 if many is None else many)
    if format in {"sarif", "junit", "html", "markdown"}:
        return function(results, comparisons=comparisons)
    return function(results)
