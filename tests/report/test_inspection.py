"""One connection as text and as JSON."""

import pytest

from report.golden_files import check_golden
from report.inspections import failed, hostile_inspection, tls12, tls13
from report.test_escaping import unsafe_in
from tlsward.report.inspection import render_inspection, render_inspection_json


@pytest.mark.parametrize("build", [tls12, tls13, failed, hostile_inspection])
def test_rendering(build):
    check_golden(f"inspect.{build.__name__}.txt", render_inspection(build()))
    check_golden(f"inspect.{build.__name__}.json", render_inspection_json(build()))


def test_nothing_hostile_gets_through():
    assert unsafe_in(render_inspection(hostile_inspection())) == set()
    assert unsafe_in(render_inspection_json(hostile_inspection())) == set()
    assert "\x1b[2J" not in render_inspection(hostile_inspection(), color=True)
