"""The driver against scripted servers: fakes of behaviour that cannot be ordered from real ones."""

import asyncio
import socket
from time import monotonic

import pytest

from net.scripted import Recorder, answer, reset_at_close, serving, silence
from tlsward.model.observation import Outcome
from tlsward.net import loop
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits

FAST = Limits(
    timeout_seconds=0.3,
    connect_timeout_seconds=0.5,
    conversation_deadline_seconds=1.0,
    preamble_timeout_seconds=0.3,
)


def run_against(handler, *, limits=FAST, conversation=Recorder, **options):
    async def main():
        async with serving(handler, **options) as port:
            driver = Driver(Endpoint(address="127.0.0.1", port=port), limits)
            return await driver.run(conversation, label="q"), driver

    return loop.run(main())


def test_an_answer_ends_the_connection_as_served():
    observation, driver = run_against(answer)
    assert observation.outcome is Outcome.SERVED
    assert observation.session_id == b"world"
    assert driver.total.connections == 1
    assert driver.total.bytes_sent == 5
    assert driver.total.bytes_received == 5
    assert driver.questions["q"].connections == 1
    assert driver.questions["q"].rounds == 1


def test_silence_after_the_hello_is_a_time_out():
    observation, _ = run_against(silence)
    assert observation.outcome is Outcome.TIMEOUT
    assert observation.detail == "silent for 0.3 seconds"


def test_a_fin_is_given_to_the_conversation():
    seen = []

    async def close(reader, writer):
        await reader.readexactly(5)
        writer.close()
        await writer.wait_closed()

    def conversation():
        seen.append(Recorder())
        return seen[-1]

    observation, _ = run_against(close, conversation=conversation)
    assert observation.outcome is Outcome.CLOSED
    assert seen[-1].events == ["start", "eof", "finish"]


def test_an_rst_is_given_to_the_conversation():
    seen = []

    async def reset(reader, writer):
        await reader.readexactly(5)
        reset_at_close(writer)

    def conversation():
        seen.append(Recorder())
        return seen[-1]

    observation, _ = run_against(reset, conversation=conversation)
    assert observation.outcome is Outcome.RESET
    assert seen[-1].events == ["start", "reset", "finish"]


def test_a_byte_now_and_then_ends_at_the_deadline():
    async def drip(reader, writer):
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    begin = monotonic()
    observation, _ = run_against(drip, conversation=lambda: Recorder(wanted=1000))
    assert observation.outcome is Outcome.TIMEOUT
    assert "not finished" in observation.detail
    assert 0.9 < monotonic() - begin < 2


@pytest.mark.parametrize("chunk", [1400, 1 << 20])
def test_a_stream_without_end_is_cut_off_at_the_limit_of_bytes(chunk):
    async def flood(reader, writer):
        while True:
            writer.write(bytes(chunk))
            await writer.drain()

    class Listener(Recorder):
        def receive(self, data):
            self.count = getattr(self, "count", 0) + len(data)
            return b""

    observation, driver = run_against(flood, conversation=Listener)
    assert observation.outcome is Outcome.OVER_BUDGET
    assert observation.detail == "the server sent more than 1048576 bytes"
    assert driver.total.bytes_received < 2 << 20


def test_a_closed_port_is_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        async def main():
            driver = Driver(Endpoint(address="127.0.0.1", port=port), FAST)
            return await driver.run(Recorder), driver

        observation, driver = loop.run(main())
    assert observation.outcome is Outcome.UNREACHABLE
    assert observation.detail == "connection refused"
    assert driver.total.connect_failures == 1


def test_a_bug_in_a_conversation_is_raised_not_hidden():
    class Buggy(Recorder):
        def receive(self, data):
            raise AssertionError("ours")

    with pytest.raises(AssertionError, match="ours"):
        run_against(answer, conversation=Buggy)


def test_connections_beyond_the_budget_are_not_opened():
    async def main():
        async with serving(answer) as port:
            limits = Limits(max_connections=2)
            driver = Driver(Endpoint(address="127.0.0.1", port=port), limits)
            return await asyncio.gather(*(driver.run(Recorder) for _ in range(3))), driver

    observations, driver = loop.run(main())
    outcomes = [observation.outcome for observation in observations]
    assert outcomes == [Outcome.SERVED, Outcome.SERVED, Outcome.OVER_BUDGET]
    assert observations[2].detail == "all 2 connections allowed were used"
    assert driver.total.connections == 2


def test_the_deadline_of_the_scan_cuts_running_and_waiting_conversations():
    async def main():
        async with serving(silence) as port:
            limits = Limits(concurrency=1, timeout_seconds=20, deadline=monotonic() + 0.3)
            driver = Driver(Endpoint(address="127.0.0.1", port=port), limits)
            return await asyncio.gather(driver.run(Recorder), driver.run(Recorder))

    begin = monotonic()
    running, waiting = loop.run(main())
    assert monotonic() - begin < 2
    assert running.outcome is Outcome.TIMEOUT
    assert waiting.outcome is Outcome.OVER_BUDGET
    assert waiting.detail == "the time for the whole scan is over"
