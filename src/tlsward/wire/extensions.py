"""Extensions: what a client offers, what a server answers, each codec pair side by side.

A builder returns the `Extension` that a ClientHello carries; `decode_x` reads what it wrote.
Where a server answers in another form there is a `decode_x_answer`. `ANSWER_CODECS` is the
table from number to decoder for the messages of a server, and `decode_answer` goes by it;
a type that is not in the table stays opaque.
"""

from collections.abc import Callable, Sequence

from tlsward.wire.codepoints import CertificateStatusType, ExtensionType
from tlsward.wire.extension_block import Extension, decode_extensions, encode_extensions
from tlsward.wire.reader import Reader
from tlsward.wire.writer import (
    u8,
    u16,
    u16_list,
    u16_short_list,
    u32,
    vector8,
    vector16,
)

__all__ = ["Extension", "decode_extensions", "encode_extensions"]

_HOST_NAME = 0
#: One octet, one character: names of ALPN are octets, and what a peer sends must survive.
_OCTETS = "latin-1"


def server_name(host: str) -> Extension:
    """RFC 6066 section 3: one name of type host_name, in A-labels and without final dot.

    The name is sent as it is given: probes send wrong ones on purpose.
    """
    name = u8(_HOST_NAME) + vector16(host.encode(_OCTETS))
    return Extension(type=ExtensionType.SERVER_NAME, data=vector16(name))


def decode_server_name(data: bytes) -> tuple[str, ...]:
    """Return the host names of a client's server_name; other types of name are left out."""
    names = _within16(data, "server_name_list")
    found: list[str] = []
    while names.remaining():
        kind = names.u8("name_type")
        name = names.vector16("host_name", minimum=1)
        if kind == _HOST_NAME:
            found.append(name.decode(_OCTETS))
    return tuple(found)


def supported_groups(groups: Sequence[int]) -> Extension:
    """RFC 8422 section 5.1.1, RFC 7919 section 4 and RFC 9846 section 4.2.7."""
    return Extension(type=ExtensionType.SUPPORTED_GROUPS, data=u16_list(groups))


def decode_supported_groups(data: bytes) -> tuple[int, ...]:
    """Return the groups, most wanted first; a server may send them in EncryptedExtensions."""
    return _u16_list(data, "named_group_list")


def ec_point_formats(formats: Sequence[int] = (0,)) -> Extension:
    """RFC 8422 section 5.1.2: format 0 is uncompressed, the only one left."""
    return Extension(type=ExtensionType.EC_POINT_FORMATS, data=vector8(bytes(formats)))


def decode_ec_point_formats(data: bytes) -> tuple[int, ...]:
    """Return the point formats."""
    return _u8_list(data, "ec_point_format_list")


def signature_algorithms(schemes: Sequence[int]) -> Extension:
    """RFC 9846 section 4.2.3; in TLS 1.2 the same octets are a hash and a signature each."""
    return Extension(type=ExtensionType.SIGNATURE_ALGORITHMS, data=u16_list(schemes))


def signature_algorithms_cert(schemes: Sequence[int]) -> Extension:
    """RFC 9846 section 4.2.3: what holds for the signatures in certificates alone."""
    return Extension(type=ExtensionType.SIGNATURE_ALGORITHMS_CERT, data=u16_list(schemes))


def decode_signature_algorithms(data: bytes) -> tuple[int, ...]:
    """Return the schemes of signature_algorithms or signature_algorithms_cert."""
    return _u16_list(data, "supported_signature_algorithms")


def delegated_credential(schemes: Sequence[int]) -> Extension:
    """RFC 9345 section 4.1.1."""
    return Extension(type=ExtensionType.DELEGATED_CREDENTIAL, data=u16_list(schemes))


def supported_versions(versions: Sequence[int]) -> Extension:
    """RFC 9846 section 4.2.1."""
    return Extension(type=ExtensionType.SUPPORTED_VERSIONS, data=u16_short_list(versions))


def decode_supported_versions(data: bytes) -> tuple[int, ...]:
    """Return the versions a client offers."""
    reader = Reader(data, "versions")
    versions = reader.u16_short_list("versions", minimum=2)
    reader.finish()
    return versions


def key_share(entries: Sequence[tuple[int, bytes]]) -> Extension:
    """RFC 9846 section 4.2.8: groups and public keys. None at all asks for a retry."""
    shares = b"".join(u16(group) + vector16(key) for group, key in entries)
    return Extension(type=ExtensionType.KEY_SHARE, data=vector16(shares))


def decode_key_share(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """Return groups and public keys of a client."""
    shares = _within16(data, "client_shares")
    found: list[tuple[int, bytes]] = []
    while shares.remaining():
        found.append((shares.u16("group"), shares.vector16("key_exchange", minimum=1)))
    return tuple(found)


def decode_key_share_answer(data: bytes) -> tuple[int, bytes]:
    """Return group and public key of a server; the key is empty in a HelloRetryRequest."""
    reader = Reader(data, "server_share")
    group = reader.u16("group")
    key = reader.vector16("key_exchange", minimum=1) if reader.remaining() else b""
    reader.finish()
    return group, key


def application_layer_protocol_negotiation(names: Sequence[str]) -> Extension:
    """RFC 7301 section 3.1. A name is a string of octets, here one character each."""
    listed = b"".join(vector8(name.encode(_OCTETS)) for name in names)
    return Extension(
        type=ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION, data=vector16(listed)
    )


def decode_alpn(data: bytes) -> tuple[str, ...]:
    """Return the protocols of ALPN: what a client offers, or the one that a server chose."""
    names = _within16(data, "protocol_name_list")
    found: list[str] = []
    while names.remaining():
        found.append(names.vector8("protocol_name", minimum=1).decode(_OCTETS))
    return tuple(found)


def status_request() -> Extension:
    """RFC 6066 section 8: an OCSP response, from any responder."""
    request = u8(CertificateStatusType.OCSP) + vector16(b"") + vector16(b"")
    return Extension(type=ExtensionType.STATUS_REQUEST, data=request)


def status_request_v2() -> Extension:
    """RFC 6961 section 2.2: OCSP responses for the chain, else for the leaf."""
    empty = vector16(b"") + vector16(b"")
    items = b"".join(
        u8(kind) + vector16(empty)
        for kind in (CertificateStatusType.OCSP_MULTI, CertificateStatusType.OCSP)
    )
    return Extension(type=ExtensionType.STATUS_REQUEST_V2, data=vector16(items))


def signed_certificate_timestamp() -> Extension:
    """RFC 6962 section 3.3.1."""
    return Extension(type=ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP)


def decode_signed_certificate_timestamps(data: bytes) -> tuple[bytes, ...]:
    """Return the timestamps of a server, each as it stands (RFC 6962 section 3.3)."""
    timestamps = _within16(data, "sct_list")
    found: list[bytes] = []
    while timestamps.remaining():
        found.append(timestamps.vector16("SerializedSCT", minimum=1))
    return tuple(found)


def extended_master_secret() -> Extension:
    """RFC 7627 section 5.1."""
    return Extension(type=ExtensionType.EXTENDED_MASTER_SECRET)


def encrypt_then_mac() -> Extension:
    """RFC 7366 section 2."""
    return Extension(type=ExtensionType.ENCRYPT_THEN_MAC)


def truncated_hmac() -> Extension:
    """RFC 6066 section 7."""
    return Extension(type=ExtensionType.TRUNCATED_HMAC)


def session_ticket(ticket: bytes = b"") -> Extension:
    """RFC 5077 section 3.2: without a ticket it says that one would be welcome."""
    return Extension(type=ExtensionType.SESSION_TICKET, data=ticket)


def renegotiation_info(renegotiated_connection: bytes = b"") -> Extension:
    """RFC 5746 section 3.2: empty in a first handshake."""
    return Extension(type=ExtensionType.RENEGOTIATION_INFO, data=vector8(renegotiated_connection))


def decode_renegotiation_info(data: bytes) -> bytes:
    """Return the verify_data of the handshake before, empty in a first one."""
    reader = Reader(data, "renegotiation_info")
    verify_data = reader.vector8("renegotiated_connection")
    reader.finish()
    return verify_data


def psk_key_exchange_modes(modes: Sequence[int] = (1,)) -> Extension:
    """RFC 9846 section 4.2.9: mode 1 is psk_dhe_ke, 0 is psk_ke."""
    return Extension(type=ExtensionType.PSK_KEY_EXCHANGE_MODES, data=vector8(bytes(modes)))


def decode_psk_key_exchange_modes(data: bytes) -> tuple[int, ...]:
    """Return the modes."""
    return _u8_list(data, "ke_modes")


def pre_shared_key(identities: Sequence[tuple[bytes, int]], binders: Sequence[bytes]) -> Extension:
    """RFC 9846 section 4.2.11: tickets with their obfuscated ages, and a binder for each.

    Has to be the last extension of its ClientHello.
    """
    offered = b"".join(vector16(identity) + u32(age) for identity, age in identities)
    proofs = b"".join(vector8(binder) for binder in binders)
    return Extension(type=ExtensionType.PRE_SHARED_KEY, data=vector16(offered) + vector16(proofs))


def decode_pre_shared_key(
    data: bytes,
) -> tuple[tuple[tuple[bytes, int], ...], tuple[bytes, ...]]:
    """Return identities with their obfuscated ages, and binders, of a client."""
    reader = Reader(data, "pre_shared_key")
    identities = reader.within16("identities", minimum=7)
    offered: list[tuple[bytes, int]] = []
    while identities.remaining():
        identity = identities.vector16("identity", minimum=1)
        offered.append((identity, identities.u32("obfuscated_ticket_age")))
    binders = reader.within16("binders", minimum=33)
    proofs: list[bytes] = []
    while binders.remaining():
        proofs.append(binders.vector8("PskBinderEntry", minimum=32))
    reader.finish()
    return tuple(offered), tuple(proofs)


def compress_certificate(algorithms: Sequence[int]) -> Extension:
    """RFC 8879 section 3."""
    return Extension(type=ExtensionType.COMPRESS_CERTIFICATE, data=u16_short_list(algorithms))


def decode_compress_certificate(data: bytes) -> tuple[int, ...]:
    """Return the algorithms."""
    reader = Reader(data, "algorithms")
    algorithms = reader.u16_short_list("algorithms", minimum=2)
    reader.finish()
    return algorithms


def max_fragment_length(code: int) -> Extension:
    """RFC 6066 section 4: 1 for 2^9 octets, 2 for 2^10, 3 for 2^11, 4 for 2^12."""
    return Extension(type=ExtensionType.MAX_FRAGMENT_LENGTH, data=u8(code))


def decode_max_fragment_length(data: bytes) -> int:
    """Return the code; a server repeats the client's."""
    return _u8(data, "max_fragment_length")


def record_size_limit(octets: int) -> Extension:
    """RFC 8449 section 4."""
    return Extension(type=ExtensionType.RECORD_SIZE_LIMIT, data=u16(octets))


def decode_record_size_limit(data: bytes) -> int:
    """Return the limit in octets."""
    return _u16(data, "record_size_limit")


def heartbeat(mode: int) -> Extension:
    """RFC 6520 section 2: 1 is peer_allowed_to_send, 2 peer_not_allowed_to_send."""
    return Extension(type=ExtensionType.HEARTBEAT, data=u8(mode))


def decode_heartbeat(data: bytes) -> int:
    """Return the mode."""
    return _u8(data, "mode")


def early_data() -> Extension:
    """RFC 9846 section 4.2.10."""
    return Extension(type=ExtensionType.EARLY_DATA)


def padding(octets: int) -> Extension:
    """RFC 7685 section 3: zeros, four octets fewer than they make the hello longer."""
    return Extension(type=ExtensionType.PADDING, data=bytes(octets))


def cookie(value: bytes) -> Extension:
    """RFC 9846 section 4.2.2."""
    return Extension(type=ExtensionType.COOKIE, data=vector16(value))


def decode_cookie(data: bytes) -> bytes:
    """Return the cookie."""
    reader = Reader(data, "cookie")
    value = reader.vector16("cookie", minimum=1)
    reader.finish()
    return value


def post_handshake_auth() -> Extension:
    """RFC 9846 section 4.2.6."""
    return Extension(type=ExtensionType.POST_HANDSHAKE_AUTH)


def grease(number: int) -> Extension:
    """RFC 8701: an extension that no server may mind."""
    return Extension(type=number)


def decode_encrypted_extensions(body: bytes) -> tuple[Extension, ...]:
    """Read the body of EncryptedExtensions (RFC 9846 section 4.3.1)."""
    return decode_extensions(body)


def encode_encrypted_extensions(extensions: Sequence[Extension]) -> bytes:
    """Return the body of EncryptedExtensions."""
    return encode_extensions(extensions)


def decode_answer(extension: Extension) -> object:
    """Return what an extension of a server says, by `ANSWER_CODECS`; its data where unknown.

    Raises DecodeError when the data is not what the type has.
    """
    decoder = ANSWER_CODECS.get(extension.type)
    return extension.data if decoder is None else decoder(extension.data)


def _within16(data: bytes, field: str) -> Reader:
    """Return a reader of the one vector that `data` consists of."""
    reader = Reader(data, field)
    content = reader.within16(field)
    reader.finish()
    return content


def _u16_list(data: bytes, field: str) -> tuple[int, ...]:
    reader = Reader(data, field)
    numbers = reader.u16_list(field)
    reader.finish()
    return numbers


def _u8_list(data: bytes, field: str) -> tuple[int, ...]:
    reader = Reader(data, field)
    numbers = reader.u8_list(field)
    reader.finish()
    return numbers


def _u8(data: bytes, field: str) -> int:
    reader = Reader(data, field)
    number = reader.u8(field)
    reader.finish()
    return number


def _u16(data: bytes, field: str) -> int:
    reader = Reader(data, field)
    number = reader.u16(field)
    reader.finish()
    return number


def _empty(data: bytes) -> bool:
    """Read an extension whose presence is all it says."""
    Reader(data, "extension_data").finish()
    return True


def _next_protocols(data: bytes) -> tuple[str, ...]:
    reader = Reader(data, "next_protocol_negotiation")
    found: list[str] = []
    while reader.remaining():
        found.append(reader.vector8("protocol").decode(_OCTETS))
    return tuple(found)


ANSWER_CODECS: dict[int, Callable[[bytes], object]] = {
    ExtensionType.SERVER_NAME: _empty,
    ExtensionType.MAX_FRAGMENT_LENGTH: decode_max_fragment_length,
    ExtensionType.TRUNCATED_HMAC: _empty,
    ExtensionType.STATUS_REQUEST: _empty,
    ExtensionType.SUPPORTED_GROUPS: decode_supported_groups,
    ExtensionType.EC_POINT_FORMATS: decode_ec_point_formats,
    ExtensionType.HEARTBEAT: decode_heartbeat,
    ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION: decode_alpn,
    ExtensionType.STATUS_REQUEST_V2: _empty,
    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP: decode_signed_certificate_timestamps,
    ExtensionType.ENCRYPT_THEN_MAC: _empty,
    ExtensionType.EXTENDED_MASTER_SECRET: _empty,
    ExtensionType.RECORD_SIZE_LIMIT: decode_record_size_limit,
    ExtensionType.SESSION_TICKET: _empty,
    ExtensionType.PRE_SHARED_KEY: lambda data: _u16(data, "selected_identity"),
    ExtensionType.EARLY_DATA: _empty,
    ExtensionType.SUPPORTED_VERSIONS: lambda data: _u16(data, "selected_version"),
    ExtensionType.COOKIE: decode_cookie,
    ExtensionType.KEY_SHARE: decode_key_share_answer,
    ExtensionType.NEXT_PROTOCOL_NEGOTIATION: _next_protocols,
    ExtensionType.RENEGOTIATION_INFO: decode_renegotiation_info,
}
