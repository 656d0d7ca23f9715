"""Bodies of requests: read up to a limit, in bounded time, and into a type at once."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect, Request

from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.settings import BODY_LIMIT_BYTES, BODY_SECONDS

MOST_FIELDS = 50


def _number(written: str) -> float:
    """Return a number; to JSON Schema 1.0 is a whole one (validation section 6.1.1)."""
    number = float(written)
    return int(number) if number.is_integer() else number


_DECODER = msgspec.json.Decoder(float_hook=_number)


async def read_body(request: Request, limit_bytes: int = BODY_LIMIT_BYTES) -> bytes:
    """Return the body; refuse one that is too long (413) or too slow (408)."""
    claimed = request.headers.get("content-length", "0")
    too_long = RefusedError(
        413, f"the body is longer than {limit_bytes} bytes", headers={"Connection": "close"}
    )
    if not claimed.isascii() or not claimed.isdigit():
        raise RefusedError(400, "Content-Length is not a number")
    if int(claimed[:20]) > limit_bytes:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit_bytes:
                    raise too_long
    except TimeoutError:
        raise RefusedError(
            408, "the body did not arrive", headers={"Connection": "close"}
        ) from None
    except ClientDisconnect:
        raise RefusedError(400, "the body was cut off") from None
    return bytes(body)


def media_type(request: Request) -> str:
    """Return the media type of the body without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request, kind: Any) -> Any:  # noqa: ANN401 - of the type given
    """Return the JSON body as a value of a type; refuse 415, 400 (no JSON), 422 (does not fit)."""
    if media_type(request) != "application/json":
        raise RefusedError(415, "send application/json")
    body = await read_body(request)
    try:
        return msgspec.convert(_DECODER.decode(body), kind)
    except msgspec.ValidationError as error:
        raise RefusedError(422, str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(400, f"not JSON: {error}") from None
    except RecursionError:
        raise RefusedError(400, "not JSON: nested too deep") from None


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; the last of those with one name."""
    if media_type(request) != "application/x-www-form-urlencoded":
        raise RefusedError(415, "send application/x-www-form-urlencoded")
    body = await read_body(request)
    try:
        return dict(
            parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                max_num_fields=MOST_FIELDS,
                errors="strict",
            )
        )
    except (UnicodeDecodeError, ValueError):
        raise RefusedError(400, "not a form") from None
