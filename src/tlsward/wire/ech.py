"""The ECHConfigList that a server publishes for Encrypted Client Hello (RFC 9849 section 4)."""

from typing import NamedTuple

from tlsward.wire.reader import Reader

#: The one version that RFC 9849 defines; configurations of others are passed over.
ECH_VERSION = 0xFE0D
#: Configurations of one list that are read; real lists have one or two.
MOST_CONFIGURATIONS = 64


class EchConfig(NamedTuple):
    """One ECHConfig. All but `version` is empty where the version is not ECH_VERSION.

    `cipher_suites` are pairs of HPKE KDF and AEAD identifiers, `extensions` pairs of type
    and data. `public_name` is text of the peer, not safe to show.
    """

    version: int
    config_id: int = 0
    kem_id: int = 0
    public_key: bytes = b""
    cipher_suites: tuple[tuple[int, int], ...] = ()
    maximum_name_length: int = 0
    public_name: str = ""
    extensions: tuple[tuple[int, bytes], ...] = ()


def decode_ech_config_list(data: bytes) -> tuple[EchConfig, ...]:
    """Return the configurations of an ECHConfigList, also those of unknown versions.

    Raises DecodeError where it is malformed or has more than MOST_CONFIGURATIONS.
    """
    reader = Reader(data, "ECHConfigList")
    configurations = reader.within16("ECHConfigList", minimum=4)
    reader.finish()
    found: list[EchConfig] = []
    while configurations.remaining():
        if len(found) == MOST_CONFIGURATIONS:
            raise configurations.fail(f"more than {MOST_CONFIGURATIONS} configurations")
        version = configurations.u16("version")
        contents = configurations.within16("ECHConfig")
        found.append(_contents(contents) if version == ECH_VERSION else EchConfig(version))
    return tuple(found)


def _contents(reader: Reader) -> EchConfig:
    config_id = reader.u8("config_id")
    kem_id = reader.u16("kem_id")
    public_key = reader.vector16("public_key", minimum=1)
    suites = reader.within16("cipher_suites", minimum=4, maximum=0xFFFC)
    cipher_suites: list[tuple[int, int]] = []
    while suites.remaining():
        cipher_suites.append((suites.u16("kdf_id"), suites.u16("aead_id")))
    maximum_name_length = reader.u8("maximum_name_length")
    public_name = reader.vector8("public_name", minimum=1)
    block = reader.within16("extensions")
    extensions: list[tuple[int, bytes]] = []
    while block.remaining():
        extensions.append((block.u16("extension type"), block.vector16("extension data")))
    reader.finish()
    return EchConfig(
        version=ECH_VERSION,
        config_id=config_id,
        kem_id=kem_id,
        public_key=public_key,
        cipher_suites=tuple(cipher_suites),
        maximum_name_length=maximum_name_length,
        # Section 4 asks for a host name in ASCII; what else is there stays visible.
        public_name=public_name.decode("latin-1"),
        extensions=tuple(extensions),
    )
