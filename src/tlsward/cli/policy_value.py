"""Tells a header value on the command line from the name of a host."""

import re

_VALUE = re.compile(r"[=;\s\"]|\A\Z")


def policy_value(argument: str, header: str, words: frozenset[str]) -> str | None:
    """Return the value that an argument is, without the header's name; None for a host.

    A URL is a host even where its query has an `=`. `words` are directives that may stand
    alone.
    """
    name, colon, rest = argument.partition(":")
    if colon and name.strip().lower() == header.lower():
        return rest.strip(" \t")
    if re.match(r"https?://", argument, re.IGNORECASE):
        return None
    if argument.lower() in words or _VALUE.search(argument) is not None:
        return argument.strip(" \t")
    return None
