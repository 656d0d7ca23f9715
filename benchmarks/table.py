"""Runs in, Markdown tables out: medians over the runs, wall time with its range."""

import statistics
from collections.abc import Iterable, Sequence

Row = dict[str, object]

_COLUMNS = ("wall s", "CPU s", "connections", "kB up", "kB down", "MiB", "other cores")


def cost_table(runs: Sequence[Row], keys: Sequence[str]) -> str:
    """One line for each distinct value of `keys`, in the order of first appearance."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for run in runs:
        groups.setdefault(tuple(run[key] for key in keys), []).append(run)
    lines = [[*map(str, key), *_cells(rows)] for key, rows in groups.items()]
    return markdown((*keys, *_COLUMNS), lines)


def question_table(reports: Sequence[tuple[str, dict[str, object]]]) -> str:
    """Connections and rounds per question, one column for each (title, ScanResult)."""
    labels: dict[str, None] = {}
    for _, report in reports:
        labels.update(dict.fromkeys(_counts(report, "questions")))
    lines = []
    for label in labels:
        cells = []
        for _, report in reports:
            connections = _counts(report, "questions").get(label)
            rounds = _counts(report, "rounds").get(label)
            cells.append("" if connections is None else _both(connections, rounds))
        lines.append([label, *cells])
    totals = [str(report["connections"]) for _, report in reports]
    lines.append(["all", *totals])
    return markdown(("question", *(title for title, _ in reports)), lines)


def markdown(header: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [list(header)]
    rows += [["---"] * len(rows[0]), *map(list, lines)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _cells(rows: Sequence[Row]) -> list[str]:
    def median(name: str) -> float:
        return statistics.median(float(str(row[name])) for row in rows)

    if any(row["timed_out"] for row in rows):
        wall = "gave up"
    else:
        walls = [float(str(row["wall"])) for row in rows]
        wall = _seconds(statistics.median(walls))
        if len(walls) > 1:
            wall += f" ({_seconds(min(walls))} to {_seconds(max(walls))})"
    return [
        wall,
        _seconds(median("cpu")),
        f"{median('connections'):.0f}",
        f"{median('bytes_up') / 1000:.0f}",
        f"{median('bytes_down') / 1000:.0f}",
        f"{median('memory_mib'):.0f}",
        f"{median('other_cores'):.2f}",
    ]


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _counts(report: dict[str, object], name: str) -> dict[str, int]:
    found = report.get(name)
    return found if isinstance(found, dict) else {}


def _both(connections: int, rounds: int | None) -> str:
    return str(connections) if rounds is None else f"{connections} in {rounds}"
