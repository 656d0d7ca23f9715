"""Certificate extensions (RFC 5280 section 4.2), one reader each.

A reader takes the octets inside extnValue and raises DerError, nothing else.
"""

import msgspec

from tlsward.pki import der
from tlsward.pki import object_identifiers as oid

#: GeneralName alternatives (section 4.2.1.6) by their context tag.
OTHER_NAME = 0xA0
RFC822_NAME = 0x81
DNS_NAME = 0x82
DIRECTORY_NAME = 0xA4
UNIFORM_RESOURCE_IDENTIFIER = 0x86
IP_ADDRESS = 0x87

#: Section 4.2.1.3, in the order of the bits.
KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
#: Beyond this a path length is no limit at all, and a number is no more to be printed.
_LONGEST_PATH_LENGTH = 0xFFFF
#: RFC 7633 section 4: the number of status_request.
_STATUS_REQUEST = 5


class BasicConstraints(msgspec.Struct, frozen=True):
    """Section 4.2.1.9."""

    ca: bool
    path_length: int | None


class GeneralName(msgspec.Struct, frozen=True):
    """A name and its kind; a directory name's value is the DER of the Name."""

    kind: int
    value: bytes


class NameConstraints(msgspec.Struct, frozen=True):
    """Section 4.2.1.10; a subtree is the GeneralName at its base."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]


def basic_constraints(value: bytes) -> BasicConstraints:
    """Return whether it is an authority and how many may follow."""
    children = der.read(value).sequence()
    ca = False
    if children and children[0].tag == der.BOOLEAN:
        ca = der.boolean(children.pop(0))
    path_length = der.integer(children[0]) if children else None
    if len(children) > 1 or (path_length is not None and path_length < 0):
        raise der.DerError("basic constraints of another form")
    if path_length is not None:
        path_length = min(path_length, _LONGEST_PATH_LENGTH)
    return BasicConstraints(ca, path_length)


def key_usage(value: bytes) -> frozenset[str]:
    """Return the names of the bits that are set."""
    octets = der.bit_string(der.read(value))
    return frozenset(
        name
        for bit, name in enumerate(KEY_USAGES)
        if bit // 8 < len(octets) and octets[bit // 8] & 0x80 >> bit % 8
    )


def object_identifiers(value: bytes) -> tuple[str, ...]:
    """Return a SEQUENCE OF OBJECT IDENTIFIER, the extended key usages."""
    return tuple(der.object_identifier(element) for element in der.read(value).sequence())


def octet_string(value: bytes) -> bytes:
    """Return the content of the OCTET STRING inside."""
    return der.read(value).expect(der.OCTET_STRING).content


def key_identifier(value: bytes) -> bytes | None:
    """Return keyIdentifier of an authority key identifier, None where only a name is given."""
    for element in der.read(value).sequence():
        if element.tag == 0x80:
            return element.content
    return None


def general_names(value: bytes) -> tuple[GeneralName, ...]:
    """Return the names in a GeneralNames."""
    return tuple(_general_name(element) for element in der.read(value).sequence())


def name_constraints(value: bytes) -> NameConstraints:
    """Return both lists of subtrees."""
    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()
    for element in der.read(value).sequence():
        if element.tag == 0xA0:
            permitted = _subtrees(element)
        elif element.tag == 0xA1:
            excluded = _subtrees(element)
        else:
            raise der.DerError("name constraints of another form")
    return NameConstraints(permitted, excluded)


def policies(value: bytes) -> tuple[str, ...]:
    """Return the OIDs of the certificate policies."""
    found = []
    for element in der.read(value).sequence():
        children = element.sequence()
        if not children:
            raise der.DerError("a policy without an identifier")
        found.append(der.object_identifier(children[0]))
    return tuple(found)


def access_urls(value: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the URLs of OCSP responders and those of the issuer's certificate."""
    urls: dict[str, list[bytes]] = {oid.ACCESS_OCSP: [], oid.ACCESS_CA_ISSUERS: []}
    for element in der.read(value).sequence():
        children = element.sequence()
        if len(children) != 2:
            raise der.DerError("an access description of another form")
        method, location = der.object_identifier(children[0]), children[1]
        if method in urls and location.tag == UNIFORM_RESOURCE_IDENTIFIER:
            urls[method].append(location.content)
    return tuple(urls[oid.ACCESS_OCSP]), tuple(urls[oid.ACCESS_CA_ISSUERS])


def crl_urls(value: bytes) -> tuple[bytes, ...]:
    """Return the URLs among the full names of the distribution points."""
    return tuple(
        name.content
        for point in der.read(value).sequence()
        for field in point.sequence()
        if field.tag == 0xA0
        for choice in field.children()
        if choice.tag == 0xA0
        for name in choice.children()
        if name.tag == UNIFORM_RESOURCE_IDENTIFIER
    )


def must_staple(value: bytes) -> bool:
    """Return whether the TLS features ask for status_request (RFC 7633)."""
    return _STATUS_REQUEST in [der.integer(element) for element in der.read(value).sequence()]


def _general_name(element: der.Element) -> GeneralName:
    if element.tag & 0xC0 != 0x80:
        raise der.DerError("a general name of no kind")
    # A Name is a CHOICE, so its tag is explicit (X.680 section 31.2.7).
    value = element.only().encoded if element.tag == DIRECTORY_NAME else element.content
    return GeneralName(element.tag, value)


def _subtrees(element: der.Element) -> tuple[GeneralName, ...]:
    subtrees = []
    for subtree in element.children():
        children = subtree.sequence()
        if not children:
            raise der.DerError("a subtree without a base")
        subtrees.append(_general_name(children[0]))
    return tuple(subtrees)
