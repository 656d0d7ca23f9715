"""JSON: the ScanResult itself (`tlsward.scan/1`), or a list of them."""

from collections.abc import Sequence

import msgspec

from tlsward.model.scan_result import ScanResult
from tlsward.report.escape import json_escaped, printable_values


def render_json(results: Sequence[ScanResult], *, many: bool = False, pretty: bool = True) -> str:
    """Return the one result as an object, or where `many`, all as a list."""
    if many:
        document = "[" + ",".join(encode(result) for result in results) + "]"
    else:
        (result,) = results
        document = encode(result)
    if not pretty:
        return document + "\n"
    return msgspec.json.format(document, indent=2) + "\n"


def encode(value: object) -> str:
    """Return a value on one line, safe to print on a terminal."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate in some text: JSON in UTF-8 cannot hold it, so it is shown escaped.
        encoded = msgspec.json.encode(printable_values(msgspec.to_builtins(value)))
    return json_escaped(encoded.decode("utf-8"))


def encode_foreign(document: object) -> str:
    """Return a document of somebody else's form, indented; its texts are made printable.

    Its readers show texts as they are, so control characters are escaped for a person's
    eye and not, as in our own form, kept exactly.
    """
    encoded = msgspec.json.encode(printable_values(document))
    return msgspec.json.format(encoded, indent=2).decode("utf-8") + "\n"
