"""The driver against scripted servers: fakes of behaviour that cannot be ordered from real ones."""

import asyncio
import socket
import sys
import tracemalloc
from time import monotonic

import pytest

from net.scripted import Recorder, answer, reset_at_close, serving, silence
from tlsward.model.observation import Outcome
from tlsward.net import loop
from tlsward.net.budget import Budget
from tlsward.net.driver import Driver
from tlsward.net.endpoint import Endpoint
from tlsward.net.limits import Limits

FAST = Limits(
    timeout_seconds=0.3,
    connect_timeout_seconds=0.5,
    conversation_deadline_seconds=1.0,
    preamble_timeout_seconds=0.3,
)


@pytest.fixture(autouse=True, params=["uvloop", "asyncio"])
def event_loop(request, monkeypatch):
    """Every test runs on uvloop, and on asyncio's own loop as where uvloop is not installed."""
    if request.param == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)


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
    assert observations[2].detail == "the budget of connections (2) is used up"
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


def test_the_loop_is_the_one_installed(request):
    async def name():
        return type(asyncio.get_running_loop()).__module__

    expected = "uvloop" if "uvloop" in request.node.name else "asyncio.unix_events"
    assert loop.run(name()) == expected


def test_a_host_that_never_answers_the_connection_attempt_is_unreachable():
    # A queue of one that is full: the kernel drops every further attempt, as a filter would.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))

        async def main():
            driver = Driver(Endpoint(address="127.0.0.1", port=port), FAST)
            return await driver.run(Recorder)

        begin = monotonic()
        observation = loop.run(main())
        for filler in fillers:
            filler.close()
    assert observation.outcome is Outcome.UNREACHABLE
    assert observation.detail == "no answer to the connection attempt"
    assert 0.4 < monotonic() - begin < 2


def test_an_ipv6_address_with_scope_is_reached():
    async def main():
        async with serving(answer, host="::1") as port:
            outcomes = []
            for address in ("::1", "::1%1"):
                driver = Driver(Endpoint(address=address, port=port), FAST)
                outcomes.append((await driver.run(Recorder)).outcome)
            return outcomes

    assert loop.run(main()) == [Outcome.SERVED, Outcome.SERVED]


def test_what_the_kernel_refuses_is_said_in_words():
    async def main():
        # Broadcast: a socket may not connect there. Scope 999: there is no such interface.
        found = []
        for address in ("255.255.255.255", "fe80::1%999"):
            driver = Driver(Endpoint(address=address, port=443), FAST)
            found.append(await driver.run(Recorder))
        return found

    for observation in loop.run(main()):
        assert observation.outcome is Outcome.UNREACHABLE
        assert observation.detail


def test_bytes_after_the_fin_of_the_server_are_not_waited_for():
    async def half_close(reader, writer):
        writer.write(b"wo")
        writer.write_eof()
        await reader.read()

    observation, _ = run_against(half_close)
    assert observation.outcome is Outcome.CLOSED
    assert observation.session_id == b"wo"


def test_bytes_sent_before_a_reset_are_read():
    async def alert_and_reset(reader, writer):
        await reader.readexactly(5)
        writer.write(b"alert")
        await writer.drain()
        reset_at_close(writer)
        writer.transport.abort()

    observation, _ = run_against(alert_and_reset)
    assert observation.outcome is Outcome.SERVED
    assert observation.session_id == b"alert"


def test_a_server_that_does_not_read_ends_at_the_deadline():
    async def deaf(reader, writer):
        writer.transport.pause_reading()
        await asyncio.Event().wait()

    begin = monotonic()
    observation, _ = run_against(deaf, conversation=lambda: Recorder(hello=bytes(8 << 20)))
    assert observation.outcome is Outcome.TIMEOUT
    assert monotonic() - begin < 3


def test_a_conversation_that_keeps_nothing_costs_no_memory():
    class Listener(Recorder):
        def receive(self, data):
            return b""

    async def certificate_of_sixteen_megabytes(reader, writer):
        block = bytes(65536)
        for _ in range(256):
            writer.write(block)
            await writer.drain()

    tracemalloc.start()
    try:
        observation, driver = run_against(certificate_of_sixteen_megabytes, conversation=Listener)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert observation.outcome is Outcome.OVER_BUDGET
    assert driver.total.bytes_received < 2 << 20
    assert peak < 3 << 20


def test_a_conversation_that_is_done_at_its_start_ends_the_connection():
    class Knock(Recorder):
        def start(self):
            self.done = True
            return b""

    observation, driver = run_against(silence, conversation=Knock)
    assert observation.outcome is Outcome.SERVED
    assert driver.total.bytes_sent == 0


def test_a_cancelled_run_closes_its_connection_and_gives_its_place_back():
    opened, closed = asyncio.Event(), asyncio.Event()

    async def watch(reader, writer):
        while await reader.read(100):
            opened.set()
        closed.set()

    async def main():
        async with serving(watch) as port:
            limits = Limits(concurrency=1)
            driver = Driver(Endpoint(address="127.0.0.1", port=port), limits)
            task = asyncio.create_task(driver.run(Recorder))
            await opened.wait()
            assert driver.connections_open == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(closed.wait(), 2)
            return driver.connections_open

    assert loop.run(main()) == 0


def test_a_shared_budget_bounds_several_drivers_together():
    open_now = most = 0

    async def count(reader, writer):
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        try:
            await answer(reader, writer)
        finally:
            open_now -= 1

    async def main():
        async with serving(count) as port:
            shared = Budget(concurrency=2, max_connections=11)
            endpoint = Endpoint(address="127.0.0.1", port=port)
            drivers = [Driver(endpoint, Limits(), shared) for _ in range(3)]
            return await asyncio.gather(
                *(driver.run(Recorder) for driver in drivers for _ in range(4))
            )

    outcomes = [observation.outcome for observation in loop.run(main())]
    assert outcomes.count(Outcome.SERVED) == 11
    assert outcomes.count(Outcome.OVER_BUDGET) == 1
    assert most <= 4  # two, and those the server has not seen closed yet


def test_plain_text_injected_before_tls_is_kept_and_not_given_to_the_conversation():
    async def mail(reader, writer):
        writer.write(b"220 mail.example\r\n")
        await reader.readline()
        writer.write(b"250 STARTTLS\r\n")
        await reader.readline()
        writer.write(b"220 go\r\n250 injected\r\n")
        await answer(reader, writer)

    async def main():
        async with serving(mail) as port:
            endpoint = Endpoint(address="127.0.0.1", port=port, starttls="smtp")
            driver = Driver(endpoint, FAST)
            return await driver.run(Recorder), driver

    observation, driver = loop.run(main())
    assert observation.session_id == b"world"
    assert driver.starttls_surplus == b"250 injected\r\n"


@pytest.mark.parametrize(
    ("said", "outcome", "detail"),
    [
        (b"554 no\r\n", Outcome.STARTTLS_REFUSED, "STARTTLS (smtp): greeting: 554 no"),
        (
            b"",
            Outcome.STARTTLS_REFUSED,
            "STARTTLS (smtp): the connection was closed before TLS",
        ),
    ],
)
def test_a_refused_starttls_is_no_refusal_of_the_question(said, outcome, detail):
    async def mail(reader, writer):
        writer.write(said)
        await writer.drain()

    async def main():
        async with serving(mail) as port:
            endpoint = Endpoint(address="127.0.0.1", port=port, starttls="smtp")
            return await Driver(endpoint, FAST).run(Recorder)

    observation = loop.run(main())
    assert observation.outcome is outcome
    assert observation.detail == detail


def test_who_is_silent_before_starttls_may_speak_tls_at_once():
    async def silent(reader, writer):
        await reader.read()

    async def main():
        async with serving(silent) as port:
            endpoint = Endpoint(address="127.0.0.1", port=port, starttls="smtp")
            return await Driver(endpoint, FAST).run(Recorder)

    observation = loop.run(main())
    assert observation.outcome is Outcome.TIMEOUT
    assert observation.detail == (
        "STARTTLS (smtp): the server said nothing; it may expect TLS from the first byte"
    )


def test_rounds_count_the_times_work_on_a_question_began():
    async def main():
        async with serving(answer) as port:
            driver = Driver(Endpoint(address="127.0.0.1", port=port), Limits())
            for _ in range(2):
                await asyncio.gather(*(driver.run(Recorder, label="suites") for _ in range(3)))
            await driver.run(Recorder, label="order")
            return driver

    driver = loop.run(main())
    suites = driver.questions["suites"]
    assert (suites.connections, suites.rounds) == (6, 2)
    assert driver.questions["order"].rounds == 1
    assert driver.total.connections == 7
