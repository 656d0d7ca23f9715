"""A relay on the loopback address that keeps a recording: the one on the way who listens.

It takes one connection, passes every octet on as it comes, and knows no key.
"""

import contextlib
import selectors
import socket
import threading
import time
from typing import Self

from tlsward.model.recording import Piece, Recording, Sender

HOST = "127.0.0.1"
#: More than this is passed on and not kept: a lesson is shorter.
MOST_OCTETS_KEPT = 1 << 20
#: Who is silent for so long is cut off.
IDLE_SECONDS = 20.0


class RecordingRelay:
    """Passes one connection on to `port` of `host` and records it; a `with` block lasts it.

    `recording` waits until the connection has ended; then `problem` says why it could not be
    passed on, and `is_cut` that more came than was kept. Raises OSError where there is no
    port to listen on.
    """

    def __init__(self, port: int, *, host: str = HOST, listen: int = 0) -> None:
        self._to = (host, port)
        self.port = listen
        self.problem: str | None = None
        self._began = 0.0
        self._kept = 0
        self._pieces: list[Piece] = []
        self._listener: socket.socket
        self._thread = threading.Thread(target=self._run, name="recording relay", daemon=True)

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, self.port))
        self.port = self._listener.getsockname()[1]
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A listener that is shut down accepts no more, and what waits in accept() wakes up.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    @property
    def is_cut(self) -> bool:
        """Whether more came by than was kept."""
        return self._kept > MOST_OCTETS_KEPT

    def recording(self, note: str = "") -> Recording:
        """Return what came by, once the connection has ended."""
        self._thread.join()
        return Recording(note=note, pieces=tuple(self._pieces))

    def _run(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:  # nobody came before the block ended
            return
        with client:
            try:
                server = socket.create_connection(self._to, timeout=IDLE_SECONDS)
            except OSError as error:
                self.problem = f"it cannot be reached: {error.strerror or error}"
                return
            with server, contextlib.suppress(OSError):
                self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        self._began = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, ("client", client, server))
            selector.register(server, selectors.EVENT_READ, ("server", server, client))
            while selector.get_map():
                ready = selector.select(IDLE_SECONDS)
                if not ready:
                    return
                for key, _ in ready:
                    sender, end, other = key.data
                    octets = end.recv(16384)
                    if not octets:
                        selector.unregister(end)
                        with contextlib.suppress(OSError):
                            other.shutdown(socket.SHUT_WR)
                        continue
                    self._keep(sender, octets)
                    other.sendall(octets)

    def _keep(self, sender: Sender, octets: bytes) -> None:
        self._kept += len(octets)
        if self._kept <= MOST_OCTETS_KEPT:
            at = round(time.monotonic() - self._began, 6)
            self._pieces.append(Piece(sender=sender, at=at, octets=octets.hex()))
