"""Chains thrown together at random: our verdict is `openssl verify`'s for every one."""

import random
from datetime import timedelta

import pytest

from pki.issuing import (
    CA_USAGE,
    LEAF_USAGE,
    NOW,
    basic_constraints,
    dns,
    extended_key_usage,
    extension,
    issue,
    key_usage,
    name_constraints,
    p256,
    subject_alternative_name,
)
from pki.openssl_judge import openssl_accepts
from tlsward.pki.deployment import deployment
from tlsward.pki.stores import Stores

SERVER, CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
HOSTS = ["host.example", "a.host.example", "*.host.example"]


class Dice:
    """Certificates with now and then something wrong."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def happens(self, likelihood):
        return self.random.random() < likelihood

    def days(self, likelihood_of_wrong):
        days = self.random.choice([1, 100, 300])
        return timedelta(days=-1 if self.happens(likelihood_of_wrong) else days)

    def authority_extensions(self):
        length = self.random.choice([None, None, None, 0, 1, 2])
        yield basic_constraints(self.happens(0.96), length)
        if self.happens(0.8):
            yield key_usage(LEAF_USAGE if self.happens(0.05) else CA_USAGE)
        if self.happens(0.2):
            permitted = [dns(self.random.choice(["example", "host.example", "other.example"]))]
            excluded = [dns(self.random.choice(["bad.example", "host.example"]))]
            # RFC 5280 section 4.2.1.10: not both may be absent.
            yield self.random.choice(
                [
                    name_constraints(permitted, excluded),
                    name_constraints(permitted, []),
                    name_constraints([], excluded),
                ]
            )

    def leaf_extensions(self):
        if self.happens(0.5):
            yield basic_constraints(False)
        if self.happens(0.8):
            yield key_usage(0x40 if self.happens(0.05) else self.random.choice([0x80, 0x20, 0xA0]))
        names = self.random.sample(HOSTS, self.random.randint(1, 3))
        yield subject_alternative_name(*map(dns, names))

    def more_extensions(self):
        if self.happens(0.3):
            yield extended_key_usage(
                *self.random.choice([(SERVER,), (SERVER, CLIENT), (SERVER,), (CLIENT,)])
            )
        if self.happens(0.03):
            yield extension("1.2.3.4", b"\5\0", critical=True)

    def issue(self, subject, issuer=None, *, authority=True):
        own = self.authority_extensions() if authority else self.leaf_extensions()
        return issue(
            subject,
            issuer,
            extensions=(*own, *self.more_extensions()),
            not_before=NOW - self.days(0.02),
            not_after=NOW + self.days(0.03),
            identified=True,
            signer=p256() if issuer and self.happens(0.02) else None,
        )


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_are_those_of_openssl(tmp_path, seed):
    dice = Dice(seed)
    accepted = 0
    for _ in range(40):
        roots = [dice.issue(f"root {number}") for number in range(dice.random.randint(1, 2))]
        authorities = list(roots)
        for depth in range(dice.random.randint(0, 4)):
            authorities.append(dice.issue(f"step {depth}", dice.random.choice(authorities[-2:])))
        end = dice.issue("a leaf", authorities[-1], authority=False)
        served = authorities[len(roots) :]
        dice.random.shuffle(served)
        if served and dice.happens(0.1):
            served.pop()
        stores = Stores(b"".join(each.pem for each in roots), public=False)
        found = deployment(
            [end.der, *(each.der for each in served)],
            hostname="host.example",
            stores=stores,
            now=NOW,
        )
        judged = openssl_accepts(tmp_path, end, served, roots, NOW)
        assert (found.trust["private"] == "yes") is judged, found.trust_reasons
        accepted += judged
    assert 0 < accepted < 40
