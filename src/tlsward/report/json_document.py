"""JSON: the ScanResult itself (`tlsward.scan/1`), or a list of them."""

from collections.abc import Sequence

import msgspec

from tlsward.model.scan_result import ScanResult
from tlsward.report.escape import json_escaped, printable


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


def encode(result: ScanResult) -> str:
    """Return a result on one line, safe to print on a terminal."""
    try:
        encoded = msgspec.json.encode(result)
    except UnicodeEncodeError:
        # A lone surrogate in some text: JSON in UTF-8 cannot hold it, so it is shown escaped.
        encoded = msgspec.json.encode(_printable(msgspec.to_builtins(result)))
    return json_escaped(encoded.decode("utf-8"))


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(str(key)): _printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value
