"""The service behind a real socket, in a thread of this process, for clients that are not ours."""

import asyncio
import contextlib
import http.client
import io
import json
import socket
import ssl
import threading
import time

from tlsward.invoicer.log import json_log
from tlsward.invoicer.server import Running
from tlsward.invoicer.settings import InvoicerSettings, TlsFiles
from tlsward.net.loop import run

HOST = "127.0.0.1"


class Live:
    """One running server. What the test does to it from its own thread goes through `run`."""

    def __init__(self, settings, tls, port):
        self.written = io.BytesIO()
        self.tls = tls
        self.running = Running(settings, json_log(self.written), listen=(HOST, port), tls=tls)
        self.port = self.running.port
        self.loop = None
        self.thread = threading.Thread(target=run, args=(self._serve(),), name="invoicer")

    async def _serve(self):
        self.loop = asyncio.get_running_loop()
        await self.running.serve()

    def start(self):
        self.thread.start()
        while not self.running.server.started:
            assert self.thread.is_alive(), self.written.getvalue()
            time.sleep(0.01)

    def stop(self):
        self.running.server.should_exit = True
        self.thread.join()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def token(self):
        return self.run(self.running.service.credentials.make_token("live", days=1))

    @property
    def log(self):
        return [json.loads(line) for line in self.written.getvalue().splitlines()]

    def connection(self, context=None):
        if context is None:
            return http.client.HTTPConnection(HOST, self.port, timeout=20)
        return http.client.HTTPSConnection("localhost", self.port, timeout=20, context=context)

    def answer(self, method, path, *, context=None, **headers):
        with contextlib.closing(self.connection(context)) as connection:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()


@contextlib.contextmanager
def live(directory, *, tls=None, port=0, **settings):
    """Serve while the block lasts."""
    settings.setdefault("database", f"sqlite:///{directory}/live.db")
    running = Live(InvoicerSettings(**settings), tls, port)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def tls_files(credentials, kind="ecdsa", level="modern"):
    return TlsFiles(
        certificate=credentials.certificate(kind), key=credentials.key(kind), level=level
    )


def client_context(ca, *, version=None, ciphers=None, group=None):
    context = ssl.create_default_context(cafile=ca)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if ciphers is not None:
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    if group is not None:
        context.set_ecdh_curve(group)
    return context


def leaf_served(port, context):
    """The DER of the leaf that a new connection gets, and the version and suite of it."""
    with (
        socket.create_connection((HOST, port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as tls,
    ):
        return tls.getpeercert(binary_form=True), tls.version(), tls.cipher()[0]
