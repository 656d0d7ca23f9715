"""The rules of guideline 4.0: those of Mozilla's TLS Observatory, in its words.

Unlike later versions a level asks for things to be there: protocols, the server's
order, for the old level one suite and exact sizes. What the Observatory never saw is
passed over: TLS 1.3 (a note says so), and its two traps are closed: X25519 counts as
the 256-bit curve it is, and a server of which nothing is known meets nothing.

The table has a row for every rule, in the order the Observatory printed them.
"""

from tlsward.assess.observatory import (
    bad,
    certificate,
    ciphersuites,
    forward_secrecy,
    hsts,
    order,
    protocols,
    stapling,
)

RULES = (
    certificate.SIGNATURE,
    ciphersuites.PRESENT,
    ciphersuites.EXTRA,
    ciphersuites.MISSING,
    protocols.EXTRA,
    protocols.MISSING,
    order.SERVER_SIDE,
    stapling.OCSP,
    ciphersuites.TRIPLE_DES,
    forward_secrecy.SIZES,
    certificate.TYPE,
    certificate.KEY_SIZE,
    protocols.UNJUDGED,
    hsts.HSTS,
)

#: Advice on the order of suites, given for levels that are met.
ORDER_RULES = (order.PRIORITY,)

BAD_RULES = (
    bad.CIPHERS,
    bad.SSLV2,
    bad.FORWARD_SECRECY,
    bad.SIGNATURE,
    bad.KEY_SIZE,
)

#: What guideline 4.0 asks for and the Observatory never looked at; HSTS is where HTTP was asked.
NOT_CHECKED = ("tls_curves", "certificate_curves", "hsts_min_age", "trust", "hostname", "expiry")
