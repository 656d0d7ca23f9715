"""The policies an endpoint can be given."""

import pytest

from tlsward.errors import UnknownGuidelineError
from tlsward.sandbox.policy import LOAD_BALANCER_2015, modern_policy


def test_the_load_balancer_has_the_six_suites_of_2015():
    assert LOAD_BALANCER_2015.protocols == ("TLSv1", "TLSv1.1", "TLSv1.2")
    assert set(LOAD_BALANCER_2015.cipher_suites) == {
        f"ECDHE-ECDSA-{bulk}"
        for bulk in (
            *("AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA256"),
            *("AES256-SHA384", "AES128-SHA", "AES256-SHA"),
        )
    }


def test_modern_of_4_0_is_tls_1_2_with_what_an_ecdsa_key_can_serve():
    policy = modern_policy("4.0")
    assert policy.protocols == ("TLSv1.2",)
    assert policy.cipher_suites == (
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-SHA384",
        "ECDHE-ECDSA-AES128-SHA256",
    )


def test_modern_of_6_0_is_tls_1_3():
    policy = modern_policy("6.0")
    assert (policy.protocols, policy.cipher_suites) == (("TLSv1.3",), ())
    assert policy.strict_transport_security == 63072000


def test_a_guideline_nobody_published():
    with pytest.raises(UnknownGuidelineError):
        modern_policy("3.9")
