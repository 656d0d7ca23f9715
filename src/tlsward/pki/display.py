"""Text out of certificates made safe to show, and cut to a length a reader bears.

A certificate's names are written by whoever asked for it. Control characters, escape
sequences, line breaks and characters that turn the direction of writing never leave
this room raw (Unicode Technical Report 36, section 3.6).
"""

#: The longest text shown of one field, in characters, and the most entries of one list.
LONGEST_TEXT = 1024
MOST_ENTRIES = 1000


def safe_text(text: str) -> str:
    r"""Return `text` with what is not printable as `\xNN`, cut after LONGEST_TEXT."""
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else _escaped(character)
            for character in text[: LONGEST_TEXT + 1]
        )
    return shortened(text)


def shortened(text: str) -> str:
    """Return `text`, or its beginning and how much was left out."""
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}… ({len(text) - LONGEST_TEXT} more characters)"


def listed(entries: list[str]) -> tuple[str, ...]:
    """Return the entries, or the first of them and a last one that says how many follow."""
    if len(entries) <= MOST_ENTRIES:
        return tuple(entries)
    return (*entries[:MOST_ENTRIES], f"… ({len(entries) - MOST_ENTRIES} more)")


def _escaped(character: str) -> str:
    return "".join(f"\\x{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
