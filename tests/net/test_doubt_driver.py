"""Servers that cannot bear parallel connections, or limit their rate: no wrong "no".

Scripted fakes: a serial server, one that admits a few clients at once, one that refuses
after a number of connections, one that hangs on a certain hello.
"""

import asyncio

from net.scripted import Recorder, answer, reset_at_close, serving
from tlsward.model.observation import Outcome
from tlsward.net import loop
from tlsward.net.driver import CONTROL, Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits

FAST = Limits(timeout_seconds=0.4, connect_timeout_seconds=1.0, conversation_deadline_seconds=5.0)


def refused():
    return Recorder(hello=b"no!!!")


def hanging():
    return Recorder(hello=b"hang!")


async def drive(port, factories, limits=FAST):
    driver = Driver(Endpoint(address="127.0.0.1", port=port), limits)
    observations = await asyncio.gather(*(driver.run(factory) for factory in factories))
    return [observation.outcome for observation in observations], driver


def test_refusals_by_fin_are_believed_after_a_few_confirmations():
    async def decide(reader, writer):
        if await reader.readexactly(5) != b"no!!!":
            writer.write(b"world")

    async def main():
        async with serving(decide) as port:
            return await drive(port, [Recorder, *[refused] * 12, Recorder])

    outcomes, driver = loop.run(main())
    assert outcomes == [Outcome.SERVED, *[Outcome.CLOSED] * 12, Outcome.SERVED]
    assert driver.total.retries == 3
    assert driver.total.connections <= 14 + 3 + 1
    assert driver.concurrency == FAST.concurrency


def test_a_server_with_room_for_three_refuses_nothing():
    room = asyncio.Semaphore(3)

    async def admit(reader, writer):
        if room.locked():
            return
        async with room:
            await reader.readexactly(5)
            await asyncio.sleep(0.02)  # the work of a handshake
            writer.write(b"world")
            await reader.read()

    async def main():
        async with serving(admit) as port:
            return await drive(port, [Recorder] * 24)

    outcomes, driver = loop.run(main())
    assert outcomes == [Outcome.SERVED] * 24
    assert driver.concurrency <= 3


def test_a_serial_server_that_hangs_on_one_hello_answers_all_others():
    turn = asyncio.Lock()

    async def serve(reader, writer):
        async with turn:
            hello = await reader.readexactly(5)
            if hello == b"hang!":
                await reader.read()
                return
            writer.write(b"world")
            await reader.read()

    async def main():
        async with serving(serve) as port:
            return await drive(port, [hanging, *[Recorder] * 9])

    outcomes, driver = loop.run(main())
    assert outcomes == [Outcome.TIMEOUT, *[Outcome.SERVED] * 9]
    assert driver.concurrency == 1


def test_a_refusal_on_a_serial_server_stays_a_refusal():
    turn = asyncio.Lock()

    async def serve(reader, writer):
        if turn.locked():
            reset_at_close(writer)
            return
        async with turn:
            hello = await reader.readexactly(5)
            if hello == b"no!!!":
                reset_at_close(writer)
                return
            writer.write(b"world")
            await reader.read()

    async def main():
        async with serving(serve) as port:
            return await drive(port, [Recorder, refused, Recorder, refused, Recorder])

    outcomes, _ = loop.run(main())
    served, reset = Outcome.SERVED, Outcome.RESET
    assert outcomes == [served, reset, served, reset, served]


def test_a_server_that_resets_all_after_ten_connections_refuses_nothing():
    count = 0

    async def limit(reader, writer):
        nonlocal count
        count += 1
        if count > 10:
            reset_at_close(writer)
            return
        await answer(reader, writer)

    async def main():
        async with serving(limit) as port:
            first, driver = await drive(port, [Recorder] * 10)
            observations = await asyncio.gather(*(driver.run(Recorder) for _ in range(6)))
            return first, observations, driver

    first, observations, driver = loop.run(main())
    assert first == [Outcome.SERVED] * 10
    assert {observation.outcome for observation in observations} == {Outcome.UNREACHABLE}
    assert "no longer answers" in observations[0].detail
    assert driver.stopped_answering
    assert driver.questions[CONTROL].connections == 5


def test_a_rate_limiter_that_opens_again_is_waited_for():
    loop_time: list[float] = []

    async def limit(reader, writer):
        now = asyncio.get_running_loop().time()
        loop_time[:] = [seen for seen in loop_time if now - seen < 0.4]
        loop_time.append(now)
        if len(loop_time) > 8:
            reset_at_close(writer)
            return
        await answer(reader, writer)

    async def main():
        async with serving(limit) as port:
            first, driver = await drive(port, [Recorder] * 8)
            observations = await asyncio.gather(*(driver.run(Recorder) for _ in range(5)))
            return first, [observation.outcome for observation in observations], driver

    first, second, _ = loop.run(main())
    assert first == [Outcome.SERVED] * 8
    assert second == [Outcome.SERVED] * 5


def test_two_silences_alone_make_later_ones_believed():
    async def decide(reader, writer):
        if await reader.readexactly(5) != b"hang!":
            writer.write(b"world")
        await reader.read()

    async def main():
        async with serving(decide) as port:
            return await drive(port, [Recorder, *[hanging] * 8])

    outcomes, driver = loop.run(main())
    assert outcomes == [Outcome.SERVED, *[Outcome.TIMEOUT] * 8]
    assert driver.total.retries == 2
    assert driver.concurrency == FAST.concurrency


def test_a_server_that_goes_away_is_unreachable_and_costs_few_retries():
    async def main():
        async with serving(answer) as port:
            first, driver = await drive(port, [Recorder])
        observations = await asyncio.gather(*(driver.run(refused) for _ in range(20)))
        return first, observations, driver

    first, observations, driver = loop.run(main())
    assert first == [Outcome.SERVED]
    assert {observation.outcome for observation in observations} == {Outcome.UNREACHABLE}
    assert {observation.detail for observation in observations} == {"connection refused"}
    assert driver.total.retries <= 6


def test_without_retries_everything_is_believed_at_once():
    async def close(reader, writer):
        await reader.readexactly(5)

    async def main():
        async with serving(close) as port:
            return await drive(port, [Recorder] * 3, Limits(retries=0))

    outcomes, driver = loop.run(main())
    assert outcomes == [Outcome.CLOSED] * 3
    assert driver.total.connections == 3


def test_a_refusal_that_cannot_be_asked_again_is_over_budget():
    async def close(reader, writer):
        await reader.readexactly(5)

    async def main():
        async with serving(close) as port:
            return await drive(port, [Recorder] * 3, Limits(max_connections=3))

    outcomes, _ = loop.run(main())
    assert outcomes == [Outcome.OVER_BUDGET] * 3
