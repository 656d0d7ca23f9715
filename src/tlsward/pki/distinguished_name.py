"""Distinguished names as RFC 4514 strings."""

import re

from cryptography import x509

from tlsward.pki.display import LONGEST_TEXT, shortened
from tlsward.pki.object_identifiers import ATTRIBUTE_TYPES

#: Relative names of one name that are looked at; real ones have fewer than ten.
_MOST_RELATIVE_NAMES = 64
#: Nearly every value: letters, digits, and what needs no escape among them.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .*()/@:'_-]*[A-Za-z0-9.*()/@:'_-])?")


def shown_name(name: x509.Name) -> str:
    r"""Return a Name as an RFC 4514 string that is safe to show.

    What is not printable is escaped as `\XX`, the octets of its UTF-8 form, which
    RFC 4514 section 2.4 allows; `Name.rfc4514_string` leaves it raw.
    """
    relative_names = name.rdns
    # Section 2.1: the last relative name comes first.
    shown = relative_names[-_MOST_RELATIVE_NAMES:]
    texts = [
        "+".join(map(_attribute, each)) if len(each) > 1 else _attribute(next(iter(each)))
        for each in reversed(shown)
    ]
    if len(shown) < len(relative_names):
        texts.append(f"… ({len(relative_names) - len(shown)} more)")
    return shortened(",".join(texts))


def _attribute(attribute: x509.NameAttribute[str | bytes]) -> str:
    identifier = attribute.oid.dotted_string
    kind = ATTRIBUTE_TYPES.get(identifier, identifier)
    if isinstance(attribute.value, bytes):
        # Section 2.4: what has no string form is shown in hexadecimal.
        return shortened(f"{kind}=#{attribute.value[:LONGEST_TEXT].hex()}")
    return f"{kind}={_escaped(attribute.value)}"


def _escaped(text: str) -> str:
    text = shortened(text)
    if not text or _PLAIN.fullmatch(text):
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
