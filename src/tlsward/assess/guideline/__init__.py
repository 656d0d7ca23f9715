"""The rules of the guideline from version 5.0 on: what is offered must be listed.

Offering less than a level lists is fine; offering anything else misses it. The
table has a row for every rule, in the order their findings are shown.
"""

from tlsward.assess.guideline import (
    authenticity,
    bad,
    certificate,
    groups,
    hsts,
    key_exchange,
    known_vulnerabilities,
    lifespan,
    order,
    protocols,
    stapling,
    suites,
    trust,
)

RULES = (
    protocols.LISTED,
    suites.PRESENT,
    suites.LISTED,
    groups.LISTED,
    key_exchange.SIZES,
    certificate.TYPE_AND_SIGNATURE,
    certificate.RSA_SIZE,
    certificate.CURVE,
    lifespan.MAXIMUM,
    trust.TRUSTED,
    trust.WHOLE_CHAIN,
    trust.VALID_NOW,
    trust.HOSTNAME,
    authenticity.REVOKED,
    authenticity.MUST_STAPLE,
    authenticity.BROKEN_KEY,
    authenticity.LOGGED,
    authenticity.DANE,
    known_vulnerabilities.NONE_KNOWN,
    order.SERVER,
    lifespan.RECOMMENDED,
    groups.POST_QUANTUM,
    stapling.OCSP,
    hsts.HSTS,
    authenticity.WELL_FORMED,
    authenticity.RENEWAL,
    authenticity.CAA,
)

BAD_RULES = (
    bad.PROTOCOLS_RULE,
    bad.SUITES_RULE,
    bad.KEY_EXCHANGE_RULE,
    bad.CERTIFICATE_RULE,
    bad.VULNERABILITIES_RULE,
    bad.BROKEN_KEY_RULE,
)

#: What the guideline asks for and is not looked at where HTTP was not asked.
NOT_CHECKED = ("hsts_min_age",)
