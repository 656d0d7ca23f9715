"""The report for people: sections of lines, plain in a pipe, coloured on a terminal."""

from tlsward.report.text.document import render_text

__all__ = ["render_text"]
