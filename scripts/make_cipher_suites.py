"""Write src/tlsward/facts/data/cipher_suites.json from cipher_suites.txt.

Run it from anywhere: `python scripts/make_cipher_suites.py`. The table holds what has
to be looked up (code point, names, document); everything else follows from the name
and is worked out here, once, so that loading it costs nothing.
"""

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TABLE = HERE / "cipher_suites.txt"
SSL2_TABLE = HERE / "ssl2_cipher_kinds.txt"
DATA = HERE.parent / "src/tlsward/facts/data"

SOURCE = (
    "IANA TLS Parameters registry (https://www.iana.org/assignments/tls-parameters/), the RFCs"
    " and drafts it names, and the headers of OpenSSL, NSS and BoringSSL for what IANA lacks;"
    " prior: estimated from what default configurations of common servers offer"
)
SSL2_SOURCE = (
    "draft-hickman-netscape-ssl-00 (The SSL Protocol, 1995) and OpenSSL 1.0.2's ssl2.h;"
    " prior: estimated"
)
DATE = "2026-11-24"
LICENCE = "CC0-1.0 (registry values); MPL-2.0 (arrangement and estimates)"

SSL3_TO_TLS12 = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
TLS10_TO_TLS12 = SSL3_TO_TLS12[1:]

#: Words before _WITH_ in a suite's name: key exchange, authentication, key of the certificate.
KEY_EXCHANGES: dict[str, tuple[str, str, str | None]] = {
    "NULL": ("NULL", "NULL", None),
    "RSA": ("RSA", "RSA", "rsa"),
    "RSA_EXPORT": ("RSA_EXPORT", "RSA", "rsa"),
    "RSA_EXPORT1024": ("RSA_EXPORT", "RSA", "rsa"),
    "RSA_FIPS": ("RSA", "RSA", "rsa"),
    "DH_DSS": ("DH", "DSS", "dh"),
    "DH_RSA": ("DH", "RSA", "dh"),
    "DHE_DSS": ("DHE", "DSS", "dsa"),
    "DHE_RSA": ("DHE", "RSA", "rsa"),
    "DH_anon": ("DHE", "anon", None),
    "ECDH_ECDSA": ("ECDH", "ECDSA", "ecdsa"),
    "ECDH_RSA": ("ECDH", "RSA", "ecdsa"),
    "ECDHE_ECDSA": ("ECDHE", "ECDSA", "ecdsa"),
    "ECDHE_RSA": ("ECDHE", "RSA", "rsa"),
    "ECDH_anon": ("ECDHE", "anon", None),
    "CECPQ1_RSA": ("CECPQ1", "RSA", "rsa"),
    "CECPQ1_ECDSA": ("CECPQ1", "ECDSA", "ecdsa"),
    "PSK": ("PSK", "PSK", None),
    "DHE_PSK": ("DHE_PSK", "PSK", None),
    "PSK_DHE": ("DHE_PSK", "PSK", None),
    "ECDHE_PSK": ("ECDHE_PSK", "PSK", None),
    "RSA_PSK": ("RSA_PSK", "RSA", "rsa"),
    "ECCPWD": ("ECCPWD", "ECCPWD", None),
    "SRP_SHA": ("SRP", "SRP", None),
    "SRP_SHA_RSA": ("SRP", "RSA", "rsa"),
    "SRP_SHA_DSS": ("SRP", "DSS", "dsa"),
    "KRB5": ("KRB5", "KRB5", None),
    "FORTEZZA_KEA": ("FORTEZZA", "FORTEZZA", None),
    "GOSTR341094": ("GOST", "GOST", "gost"),
    "GOSTR341001": ("GOST", "GOST", "gost"),
    "GOSTR341112_256": ("GOST", "GOST", "gost"),
    # GM/T 0024 leaves _WITH_ out; SM2 certificates, IBC identities instead of them.
    "ECDHE": ("ECDHE", "SM2", "sm2"),
    "ECC": ("SM2", "SM2", "sm2"),
    "IBSDH": ("SM9", "SM9", None),
    "IBC": ("SM9", "SM9", None),
}
FORWARD_SECRET = {"DHE", "ECDHE", "DHE_PSK", "ECDHE_PSK", "ECCPWD", "CECPQ1", "SRP", "any"}

#: Starts of the cipher's words: name of the algorithm and the bits an attacker has to guess.
BULK_CIPHERS: tuple[tuple[str, str, int], ...] = (
    ("NULL", "NULL", 0),
    ("RC4_40", "RC4", 40),
    ("RC4_56", "RC4", 56),
    ("RC4_64", "RC4", 64),
    ("RC4_128_EXPORT40", "RC4", 40),
    ("RC4_128", "RC4", 128),
    ("RC2_CBC_40", "RC2-CBC", 40),
    ("RC2_CBC_56", "RC2-CBC", 56),
    ("RC2_128_CBC_EXPORT40", "RC2-CBC", 40),
    ("RC2_128_CBC", "RC2-CBC", 128),
    ("RC2_CBC", "RC2-CBC", 128),
    ("IDEA_128_CBC", "IDEA-CBC", 128),
    ("IDEA_CBC", "IDEA-CBC", 128),
    ("DES40_CBC", "DES-CBC", 40),
    ("DES_CBC_40", "DES-CBC", 40),
    ("DES_64_CBC", "DES-CBC", 56),
    ("DES_64_CFB64", "DES-CFB", 56),
    ("DES_CBC", "DES-CBC", 56),
    # Meeting in the middle leaves 112 of the 168 bits.
    ("DES_192_EDE3_CBC", "3DES-CBC", 112),
    ("3DES_EDE_CBC", "3DES-CBC", 112),
    ("FORTEZZA_CBC", "SKIPJACK-CBC", 80),
    ("28147_CNT", "GOST28147-CNT", 256),
    ("KUZNYECHIK_CTR", "KUZNYECHIK-CTR", 256),
    ("KUZNYECHIK_MGM", "KUZNYECHIK-MGM", 256),
    ("MAGMA_CTR", "MAGMA-CTR", 256),
    ("MAGMA_MGM", "MAGMA-MGM", 256),
    ("SEED_CBC", "SEED-CBC", 128),
    ("CHACHA20_POLY1305", "CHACHA20-POLY1305", 256),
    ("ESTREAM_SALSA20", "ESTREAM-SALSA20", 256),
    ("SALSA20", "SALSA20", 256),
    ("AEGIS_256", "AEGIS-256", 256),
    ("AEGIS_128L", "AEGIS-128L", 128),
    ("SM4_CBC", "SM4-CBC", 128),
    ("SM4_GCM", "SM4-GCM", 128),
    ("SM4_CCM", "SM4-CCM", 128),
    *(
        (f"{cipher}_{bits}_{mode}", f"{cipher}-{bits}-{mode.replace('_', '-')}", bits)
        for cipher in ("AES", "CAMELLIA", "ARIA")
        for bits in (128, 256)
        for mode in ("CBC", "GCM", "CCM_8", "CCM")
    ),
)
#: Last words of a name that do not say the hash themselves.
MACS = {
    # CCM suites of TLS 1.2 leave out that they use SHA-256 (RFC 6655 section 3).
    "": "SHA256",
    "MD5_1": "MD5",
    "IMIT": "GOST28147-IMIT",
    "GOSTR3411": "GOST3411",
    "OMAC": "OMAC",
    "L": "STREEBOG256",
    "S": "STREEBOG256",
}
AEAD_MODES = ("GCM", "CCM", "CCM-8", "POLY1305", "MGM", "AEGIS-256", "AEGIS-128L")

#: How likely a server that speaks a version of the suite has it: the first rule that fits wins.
PRIORS: tuple[tuple[str, float], ...] = (
    (r"_SCSV$|NULL_WITH_NULL_NULL", 0.0),
    (r"^TLS_AES_256_GCM_SHA384$", 0.98),
    (r"^TLS_AES_128_GCM_SHA256$", 0.97),
    (r"^TLS_CHACHA20_POLY1305_SHA256$", 0.93),
    (r"^TLS_AES_128_CCM_SHA256$", 0.05),
    (r"^TLS_AES_128_CCM_8_SHA256$", 0.02),
    (r"^TLS_SM4_|^TLS_AEGIS|^TLS_SHA(256|384)", 0.002),
    (r"_OLD$", 0.002),
    (r"^TLS_ECDHE_RSA_WITH_AES_256_GCM", 0.93),
    (r"^TLS_ECDHE_RSA_WITH_AES_128_GCM", 0.92),
    (r"^TLS_ECDHE_RSA_WITH_CHACHA20", 0.72),
    (r"^TLS_ECDHE_ECDSA_WITH_AES_128_GCM", 0.44),
    (r"^TLS_ECDHE_ECDSA_WITH_AES_256_GCM", 0.43),
    (r"^TLS_ECDHE_ECDSA_WITH_CHACHA20", 0.40),
    (r"^TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", 0.46),
    (r"^TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0.45),
    (r"^TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA$", 0.48),
    (r"^TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA$", 0.47),
    (r"^TLS_ECDHE_ECDSA_WITH_AES_\d+_CBC_SHA$", 0.24),
    (r"^TLS_ECDHE_ECDSA_WITH_AES_\d+_CBC_SHA\d+", 0.22),
    (r"^TLS_RSA_WITH_AES_256_GCM", 0.38),
    (r"^TLS_RSA_WITH_AES_128_GCM", 0.37),
    (r"^TLS_RSA_WITH_AES_\d+_CBC_SHA$", 0.38),
    (r"^TLS_RSA_WITH_AES_\d+_CBC_SHA256", 0.33),
    (r"^TLS_DHE_RSA_WITH_AES_\d+_GCM", 0.27),
    (r"^TLS_DHE_RSA_WITH_CHACHA20", 0.13),
    (r"^TLS_DHE_RSA_WITH_AES_\d+_CBC", 0.19),
    (r"^TLS_RSA_WITH_AES_\d+_CCM", 0.10),
    (r"^TLS_(DHE_RSA|ECDHE_ECDSA)_WITH_AES_\d+_CCM", 0.06),
    (r"^TLS_RSA_WITH_3DES", 0.10),
    (r"^TLS_ECDHE_RSA_WITH_3DES", 0.06),
    (r"^TLS_DHE_RSA_WITH_3DES", 0.05),
    (r"^TLS_ECDHE_ECDSA_WITH_3DES", 0.02),
    (r"^TLS_(EC)?DHE_RSA_WITH_(CAMELLIA|ARIA)_\d+_(CBC|GCM)", 0.07),
    (r"^TLS_RSA_WITH_(CAMELLIA|ARIA)_\d+_(CBC|GCM)", 0.08),
    (r"^TLS_ECDHE_ECDSA_WITH_(CAMELLIA|ARIA)", 0.03),
    (r"^TLS_(DHE_)?RSA_WITH_SEED", 0.03),
    (r"^TLS_RSA_WITH_RC4_128_SHA", 0.03),
    (r"^TLS_RSA_WITH_RC4_128_MD5", 0.025),
    (r"^TLS_ECDHE_(RSA|ECDSA)_WITH_RC4", 0.015),
    (r"^TLS_RSA_WITH_IDEA_CBC_SHA", 0.01),
    (r"^TLS_(ECDH|DH)_anon_WITH_(AES|CAMELLIA|3DES)", 0.008),
    (r"^TLS_(ECDH|DH)_anon", 0.004),
    (r"^TLS_(DHE_)?RSA(_EXPORT)?_WITH_(DES|RC4_40|RC2)", 0.008),
    (r"^TLS_((EC)?DHE_)?(RSA|ECDSA)_WITH_NULL", 0.005),
    (r"^TLS_SRP", 0.003),
    (r"PSK", 0.003),
    (r"^TLS_DHE_DSS", 0.003),
    (r"^TLS_ECDH_", 0.003),
    (r"^TLS_GOST", 0.002),
    (r"EXPORT", 0.002),
    (r"", 0.001),
)

#: Further names under which programs know a suite.
ALIASES = {
    0x0016: ["DHE-RSA-DES-CBC3-SHA"],
    0x0013: ["DHE-DSS-DES-CBC3-SHA"],
    0x0015: ["DHE-RSA-DES-CBC-SHA"],
    0x0012: ["DHE-DSS-DES-CBC-SHA"],
    0x0014: ["EXP-DHE-RSA-DES-CBC-SHA"],
    0x0011: ["EXP-DHE-DSS-DES-CBC-SHA"],
    0x00C6: ["TLS13-SM4-GCM-SM3"],
    0x00C7: ["TLS13-SM4-CCM-SM3"],
    0x1301: ["TLS13-AES-128-GCM-SHA256"],
    0x1302: ["TLS13-AES-256-GCM-SHA384"],
    0x1303: ["TLS13-CHACHA20-POLY1305-SHA256"],
    0x1304: ["TLS13-AES-128-CCM-SHA256"],
    0x1305: ["TLS13-AES-128-CCM-8-SHA256"],
    0x1306: ["TLS_AEGIS_256_SHA384"],
    0xC060: ["ECDHE-RSA-ARIA128-GCM-SHA256"],
    0xC061: ["ECDHE-RSA-ARIA256-GCM-SHA384"],
    0xC0AA: ["TLS_DHE_PSK_WITH_AES_128_CCM_8"],
    0xC0AB: ["TLS_DHE_PSK_WITH_AES_256_CCM_8"],
    # Go before 1.14 left the hash out.
    0xCCA8: ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"],
    0xCCA9: ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"],
    # OpenSSL 1.1 called the private code point so, OpenSSL 3 has the LEGACY- name.
    0xFF85: ["GOST2012-GOST8912-GOST8912"],
    0xFEFE: ["SSL_RSA_FIPS_WITH_DES_CBC_SHA"],
    0xFEFF: ["SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"],
    0xFFE0: ["SSL_RSA_OLDFIPS_WITH_3DES_EDE_CBC_SHA"],
    0xFFE1: ["SSL_RSA_OLDFIPS_WITH_DES_CBC_SHA"],
}


def is_tls13(code: int, name: str) -> bool:
    """Say whether a code point is one of TLS 1.3's, which name no key exchange."""
    return 0x1301 <= code <= 0x13FF or "_MGM_" in name or code in {0x00C6, 0x00C7, 0xC0B4, 0xC0B5}


def key_exchange_of(code: int, name: str) -> tuple[str, str, str | None]:
    """Return key exchange, authentication and the kind of certificate key."""
    if is_tls13(code, name):
        return "any", "any", "any"
    if name.endswith("_SCSV"):
        return "SCSV", "SCSV", None
    words = name.removeprefix("TLS_").removesuffix("_OLD")
    exchange = words.split("_WITH_")[0] if "_WITH_" in words else words.split("_SM4_")[0]
    if "EXPORT" in exchange and exchange not in KEY_EXCHANGES:
        exchange = re.sub("_EXPORT(1024)?$", "", exchange)
    return KEY_EXCHANGES[exchange]


def cipher_of(name: str) -> tuple[str, int, str]:
    """Return the bulk cipher, its effective bits and the hash of MAC or PRF."""
    if name in {"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"}:
        return "NULL", 0, name[-6:]
    if name.endswith("_SCSV") or name == "TLS_NULL_WITH_NULL_NULL":
        return "NULL", 0, "NULL"
    if name.startswith("SSL_CK_"):
        words = name.removeprefix("SSL_CK_").replace("_WITH_", "_")
    elif "_WITH_" in name:
        words = name.split("_WITH_")[1]
    elif "_SM4_" in name:
        words = "SM4_" + name.split("_SM4_")[1]
    else:
        words = name.removeprefix("TLS_")
    words = words.removesuffix("_OLD")
    bulk, bits, rest = next(
        (bulk, bits, words.removeprefix(start).removeprefix("_"))
        for start, bulk, bits in BULK_CIPHERS
        if words.startswith(start)
    )
    return bulk, bits, MACS.get(rest, rest)


def versions_of(code: int, name: str, bulk: str, mac: str) -> tuple[str, ...]:
    """Return the versions in which asking for the suite is worth it.

    That is wider than the RFCs: OpenSSL 1.0 served export, DES and IDEA suites in
    TLS 1.2 (RFC 4346 section A.5 and RFC 5469 forbid it) and ECDHE ones in SSL 3.0.
    """
    if name.endswith("_SCSV") or code == 0x0000:
        return ()
    if is_tls13(code, name):
        return ("TLSv1.3",)
    if bulk.endswith(AEAD_MODES) or "_OMAC" in name or bulk.startswith(("ESTREAM", "SALSA")):
        return ("TLSv1.2",)
    if "_SM4_" in name:
        return ("TLSv1.2",)
    if "GOST" in name:
        return TLS10_TO_TLS12
    if mac in {"SHA256", "SHA384"}:
        # RFC 5487 section 3: with PSK these may be used before TLS 1.2, and OpenSSL does.
        return TLS10_TO_TLS12 if "PSK" in name else ("TLSv1.2",)
    return SSL3_TO_TLS12


def suite_row(line: str) -> dict[str, Any]:
    """Work out every fact of one line of the table."""
    code_text, name, openssl_name, recommended, reference = line.split()
    code = int(code_text, 16)
    exchange, authentication, certificate_key = key_exchange_of(code, name)
    bulk, bits, mac = cipher_of(name)
    return {
        "hex": f"0x{code:04X}",
        "code": code,
        "iana_name": name,
        "openssl_name": name if openssl_name == "-" else openssl_name,
        "aliases": ALIASES.get(code, []),
        "key_exchange": exchange,
        "authentication": authentication,
        "certificate_key": certificate_key,
        "bulk": bulk,
        "bits": bits,
        "mac": mac,
        "aead": bulk.endswith(AEAD_MODES),
        "forward_secret": exchange in FORWARD_SECRET,
        "export": "EXPORT" in name,
        "versions": versions_of(code, name, bulk, mac),
        "recommended": recommended == "Y",
        "prior": next(prior for rule, prior in PRIORS if re.search(rule, name)),
        "reference": reference,
    }


def ssl2_row(line: str) -> dict[str, Any]:
    """Work out the facts of one SSLv2 cipher kind."""
    code_text, name, openssl_name, prior = line.split()
    bulk, bits, mac = cipher_of(name)
    code = int(code_text, 16)
    return {
        "hex": f"0x{code:06X}",
        "code": code,
        "iana_name": name,
        "openssl_name": name if openssl_name == "-" else openssl_name,
        "key_exchange": "RSA",
        "authentication": "RSA",
        "certificate_key": "rsa",
        "bulk": bulk,
        "bits": bits,
        "mac": mac,
        "aead": False,
        "forward_secret": False,
        "export": "EXPORT" in name,
        "versions": ("SSLv2",),
        "recommended": False,
        "prior": float(prior),
        "reference": "draft-hickman-netscape-ssl",
    }


def lines_of(table: Path) -> list[str]:
    """Return the lines of a table that say something."""
    return [line for line in table.read_text().splitlines() if line and not line.startswith("#")]


def is_said(value: object) -> bool:
    """Say whether a value is not the one the loader assumes: no, none and nothing are left out."""
    return value is not False and value is not None and value != []


def write(path: Path, header: dict[str, str], key: str, rows: list[dict[str, Any]]) -> None:
    """Write a data file with one row a line, so that a change shows as one line."""
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in header.items()]
    kept = ({name: value for name, value in row.items() if is_said(value)} for row in rows)
    body = ",\n".join(f"    {json.dumps(row)}" for row in kept)
    path.write_text("{\n" + "\n".join(lines) + f'\n  "{key}": [\n{body}\n  ]\n}}\n')


def main() -> None:
    """Write both data files."""
    header = {"source": SOURCE, "date": DATE, "licence": LICENCE}
    suites = [suite_row(line) for line in lines_of(TABLE)]
    write(DATA / "cipher_suites.json", header, "suites", suites)
    kinds = [ssl2_row(line) for line in lines_of(SSL2_TABLE)]
    header["source"] = SSL2_SOURCE
    write(DATA / "ssl2_cipher_kinds.json", header, "suites", kinds)


if __name__ == "__main__":
    main()
