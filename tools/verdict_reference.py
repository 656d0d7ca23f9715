"""Writes the tables of docs/explanation/verdicts-compared.md from the set of chains.

python tools/verdict_reference.py
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "explanation" / "verdicts-compared.md"
BEGIN = "<!-- written by tools/verdict_reference.py -->\n"
END = "<!-- end -->\n"
TITLES = {"openssl": "OpenSSL", "go": "Go", "nss": "NSS", "library": "`cryptography`"}


def page(text: str) -> str:
    """Return the page with its tables as the set has them now."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{tables()}\n{END}{tail}"


def tables() -> str:
    """Return the counts and, for each theme, the cases in which a judge says otherwise."""
    return "\n".join([*_counts(), *_differences(), *_unknown()])


def _counts() -> Iterator[str]:
    from pki.verdict_set import by_theme

    yield (
        "| theme | chains | yes | no | unknown | "
        + " | ".join(f"{title} differs" for title in TITLES.values())
        + " |"
    )
    yield "|---" * (5 + len(TITLES)) + "|"
    themes = by_theme()
    everything = [case for cases in themes.values() for case in cases]
    for theme, cases in [*themes.items(), ("all", everything)]:
        verdicts = [sum(case.verdict == one for case in cases) for one in ("yes", "no", "unknown")]
        others = [sum(judge in case.differs for case in cases) for judge in TITLES]
        yield f"| {theme} | " + " | ".join(map(str, (len(cases), *verdicts, *others))) + " |"
    yield ""


def _differences() -> Iterator[str]:
    from pki.verdict_set import by_theme

    for theme, cases in by_theme().items():
        rows = [
            f"| {_cell(case.name)} | {case.verdict} | {names} {says} | {_cell(reason)} |"
            for case in cases
            for reason, names in _by_reason(case.differs)
            for says in ["no" if case.verdict == "yes" else "yes"]
        ]
        if rows:
            yield f"### {theme}\n"
            yield "| chain | tlsward | who says otherwise | why |\n|---|---|---|---|"
            yield from rows
            yield ""


def _by_reason(differs: dict[str, str]) -> Iterator[tuple[str, str]]:
    for reason in dict.fromkeys(differs.values()):
        judges = [TITLES[judge] for judge in TITLES if differs.get(judge) == reason]
        yield reason, ", ".join(judges) + ":"


def _unknown() -> Iterator[str]:
    from pki.verdict_set import all_cases

    yield "### Unknown\n"
    yield "| chain | why |\n|---|---|"
    for case in all_cases():
        if case.verdict == "unknown":
            yield f"| {_cell(case.name)} | {_cell(case.because.rstrip(': '))} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
