"""The budget: places, order, pace, and what a cancelled asker leaves behind."""

import asyncio
from time import monotonic

from hypothesis import given, settings
from hypothesis import strategies as st

from tlsward.net.budget import Budget


async def settle():
    """Let every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_connections_beyond_the_concurrency_wait_their_turn():
    async def main():
        budget = Budget(concurrency=2)
        entered = []

        async def ask(number):
            assert await budget.enter() is None
            entered.append(number)

        tasks = [asyncio.create_task(ask(number)) for number in range(4)]
        await settle()
        assert entered == [0, 1]
        budget.leave()
        await settle()
        assert entered == [0, 1, 2]
        budget.leave()
        await asyncio.gather(*tasks)
        assert entered == [0, 1, 2, 3]
        assert budget.opened == 4

    asyncio.run(main())


def test_one_that_asks_to_be_alone_waits_and_is_not_joined():
    async def main():
        budget = Budget(concurrency=10)
        await budget.enter()
        alone = asyncio.create_task(budget.enter(alone=True))
        later = asyncio.create_task(budget.enter())
        await settle()
        assert not alone.done()
        assert not later.done()
        budget.leave()
        await settle()
        assert alone.done()
        assert not later.done()
        assert budget.open_now == 1
        budget.leave()
        await settle()
        assert later.done()

    asyncio.run(main())


def test_a_lowered_concurrency_lets_the_open_ones_end():
    async def main():
        budget = Budget(concurrency=4)
        for _ in range(4):
            await budget.enter()
        budget.limit(0)
        assert budget.concurrency == 1
        waiting = asyncio.create_task(budget.enter())
        for _ in range(3):
            budget.leave()
            await settle()
            assert not waiting.done()
        budget.leave()
        await settle()
        assert waiting.done()

    asyncio.run(main())


def test_openings_are_paced():
    async def main():
        budget = Budget(concurrency=10, rate_per_second=50)
        begin = monotonic()
        await asyncio.gather(*(budget.enter() for _ in range(6)))
        return monotonic() - begin

    assert 0.09 < asyncio.run(main()) < 0.5


def test_used_up_is_said_in_words_and_blocks_nobody():
    async def main():
        budget = Budget(concurrency=1, max_connections=1)
        assert await budget.enter() is None
        others = [asyncio.create_task(budget.enter()) for _ in range(3)]
        await settle()
        budget.leave()
        return [exhausted.reason for exhausted in await asyncio.gather(*others)]

    assert asyncio.run(main()) == ["the budget of connections (1) is used up"] * 3


@settings(max_examples=60)
@given(
    concurrency=st.integers(1, 4),
    steps=st.lists(st.sampled_from(["enter", "alone", "leave", "cancel", "settle"]), max_size=40),
    paced=st.booleans(),
)
def test_no_place_is_lost_or_given_twice(concurrency, steps, paced):
    async def main():
        budget = Budget(concurrency=concurrency, rate_per_second=2000 if paced else None)
        inside = [0]
        tasks = []

        async def visit(alone, door):
            if await budget.enter(alone=alone) is not None:
                return
            inside[0] += 1
            assert inside[0] <= concurrency
            if alone:
                assert inside[0] == 1
            try:
                await door.wait()
            finally:
                inside[0] -= 1
                budget.leave()

        doors = []
        for step in steps:
            if step in {"enter", "alone"}:
                doors.append(asyncio.Event())
                tasks.append(asyncio.create_task(visit(step == "alone", doors[-1])))
            elif step == "leave" and doors:
                doors.pop(0).set()
            elif step == "cancel" and tasks:
                tasks[len(steps) % len(tasks)].cancel()
            elif step == "settle":
                await settle()
        for door in doors:
            door.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            assert result is None or isinstance(result, asyncio.CancelledError)
        assert budget.open_now == 0
        assert await asyncio.wait_for(budget.enter(alone=True), 1) is None

    asyncio.run(main())
