"""Cipher suites: every registered one, and those that servers speak without being registered.

The names are IANA's and OpenSSL's; `prior` says how likely a server in the wild has a
suite, and is an estimate that decides in which order to ask, never what to report.
"""

from functools import cache

import msgspec

from tlsward.facts.data_file import DataFile, read_data_file

#: Key exchanges whose ServerKeyExchange message has a layout of its own, by that layout's name.
_SERVER_KEY_EXCHANGES = {
    "DHE": "dhe",
    "ECDHE": "ecdhe",
    "RSA_EXPORT": "rsa_export",
    "PSK": "psk",
    "RSA_PSK": "rsa_psk",
    "DHE_PSK": "dhe_psk",
    "ECDHE_PSK": "ecdhe_psk",
    "SRP": "srp",
}


class CipherSuiteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a cipher suite's code point means.

    `openssl_name` is the IANA name where OpenSSL never had one. `key_exchange` is RSA,
    DHE, ECDHE, DH, ECDH, PSK, DHE_PSK, ECDHE_PSK, RSA_PSK, SRP, KRB5, GOST, RSA_EXPORT,
    FORTEZZA, CECPQ1, ECCPWD, SM2, SM9, `any` in TLS 1.3, SCSV for the two signals that
    are no suites. `authentication` is RSA, ECDSA, DSS, anon, PSK, KRB5, SRP, GOST, SM2,
    SM9, FORTEZZA, ECCPWD or `any`; `certificate_key` the kind of key the certificate
    must have: rsa, ecdsa, dsa, dh, gost, sm2, `any`, or None where no certificate is
    sent. `bits` is the effort of an attacker (112 for 3DES). `mac` is the MAC's hash, with
    AEAD the PRF's. `versions` are those in which asking for it is worth it, wider than
    the RFCs allow since servers are. `recommended` is IANA's column (RFC 9847).
    """

    code: int
    iana_name: str
    openssl_name: str
    aliases: tuple[str, ...] = ()
    key_exchange: str = "unknown"
    authentication: str = "unknown"
    certificate_key: str | None = None
    bulk: str = "unknown"
    bits: int = 0
    mac: str = "unknown"
    aead: bool = False
    forward_secret: bool = False
    export: bool = False
    versions: tuple[str, ...] = ()
    recommended: bool = False
    prior: float = 0.0
    reference: str = ""

    @property
    def anonymous(self) -> bool:
        """Say whether nothing proves to the client who the server is."""
        return self.authentication == "anon"

    @property
    def server_key_exchange(self) -> str | None:
        """Name the layout of the ServerKeyExchange message, None where there is none.

        With psk, rsa_psk and rsa_export the message may be left out.
        """
        if self.authentication == "anon":
            return {"DHE": "dh_anon", "ECDHE": "ecdh_anon"}[self.key_exchange]
        return _SERVER_KEY_EXCHANGES.get(self.key_exchange)


class _SuiteFile(DataFile, frozen=True, kw_only=True):
    suites: tuple[CipherSuiteFacts, ...]


@cache
def all_suites() -> tuple[CipherSuiteFacts, ...]:
    """Return every known cipher suite of SSL 3.0 to TLS 1.3, by ascending code point."""
    return read_data_file("cipher_suites.json", _SuiteFile).suites


@cache
def ssl2_kinds() -> tuple[CipherSuiteFacts, ...]:
    """Return the cipher kinds of SSLv2, whose code points have three octets."""
    return read_data_file("ssl2_cipher_kinds.json", _SuiteFile).suites


@cache
def _suites_by_code() -> dict[int, CipherSuiteFacts]:
    return {facts.code: facts for facts in all_suites()}


@cache
def _ssl2_kinds_by_code() -> dict[int, CipherSuiteFacts]:
    return {facts.code: facts for facts in ssl2_kinds()}


def suite(code: int) -> CipherSuiteFacts:
    """Return the facts of a code point; an unknown one is named after its number.

    Numbers above 0xFFFF are SSLv2 cipher kinds. 0x000000, SSLv2's NULL, is the same
    number as TLS_NULL_WITH_NULL_NULL and is had from `ssl2_kind`.
    """
    if code > 0xFFFF:
        return ssl2_kind(code)
    known = _suites_by_code().get(code)
    return known if known is not None else _unknown(f"0x{code:04X}", code)


def ssl2_kind(code: int) -> CipherSuiteFacts:
    """Return the facts of an SSLv2 cipher kind; an unknown one is named after its number."""
    known = _ssl2_kinds_by_code().get(code)
    return known if known is not None else _unknown(f"0x{code:06X}", code)


def _unknown(name: str, code: int) -> CipherSuiteFacts:
    return CipherSuiteFacts(code=code, iana_name=name, openssl_name=name)


@cache
def suites_for(protocol: str) -> tuple[CipherSuiteFacts, ...]:
    """Return the suites worth asking for in a protocol version, most likely first.

    `protocol` is a name as the report has it: SSLv2, SSLv3, TLSv1 to TLSv1.3.
    """
    known = ssl2_kinds() if protocol == "SSLv2" else all_suites()
    fitting = (facts for facts in known if protocol in facts.versions)
    return tuple(sorted(fitting, key=lambda facts: (-facts.prior, facts.code)))


@cache
def _suites_by_iana_name() -> dict[str, CipherSuiteFacts]:
    return {facts.iana_name: facts for facts in all_suites()} | _suites_by_alias()


@cache
def _suites_by_openssl_name() -> dict[str, CipherSuiteFacts]:
    return {facts.openssl_name: facts for facts in all_suites()} | _suites_by_alias()


@cache
def _suites_by_alias() -> dict[str, CipherSuiteFacts]:
    return {alias: facts for facts in all_suites() for alias in facts.aliases}


def by_iana_name(name: str) -> CipherSuiteFacts | None:
    """Return the suite of an IANA name or alias, None where there is none."""
    return _suites_by_iana_name().get(name)


def by_openssl_name(name: str) -> CipherSuiteFacts | None:
    """Return the suite of an OpenSSL name or alias, None where there is none."""
    return _suites_by_openssl_name().get(name)
