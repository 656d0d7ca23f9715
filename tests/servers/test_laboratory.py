"""The laboratory itself: it starts what it says, fails with the log, leaves nothing behind."""

import socket
import sys

import pytest

from servers.laboratory import HOST, CouldNotStartError, Laboratory, Launch


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def listening(bench):
    program = "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1])))"
    return Launch(
        command=[sys.executable, "-c", f"{program}; s.accept(); s.accept()", str(bench.port)]
    )


def test_a_server_runs_until_the_laboratory_stops(tmp_path):
    laboratory = Laboratory(tmp_path)
    server = laboratory.launch("listening", listening)
    [process] = laboratory.processes
    assert process.child.poll() is None
    laboratory.stop()
    assert process.child.poll() is not None
    assert not is_listening(server.port)


def test_a_server_that_ends_at_once_says_why(tmp_path):
    laboratory = Laboratory(tmp_path)
    with pytest.raises(CouldNotStartError, match="no such option"):
        laboratory.launch(
            "ends", lambda bench: Launch(command=["sh", "-c", "echo no such option; exit 3"])
        )


def test_a_server_that_is_not_installed_says_how_to_get_it(tmp_path):
    laboratory = Laboratory(tmp_path)
    with pytest.raises(CouldNotStartError, match="tlsward-no-such-server"):
        laboratory.launch("missing", lambda bench: Launch(command=["tlsward-no-such-server"]))


def test_ports_of_two_sessions_do_not_meet(tmp_path):
    first, second = (Laboratory(tmp_path) for _ in range(2))
    taken = {next(first.ports) for _ in range(200)}
    assert taken.isdisjoint({next(second.ports) for _ in range(200)})
    first.stop()
    second.stop()
