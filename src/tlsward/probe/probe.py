"""One connection to be made: the hello to send and how far to go with the answer."""

from enum import IntEnum

import msgspec

from tlsward.model.observation import Resumption
from tlsward.wire.codepoints import ProtocolVersion
from tlsward.wire.hello import Extension

#: Groups that the everyday hello of TLS 1.2 and older lists. X25519 first, as browsers
#: do; the exotic ones have a question of their own. No finite-field group: a server that
#: knows RFC 7919 would answer with the named one and hide its own parameters.
EVERYDAY_CURVES = (
    0x001D,  # x25519
    0x0017,  # secp256r1
    0x0018,  # secp384r1
    0x0019,  # secp521r1
    0x001E,  # x448
    0x001A,  # brainpoolP256r1
    0x001B,  # brainpoolP384r1
    0x001C,  # brainpoolP512r1
    0x0016,  # secp256k1
)
#: Groups that the everyday TLS 1.3 hello lists: those every build of ours has keys for.
EVERYDAY_TLS13_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E)
#: Those it sends a share for at once. One real share of each of the two common groups
#: saves the HelloRetryRequest round; random bytes would be refused by some stacks.
EVERYDAY_KEY_SHARES = (0x001D, 0x0017)
#: Signature schemes of the everyday hello: OpenSSL 3 and newer refuse TLS 1.2 without
#: the extension, and many stacks refuse a list that is all SHA-1.
EVERYDAY_SCHEMES = (
    0x0403,  # ecdsa_secp256r1_sha256
    0x0503,  # ecdsa_secp384r1_sha384
    0x0603,  # ecdsa_secp521r1_sha512
    0x0807,  # ed25519
    0x0808,  # ed448
    0x0804,  # rsa_pss_rsae_sha256
    0x0805,  # rsa_pss_rsae_sha384
    0x0806,  # rsa_pss_rsae_sha512
    0x0809,  # rsa_pss_pss_sha256
    0x080A,  # rsa_pss_pss_sha384
    0x080B,  # rsa_pss_pss_sha512
    0x0401,  # rsa_pkcs1_sha256
    0x0501,  # rsa_pkcs1_sha384
    0x0601,  # rsa_pkcs1_sha512
    0x0303,  # ecdsa_sha224
    0x0301,  # rsa_pkcs1_sha224
    0x0203,  # ecdsa_sha1
    0x0201,  # rsa_pkcs1_sha1
    0x0402,  # dsa_sha256
    0x0202,  # dsa_sha1
)


class Goal(IntEnum):
    """How far a conversation goes before it is content."""

    HELLO = 1  # the ServerHello or HelloRetryRequest is the answer
    FLIGHT = 2  # the server's whole first flight, which proves that it can serve
    HANDSHAKE = 3  # our Finished as well, and what the server sends after it


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one connection.

    `version` is the version offered, alone: for TLS 1.3 supported_versions lists
    nothing else. `key_share_groups` None sends no share at all, so that the server
    names its choice in a HelloRetryRequest. `bare` omits the extensions block.
    `question` labels the connection in the counts of the report.
    """

    question: str
    version: int
    cipher_suites: tuple[int, ...]
    goal: Goal = Goal.FLIGHT
    groups: tuple[int, ...] = EVERYDAY_CURVES
    key_share_groups: tuple[int, ...] | None = EVERYDAY_KEY_SHARES
    signature_schemes: tuple[int, ...] = EVERYDAY_SCHEMES
    server_name: str | None = None
    compression_methods: tuple[int, ...] = (0,)
    extra_extensions: tuple[Extension, ...] = ()
    renegotiation_info: bool = True
    bare: bool = False
    resumption: Resumption | None = None
    trace: bool = False

    @property
    def is_tls13(self) -> bool:
        """Whether TLS 1.3 is what is offered."""
        return self.version == ProtocolVersion.TLS13
