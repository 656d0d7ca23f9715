"""A wire with a length: two TUN devices, every packet handed over a fixed time later.

For kernels without netem. The delay is constant, so the order of arrival is the order of
departure and a queue is all it takes.
"""

import collections
import contextlib
import ctypes
import fcntl
import os
import select
import signal
import struct
import time
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x1001
_LARGEST_PACKET = 65536
#: Packets read from one device before the other one gets its turn.
_BURST = 64


def start_delay_line(ends: tuple[str, str], device: str, delay_seconds: float) -> int:
    """Fork the process that holds the packets; return its id once both devices exist.

    `ends` are the names of the two network namespaces.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _run(ends, device, delay_seconds, writer)
        finally:
            os._exit(1)
    os.close(writer)
    started = os.read(reader, 1) == b"1"
    os.close(reader)
    if not started:
        os.waitpid(child, 0)
        raise OSError("the delay line did not start: is there a /dev/net/tun?")
    return child


def stop_delay_line(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _run(ends: tuple[str, str], device: str, delay_seconds: float, ready: int) -> None:
    os.nice(-10)  # a wire does not wait for the processor
    tuns = [_tun_in(namespace, device) for namespace in ends]
    os.write(ready, b"1")
    across = {tuns[0]: tuns[1], tuns[1]: tuns[0]}
    held: collections.deque[tuple[float, int, bytes]] = collections.deque()
    while True:
        wait = max(0.0, held[0][0] - time.monotonic()) if held else None
        for tun in select.select(tuns, [], [], wait)[0]:
            due = time.monotonic() + delay_seconds
            held.extend((due, across[tun], packet) for packet in _packets(tun))
        now = time.monotonic()
        while held and held[0][0] <= now:
            _, tun, packet = held.popleft()
            with contextlib.suppress(OSError):  # full or gone: wires lose packets
                os.write(tun, packet)


def _tun_in(namespace: str, device: str) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/run/netns", namespace).open() as handle:
        if libc.setns(handle.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns", namespace)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", device.encode(), _IFF_TUN_NO_PI))
    return tun


def _packets(tun: int):
    for _ in range(_BURST):
        try:
            yield os.read(tun, _LARGEST_PACKET)
        except BlockingIOError:
            return
