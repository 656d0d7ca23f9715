import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlsward.facts.alerts import alert_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0, "close_notify"),
        (40, "handshake_failure"),
        (41, "no_certificate"),
        (60, "export_restriction"),
        (70, "protocol_version"),
        (71, "insufficient_security"),
        (86, "inappropriate_fallback"),
        (112, "unrecognized_name"),
        (116, "certificate_required"),
        (120, "no_application_protocol"),
        (121, "ech_required"),
        (127, "0x7F"),
    ],
)
def test_name(code, name):
    assert alert_name(code) == name


@given(st.integers(min_value=0, max_value=255))
def test_every_number_has_a_name(code):
    assert alert_name(code)
