"""Progress on standard error, for a person who waits. Nothing where nobody looks."""

import sys
import time
from typing import TextIO

from tlsward.model.target import Target
from tlsward.report.escape import printable
from tlsward.report.words import target_name

#: Seconds between two redrawings: more often is not seen and costs CPU.
REDRAW_SECONDS = 0.1
MOST_COLUMNS = 78


class Progress:
    """One line that is drawn over: how many targets are done, and what goes on."""

    def __init__(self, count: int, stream: TextIO | None) -> None:
        self._count = count
        self._stream = stream
        self._done = 0
        self._running: dict[Target, tuple[int, int]] = {}
        self._drawn_at = 0.0
        self._shown = False

    def start(self, target: Target) -> None:
        """Begin a target."""
        self._running[target] = (0, 0)
        self._draw()

    def step(self, target: Target, finished: int, begun: int) -> None:
        """Note how many connections of a target are finished, of those begun."""
        self._running[target] = (finished, begun)
        self._draw()

    def finish(self, target: Target) -> None:
        """End a target."""
        self._running.pop(target, None)
        self._done += 1
        self._draw()

    def clear(self) -> None:
        """Wipe the line, so that something else can be printed there."""
        if self._stream is not None and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
            self._drawn_at = 0.0

    def _draw(self) -> None:
        if self._stream is None:
            return
        now = time.monotonic()
        if now - self._drawn_at < REDRAW_SECONDS:
            return
        self._drawn_at = now
        self._stream.write("\r" + self._words()[:MOST_COLUMNS] + "\x1b[K")
        self._stream.flush()
        self._shown = True

    def _words(self) -> str:
        parts = [f"{self._done}/{self._count}"] if self._count > 1 else []
        for target, (finished, begun) in list(self._running.items())[:3]:
            parts.append(f"{printable(target_name(target))} {finished}/{begun}")
        return "  ".join(parts)


def progress_for(count: int, *, wanted: bool) -> Progress:
    """Return the progress of so many targets; a silent one unless it is wanted and seen."""
    from tlsward.cli.output import is_terminal

    return Progress(count, sys.stderr if wanted and is_terminal(sys.stderr) else None)
