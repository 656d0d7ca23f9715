"""Refusals: raised anywhere below the border, sent as problem documents (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from tlsward.invoicer.values import Problem

MEDIA_TYPE = "application/problem+json"


class RefusedError(Exception):
    """A request that is answered with a status from 400 on, and the reason for it.

    `detail` is shown to whoever asked: it holds no secret and nothing of the inside.
    """

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem_response(
    status: int, detail: str, request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the problem document for a status."""
    problem = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, request_id=request_id
    )
    return Response(
        msgspec.json.encode(problem), status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )
