import re

import pytest

from tlsward.facts.hsts_preload_codes import preload_code, preload_codes
from tlsward.facts.http_findings import http_findings
from tlsward.facts.http_history import http_history


def test_every_code_of_the_preload_list_has_a_text():
    codes = preload_codes()
    assert len(codes) == 49
    assert sum(row.severity == "warning" for row in codes.values()) == 13
    assert all(row.text.endswith(".") or row.text.endswith(").") for row in codes.values())
    with pytest.raises(KeyError):
        preload_code("header.nothing")


def test_findings_have_a_text_and_a_place_to_read_on():
    for row in http_findings().values():
        assert re.fullmatch(r"[a-z0-9-]+\.[a-z0-9-]+", row.id)
        assert row.text.endswith(".")
        assert row.reference.startswith("https://")
        if row.grade in {"weak", "bad"}:
            assert row.advice, row.id
        assert not row.advice or row.grade != "good"
        assert not row.advice.endswith(".")


def test_who_heeded_pins_and_expect_ct():
    ended = {
        name: {each.browser: each.ended for each in row.support}
        for name, row in http_history().items()
    }
    assert ended["public-key-pins"] == {
        "Chrome": "72",
        "Firefox": "72",
        "Safari": None,
        "Edge (before Chromium)": None,
    }
    assert ended["expect-ct"]["Chrome"] == "107"
