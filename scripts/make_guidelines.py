"""Write src/tlsward/facts/data/guidelines/<version>.json from the published guidelines.

The originals, byte for byte as published, are in tests/facts/data/mozilla-guidelines.
Their keys changed meaning twice (`ciphersuites` are OpenSSL names up to TLS 1.2 in 4.0,
TLS 1.3 suites from 5.1 on), `version` is a float, and one curve goes by two names. Here
all versions get one form; a new version is a new original and a run of this script.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ORIGINALS = ROOT / "tests/facts/data/mozilla-guidelines"
NORMALISED = ROOT / "src/tlsward/facts/data/guidelines"
BEST_FIRST = ("modern", "intermediate", "old")

DOCUMENT = "https://wiki.mozilla.org/Security/Server_Side_TLS"
TLSREF = "https://docs.tlsref.org/server-side-tls.html"

#: What sets a version apart from the one before it, and where its reasons are written down.
RATIONALE = {
    "4.0": (
        DOCUMENT,
        (
            "Modern wants TLS 1.2 alone with forward secrecy and ECDSA, intermediate keeps TLS 1.0"
            " for older clients, old keeps SSLv3 and SHA-1 certificates for Windows XP."
        ),
    ),
    "5.0": (
        DOCUMENT,
        (
            "Modern is TLS 1.3 alone, intermediate TLS 1.2 with forward secrecy and AEAD alone, old"
            " drops SSLv3. Clients choose the suite where all suites are good."
        ),
    ),
    "5.1": (DOCUMENT, "The keys of the file were renamed and IANA names added."),
    "5.2": (DOCUMENT, "Names for Go were added."),
    "5.3": (DOCUMENT, "P-256 is written prime256v1 throughout."),
    "5.4": (
        DOCUMENT,
        (
            "Modern has no RSA key size since it has no RSA; intermediate and old name the curves"
            " of certificates."
        ),
    ),
    "5.5": (
        DOCUMENT,
        "Certificates should last 90 days; in intermediate and old 366 days at most.",
    ),
    "5.6": (DOCUMENT, "Names for Caddy were added and the order of the IANA names put right."),
    "5.7": (DOCUMENT, "DHE-RSA-CHACHA20-POLY1305 joined intermediate."),
    "5.8": (
        TLSREF,
        (
            "The post-quantum hybrid X25519MLKEM768 comes first in every level, finite field"
            " Diffie-Hellman is gone, old wants 2048 bits where it is still used."
        ),
    ),
    "6.0": (TLSREF, "As 5.8, without the level old."),
}
PUBLISHED = {"5.7": "2023-05", "5.8": "2026-04-06", "6.0": "2026-04-06"}


def canonical_groups(names: list[str] | None) -> list[str] | None:
    """Give P-256 the one name it has in later versions."""
    if names is None:
        return None
    return ["prime256v1" if name == "secp256r1" else name for name in names]


def suites_of(version: str, level: dict[str, Any]) -> dict[str, Any]:
    """Tell suites up to TLS 1.2 from TLS 1.3's: the keys mean different things by version."""
    if version == "4.0":
        return {
            "cipher_suites": level["ciphersuites"],
            "cipher_string": level["openssl_ciphersuites"],
            "tls13_suites": [],
        }
    if version == "5.0":
        return {
            "cipher_suites": level["openssl_ciphers"],
            "tls13_suites": level["openssl_ciphersuites"],
        }
    # `go` and `caddy` are what those programs can do, not what the guideline asks for.
    return {"cipher_suites": level["ciphers"]["openssl"], "tls13_suites": level["ciphersuites"]}


def level_of(version: str, name: str, level: dict[str, Any]) -> dict[str, Any]:
    """Return one level in the form that all versions share."""
    return {
        "name": name,
        "protocols": level["tls_versions"],
        **suites_of(version, level),
        "groups": canonical_groups(level["tls_curves"]),
        "certificate_types": level["certificate_types"],
        "certificate_curves": canonical_groups(level["certificate_curves"]),
        "certificate_signatures": level["certificate_signatures"],
        "rsa_key_size": level["rsa_key_size"],
        "dh_param_size": level["dh_param_size"],
        "ecdh_param_size": level["ecdh_param_size"],
        "hsts_min_age": level["hsts_min_age"],
        "ocsp_staple": level.get("ocsp_staple"),
        "server_preferred_order": level.get("server_preferred_order"),
        "maximum_certificate_lifespan": level.get("maximum_certificate_lifespan"),
        "recommended_certificate_lifespan": level.get("recommended_certificate_lifespan"),
        "oldest_clients": level["oldest_clients"],
    }


def normalised(version: str) -> dict[str, Any]:
    """Return a whole version in the form that all versions share."""
    original = json.loads((ORIGINALS / f"{version}.json").read_text())
    reference, rationale = RATIONALE[version]
    configurations = original["configurations"]
    return {
        "source": f"https://data.tlsref.org/guidelines/{version}.json",
        "date": "2026-11-24",
        "licence": "MPL-2.0",
        "version": version,
        "published": PUBLISHED.get(version),
        "reference": reference,
        "rationale": rationale,
        "levels": {
            name: level_of(version, name, configurations[name])
            for name in BEST_FIRST
            if name in configurations
        },
    }


def main() -> None:
    """Write every version."""
    NORMALISED.mkdir(parents=True, exist_ok=True)
    for version in RATIONALE:
        text = json.dumps(normalised(version), indent=2)
        (NORMALISED / f"{version}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
