"""A client that calls the application in this process, with a browser's cookies if it wants."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import msgspec

from tlsward.invoicer.log import json_log
from tlsward.invoicer.service import Service
from tlsward.invoicer.settings import InvoicerSettings

ORIGIN = "https://invoicer.test"


class Answer(msgspec.Struct):
    status: int
    raw_headers: list[tuple[str, str]]
    body: bytes

    @property
    def headers(self):
        return dict(self.raw_headers)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    def all(self, name):
        return [value for key, value in self.raw_headers if key == name]


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self):
        self.time = datetime.now(UTC)

    def __call__(self):
        return self.time

    def forward(self, **more):
        self.time += timedelta(**more)


class House:
    """A service on a database, its log, and the loop that runs it."""

    def __init__(self, database, **settings):
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.written = io.BytesIO()
        self.settings = InvoicerSettings(database=database, **settings)
        self.service = Service(self.settings, json_log(self.written), now=self.clock)
        try:
            self.run(self.service.start())
        except BaseException:
            self.runner.close()
            raise

    def run(self, coroutine):
        return self.runner.run(coroutine)

    def close(self):
        self.run(self.service.stop())
        self.runner.close()

    @property
    def log(self):
        return [json.loads(line) for line in self.written.getvalue().splitlines()]

    def token(self, name="tests", days=1):
        return self.run(self.service.credentials.make_token(name, days=days))

    def client(self, **more):
        return Client(self, **more)

    def caller(self):
        """A client with a token."""
        return Client(self, headers={"authorization": f"Bearer {self.token()}"})

    def person(self, subject="ada", name="Ada Lovelace"):
        """A client with a session, as after signing in."""
        session = self.run(
            self.service.credentials.begin_session(
                subject, name, seconds=self.settings.session_seconds
            )
        )
        client = Client(self)
        client.cookies["__Host-invoicer-session"] = session
        return client


class Client:
    def __init__(self, house, *, scheme="https", peer="192.0.2.9", headers=None):
        self.house = house
        self.scheme = scheme
        self.peer = peer
        self.headers = headers or {}
        self.cookies = {}

    def __call__(self, method, target, body=b"", **headers):
        return self.house.run(self.ask(method, target, body, headers))

    def json(self, method, target, value, **headers):
        body = json.dumps(value).encode()
        return self(method, target, body, **{"content_type": "application/json", **headers})

    def form(self, target, fields, **headers):
        body = urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
        return self("POST", target, body, **{"content_type": kind, **headers})

    def csrf_token(self):
        page = self("GET", "/").text
        return page.partition('name="csrf_token" value="')[2].partition('"')[0]

    async def ask(self, method, target, body, headers):
        if isinstance(body, bytes):
            body = [body]
        parts = urlsplit(target)
        sent = {"host": "invoicer.test", **self.headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in sent.items()],
            "client": (self.peer, 50000),
            "server": ("127.0.0.1", 8080),
        }
        incoming = [
            {"type": "http.request", "body": part, "more_body": number < len(body)}
            for number, part in enumerate(body, 1)
        ]
        sent_back = []

        async def receive():
            return incoming.pop(0) if incoming else {"type": "http.disconnect"}

        async def send(message):
            sent_back.append(message)

        await self.house.service(scope, receive, send)
        start, *rest = sent_back
        answer = Answer(
            start["status"],
            [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in start["headers"]],
            b"".join(message.get("body", b"") for message in rest),
        )
        for written in answer.all("set-cookie"):
            self._keep(written)
        return answer

    def _keep(self, written):
        for name, morsel in SimpleCookie(written).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def is_problem(answer, status, words=""):
    """Hold an answer against the one shape of errors."""
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "request_id"}
    assert answer.json["status"] == status
    assert answer.json["request_id"] == answer.headers["x-request-id"]
    assert words in answer.json["detail"], answer.json["detail"]
    return True
