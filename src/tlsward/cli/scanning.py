"""Scans of many targets at once, handed on one by one in their order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import islice

from tlsward.cli.defect import describe, report_defect
from tlsward.cli.progress import Progress
from tlsward.errors import TlswardError
from tlsward.model.scan_result import ScanResult
from tlsward.model.target import Target
from tlsward.scan import engine
from tlsward.scan.settings import ScanSettings


async def scan_each(
    targets: Sequence[Target],
    settings: ScanSettings,
    progress: Progress,
    *,
    parallel: int,
) -> AsyncGenerator[ScanResult, None]:
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
        begin(islice(rest, parallel))
        while waiting:
            results = await waiting[0]
            waiting.popleft()
            begin(islice(rest, 1))
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
    except TlswardError:
        raise
    except Exception as error:  # noqa: BLE001  a bug of ours, which the other targets must survive
        progress.clear()
        report_defect(error)
        return [engine.broken_off(target, describe(error))]
    finally:
        progress.finish(target)
