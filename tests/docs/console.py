"""```console blocks of a Markdown page: the commands in them, and what the page says they print.

A line that begins with `$ ` is a command, which a final backslash continues. What follows, up
to the next command, is its output as shown; so is a ```text block further down, for output that
has commands in it. `$ echo $?` is no command of its own; the number below it is the exit code of
the command before, which is 0 where the page does not say.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_BLOCK = re.compile(r"^```(console|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: What differs from run to run: digits, hexadecimal, times, and the padding around them.
_VARYING = re.compile(r"\b[0-9a-f]{8,}\b|\d+([.:]\d+)*|\s+")


@dataclass
class Command:
    text: str
    shown: list[str] = field(default_factory=list)
    exit_code: int = 0


@dataclass(frozen=True)
class Page:
    path: Path
    blocks: tuple[tuple[Command, ...], ...]

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))


def pages() -> list[Page]:
    """README.md and every page under docs/ that has commands in it."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    read = [Page(path, commands_in(path.read_text(encoding="utf-8"))) for path in found]
    return [page for page in read if page.blocks]


def commands_in(markdown: str) -> tuple[tuple[Command, ...], ...]:
    blocks: list[tuple[Command, ...]] = []
    for kind, block in _BLOCK.findall(markdown):
        if kind == "console":
            blocks.append(_commands(block))
        elif blocks:
            blocks[-1][-1].shown += block.splitlines()
    return tuple(blocks)


def _commands(block: str) -> tuple[Command, ...]:
    commands: list[Command] = []
    lines = iter(block.splitlines())
    for line in lines:
        if line == "$ echo $?":
            commands[-1].exit_code = int(next(lines))
        elif line.startswith("$ "):
            text = line[2:]
            while text.endswith("\\"):
                text = text[:-1] + next(lines).lstrip("> ")
            commands.append(Command(text))
        else:
            commands[-1].shown.append(line)
    return tuple(commands)


def not_printed(shown: list[str], printed: str) -> list[str]:
    """The shown lines that were not printed in this order; `...` stands for any lines.

    Digits, fingerprints and runs of blanks are not compared: they vary.
    """
    missing = []
    remaining = iter([_masked(line) for line in printed.splitlines()])
    lines = [line for line in shown if line.strip() not in {"...", "…", ""}]
    for line in lines:
        wanted = _masked(line)
        if wanted.endswith("…"):
            found = any(candidate.startswith(wanted[:-1]) for candidate in remaining)
        else:
            found = any(candidate == wanted for candidate in remaining)
        if not found:
            missing.append(line)
    return missing


def _masked(line: str) -> str:
    return _VARYING.sub("#", line.strip())
