"""Debian's Chromium, headless, with an authority of ours among its roots."""

import contextlib
import json
import os
import subprocess
import urllib.request

import websocket
from selenium import webdriver

ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--remote-allow-origins=*"),
)


def trust(home, ca):
    """Import a root where Chromium on Linux looks for those of the user."""
    for place in (home / ".pki" / "nssdb", home / ".local" / "share" / "pki" / "nssdb"):
        place.mkdir(parents=True)
        database = f"sql:{place}"
        for command in (
            ["certutil", "-N", "--empty-password", "-d", database],
            ["certutil", "-A", "-d", database, "-n", "laboratory", "-t", "C,,", "-i", str(ca)],
        ):
            subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def chromium(home, ca, *, hosts):
    """Run a browser that knows `hosts` as this machine, and nothing else by name."""
    trust(home, ca)
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    rules = ", ".join(f"MAP {host} 127.0.0.1" for host in hosts)
    for argument in (
        *ARGUMENTS,
        f"--host-resolver-rules={rules}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={home / 'profile'}",
    ):
        options.add_argument(argument)
    service = webdriver.ChromeService(
        "/usr/bin/chromedriver",
        env={**os.environ, "HOME": str(home), "SE_OFFLINE": "true"},
    )
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_page_load_timeout(60)
    try:
        yield driver
    finally:
        driver.quit()


class Devtools:
    """The page's own protocol of the developer tools, for the events that selenium drops."""

    def __init__(self, driver):
        address = driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        with urllib.request.urlopen(f"http://{address}/json", timeout=30) as answer:
            [page] = [one for one in json.load(answer) if one["type"] == "page"]
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=30)
        self.sent = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, method, **parameters):
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))

    def until(self, method, wanted=lambda parameters: True):
        """Return the parameters of the next event of this name that is wanted."""
        while True:
            message = json.loads(self.socket.recv())
            if message.get("method") == method and wanted(message["params"]):
                return message["params"]
