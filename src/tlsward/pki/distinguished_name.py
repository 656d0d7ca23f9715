"""Distinguished names as RFC 4514 strings."""

from tlsward.pki import der
from tlsward.pki.display import shortened
from tlsward.pki.object_identifiers import ATTRIBUTE_TYPES

#: Octets of one value that are looked at: enough to be cut with a mark.
_LONGEST_VALUE = 4096
#: Relative names of one name that are looked at; real ones have fewer than ten.
_MOST_RELATIVE_NAMES = 64
#: X.680 section 41: the character set of each string type.
_ENCODINGS = {
    0x0C: "utf-8",
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString, as everybody reads it
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}


def name_text(encoded: bytes) -> str:
    r"""Return the DER of a Name as an RFC 4514 string that is safe to show.

    What is not printable is escaped as `\XX`, the octets of its UTF-8 form, which
    RFC 4514 section 2.4 allows. Raises DerError.
    """
    relative_names = der.read(encoded).sequence()
    # Section 2.1: the last relative name comes first.
    shown = relative_names[-_MOST_RELATIVE_NAMES:]
    texts = [_relative_name(element) for element in reversed(shown)]
    if len(shown) < len(relative_names):
        texts.append(f"… ({len(relative_names) - len(shown)} more)")
    return shortened(",".join(texts))


def shown_name(encoded: bytes) -> str:
    """Return `name_text`, or the octets in hexadecimal where they are no Name."""
    try:
        return name_text(encoded)
    except der.DerError:
        return shortened(f"#{encoded.hex()}")


def attributes(encoded: bytes) -> list[tuple[str, str]]:
    """Return (type, value) of every attribute of a Name, values as raw text.

    For matching, never for showing. Raises DerError.
    """
    return [
        (der.object_identifier(kind), _decoded(value) or "")
        for relative_name in der.read(encoded).sequence()
        for attribute in relative_name.expect(der.SET).children()
        for kind, value in [_pair(attribute)]
    ]


def _relative_name(element: der.Element) -> str:
    return "+".join(_attribute(child) for child in element.expect(der.SET).children())


def _attribute(element: der.Element) -> str:
    kind, value = _pair(element)
    identifier = der.object_identifier(kind)
    name = ATTRIBUTE_TYPES.get(identifier)
    text = None if name is None else _decoded(value)
    if text is None:
        # Section 2.4: a type without a name has its value in hexadecimal.
        return shortened(f"{name or identifier}=#{value.encoded[:_LONGEST_VALUE].hex()}")
    return f"{name}={_escaped(text)}"


def _pair(element: der.Element) -> tuple[der.Element, der.Element]:
    children = element.sequence()
    if len(children) != 2:
        raise der.DerError("an attribute that is not a pair")
    return children[0], children[1]


def _decoded(value: der.Element) -> str | None:
    encoding = _ENCODINGS.get(value.tag)
    if encoding is None:
        return None
    octets = value.data[value.start : min(value.end, value.start + _LONGEST_VALUE)]
    return octets.decode(encoding, "backslashreplace")


def _escaped(text: str) -> str:
    text = shortened(text)
    if not text or text.isalnum():
        return text
    characters = [_escaped_character(character) for character in text]
    if characters[0] in " #":
        characters[0] = "\\" + characters[0]
    if characters[-1] == " " and len(characters) > 1:
        characters[-1] = "\\ "
    return "".join(characters)


def _escaped_character(character: str) -> str:
    if character in '"+,;<>\\':
        return "\\" + character
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
