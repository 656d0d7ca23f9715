"""The JSON Schema of ScanResult: derived from the model, told in words by a table.

`docs/schema/tlsward.scan-1.json` is what this module returns; a test compares.
"""

from typing import Any

import msgspec

from tlsward.model.scan_result import SCHEMA, ScanResult

IDENTIFIER = "urn:tlsward:schema:scan:1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


#: Keys that hold a moment; msgspec leaves their format open, since a datetime may lack its
#: time zone. Ours never do.
_MOMENTS = frozenset(
    {
        *("started_at", "not_before", "not_after", "timestamp", "this_update", "next_update"),
        *("revoked_at", "renew_at", "start", "end"),
    }
)


def schema_document() -> str:
    """Return the schema as indented JSON, ended by a line feed."""
    encoded = msgspec.json.encode(scan_schema())
    return msgspec.json.format(encoded, indent=2).decode("utf-8") + "\n"


def scan_schema() -> dict[str, Any]:
    """Return the JSON Schema of one result of a scan."""
    (root,), definitions = msgspec.json.schema_components(
        (ScanResult,), ref_template="#/$defs/{name}"
    )
    for name, definition in definitions.items():
        _describe(name, definition)
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        "title": f"{SCHEMA}: the result of a scan",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _describe(name: str, definition: dict[str, Any]) -> None:
    """Put words to a definition and to each of its properties."""
    from tlsward.report.schema_words import DESCRIPTIONS

    words = DESCRIPTIONS.get(name, {})
    # The docstrings of the model speak of Python (None, tuples); the first sentence alone
    # does not, and what follows it is said for each property instead.
    summary = definition.pop("description", "").partition("\n")[0]
    if summary:
        definition["description"] = summary
    for key, schema in definition.get("properties", {}).items():
        if key in words:
            schema["description"] = words[key]
        if key in _MOMENTS:
            for one in schema.get("anyOf", [schema]):
                if one.get("type") == "string":
                    one["format"] = "date-time"
    # Every key is always written; a document without one is not of this program.
    if name == "ScanResult":
        definition["required"] = list(definition["properties"])
