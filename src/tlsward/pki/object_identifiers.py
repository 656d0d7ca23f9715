"""Object identifiers of X.509 with the names people know them by.

Signature algorithms have OpenSSL's long names, attribute types those of RFC 4514
section 3 and RFC 4519.
"""

RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
RSASSA_PSS = "1.2.840.113549.1.1.10"
ED25519 = "1.3.101.112"
ED448 = "1.3.101.113"
MD2_WITH_RSA = "1.2.840.113549.1.1.2"
MD4_WITH_RSA = "1.2.840.113549.1.1.3"

#: Public keys by what `PublicKey.algorithm` calls them.
KEY_ALGORITHMS = {
    RSA_ENCRYPTION: "rsa",
    RSASSA_PSS: "rsa",
    "1.2.840.10045.2.1": "ecdsa",
    "1.2.840.10040.4.1": "dsa",
    ED25519: "ed25519",
    ED448: "ed448",
    "1.2.643.2.2.19": "gost",
    "1.2.643.7.1.1.1.1": "gost",
    "1.2.643.7.1.1.1.2": "gost",
}

#: Signature algorithms: OpenSSL's long name, and what key makes them.
SIGNATURE_ALGORITHMS = {
    MD2_WITH_RSA: ("md2WithRSAEncryption", "rsa"),
    MD4_WITH_RSA: ("md4WithRSAEncryption", "rsa"),
    "1.2.840.113549.1.1.4": ("md5WithRSAEncryption", "rsa"),
    "1.2.840.113549.1.1.5": ("sha1WithRSAEncryption", "rsa"),
    "1.3.14.3.2.29": ("sha1WithRSA", "rsa"),
    "1.2.840.113549.1.1.14": ("sha224WithRSAEncryption", "rsa"),
    "1.2.840.113549.1.1.11": ("sha256WithRSAEncryption", "rsa"),
    "1.2.840.113549.1.1.12": ("sha384WithRSAEncryption", "rsa"),
    "1.2.840.113549.1.1.13": ("sha512WithRSAEncryption", "rsa"),
    RSASSA_PSS: ("RSASSA-PSS", "rsa"),
    "1.2.840.10045.4.1": ("ecdsa-with-SHA1", "ecdsa"),
    "1.2.840.10045.4.3.1": ("ecdsa-with-SHA224", "ecdsa"),
    "1.2.840.10045.4.3.2": ("ecdsa-with-SHA256", "ecdsa"),
    "1.2.840.10045.4.3.3": ("ecdsa-with-SHA384", "ecdsa"),
    "1.2.840.10045.4.3.4": ("ecdsa-with-SHA512", "ecdsa"),
    "2.16.840.1.101.3.4.3.9": ("ecdsa_with_SHA3-224", "ecdsa"),
    "2.16.840.1.101.3.4.3.10": ("ecdsa_with_SHA3-256", "ecdsa"),
    "2.16.840.1.101.3.4.3.11": ("ecdsa_with_SHA3-384", "ecdsa"),
    "2.16.840.1.101.3.4.3.12": ("ecdsa_with_SHA3-512", "ecdsa"),
    "1.2.840.10040.4.3": ("dsaWithSHA1", "dsa"),
    "2.16.840.1.101.3.4.3.1": ("dsa_with_SHA224", "dsa"),
    "2.16.840.1.101.3.4.3.2": ("dsa_with_SHA256", "dsa"),
    ED25519: ("ED25519", "ed25519"),
    ED448: ("ED448", "ed448"),
    "1.2.643.2.2.3": ("GOST R 34.11-94 with GOST R 34.10-2001", "gost"),
    "1.2.643.7.1.1.3.2": ("GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)", "gost"),
    "1.2.643.7.1.1.3.3": ("GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)", "gost"),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", "ml-dsa"),
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", "ml-dsa"),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", "ml-dsa"),
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

#: CA/Browser Forum's policies: whoever has one was issued by a public authority.
PUBLIC_POLICIES = "2.23.140.1."
