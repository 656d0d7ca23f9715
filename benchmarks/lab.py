"""The bench put together: link, authority, nginx and OCSP responder, up while a block lasts."""

import subprocess
import time
from pathlib import Path
from typing import Self

from benchmarks.authority import make_authority, responder
from benchmarks.link import Link
from benchmarks.servers import SERVERS, hosts_file, nginx_configuration, warm

#: Names t0 … t999 that bulk scans use.
BULK = 1000
_PATIENCE_SECONDS = 20.0


class Lab:
    """`with Lab(directory, name) as lab`; `lab.link` moves, `lab.root` is the CA to believe."""

    def __init__(self, directory: Path, name: str = "tlsbench") -> None:
        self._directory = directory.resolve()
        self._authority = self._directory / "authority"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.link = Link(name)
        self.root = self._authority / "root.pem"

    def __enter__(self) -> Self:
        self._directory.mkdir(parents=True, exist_ok=True)
        make_authority(self._authority)
        self.link.__enter__()
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(10)
        self.link.__exit__()

    def _start(self) -> None:
        self.link.resolve_with(hosts_file(BULK))
        self.link.set_round_trip(0)
        self._spawn("ocsp", responder(self._authority))
        configuration = self._directory / "nginx.conf"
        configuration.write_text(nginx_configuration(self._directory, self._authority))
        self._spawn("nginx", ["nginx", "-p", str(self._directory), "-c", str(configuration)])
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for server in SERVERS.values():
            while not warm(server, self.link.on_client()):
                if time.monotonic() > deadline:
                    log = (self._directory / "nginx.log").read_text()
                    raise SystemExit(f"{server.host} staples nothing; nginx says:\n{log}")
                time.sleep(0.1)

    def _spawn(self, name: str, command: list[str]) -> None:
        with (self._directory / f"{name}.log").open("w") as log:
            self._processes.append(
                subprocess.Popen(
                    self.link.on_server(*command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )
