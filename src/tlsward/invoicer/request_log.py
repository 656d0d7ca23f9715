"""One line for each request, and an answer for each that broke.

What a handler raises becomes a problem document here: a refusal as it says, a database that
does not answer 503, whatever else 500 with a traceback in the log and none in the answer.
"""

import asyncio
import time

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tlsward.invoicer.log import Log, short
from tlsward.invoicer.problems import RefusedError, problem_response
from tlsward.invoicer.request import facts_of
from tlsward.invoicer.settings import REQUEST_SECONDS

#: Requests worked on at once; more are told to come again.
MOST_AT_ONCE = 256


class RequestLog:
    """Times a request, answers for what it raises, and writes its line."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app = app
        self._log = log
        self._at_once = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; every one gets an answer and a line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._at_once += 1
        try:
            answer = await self._answered(scope, receive, send_and_note)
            if answer is not None and not status:
                await answer(scope, receive, send_and_note)
        finally:
            self._at_once -= 1
            facts = facts_of(scope)
            self._log.info(
                "request",
                request_id=facts.request_id,
                client=facts.client,
                actor=facts.actor,
                method=short(scope["method"]),
                scheme=scope["scheme"],
                path=short(scope["path"]),
                # 499 as nginx has it: whoever asked was gone before the answer.
                status=status or 499,
                duration_ms=round((time.perf_counter() - started) * 1000, 2),
            )

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Run the application; return what to answer where it did not."""
        request_id = facts_of(scope).request_id
        if self._at_once > MOST_AT_ONCE:
            return problem_response(503, "too busy", request_id, {"Retry-After": "1"})
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._app(scope, receive, send)
        except RefusedError as refused:
            return problem_response(refused.status, refused.detail, request_id, refused.headers)
        except HTTPException as refused:  # Starlette's own: 404 and 405
            return problem_response(
                refused.status_code, refused.detail, request_id, refused.headers
            )
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            self._log.error("database", request_id=request_id, reason=short(error.args[0]))
            return problem_response(503, "the database does not answer", request_id)
        except TimeoutError:
            return problem_response(503, "this took too long", request_id)
        except Exception:  # noqa: BLE001 - whatever broke, the next request is answered
            self._log.exception("defect", request_id=request_id)
            return problem_response(500, "a fault of the service", request_id)
        return None
