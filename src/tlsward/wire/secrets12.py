"""The key schedule of TLS 1.2 and older, from premaster secret to Finished.

Enough to finish a handshake, to get the ticket that a server sends only then, and to
resume it. Export suites and suites whose cipher `cryptography` lacks (ARIA, GOST) are out.
"""

from typing import Final

from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.prf import handshake_hash, key_block, master_secret, verify_data
from tlsward.wire.protection12 import (
    AeadProtection,
    BlockProtection,
    BulkCipher,
    RecordProtection12,
    StreamProtection,
)
from tlsward.wire.reader import DecodeError

__all__ = ["SUPPORTED_SUITES", "RecordProtection12", "Tls12KeySchedule", "session_hash"]


def _aead(name: str, key_length: int, salt_length: int = 4, tag_length: int = 16) -> BulkCipher:
    return BulkCipher(
        name=name,
        kind="aead",
        key_length=key_length,
        fixed_iv_length=salt_length,
        tag_length=tag_length,
    )


def _block(name: str, key_length: int, mac: str, block_length: int = 16) -> BulkCipher:
    return BulkCipher(
        name=name,
        kind="block",
        key_length=key_length,
        mac=mac,
        fixed_iv_length=block_length,
        block_length=block_length,
    )


#: Cipher and MAC, the hash of the PRF in TLS 1.2, and the suites that have them with RSA,
#: DHE and ECDHE key exchange, anonymous ones too. RFC 5246 appendix C, RFC 8422 section 6,
#: RFC 5288, RFC 5289, RFC 5932, RFC 6367, RFC 6655, RFC 7251, RFC 7905, RFC 4162.
_FAMILIES: Final[tuple[tuple[BulkCipher, str, tuple[int, ...]], ...]] = (
    (_aead("AES-GCM", 16), "sha256", (0x009C, 0x009E, 0x00A2, 0x00A6, 0xC02B, 0xC02F)),
    (_aead("AES-GCM", 32), "sha384", (0x009D, 0x009F, 0x00A3, 0x00A7, 0xC02C, 0xC030)),
    (_aead("ChaCha20-Poly1305", 32, 12), "sha256", (0xCCA8, 0xCCA9, 0xCCAA)),
    (_aead("AES-CCM", 16), "sha256", (0xC09C, 0xC09E, 0xC0AC)),
    (_aead("AES-CCM", 32), "sha256", (0xC09D, 0xC09F, 0xC0AD)),
    (_aead("AES-CCM", 16, 4, 8), "sha256", (0xC0A0, 0xC0A2, 0xC0AE)),
    (_aead("AES-CCM", 32, 4, 8), "sha256", (0xC0A1, 0xC0A3, 0xC0AF)),
    (
        _block("AES-CBC", 16, "sha1"),
        "sha256",
        (0x002F, 0x0032, 0x0033, 0x0034, 0xC009, 0xC013, 0xC018),
    ),
    (
        _block("AES-CBC", 32, "sha1"),
        "sha256",
        (0x0035, 0x0038, 0x0039, 0x003A, 0xC00A, 0xC014, 0xC019),
    ),
    (
        _block("AES-CBC", 16, "sha256"),
        "sha256",
        (0x003C, 0x0040, 0x0067, 0x006C, 0xC023, 0xC027),
    ),
    (_block("AES-CBC", 32, "sha256"), "sha256", (0x003D, 0x006A, 0x006B, 0x006D)),
    (_block("AES-CBC", 32, "sha384"), "sha384", (0xC024, 0xC028)),
    (_block("CAMELLIA-CBC", 16, "sha1"), "sha256", (0x0041, 0x0044, 0x0045, 0x0046)),
    (_block("CAMELLIA-CBC", 32, "sha1"), "sha256", (0x0084, 0x0087, 0x0088, 0x0089)),
    (
        _block("CAMELLIA-CBC", 16, "sha256"),
        "sha256",
        (0x00BA, 0x00BD, 0x00BE, 0x00BF, 0xC072, 0xC076),
    ),
    (_block("CAMELLIA-CBC", 32, "sha256"), "sha256", (0x00C0, 0x00C3, 0x00C4, 0x00C5)),
    (_block("CAMELLIA-CBC", 32, "sha384"), "sha384", (0xC073, 0xC077)),
    (_block("SEED-CBC", 16, "sha1"), "sha256", (0x0096, 0x0099, 0x009A, 0x009B)),
    (
        _block("3DES-CBC", 24, "sha1", 8),
        "sha256",
        (0x000A, 0x0013, 0x0016, 0x001B, 0xC008, 0xC012, 0xC017),
    ),
    (BulkCipher(name="RC4", kind="stream", key_length=16, mac="md5"), "sha256", (0x0004, 0x0018)),
    (
        BulkCipher(name="RC4", kind="stream", key_length=16, mac="sha1"),
        "sha256",
        (0x0005, 0x0066, 0xC007, 0xC011, 0xC016),
    ),
    (BulkCipher(name="NULL", kind="null", key_length=0, mac="md5"), "sha256", (0x0001,)),
    (
        BulkCipher(name="NULL", kind="null", key_length=0, mac="sha1"),
        "sha256",
        (0x0002, 0xC006, 0xC010, 0xC015),
    ),
    (BulkCipher(name="NULL", kind="null", key_length=0, mac="sha256"), "sha256", (0x003B,)),
)

_SUITES: Final[dict[int, tuple[BulkCipher, str]]] = {
    code: (bulk, hash_name) for bulk, hash_name, codes in _FAMILIES for code in codes
}
SUPPORTED_SUITES: Final = frozenset(_SUITES)


def _suite(cipher_suite: int) -> tuple[BulkCipher, str]:
    found = _SUITES.get(cipher_suite)
    if found is None:
        raise DecodeError("cipher_suite", 0, f"no code for 0x{cipher_suite:04X}")
    return found


def session_hash(cipher_suite: int, version: int, transcript: bytes) -> bytes:
    """Return what `extended_hash` wants (RFC 7627 section 3).

    `transcript` is every handshake message from the ClientHello through the
    ClientKeyExchange. DecodeError for a suite that is not in `SUPPORTED_SUITES`.
    """
    return handshake_hash(version, _suite(cipher_suite)[1], transcript)


class Tls12KeySchedule:
    """The keys of one connection of SSL 3.0 to TLS 1.2.

    `extended_hash` is given where the server answered extended_master_secret: the
    `session_hash`. `encrypt_then_mac` where it answered that; it concerns block ciphers
    alone. DecodeError for a cipher suite that is not in `SUPPORTED_SUITES`.
    """

    client: RecordProtection12
    server: RecordProtection12
    master_secret: bytes

    def __init__(
        self,
        cipher_suite: int,
        premaster: bytes,
        client_random: bytes,
        server_random: bytes,
        extended_hash: bytes | None = None,
        *,
        version: int = ProtocolVersion.TLS12,
        encrypt_then_mac: bool = False,
    ) -> None:
        hash_name = _suite(cipher_suite)[1]
        master = master_secret(
            version, hash_name, premaster, client_random, server_random, extended_hash
        )
        self._expand(cipher_suite, master, client_random, server_random, version, encrypt_then_mac)

    @classmethod
    def from_master_secret(
        cls,
        cipher_suite: int,
        master_secret: bytes,
        client_random: bytes,
        server_random: bytes,
        *,
        version: int = ProtocolVersion.TLS12,
        encrypt_then_mac: bool = False,
    ) -> "Tls12KeySchedule":
        """Return the keys of a resumed session (RFC 5246 section F.1.4)."""
        schedule = cls.__new__(cls)
        schedule._expand(
            cipher_suite, master_secret, client_random, server_random, version, encrypt_then_mac
        )
        return schedule

    def client_finished(self, transcript: bytes) -> bytes:
        """Return what our Finished must hold; `transcript` ends before it."""
        return self._verify_data(b"client finished", transcript)

    def server_finished(self, transcript: bytes) -> bytes:
        """Return what the server's Finished must hold; `transcript` ends before it."""
        return self._verify_data(b"server finished", transcript)

    def _verify_data(self, label: bytes, transcript: bytes) -> bytes:
        return verify_data(self._version, self._hash_name, self.master_secret, label, transcript)

    def _expand(
        self,
        cipher_suite: int,
        master: bytes,
        client_random: bytes,
        server_random: bytes,
        version: int,
        encrypt_then_mac: bool,
    ) -> None:
        """RFC 5246 section 6.3: cut the key block into six parts."""
        bulk, hash_name = _suite(cipher_suite)
        self.master_secret = master
        self._version = version
        self._hash_name = hash_name
        lengths = (bulk.mac_length, bulk.key_length, bulk.fixed_iv_length)
        block = key_block(
            version, hash_name, master, client_random, server_random, 2 * sum(lengths)
        )
        clients: list[bytes] = []
        servers: list[bytes] = []
        start = 0
        for length in lengths:
            clients.append(block[start : start + length])
            servers.append(block[start + length : start + 2 * length])
            start += 2 * length
        self.client = _protection(version, bulk, clients, encrypt_then_mac, sealing=True)
        self.server = _protection(version, bulk, servers, encrypt_then_mac, sealing=False)


def _protection(
    version: int, bulk: BulkCipher, keys: list[bytes], encrypt_then_mac: bool, *, sealing: bool
) -> RecordProtection12:
    mac_key, key, iv = keys
    if bulk.kind == "aead":
        return AeadProtection(version, bulk, key, iv)
    if bulk.kind == "block":
        return BlockProtection(version, bulk, mac_key, key, iv, encrypt_then_mac=encrypt_then_mac)
    return StreamProtection(version, bulk, mac_key, key, sealing=sealing)
