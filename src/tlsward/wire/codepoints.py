"""Numbers of the TLS registries, by the names their RFCs gave them.

Plain ints in classes, not enumerations: a peer may send any number, and every number is
representable. `name_of` spells one for a person. Values are those of IANA's registries
"TLS Parameters" and "TLS ExtensionType Values", read on 2026-11-24.
"""

from functools import cache
from typing import Final


class ProtocolVersion:
    """Versions as they appear on the wire."""

    SSL2: Final = 0x0002
    SSL3: Final = 0x0300
    TLS10: Final = 0x0301
    TLS11: Final = 0x0302
    TLS12: Final = 0x0303
    TLS13: Final = 0x0304


class ContentType:
    """Types of records (RFC 9846 section 5.1; heartbeat: RFC 6520, tls12_cid: RFC 9146)."""

    CHANGE_CIPHER_SPEC: Final = 20
    ALERT: Final = 21
    HANDSHAKE: Final = 22
    APPLICATION_DATA: Final = 23
    HEARTBEAT: Final = 24
    TLS12_CID: Final = 25
    ACK: Final = 26


class HandshakeType:
    """Types of handshake messages (RFC 9846 section 4; the older ones: RFC 5246 section 7.4)."""

    HELLO_REQUEST: Final = 0
    CLIENT_HELLO: Final = 1
    SERVER_HELLO: Final = 2
    HELLO_VERIFY_REQUEST: Final = 3
    NEW_SESSION_TICKET: Final = 4
    END_OF_EARLY_DATA: Final = 5
    HELLO_RETRY_REQUEST: Final = 6  # of drafts; RFC 9846 sends a ServerHello instead
    ENCRYPTED_EXTENSIONS: Final = 8
    CERTIFICATE: Final = 11
    SERVER_KEY_EXCHANGE: Final = 12
    CERTIFICATE_REQUEST: Final = 13
    SERVER_HELLO_DONE: Final = 14
    CERTIFICATE_VERIFY: Final = 15
    CLIENT_KEY_EXCHANGE: Final = 16
    FINISHED: Final = 20
    CERTIFICATE_URL: Final = 21  # RFC 6066
    CERTIFICATE_STATUS: Final = 22  # RFC 6066
    SUPPLEMENTAL_DATA: Final = 23  # RFC 4680
    KEY_UPDATE: Final = 24
    COMPRESSED_CERTIFICATE: Final = 25  # RFC 8879
    NEXT_PROTOCOL: Final = 67  # the draft that ALPN replaced
    MESSAGE_HASH: Final = 254


class ExtensionType:
    """Types of extensions."""

    SERVER_NAME: Final = 0  # RFC 6066
    MAX_FRAGMENT_LENGTH: Final = 1  # RFC 6066
    CLIENT_CERTIFICATE_URL: Final = 2  # RFC 6066
    TRUSTED_CA_KEYS: Final = 3  # RFC 6066
    TRUNCATED_HMAC: Final = 4  # RFC 6066
    STATUS_REQUEST: Final = 5  # RFC 6066
    USER_MAPPING: Final = 6  # RFC 4681
    CLIENT_AUTHZ: Final = 7  # RFC 5878
    SERVER_AUTHZ: Final = 8  # RFC 5878
    CERT_TYPE: Final = 9  # RFC 6091
    SUPPORTED_GROUPS: Final = 10  # RFC 8422, RFC 7919
    EC_POINT_FORMATS: Final = 11  # RFC 8422
    SRP: Final = 12  # RFC 5054
    SIGNATURE_ALGORITHMS: Final = 13  # RFC 9846
    USE_SRTP: Final = 14  # RFC 5764
    HEARTBEAT: Final = 15  # RFC 6520
    APPLICATION_LAYER_PROTOCOL_NEGOTIATION: Final = 16  # RFC 7301
    STATUS_REQUEST_V2: Final = 17  # RFC 6961
    SIGNED_CERTIFICATE_TIMESTAMP: Final = 18  # RFC 6962
    CLIENT_CERTIFICATE_TYPE: Final = 19  # RFC 7250
    SERVER_CERTIFICATE_TYPE: Final = 20  # RFC 7250
    PADDING: Final = 21  # RFC 7685
    ENCRYPT_THEN_MAC: Final = 22  # RFC 7366
    EXTENDED_MASTER_SECRET: Final = 23  # RFC 7627
    TOKEN_BINDING: Final = 24  # RFC 8472
    CACHED_INFO: Final = 25  # RFC 7924
    TLS_LTS: Final = 26  # draft-gutmann-tls-lts
    COMPRESS_CERTIFICATE: Final = 27  # RFC 8879
    RECORD_SIZE_LIMIT: Final = 28  # RFC 8449
    PWD_PROTECT: Final = 29  # RFC 8492
    PWD_CLEAR: Final = 30  # RFC 8492
    PASSWORD_SALT: Final = 31  # RFC 8492
    TICKET_PINNING: Final = 32  # RFC 8672
    TLS_CERT_WITH_EXTERN_PSK: Final = 33  # RFC 8773
    DELEGATED_CREDENTIAL: Final = 34  # RFC 9345
    SESSION_TICKET: Final = 35  # RFC 5077
    TLMSP: Final = 36  # ETSI TS 103 523-2
    TLMSP_PROXYING: Final = 37  # ETSI TS 103 523-2
    TLMSP_DELEGATE: Final = 38  # ETSI TS 103 523-2
    SUPPORTED_EKT_CIPHERS: Final = 39  # RFC 8870
    PRE_SHARED_KEY: Final = 41  # RFC 9846
    EARLY_DATA: Final = 42  # RFC 9846
    SUPPORTED_VERSIONS: Final = 43  # RFC 9846
    COOKIE: Final = 44  # RFC 9846
    PSK_KEY_EXCHANGE_MODES: Final = 45  # RFC 9846
    CERTIFICATE_AUTHORITIES: Final = 47  # RFC 9846
    OID_FILTERS: Final = 48  # RFC 9846
    POST_HANDSHAKE_AUTH: Final = 49  # RFC 9846
    SIGNATURE_ALGORITHMS_CERT: Final = 50  # RFC 9846
    KEY_SHARE: Final = 51  # RFC 9846
    TRANSPARENCY_INFO: Final = 52  # RFC 9162
    CONNECTION_ID: Final = 54  # RFC 9146
    EXTERNAL_ID_HASH: Final = 55  # RFC 8844
    EXTERNAL_SESSION_ID: Final = 56  # RFC 8844
    QUIC_TRANSPORT_PARAMETERS: Final = 57  # RFC 9001
    TICKET_REQUEST: Final = 58  # RFC 9149
    DNSSEC_CHAIN: Final = 59  # RFC 9102
    NEXT_PROTOCOL_NEGOTIATION: Final = 13172  # the draft that ALPN replaced
    APPLICATION_SETTINGS: Final = 17513  # draft-vvv-tls-alps
    ECH_OUTER_EXTENSIONS: Final = 64768  # RFC 9849
    ENCRYPTED_CLIENT_HELLO: Final = 65037  # RFC 9849
    RENEGOTIATION_INFO: Final = 65281  # RFC 5746


class AlertDescription:
    """Descriptions of alerts (RFC 9846 section 6; the older ones as noted)."""

    CLOSE_NOTIFY: Final = 0
    UNEXPECTED_MESSAGE: Final = 10
    BAD_RECORD_MAC: Final = 20
    DECRYPTION_FAILED: Final = 21  # TLS 1.0
    RECORD_OVERFLOW: Final = 22
    DECOMPRESSION_FAILURE: Final = 30  # up to TLS 1.2
    HANDSHAKE_FAILURE: Final = 40
    NO_CERTIFICATE: Final = 41  # SSL 3.0
    BAD_CERTIFICATE: Final = 42
    UNSUPPORTED_CERTIFICATE: Final = 43
    CERTIFICATE_REVOKED: Final = 44
    CERTIFICATE_EXPIRED: Final = 45
    CERTIFICATE_UNKNOWN: Final = 46
    ILLEGAL_PARAMETER: Final = 47
    UNKNOWN_CA: Final = 48
    ACCESS_DENIED: Final = 49
    DECODE_ERROR: Final = 50
    DECRYPT_ERROR: Final = 51
    TOO_MANY_CIDS_REQUESTED: Final = 52  # RFC 9147
    EXPORT_RESTRICTION: Final = 60  # TLS 1.0
    PROTOCOL_VERSION: Final = 70
    INSUFFICIENT_SECURITY: Final = 71
    INTERNAL_ERROR: Final = 80
    INAPPROPRIATE_FALLBACK: Final = 86  # RFC 7507
    USER_CANCELED: Final = 90
    NO_RENEGOTIATION: Final = 100  # up to TLS 1.2
    MISSING_EXTENSION: Final = 109
    UNSUPPORTED_EXTENSION: Final = 110
    CERTIFICATE_UNOBTAINABLE: Final = 111  # RFC 6066
    UNRECOGNIZED_NAME: Final = 112  # RFC 6066
    BAD_CERTIFICATE_STATUS_RESPONSE: Final = 113  # RFC 6066
    BAD_CERTIFICATE_HASH_VALUE: Final = 114  # RFC 6066
    UNKNOWN_PSK_IDENTITY: Final = 115
    CERTIFICATE_REQUIRED: Final = 116
    GENERAL_ERROR: Final = 117  # RFC 9846
    NO_APPLICATION_PROTOCOL: Final = 120  # RFC 7301
    ECH_REQUIRED: Final = 121  # RFC 9849


class CompressionMethod:
    """Compression methods of TLS 1.2 and older (RFC 3749; LZS: RFC 3943)."""

    NULL: Final = 0
    DEFLATE: Final = 1
    LZS: Final = 64


class CertificateStatusType:
    """Types of stapled status (RFC 6066 section 8, RFC 6961)."""

    OCSP: Final = 1
    OCSP_MULTI: Final = 2


class CertificateCompressionAlgorithm:
    """Algorithms of RFC 8879."""

    ZLIB: Final = 1
    BROTLI: Final = 2
    ZSTD: Final = 3


class ClientCertificateType:
    """Kinds of client certificate that a server may ask for (RFC 5246 section 7.4.4)."""

    RSA_SIGN: Final = 1
    DSS_SIGN: Final = 2
    RSA_FIXED_DH: Final = 3
    DSS_FIXED_DH: Final = 4
    RSA_EPHEMERAL_DH: Final = 5  # SSL 3.0
    DSS_EPHEMERAL_DH: Final = 6  # SSL 3.0
    FORTEZZA_DMS: Final = 20  # SSL 3.0
    ECDSA_SIGN: Final = 64  # RFC 8422
    RSA_FIXED_ECDH: Final = 65  # RFC 4492
    ECDSA_FIXED_ECDH: Final = 66  # RFC 4492
    GOST_SIGN256: Final = 67  # RFC 9189
    GOST_SIGN512: Final = 68  # RFC 9189


@cache
def _names(registry: type) -> dict[int, str]:
    constants = {
        name: number
        for name, number in vars(registry).items()
        if isinstance(number, int) and not name.startswith("_")
    }
    if registry is ProtocolVersion:
        spelled = {"SSL2": "SSLv2", "SSL3": "SSLv3", "TLS10": "TLSv1"}
        spelled |= {f"TLS1{minor}": f"TLSv1.{minor}" for minor in (1, 2, 3)}
        return {number: spelled[name] for name, number in constants.items()}
    if registry is HandshakeType:
        # Messages are spoken of as their structures are called, not as the enumerators are.
        return {
            number: "".join(word.capitalize() for word in name.split("_"))
            for name, number in constants.items()
        }
    return {number: name.lower() for name, number in constants.items()}


def name_of(registry: type, number: int) -> str:
    """Return the name of a number in one of the classes above, `0x1A2B` for an unknown one.

    Handshake messages are named as `ServerHello`, versions as `TLSv1.2`, the rest as the
    RFCs spell it: `handshake_failure`.
    """
    return _names(registry).get(number) or f"0x{number:04X}"
