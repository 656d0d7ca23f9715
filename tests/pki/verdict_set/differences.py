"""Which judge says otherwise in which case, and why. Where we say no or unknown, it accepts."""

OPENSSL, GO, NSS, LIBRARY = "openssl", "go", "nss", "library"

_PROFILE = "holds private authorities to the Baseline Requirements' profile as well: "
_COMMON_NAME = "takes the common name where there is no dNSName; RFC 9525 section 2 gave that up"
_PURPOSE_OF_ROOT = "asks nothing of a trusted root; RFC 5280 section 6.1 leaves it open whether to"
_UNREAD = "does not need the part that cannot be read here; ours is unknown, not no"
_VERSION = "reads extensions whatever the version; RFC 5280 section 4.1.2.1 ties them to 3"
_A_LABELS = "takes A-labels alone, so that its caller has to turn the name into them"
_TRAILING_DOT = "takes the host as it is; its callers strip the dot that ends an absolute name"
_SHA1 = "its default policy still allows SHA-1; Firefox and the Baseline Requirements do not"
_LEAF_KEY = "looks at the keys that signed; the leaf's is first looked at in the handshake"
_UNKNOWN_KIND = "of this version has no signatures by such keys"
_NO_SUCH_KEY = "computes with no such keys; private authorities may have them"
_NO_SUCH_SIGNATURE = "has no signatures by such keys"
_EMPTY_CONSTRAINTS = "takes constraints without any as none; RFC 5280 section 4.2.1.10 forbids them"

DIFFERENCES: dict[str, dict[str, str]] = {
    # Validity
    "notAfter is this second": {
        OPENSSL: "ends validity just before notAfter; RFC 5280 section 4.1.2.5 includes it"
    },
    "notBefore is in a second": {NSS: "forgives clocks that are late by up to a day"},
    "notAfter a GeneralizedTime before 2050": {
        LIBRARY: "holds to RFC 5280 section 4.1.2.5, which asks for UTCTime; clients read both"
    },
    "a UTCTime without seconds": {
        GO: "reads what X.680 allows and DER does not; ours is unknown, not no",
        NSS: "reads what X.680 allows and DER does not; ours is unknown, not no",
    },
    "a UTCTime with an offset": {
        GO: "reads what X.680 allows and DER does not; ours is unknown, not no",
        NSS: "reads what X.680 allows and DER does not; ours is unknown, not no",
    },
    "the 30th of February": {NSS: "takes it for the day as many days after; ours is unknown"},
    # Structure of the path
    "an authority that is a root and the leaf": {LIBRARY: f"{_PROFILE}no server is an authority"},
    "the intermediate is the anchor": {
        OPENSSL: "wants a self-signed anchor unless asked for -partial_chain; RFC 5280 does not"
    },
    "the leaf is the anchor, not self-signed": {
        OPENSSL: "wants a self-signed anchor unless asked for -partial_chain; RFC 5280 does not"
    },
    "an intermediate below two roots, the unknown one first": {
        OPENSSL: "follows the first certificate that fits and does not turn back; browsers do"
    },
    "an intermediate without keyUsage": {LIBRARY: f"{_PROFILE}authorities have keyUsage"},
    "basicConstraints that are not critical": {
        LIBRARY: f"{_PROFILE}they are critical; RFC 5280 binds authorities so, not clients"
    },
    "a root without basicConstraints": {
        OPENSSL: "takes a root's keyCertSign for it; RFC 5280 section 4.2.1.9 does not",
        NSS: _PURPOSE_OF_ROOT,
    },
    "a root without keyCertSign": {NSS: _PURPOSE_OF_ROOT},
    "a root without keyUsage": {LIBRARY: f"{_PROFILE}authorities have keyUsage"},
    "an authorityKeyIdentifier that is of no key here": {
        OPENSSL: "demands that it fits; RFC 5280 section 4.2.1.1 means it to help finding a path",
        NSS: "demands that it fits; RFC 5280 section 4.2.1.1 means it to help finding a path",
    },
    "a root of version 1": {LIBRARY: f"{_PROFILE}all certificates are of version 3"},
    "a leaf of version 1": {OPENSSL: _COMMON_NAME, NSS: _COMMON_NAME},
    "a leaf of version 1 with extensions": {OPENSSL: _VERSION, NSS: _VERSION},
    "a leaf of version 2 with extensions": {OPENSSL: _VERSION, NSS: _VERSION},
    "a leaf of version 4": {
        OPENSSL: "reads a version that there is not like version 3; ours is unknown",
        NSS: "reads a version that there is not like version 3; ours is unknown",
    },
    "a negative serial number": {
        GO: "refuses it since Go 1.23; RFC 5280 section 4.1.2.2 asks clients to bear it",
        LIBRARY: "refuses it; RFC 5280 section 4.1.2.2 asks clients to bear it",
    },
    "a serial number of 200 octets": {
        LIBRARY: "refuses more than 20 octets; RFC 5280 binds authorities so, not clients"
    },
    # Purposes and extensions
    "a leaf for anything": {
        GO: "takes anyExtendedKeyUsage; RFC 5280 section 4.2.1.12 lets clients refuse it"
    },
    "a leaf for Netscape's step-up": {
        OPENSSL: "takes Netscape's old purpose for the one of servers",
        NSS: "takes Netscape's old purpose for the one of servers",
    },
    "an empty list of purposes": {GO: "takes an empty list for none; ours is unknown, not no"},
    "an intermediate for clients": {
        NSS: "asks the leaf alone; the other clients limit what is below an authority by it"
    },
    "an intermediate for anything": {
        GO: "takes anyExtendedKeyUsage; RFC 5280 section 4.2.1.12 lets clients refuse it",
        LIBRARY: "takes anyExtendedKeyUsage in authorities, in leaves it does not",
    },
    "a root for clients": {NSS: _PURPOSE_OF_ROOT},
    "a leaf of RSA for digitalSignature alone": {
        NSS: "asks RSA for keyEncipherment; Firefox asks for what the handshake uses"
    },
    "a leaf for nonRepudiation alone": {
        GO: "does not look at the leaf's keyUsage",
        LIBRARY: "does not look for digitalSignature in the leaf's keyUsage",
    },
    "a leaf for keyCertSign alone": {GO: "does not look at the leaf's keyUsage"},
    "a leaf that is an authority as well": {LIBRARY: f"{_PROFILE}no server is an authority"},
    "an unknown critical extension of the root": {NSS: _PURPOSE_OF_ROOT},
    "an extension that is there twice": {
        NSS: "does not look for it; RFC 5280 section 4.2 allows one of each"
    },
    "an unknown extension that is there twice": {
        OPENSSL: "looks for it among the extensions it knows; RFC 5280 section 4.2 has all",
        NSS: "does not look for it; RFC 5280 section 4.2 allows one of each",
    },
    "a critical certificate policy": {
        NSS: "knows no policies on this way of asking; RFC 5280 section 4.2.1.4 has them known",
        LIBRARY: "knows no policies; RFC 5280 section 4.2.1.4 has them known",
    },
    "an extension cut short": {NSS: _UNREAD},
    # Names
    "a trailing dot of the host": {
        OPENSSL: _TRAILING_DOT,
        NSS: _TRAILING_DOT,
        LIBRARY: _TRAILING_DOT,
    },
    "a trailing dot of both": {
        OPENSSL: "compares octets; RFC 5280 has no dNSName with a dot at its end",
        GO: "compares octets; RFC 5280 has no dNSName with a dot at its end",
        NSS: "compares octets; RFC 5280 has no dNSName with a dot at its end",
    },
    "an underscore": {LIBRARY: "takes letters, digits and hyphens alone; browsers take it"},
    "a common name alone": {OPENSSL: _COMMON_NAME, NSS: _COMMON_NAME},
    "a common name beside a mailbox": {OPENSSL: _COMMON_NAME, NSS: _COMMON_NAME},
    "a wildcard of a top-level domain": {
        GO: "does not count labels; browsers refuse wildcards for whole public suffixes",
        LIBRARY: "does not count labels; browsers refuse wildcards for whole public suffixes",
    },
    "a partial wildcard, f*": {
        OPENSSL: "still takes it unless told not to; RFC 9525 section 6.3 gave it up",
        NSS: "still takes it at the end of a label; RFC 9525 section 6.3 gave it up",
    },
    "a partial wildcard, *o": {
        OPENSSL: "still takes it unless told not to; RFC 9525 section 6.3 gave it up"
    },
    "a wildcard for an underscore": {
        OPENSSL: "lets it stand for letters, digits and hyphens alone; browsers and Go do not",
        LIBRARY: "takes letters, digits and hyphens alone; browsers take it",
    },
    "a wildcard as the host": {LIBRARY: "takes letters, digits and hyphens alone"},
    "an IPv4 address mapped to IPv6": {
        NSS: "turns both into IPv6; RFC 9525 compares octets, four with four"
    },
    "an address as common name": {NSS: _COMMON_NAME},
    "an address of three octets": {OPENSSL: _UNREAD, NSS: _UNREAD, LIBRARY: _UNREAD},
    "an A-label, the host written as U-label": {
        OPENSSL: _A_LABELS,
        GO: _A_LABELS,
        NSS: _A_LABELS,
        LIBRARY: _A_LABELS,
    },
    "an empty subject and names that are not critical": {
        LIBRARY: f"{_PROFILE}the names are critical then; RFC 5280 binds authorities so"
    },
    "a subject and critical names": {LIBRARY: f"{_PROFILE}the names are not critical then"},
    # Name constraints and path length
    "a leading dot, a name below": {
        LIBRARY: "refuses constraints with a leading dot, which RFC 5280 has for URIs alone"
    },
    "an empty name is permitted": {LIBRARY: "refuses an empty constraint; it permits all names"},
    "a wildcard that covers what is excluded": {
        OPENSSL: "compares the wildcard as a name; the RFC is silent, Chrome refuses it",
        NSS: "compares the wildcard as a name; the RFC is silent, Chrome refuses it",
    },
    "the subject is permitted": {
        GO: "knows no constraints on directory names and refuses what is critical",
        LIBRARY: "knows no constraints on directory names and refuses what is critical",
    },
    "the subject is permitted, that of a self-issued authority is not": {
        GO: "knows no constraints on directory names and refuses what is critical",
        LIBRARY: "knows no constraints on directory names and refuses what is critical",
    },
    "neither permitted nor excluded": {OPENSSL: _EMPTY_CONSTRAINTS, NSS: _EMPTY_CONSTRAINTS},
    "constraints in the leaf": {LIBRARY: f"{_PROFILE}leaves have no constraints"},
    "path length 0, a self-issued authority below": {
        GO: "counts all authorities; RFC 5280 section 6.1.4 (l) leaves out self-issued ones",
        LIBRARY: "counts all authorities; RFC 5280 section 6.1.4 (l) leaves out self-issued ones",
    },
    "path length 0, a leaf that is an authority": {LIBRARY: f"{_PROFILE}no server is an authority"},
    "nine intermediates": {LIBRARY: "follows eight intermediates unless told otherwise"},
    # Keys
    "a leaf of RSA of 512 bits": {GO: _LEAF_KEY, NSS: _LEAF_KEY, LIBRARY: _LEAF_KEY},
    "a leaf of RSA of 768 bits": {GO: _LEAF_KEY, NSS: _LEAF_KEY, LIBRARY: _LEAF_KEY},
    "an intermediate of RSA of 1024 bits": {LIBRARY: f"{_PROFILE}RSA has 2048 bits"},
    "a root of RSA, 1024 bits": {LIBRARY: f"{_PROFILE}RSA has 2048 bits"},
    "an intermediate of P-224": {
        NSS: _UNKNOWN_KIND,
        LIBRARY: f"{_PROFILE}P-256, P-384 or P-521",
    },
    "a leaf of secp256k1": {GO: _NO_SUCH_KEY},
    "an intermediate of secp256k1": {
        GO: _NO_SUCH_KEY,
        NSS: _UNKNOWN_KIND,
        LIBRARY: f"{_PROFILE}P-256, P-384 or P-521",
    },
    "a leaf of Ed25519": {NSS: "of this version has no such keys"},
    "an intermediate of Ed25519": {NSS: _UNKNOWN_KIND, LIBRARY: f"{_PROFILE}RSA or ECDSA"},
    "a leaf of Ed448": {NSS: "of this version has no such keys"},
    "an intermediate of Ed448": {
        GO: _NO_SUCH_SIGNATURE,
        NSS: _UNKNOWN_KIND,
        LIBRARY: f"{_PROFILE}RSA or ECDSA",
    },
    "an intermediate of DSA": {
        GO: "has no signatures by such keys any more",
        LIBRARY: f"{_PROFILE}RSA or ECDSA",
    },
    "an intermediate of RSA for PSS alone": {
        GO: "does not know keys for PSS alone, other than in leaves, whose keys it does not use",
        LIBRARY: f"{_PROFILE}no keys for PSS alone",
    },
    "a key for PSS alone that made another signature": {
        NSS: "does not keep the key to PSS; RFC 4055 section 1.2 does"
    },
    # Signatures
    "a leaf by RSA with SHA1": {NSS: _SHA1},
    "an intermediate by RSA with SHA1": {NSS: _SHA1},
    "a leaf by ECDSA with SHA1": {NSS: _SHA1},
}
