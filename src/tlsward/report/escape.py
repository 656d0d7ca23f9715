"""Makes text of the network safe to show.

A terminal obeys control characters (ECMA-48 escapes start with U+001B or, in 8-bit form,
U+009B), and bidirectional overrides (Unicode UAX 9) make a line read as something it is
not. Both, with what else only formats or is no character at all, are shown as escapes
and never sent. The backslash itself is left alone: what is shown need not be
read back, and names with backslashes stay readable.
"""

import re

#: C0 and C1 controls, DEL, soft hyphen, line and paragraph separators, all explicit
#: directional and zero-width formatting, deprecated formatting, interlinear annotation,
#: the byte order mark, variation-free tag characters, and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
#: The first character of what loggers obey: GitHub's `::name::`, where a word begins and so
#: perhaps a line; Azure's `##vso[`, TeamCity's `##teamcity[` and the older `##[`, anywhere.
_COMMAND = re.compile(r"(?<!\S):(?=:[A-Za-z][\w-]*(?:\s[^\n]*?)?::)|#(?=#(?:vso|teamcity)?\[)")


def printable(text: str) -> str:
    """Return the text with everything that does not simply print written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_escape, text)


def inert(text: str) -> str:
    """Return the text as a line of output may hold it: printable, and no command to a logger.

    Services that run pipelines obey lines of a step's output (set a variable, hide a secret), and
    a header or a name in a certificate may be such a line. Programs read JSON, which stays exact.
    """
    text = printable(text)
    return _COMMAND.sub(_escape, text) if "::" in text or "##" in text else text


def printable_values(value: object) -> object:
    """Return a value as JSON has it, with every text in it made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(str(key)): printable_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable_values(item) for item in value]
    return value


def json_escaped(document: str) -> str:
    r"""Return a JSON document with unsafe characters, DEL and C1 too, written as `\u009b`.

    They can stand in strings alone, where RFC 8259 section 7 allows the escape; line
    ends between tokens are kept.
    """
    if document.isascii() and "\x7f" not in document:
        return document
    return _UNSAFE.sub(_json_escape, document)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(found: re.Match[str]) -> str:
    character = found.group()
    if character in "\n\r\t":
        return character
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
