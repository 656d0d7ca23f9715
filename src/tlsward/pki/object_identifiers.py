"""Object identifiers of X.509 with the names people know them by.

Signature algorithms have OpenSSL's long names, curves those of the guideline, attribute
types those of RFC 4514 section 3 and RFC 4519.
"""

RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
RSASSA_PSS = "1.2.840.113549.1.1.10"
MGF1 = "1.2.840.113549.1.1.8"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
DSA = "1.2.840.10040.4.1"
ED25519 = "1.3.101.112"
ED448 = "1.3.101.113"

#: Public keys by what `PublicKey.algorithm` calls them.
KEY_ALGORITHMS = {
    RSA_ENCRYPTION: "rsa",
    RSASSA_PSS: "rsa",
    EC_PUBLIC_KEY: "ecdsa",
    DSA: "dsa",
    ED25519: "ed25519",
    ED448: "ed448",
    "1.2.643.2.2.19": "gost",
    "1.2.643.7.1.1.1.1": "gost",
    "1.2.643.7.1.1.1.2": "gost",
}

#: Curves: the guideline's name and the size of the field in bits.
CURVES = {
    "1.2.840.10045.3.1.1": ("prime192v1", 192),
    "1.3.132.0.33": ("secp224r1", 224),
    "1.2.840.10045.3.1.7": ("prime256v1", 256),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.132.0.34": ("secp384r1", 384),
    "1.3.132.0.35": ("secp521r1", 521),
    "1.3.132.0.8": ("secp160r1", 160),
    "1.3.132.0.32": ("secp224k1", 224),
    "1.3.132.0.1": ("sect163k1", 163),
    "1.3.132.0.15": ("sect163r2", 163),
    "1.3.132.0.26": ("sect233k1", 233),
    "1.3.132.0.27": ("sect233r1", 233),
    "1.3.132.0.16": ("sect283k1", 283),
    "1.3.132.0.17": ("sect283r1", 283),
    "1.3.132.0.36": ("sect409k1", 409),
    "1.3.132.0.37": ("sect409r1", 409),
    "1.3.132.0.38": ("sect571k1", 571),
    "1.3.132.0.39": ("sect571r1", 571),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
}

#: Signature algorithms: OpenSSL's long name, the key, the hash (None: the key's own).
SIGNATURE_ALGORITHMS: dict[str, tuple[str, str, str | None]] = {
    "1.2.840.113549.1.1.2": ("md2WithRSAEncryption", "rsa", "md2"),
    "1.2.840.113549.1.1.3": ("md4WithRSAEncryption", "rsa", "md4"),
    "1.2.840.113549.1.1.4": ("md5WithRSAEncryption", "rsa", "md5"),
    "1.2.840.113549.1.1.5": ("sha1WithRSAEncryption", "rsa", "sha1"),
    "1.3.14.3.2.29": ("sha1WithRSA", "rsa", "sha1"),
    "1.2.840.113549.1.1.14": ("sha224WithRSAEncryption", "rsa", "sha224"),
    "1.2.840.113549.1.1.11": ("sha256WithRSAEncryption", "rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("sha384WithRSAEncryption", "rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("sha512WithRSAEncryption", "rsa", "sha512"),
    RSASSA_PSS: ("RSASSA-PSS", "rsa-pss", None),
    "1.2.840.10045.4.1": ("ecdsa-with-SHA1", "ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": ("ecdsa-with-SHA224", "ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": ("ecdsa-with-SHA256", "ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa-with-SHA384", "ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa-with-SHA512", "ecdsa", "sha512"),
    "2.16.840.1.101.3.4.3.9": ("ecdsa_with_SHA3-224", "ecdsa", "sha3_224"),
    "2.16.840.1.101.3.4.3.10": ("ecdsa_with_SHA3-256", "ecdsa", "sha3_256"),
    "2.16.840.1.101.3.4.3.11": ("ecdsa_with_SHA3-384", "ecdsa", "sha3_384"),
    "2.16.840.1.101.3.4.3.12": ("ecdsa_with_SHA3-512", "ecdsa", "sha3_512"),
    "1.2.840.10040.4.3": ("dsaWithSHA1", "dsa", "sha1"),
    "2.16.840.1.101.3.4.3.1": ("dsa_with_SHA224", "dsa", "sha224"),
    "2.16.840.1.101.3.4.3.2": ("dsa_with_SHA256", "dsa", "sha256"),
    ED25519: ("ED25519", "ed25519", None),
    ED448: ("ED448", "ed448", None),
    "1.2.643.2.2.3": ("GOST R 34.11-94 with GOST R 34.10-2001", "gost", None),
    "1.2.643.7.1.1.3.2": ("GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)", "gost", None),
    "1.2.643.7.1.1.3.3": ("GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)", "gost", None),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", "ml-dsa", None),
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", "ml-dsa", None),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", "ml-dsa", None),
}

#: Hashes as `hashlib` and the primitives call them.
HASHES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}

ATTRIBUTE_TYPES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "sn",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.42": "givenName",
    "2.5.4.46": "dnQualifier",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
BASIC_CONSTRAINTS = "2.5.29.19"
NAME_CONSTRAINTS = "2.5.29.30"
CRL_DISTRIBUTION_POINTS = "2.5.29.31"
CERTIFICATE_POLICIES = "2.5.29.32"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
EXTENDED_KEY_USAGE = "2.5.29.37"
AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1"
TLS_FEATURE = "1.3.6.1.5.5.7.1.24"
#: RFC 6962 section 3.3, in certificates and in OCSP responses; section 3.1, the poison.
EMBEDDED_SCTS = "1.3.6.1.4.1.11129.2.4.2"
OCSP_SCTS = "1.3.6.1.4.1.11129.2.4.5"
PRECERTIFICATE_POISON = "1.3.6.1.4.1.11129.2.4.3"

ACCESS_OCSP = "1.3.6.1.5.5.7.48.1"
ACCESS_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"
OCSP_BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1"

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0"
#: CA/Browser Forum's policies: whoever has one was issued by a public authority.
PUBLIC_POLICIES = "2.23.140.1."

#: Critical extensions whose meaning is honoured, or cannot change a path's validity here.
UNDERSTOOD = frozenset(
    {
        SUBJECT_KEY_IDENTIFIER,
        KEY_USAGE,
        SUBJECT_ALTERNATIVE_NAME,
        BASIC_CONSTRAINTS,
        NAME_CONSTRAINTS,
        CRL_DISTRIBUTION_POINTS,
        CERTIFICATE_POLICIES,
        "2.5.29.33",  # policy mappings and constraints: no policy is asked for
        "2.5.29.36",
        "2.5.29.54",
        AUTHORITY_KEY_IDENTIFIER,
        EXTENDED_KEY_USAGE,
        AUTHORITY_INFORMATION_ACCESS,
        TLS_FEATURE,
        EMBEDDED_SCTS,
    }
)

EXTENSION_NAMES = {
    SUBJECT_KEY_IDENTIFIER: "subjectKeyIdentifier",
    KEY_USAGE: "keyUsage",
    SUBJECT_ALTERNATIVE_NAME: "subjectAltName",
    BASIC_CONSTRAINTS: "basicConstraints",
    NAME_CONSTRAINTS: "nameConstraints",
    CRL_DISTRIBUTION_POINTS: "cRLDistributionPoints",
    CERTIFICATE_POLICIES: "certificatePolicies",
    AUTHORITY_KEY_IDENTIFIER: "authorityKeyIdentifier",
    EXTENDED_KEY_USAGE: "extendedKeyUsage",
    AUTHORITY_INFORMATION_ACCESS: "authorityInfoAccess",
    TLS_FEATURE: "TLSFeature",
    EMBEDDED_SCTS: "signed certificate timestamps",
    PRECERTIFICATE_POISON: "CT precertificate poison",
}
