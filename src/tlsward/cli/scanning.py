"""Scans of many targets at once, handed on one by one in their order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from tlsward.cli.progress import Progress
from tlsward.model.scan_result import ScanResult
from tlsward.model.target import Target
from tlsward.scan import engine
from tlsward.scan.settings import ScanSettings

Judge = Callable[[ScanResult], ScanResult]


async def scan_each(
    targets: Sequence[Target],
    settings: ScanSettings,
    progress: Progress,
    *,
    parallel: int,
) -> AsyncIterator[ScanResult]:
    """Scan `parallel` targets at once and yield their results in the order of the targets.

    A target is begun when the first of those under way is handed on, so that no more
    than `parallel` results wait in memory however long the list is.
    """
    waiting: deque[asyncio.Task[Sequence[ScanResult]]] = deque()
    rest = iter(targets)

    def begin(some: Iterable[Target]) -> None:
        for target in some:
            waiting.append(asyncio.create_task(_scan(target, settings, progress)))

    try:
        begin(target for target, _ in zip(rest, range(parallel), strict=False))
        while waiting:
            results = await waiting[0]
            waiting.popleft()
            begin(target for target in [next(rest, None)] if target is not None)
            for result in results:
                yield result
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _scan(target: Target, settings: ScanSettings, progress: Progress) -> Sequence[ScanResult]:
    progress.start(target)

    def step(finished: int, begun: int) -> None:
        progress.step(target, finished, begun)

    try:
        if settings.all_addresses:
            return await engine.scan_addresses(target, settings, step)
        return [await engine.scan(target, settings, step)]
    finally:
        progress.finish(target)
