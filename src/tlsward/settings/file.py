"""`tlsward.toml`: reading it, and pointing at the line where something is wrong.

`tomllib` says where a syntax error is, but not where a key stands, so the line of a key
is looked up in the text afterwards.
"""

import re

import msgspec

from tlsward.errors import UsageError
from tlsward.settings.parse import Value, parse_value
from tlsward.settings.table import settings_table

FILE_NAME = "tlsward.toml"
_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*[=.]""")
_SYNTAX_PLACE = re.compile(r"^(.*?) ?\(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong in the file, at a line (from 1)."""

    line: int
    text: str


def check(text: str) -> tuple[dict[str, Value], list[Problem]]:
    """Return the settings a file gives and every problem it has, in the order of its lines."""
    import tomllib  # with its tables some 3 ms, and most calls have no file

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [_syntax_problem(str(error), text)]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for key, value in document.items():
        try:
            values[key] = _value_of(key, value)
        except ValueError as error:
            problems.append(Problem(line=line_of(text, key), text=f"{key}: {error}"))
    return values, sorted(problems, key=lambda problem: problem.line)


def read(text: str, name: str) -> dict[str, Value]:
    """Return the settings a file gives; UsageError names the file and the first bad line."""
    values, problems = check(text)
    if problems:
        raise UsageError(f"{name}:{problems[0].line}: {problems[0].text}")
    return values


def line_of(text: str, key: str) -> int:
    """Return the line (from 1) at which a key or table of the document's top stands."""
    in_table = False
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None:
            in_table = True
            if header.group(1).split(".")[0].strip("\"' ") == key:
                return number
        elif not in_table:
            found = _KEY.match(line)
            if found is not None and key in found.groups():
                return number
    return 1


def _value_of(key: str, value: object) -> Value:
    table = settings_table()
    setting = table.get(key)
    if setting is None:
        import difflib

        near = difflib.get_close_matches(key.replace("-", "_"), table, n=1)
        raise ValueError("there is no such setting" + (f"; {near[0]}?" if near else ""))
    return parse_value(setting, value)


def _syntax_problem(message: str, text: str) -> Problem:
    place = _SYNTAX_PLACE.match(message)
    words = place.group(1) if place else message
    line = int(place.group(2)) if place and place.group(2) else max(1, len(text.splitlines()))
    return Problem(line=line, text=f"not TOML: {words}")
