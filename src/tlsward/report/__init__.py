"""Results as text, JSON, JSON lines, SARIF, JUnit, HTML, Markdown and CBOM: pure functions.

`render` is the one entry; each format is a file of its own, imported when asked for.
"""

from tlsward.report.rendering import FORMATS, STREAMED, render

__all__ = ["FORMATS", "STREAMED", "render"]
