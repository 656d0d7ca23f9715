"""ServerKeyExchange in all its layouts.

The message does not say which layout it has: the cipher suite's key exchange does, and the
version whether a signature scheme stands before the signature. `LAYOUTS` is the table.
"""

from typing import Final

import msgspec

from tlsward.wire.elliptic_curve import ExplicitCurve, encode_explicit_curve, read_explicit_curve
from tlsward.wire.reader import DecodeError, Reader
from tlsward.wire.writer import u8, u16, vector8, vector16

__all__ = [
    "LAYOUTS",
    "ExplicitCurve",
    "ServerKeyExchange",
    "decode_server_key_exchange",
    "encode_server_key_exchange",
]

#: Key exchange -> the parts of its message, in their order.
#: RFC 5246 section 7.4.3 (dhe, dh_anon), RFC 8422 section 5.4 (ecdhe), RFC 2246 section
#: 7.4.3 (rsa_export), RFC 4279 sections 2 to 4 (psk, dhe_psk, rsa_psk), RFC 5489 section 2
#: (ecdhe_psk), RFC 5054 section 2.8.1 (srp).
LAYOUTS: Final[dict[str, tuple[str, ...]]] = {
    "dhe": ("dh", "signature"),
    "dh_anon": ("dh",),
    "ecdhe": ("ecdh", "signature"),
    "ecdh_anon": ("ecdh",),
    "rsa_export": ("rsa", "signature"),
    "psk": ("hint",),
    "rsa_psk": ("hint",),
    "dhe_psk": ("hint", "dh"),
    "ecdhe_psk": ("hint", "ecdh"),
    # Whether a server signs follows from its suite's certificate: SRP alone has none.
    "srp": ("srp", "optional signature"),
}

NAMED_CURVE: Final = 3


class ServerKeyExchange(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a ServerKeyExchange; what its layout does not have is None or empty.

    `group` is the named curve of ECDHE, `public` the server's public key. Primes,
    generators and keys are big-endian octets as they came. `parameters` are the octets
    that the signature covers after the two randoms (RFC 5246 section 7.4.3).
    """

    group: int | None = None
    dh_prime: bytes | None = None
    dh_generator: bytes | None = None
    public: bytes = b""
    rsa_modulus: bytes | None = None
    rsa_exponent: bytes | None = None
    psk_identity_hint: bytes | None = None
    srp_salt: bytes | None = None
    explicit_curve: ExplicitCurve | None = None
    signature_scheme: int | None = None
    signature: bytes = b""
    parameters: bytes = b""

    @property
    def dh_bits(self) -> int | None:
        """Size of the prime of DHE or SRP in bits."""
        return None if self.dh_prime is None else int.from_bytes(self.dh_prime).bit_length()

    @property
    def rsa_modulus_bits(self) -> int | None:
        """Size of the temporary key of RSA_EXPORT in bits."""
        return None if self.rsa_modulus is None else int.from_bytes(self.rsa_modulus).bit_length()


def decode_server_key_exchange(
    body: bytes, key_exchange: str, has_signature_scheme: bool
) -> ServerKeyExchange:
    """Read the body of a ServerKeyExchange.

    `key_exchange` is a key of `LAYOUTS`; for any other there can be no such message, which
    is the DecodeError. `has_signature_scheme` holds in TLS 1.2 (RFC 5246 section 4.7).
    """
    layout = LAYOUTS.get(key_exchange)
    if layout is None:
        raise DecodeError("ServerKeyExchange", 0, f"has no layout for {key_exchange!r}")
    reader = Reader(body, "ServerKeyExchange")
    values: dict[str, object] = {}
    for part in layout:
        if part == "dh":
            values["dh_prime"] = reader.vector16("dh_p", minimum=1)
            values["dh_generator"] = reader.vector16("dh_g", minimum=1)
            values["public"] = reader.vector16("dh_Ys", minimum=1)
        elif part == "ecdh":
            _read_ecdh(reader, values)
        elif part == "rsa":
            values["rsa_modulus"] = reader.vector16("rsa_modulus", minimum=1)
            values["rsa_exponent"] = reader.vector16("rsa_exponent", minimum=1)
        elif part == "hint":
            values["psk_identity_hint"] = reader.vector16("psk_identity_hint")
        elif part == "srp":
            values["dh_prime"] = reader.vector16("srp_N", minimum=1)
            values["dh_generator"] = reader.vector16("srp_g", minimum=1)
            values["srp_salt"] = reader.vector8("srp_s", minimum=1)
            values["public"] = reader.vector16("srp_B", minimum=1)
        elif part == "signature" or reader.remaining():
            values["parameters"] = body[: reader.offset()]
            if has_signature_scheme:
                values["signature_scheme"] = reader.u16("SignatureAndHashAlgorithm")
            values["signature"] = reader.vector16("signature")
    if "parameters" not in values:
        values["parameters"] = body[: reader.offset()]
    reader.finish()
    return ServerKeyExchange(**values)  # type: ignore[arg-type]  # built part by part above


def _read_ecdh(reader: Reader, values: dict[str, object]) -> None:
    """Read ECParameters and ECPoint (RFC 8422 section 5.4, explicit ones RFC 4492's)."""
    at = reader.offset()
    curve_type = reader.u8("curve_type")
    if curve_type == NAMED_CURVE:
        values["group"] = reader.u16("namedcurve")
    else:
        values["explicit_curve"] = read_explicit_curve(reader, curve_type, at)
    values["public"] = reader.vector8("point", minimum=1)


def encode_server_key_exchange(message: ServerKeyExchange, key_exchange: str) -> bytes:
    """Return the body of `message` in the layout of `key_exchange`; KeyError for no layout."""
    body = b""
    for part in LAYOUTS[key_exchange]:
        if part == "dh":
            body += vector16(message.dh_prime or b"") + vector16(message.dh_generator or b"")
            body += vector16(message.public)
        elif part == "ecdh":
            if message.explicit_curve is not None:
                body += encode_explicit_curve(message.explicit_curve)
            else:
                body += u8(NAMED_CURVE) + u16(message.group or 0)
            body += vector8(message.public)
        elif part == "rsa":
            body += vector16(message.rsa_modulus or b"") + vector16(message.rsa_exponent or b"")
        elif part == "hint":
            body += vector16(message.psk_identity_hint or b"")
        elif part == "srp":
            body += vector16(message.dh_prime or b"") + vector16(message.dh_generator or b"")
            body += vector8(message.srp_salt or b"") + vector16(message.public)
        elif part == "signature" or message.signature:
            if message.signature_scheme is not None:
                body += u16(message.signature_scheme)
            body += vector16(message.signature)
    return body
