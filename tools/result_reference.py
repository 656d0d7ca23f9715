"""Writes docs/reference/json.md from the JSON Schema of a result.

python tools/result_reference.py > docs/reference/json.md
"""

import sys
from typing import Any

from tlsward.report.schema import scan_schema

HEAD = """\
# Every key of a result

Written by `tools/result_reference.py` from the [JSON Schema](../schema/tlsward.scan-1.json), which
`tlsward schema scan` prints. [The result as JSON](result.md) explains how it is to be read.
"""


def reference() -> str:
    """Return the page."""
    definitions = scan_schema()["$defs"]
    names = ["ScanResult", *(name for name in definitions if name != "ScanResult")]
    return "\n".join([HEAD, *(_structure(name, definitions[name]) for name in names)])


def _structure(name: str, definition: dict[str, Any]) -> str:
    rows = [
        f"| `{key}` | {_type(schema)} | {_cell(schema.get('description', ''))} |"
        for key, schema in definition["properties"].items()
    ]
    table = "| key | value | meaning |\n|---|---|---|\n" + "\n".join(rows)
    return f"## {name}\n\n{definition.get('description', '')}\n\n{table}\n"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join("null" if value is None else f"`{value}`" for value in schema["enum"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else "list"
    if kind == "object" and "additionalProperties" in schema:
        return f"object of {_type(schema['additionalProperties'])}"
    if "format" in schema:
        return f"{kind} ({schema['format']})"
    return str(kind)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
