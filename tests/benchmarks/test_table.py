"""The bench's tables."""

from benchmarks.table import cost_table, question_table


def run(scanner, wall, connections, *, timed_out=False):
    return {
        "scan": "full",
        "scanner": scanner,
        "wall": wall,
        "cpu": 0.25,
        "connections": connections,
        "bytes_up": 12_300,
        "bytes_down": 45_600,
        "memory_mib": 30.0,
        "other_cores": 0.125,
        "timed_out": timed_out,
    }


def cells(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_runs_of_one_kind_become_their_median_with_the_range():
    runs = [run("a", 2.0, 10), run("a", 1.0, 12), run("a", 9.0, 11), run("b", 20.0, 5)]
    header, _, first, second = cells(cost_table(runs, ("scan", "scanner")))
    assert header[:5] == ["scan", "scanner", "wall s", "CPU s", "connections"]
    assert first[:5] == ["full", "a", "2.00 (1.00 to 9.00)", "0.25", "11"]
    assert second[:5] == ["full", "b", "20.0", "0.25", "5"]


def test_a_run_that_was_killed_has_no_time():
    runs = [run("a", 300.0, 10, timed_out=True)]
    assert cells(cost_table(runs, ("scanner",)))[2][1] == "gave up"


def test_questions_show_connections_and_rounds():
    one = {"questions": {"suites": 40, "order": 9}, "rounds": {"suites": 2}, "connections": 49}
    other = {"questions": {"suites": 7}, "connections": 7}
    header, _, *rows = cells(question_table([("full", one), ("quick", other)]))
    assert header == ["question", "full", "quick"]
    assert rows == [["suites", "40 in 2", "7"], ["order", "9", ""], ["all", "49", "7"]]
