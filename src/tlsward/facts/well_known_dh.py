"""Diffie-Hellman primes that many servers share: of standards, and built into software.

A shared prime is worth an attack that pays once for all its servers (weakdh.org), so it
matters that one of 1024 bits or less is known. Most come from cryptodatahub's data file,
which is read when the first prime is asked about; its Python modules are never imported.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file

_SOFTWARE_KEY = re.compile(r"APPLICATION_SERVER_(?P<software>[A-Z]+)_VERSION_(?P<version>[0-9_]+)_")
_SOFTWARE = {
    "APACHE": "Apache httpd",
    "HAPROXY": "HAProxy",
    "NGINX": "nginx",
    "POSTFIX": "Postfix",
    "PROFTPD": "ProFTPD",
    "SOCAT": "socat",
}


class WellKnownPrime(msgspec.Struct, frozen=True, kw_only=True):
    """A prime with a name, `kind` standard or software, `sources` who published it.

    `doubtful_subgroup` marks RFC 5114's groups, whose subgroup nobody can explain the
    choice of.
    """

    name: str
    bits: int
    kind: str
    prime: bytes
    sources: tuple[str, ...] = ()
    doubtful_subgroup: bool = False


class _Numbers(msgspec.Struct, frozen=True):
    p: tuple[str, ...]


class _Entry(msgspec.Struct, frozen=True):
    name: str
    field_size: int
    sources: tuple[str, ...]
    parameter_numbers: _Numbers


class _OwnEntry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    bits: int
    kind: str
    sources: tuple[str, ...]
    prime: str


class _OwnFile(DataFile, frozen=True, kw_only=True):
    primes: tuple[_OwnEntry, ...]


def well_known_dh(prime: bytes) -> WellKnownPrime | None:
    """Return what is known of a prime (big endian, leading zeros ignored), or None."""
    return _primes().get(prime.lstrip(b"\x00"))


def well_known_primes() -> tuple[WellKnownPrime, ...]:
    """Return every prime that is known by a name."""
    return tuple(_primes().values())


@cache
def _primes() -> dict[bytes, WellKnownPrime]:
    return {known.prime: known for known in (*_own_primes(), *_cryptodatahub_primes())}


def _own_primes() -> list[WellKnownPrime]:
    return [
        WellKnownPrime(
            name=entry.name,
            bits=entry.bits,
            kind=entry.kind,
            prime=bytes.fromhex(entry.prime),
            sources=entry.sources,
        )
        for entry in read_data_file("well_known_dh.json", _OwnFile).primes
    ]


def _cryptodatahub_primes() -> list[WellKnownPrime]:
    # A top-level package is found without being imported.
    spec = find_spec("cryptodatahub")
    if spec is None or spec.origin is None:
        return []
    path = Path(spec.origin).parent / "common" / "dhparam-well-known.json"
    entries = msgspec.json.decode(path.read_bytes(), type=dict[str, _Entry])
    return [_prime_of(key, entry) for key, entry in entries.items()]


def _prime_of(key: str, entry: _Entry) -> WellKnownPrime:
    software = _SOFTWARE_KEY.match(key)
    return WellKnownPrime(
        name=_software_name(software, entry) if software else _standard_name(key, entry),
        bits=entry.field_size,
        kind="software" if software else "standard",
        prime=_prime_bytes(entry),
        sources=tuple(source for source in entry.sources if source != "IETF"),
        doubtful_subgroup=key.startswith("RFC5114"),
    )


def _software_name(software: re.Match[str], entry: _Entry) -> str:
    name = _SOFTWARE.get(software["software"], software["software"])
    version = software["version"].replace("_", ".")
    return f"{name} {version} built-in {entry.field_size}-bit group"


def _standard_name(key: str, entry: _Entry) -> str:
    document = key.split("_", 1)[0]
    if document == "RFC7919":
        return f"ffdhe{entry.field_size}"
    # RFC 2539 repeats the first two Oakley groups of RFC 2409.
    number = {"RFC2539": "2409"}.get(document, document.removeprefix("RFC"))
    return f"RFC {number} {entry.name.replace('/', ', ')}"


def _prime_bytes(entry: _Entry) -> bytes:
    """Read the number, written as `FFFFFFFF C90FDAA2` or as `0xFF, 0xC9`.

    Postfix's later groups are the DER of a whole DHParameter (PKCS #3): the prime is
    what precedes the last three octets, which are the generator.
    """
    digits = re.sub(r"0x|[^0-9A-Fa-f]", "", "".join(entry.parameter_numbers.p))
    octets = bytes.fromhex(digits).lstrip(b"\x00")
    size = entry.field_size // 8
    return octets if len(octets) == size else octets[-size - 3 : -3]
