"""From results to exit codes: nothing but a measured pass is 0."""

import itertools

import pytest
from msgspec.structs import replace

from report.servers import incomplete, modern, unreachable, weak
from tlsward.cli.exit_codes import worst
from tlsward.cli.gate import exit_code
from tlsward.model.evaluation import TargetVerdict
from tlsward.report.comparison import Comparison

STATUSES = ["complete", "incomplete", "unreachable", "not_tls", "unresolvable"]


def judged(status, met):
    result = replace(modern(), status=status)
    target = None if met == "none" else TargetVerdict(level="modern", met=met)
    return replace(result, evaluation=replace(result.evaluation, target=target))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("met", [True, False, None, "none"])
def test_the_whole_table(status, met):
    expected = {True: 0, False: 1, None: 3, "none": 0}[met] if status == "complete" else 3
    assert exit_code(judged(status, met)) == expected


@pytest.mark.parametrize("met", [False, None, "none"])
@pytest.mark.parametrize(
    ("new", "unsettled", "expected"),
    [((), (), 0), (("x",), (), 1), (("x",), ("y",), 1), ((), ("y",), 3)],
)
def test_with_a_baseline_only_what_is_new_fails(met, new, unsettled, expected):
    comparison = Comparison(found=True, new=new, unsettled=unsettled)
    assert exit_code(judged("complete", met), comparison) == expected


@pytest.mark.parametrize("status", STATUSES[1:])
def test_a_baseline_excuses_no_scan_that_failed(status):
    assert exit_code(judged(status, False), Comparison(found=True)) == 3


def test_a_met_target_passes_whatever_the_baseline_says():
    assert exit_code(judged("complete", True), Comparison(found=False, new=("x",))) == 0


@pytest.mark.parametrize(
    ("build", "expected"), [(weak, 1), (modern, 0), (incomplete, 3), (unreachable, 3)]
)
def test_the_servers(build, expected):
    assert exit_code(build()) == expected


def test_the_worst_wins():
    for codes in itertools.product([0, 1, 2, 3], repeat=3):
        expected = next(code for code in (2, 3, 1, 0) if code in codes)
        assert worst(codes) == expected
    assert worst([]) == 3
