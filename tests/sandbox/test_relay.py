"""The relay passes on what comes, keeps it in order, and ends with its block."""

import contextlib
import socket
import threading

import pytest

from tlsward.sandbox.recorded import EPHEMERAL_SUITE, RSA_SUITE, recorded_sessions
from tlsward.sandbox.relay import MOST_OCTETS_KEPT, RecordingRelay


@pytest.fixture
def echo():
    """A server that sends back the first kilobyte it gets, and reads on to the end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.sendall(connection.recv(1024))
            while connection.recv(65536):
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # nobody may have come
    listener.close()
    thread.join()


def all_of(recording, sender):
    return b"".join(bytes.fromhex(p.octets) for p in recording.pieces if p.sender == sender)


def test_both_directions_are_kept(echo):
    with RecordingRelay(echo) as relay:
        with socket.create_connection(("127.0.0.1", relay.port), 20) as client:
            client.sendall(b"hello")
            assert client.recv(100) == b"hello"
        recording = relay.recording("a note")
    assert [piece.sender for piece in recording.pieces] == ["client", "server"]
    assert (all_of(recording, "client"), all_of(recording, "server")) == (b"hello", b"hello")
    assert recording.note == "a note"
    times = [piece.at for piece in recording.pieces]
    assert times == sorted(times)


def test_what_is_too_much_is_passed_on_and_not_kept(echo):
    with RecordingRelay(echo) as relay:
        with socket.create_connection(("127.0.0.1", relay.port), 20) as client:
            client.sendall(b"x" * (2 * MOST_OCTETS_KEPT))
            assert client.recv(100)
        recording = relay.recording()
    assert len(all_of(recording, "client")) <= MOST_OCTETS_KEPT


def test_nobody_came():
    with RecordingRelay(1) as relay:
        port = relay.port
    assert relay.recording().pieces == ()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)


def test_nobody_is_there_to_pass_on_to():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with RecordingRelay(port) as relay:
        with socket.create_connection(("127.0.0.1", relay.port), 20) as client:
            assert client.recv(100) == b""
        assert relay.recording().pieces == ()


def test_sessions_hide_what_was_said():
    sessions = recorded_sessions()
    assert [session.suite for session in sessions] == [RSA_SUITE, EPHEMERAL_SUITE]
    for session in sessions:
        seen = all_of(session.recording, "client") + all_of(session.recording, "server")
        assert b"Cookie" in session.request
        assert session.response.startswith(b"HTTP/1.1 200 OK")
        assert b"Cookie" not in seen
        assert b"HTTP/1.1" not in seen
